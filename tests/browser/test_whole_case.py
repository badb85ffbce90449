"""A whole case with citizen and clerk side by side: lodged, asked, answered, rated, handled a second time.

Both are real browsers, the mails go through a real server, and the worker carries them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.accounts.demo import CAST
from tests.browser.conftest import serve
from tests.browser.looking import next_page
from tests.browser.people import (
    MAIL,
    NAME,
    PHONE,
    TEXT,
    Citizen,
    Staff,
    a_home,
    mail_server,
    mails_of,
    sound,
    worker,
)
from tests.integration.notify.conftest import Postbox

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "请问是哪两天晚上去看的？"
ANSWER = "五号和十一号，都是晚上八点多。"
FIRST = "已经看过值班表，夜班确实只有一名护理员。已要求三天内补人，下周再去夜查，查完答复您。"
REPLY = "夜查两次，三楼夜班已增加到两名护理员，叫铃五分钟内有人到。"
SECOND = "换人再查，确有反复，已责令整改。"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    with mail_server() as served:
        yield served


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
    with serve(own_data) as address, worker(own_data):
        yield address


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
