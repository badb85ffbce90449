"""Suggesting: by keyboard on a phone without script; with script, what others said while one still writes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looking import loaded, next_page
from tests.browser.test_complaint import on_a_phone, press, sound

pytestmark = pytest.mark.browser

NEW = "/suggestions/new"
ALIKE = "社区医院门口没有坡道，轮椅推不上去"


def test_a_suggestion_by_keyboard_on_a_phone_without_script(browser: Browser, site: str) -> None:
    page = on_a_phone(browser, site, "elder", script=False)
    page.goto(site + NEW)
    page.locator("#text").focus()
    page.keyboard.type("院子里的路灯不亮，晚上走路看不清，希望修一修")
    page.get_by_label("场所安全").focus()
    page.keyboard.press("Space")
    page.locator("#region").select_option(index=2)
    page.locator("#mail").focus()
    with next_page(page):
        page.keyboard.press("Enter")  # the button that sends, though another comes first on the page
    if page.locator("[role=alert]").count():  # somebody said something like it: looked at, once
        press(page, "#send")
    expect(page.locator("h1")).to_have_text("收到了，谢谢您点题")
    number, code = page.locator(".slip__number").inner_text(), page.locator(".slip__code").inner_text()
    page.goto(site + "/suggestions/track")
    page.locator("#receipt").fill(number)
    page.locator("#code").fill(code.lower())
    page.keyboard.press("Enter")
    expect(page.locator(".standing-line")).to_contain_text("等工作人员看")
    page.context.close()


def test_what_others_said_is_there_while_one_writes_and_takes_a_voice(browser: Browser, site: str) -> None:
    page = on_a_phone(browser, site)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(site + NEW)
    page.locator("#text").press_sequentially(ALIKE)
    expect(page.locator(".alike")).to_be_visible()
    expect(page.locator("[data-count]")).to_have_text(f"还能写{500 - len(ALIKE)}个字")
    assert "社区" not in page.url
    sound(page)
    with next_page(page):
        page.locator("#send").click()
    expect(page.get_by_role("alert").first).to_be_focused()
    sound(page)
    with next_page(page):
        page.get_by_role("button", name="看看有没有人说过").click()
    with next_page(page):
        page.locator(".alike button").first.click()
    loaded(page)
    expect(page).to_have_url(re.compile(r"/suggestions/[2-9a-z]{8}\?said=counted#voice$"))
    expect(page.locator(".voice__mine")).to_have_text("已支持")
    sound(page)
    assert errors == []
    page.context.close()
