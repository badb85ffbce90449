"""A whole case with citizen and clerk side by side: lodged, asked, answered, rated, handled a second time.

Both are real browsers, the mails go through a real server, and the worker carries them.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, expect

from portal.accounts.demo import CAST
from portal.institutions.demo.regions import COUNTIES
from tests.browser.conftest import ROOT, free_port, serve
from tests.browser.looking import axe_violations, loaded, next_page
from tests.browser.staff import sign_in
from tests.integration.notify.conftest import Postbox

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME, PHONE, MAIL = "林秋月", "13800138000", "linqiuyue@example.cn"
TEXT = "我母亲住三楼，这个月两次去看，尿垫湿透了没有人换，叫铃也没有人来。护理员小周说晚上只有她一个人。"
QUESTION = "请问是哪两天晚上去看的？"
ANSWER = "五号和十一号，都是晚上八点多。"
FIRST = "已经看过值班表，夜班确实只有一名护理员。已要求三天内补人，下周再去夜查，查完答复您。"
REPLY = "夜查两次，三楼夜班已增加到两名护理员，叫铃五分钟内有人到。"
SECOND = "换人再查，确有反复，已责令整改。"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    """A mail server, and its address as the portal's setting wants it."""
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def own_data(demo_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(demo_folder, folder)
    return folder


@pytest.fixture
def office(own_data: Path, postbox: tuple[Postbox, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A running portal with its worker, which sends mails."""
    monkeypatch.setenv("PORTAL_MAIL_URL", postbox[1])
    monkeypatch.setenv("PORTAL_MAIL_FROM", "portal@yunting.example")
    with serve(own_data) as address, _worker(own_data):
        yield address


@contextmanager
def _worker(data: Path) -> Iterator[None]:
    environment = {**os.environ, "PORTAL_DATA": str(data), "PORTAL_LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"], cwd=ROOT, env=environment
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def a_home(data: Path) -> str:
    """Return the public id of a home where the demo's clerk serves."""
    with sqlite3.connect(data / "portal.db") as database:
        query = (
            "SELECT public_id FROM institution WHERE region_code = ? AND operating_state = 'operating'"
            " AND NOT withdrawn ORDER BY id LIMIT 1"
        )
        return str(database.execute(query, (COUNTIES[0].code,)).fetchone()[0])


def sound(page: Page) -> None:
    assert axe_violations(page) == []


def mails_of(box: Postbox, number: int) -> list[str]:
    """Return the texts of the citizen's mails once there are ``number`` of them."""
    deadline = time.monotonic() + 120
    while True:
        mine = [
            message.get_content() for message, to in zip(box.got, box.recipients, strict=True) if to == MAIL
        ]
        if len(mine) >= number:
            return mine
        assert time.monotonic() < deadline, f"{len(mine)} mails of {number} came"
        time.sleep(0.2)


class Citizen:
    """Who wrote: a phone, a number and a code."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._site = site
        self.page = browser.new_context(viewport={"width": 390, "height": 800}, locale="zh-CN").new_page()

    def lodge(self, home: str) -> None:
        page = self.page
        page.goto(f"{self._site}/complaints/new?home={home}")
        page.get_by_label("照护服务", exact=True).check()
        page.locator("#text").fill(TEXT)
        page.locator("#asked").fill("晚上多安排一个人。")
        page.locator("input[name=appearance][value=confidential]").check()
        page.locator("#name").fill(NAME)
        page.locator("#phone").fill(PHONE)
        page.locator("#mail").fill(MAIL)
        page.locator("#consent_health").check()
        page.locator("#consent_publish").check()
        page.locator("#send").click()
        expect(page.locator("h1")).to_have_text("收到了，已经登记")
        loaded(page)
        self.number = page.locator(".slip__number").inner_text()
        self.code = "-".join(page.locator(".slip__code span").all_inner_texts())

    def look(self) -> Page:
        page = self.page
        page.goto(self._site + "/complaints/track")
        if page.locator("#receipt").is_visible():
            page.locator("#receipt").fill(self.number)
            page.locator("#code").fill(self.code)
            page.locator("#find").click()
        expect(page.locator(".standing-line")).to_be_visible()
        loaded(page)
        return page

    def send(self, button: str) -> None:
        """Press a button of the page and wait for what it leads to."""
        with next_page(self.page):
            self.page.locator(button).click()


class Staff:
    """One of the demo's staff in a browser of their own."""

    def __init__(self, browser: Browser, site: str, email: str) -> None:
        self._site = site
        self.page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
        sign_in(self.page, site, email)

    def open(self, number: str) -> Page:
        self.page.goto(f"{self._site}/staff/cases/{number}")
        return self.page

    def do(self, deed: str, button: str, words: str | None = None) -> None:
        """Fill in a form of the case page and send it."""
        page = self.page
        folded = page.locator(f"#deed-{deed}")
        if folded.count() and folded.get_attribute("open") is None:
            folded.locator("summary").click()
        if words is not None:
            page.locator(f"#{deed}-words").fill(words)
        with next_page(page):
            page.get_by_role("button", name=button, exact=True).click()


def test_a_case_from_both_sides(
    browser: Browser, office: str, own_data: Path, postbox: tuple[Postbox, str]
) -> None:
    box = postbox[0]
    citizen = Citizen(browser, office)
    citizen.lodge(a_home(own_data))
    mails_of(box, 1)

    clerk = Staff(browser, office, "clerk@yunting.example")
    clerk.page.goto(office + "/staff/cases")
    expect(clerk.page.get_by_text(citizen.number, exact=True)).to_be_visible()
    page = clerk.open(citizen.number)
    expect(page.get_by_text("尿垫湿透了没有人换").first).to_be_visible()
    expect(page.get_by_text(PHONE)).to_have_count(0)  # confidential: only for a reason
    sound(page)
    clerk.do("accept", "受理这件投诉")
    clerk.do("start", "我来办，开始办理")
    clerk.do("ask", "发出问题", QUESTION)
    expect(citizen.look().get_by_text(QUESTION).first).to_be_visible()
    sound(citizen.page)
    mails_of(box, 3)

    citizen.page.locator("textarea").first.fill(ANSWER)
    citizen.send("#answer_question")
    page = clerk.open(citizen.number)
    expect(page.get_by_text(ANSWER).first).to_be_visible()
    clerk.do("first_answer", "发出首次答复", FIRST)
    page = clerk.open(citizen.number)
    if page.locator("#deed-reply").count():
        page.locator("#deed-reply summary").click()
    page.locator("#reply-words").fill(REPLY)
    page.locator("input[name=reply-finding][value=true]").check()
    with next_page(page):
        page.get_by_role("button", name="发出办理答复", exact=True).click()
    expect(citizen.look().get_by_text(REPLY).first).to_be_visible()
    assert len(mails_of(box, 5)) >= 5

    citizen.page.locator("input[name$=rating][value=unsatisfied]").check()
    citizen.send("#rate")
    expect(citizen.page.get_by_role("alert").first).to_be_visible()  # a reason is asked for
    citizen.page.locator("input[name$=rating][value=unsatisfied]").check()
    citizen.page.locator("textarea").first.fill("话说得好听，晚上还是叫不到人。")
    citizen.send("#rate")
    again = citizen.look().locator("#ask_again")
    if not again.is_visible():
        citizen.page.locator("details", has=again).locator("summary").first.click()
    citizen.page.locator("form", has=again).locator("textarea").fill("请换人再查一次。")
    again.click()
    expect(citizen.page.locator(".standing-line")).to_contain_text("重新")
    sound(citizen.page)

    answer = clerk.page.goto(f"{office}/staff/cases/{citizen.number}")
    assert answer is not None
    assert answer.status == 404, "who handled it first is out of it"
    reviewer = Staff(browser, office, "reviewer@yunting.example")
    page = reviewer.open(citizen.number)
    reviewer.do("start", "我来办，开始办理")
    page = reviewer.open(citizen.number)
    if page.locator("#deed-reply").count():
        page.locator("#deed-reply summary").click()
    page.locator("#reply-words").fill(SECOND)
    page.locator("input[name=reply-finding][value=true]").check()
    with next_page(page):
        page.get_by_role("button", name="发出办理答复", exact=True).click()
    expect(citizen.look().get_by_text(SECOND).first).to_be_visible()
    sound(citizen.page)

    for text in mails_of(box, 7):
        assert not re.search("投诉|尿垫|养老院|" + "|".join((NAME, PHONE, citizen.code)), text), text
        assert "/complaints/track" in text
    staff_mails = [to for to in box.recipients if to != MAIL]
    assert set(staff_mails) <= {person.email for person in CAST}
    for message in box.got:
        assert NAME not in str(message["Subject"])
        assert citizen.number not in str(message["Subject"])
    public = browser.new_context(locale="zh-CN").new_page()
    for address in (
        "/complaints",
        "/complaints/published",
        f"/search?q={NAME}",
        f"/search?q={citizen.number}",
    ):
        public.goto(office + address)
        assert TEXT[:12] not in public.content()
        assert PHONE not in public.content()
