"""Citizens and staff in browsers of their own, a mail server, and a portal whose worker carries the mails."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, expect

from portal.institutions.demo.regions import COUNTIES
from tests.browser.conftest import LONGEST, ROOT
from tests.browser.looking import axe_violations, loaded, next_page
from tests.browser.staff import sign_in
from tests.integration.notify.conftest import READY, Postbox
from tests.ports import free_port

NAME, PHONE, MAIL = "林秋月", "13800138000", "linqiuyue@example.cn"
TEXT = "我母亲住三楼，这个月两次去看，尿垫湿透了没有人换，叫铃也没有人来。护理员小周说晚上只有她一个人。"


@contextmanager
def mail_server() -> Iterator[tuple[Postbox, str]]:
    """A mail server, and its address as the portal's setting wants it."""
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=READY)
    controller.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


@contextmanager
def worker(data: Path) -> Iterator[None]:
    environment = {**os.environ, "PORTAL_DATA": str(data), "PORTAL_LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"], cwd=ROOT, env=environment
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=LONGEST)


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
