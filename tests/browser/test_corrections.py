"""Saying that a page is wrong: on a phone, without JavaScript, by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import axe_violations
from tests.browser.pages import _SAMPLES, _links

pytestmark = pytest.mark.browser


def sound(page: Page) -> None:
    """No accessibility violation, nothing wider than the screen."""
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_report_by_keyboard_on_a_phone_without_script(browser: Browser, site: str) -> None:
    home = _links(site, "/institutions", _SAMPLES["/institutions"])[0]
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    context.add_cookies([{"name": "display", "value": "elder.normal", "url": site}])
    page = context.new_page()
    page.goto(site + home)
    link = page.locator("#basics .wrong-link a")
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/wrong\?about=basics$"))
    page.get_by_label("哪里不对").focus()
    page.keyboard.type("打13800138000，没有人接")
    page.get_by_role("button", name="提交").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("第2个字起的“138…00”像是手机号")
    expect(page.get_by_label("哪里不对")).to_have_value("打13800138000，没有人接")
    page.get_by_label("里面的号码是机构或单位对外公开的").focus()
    page.keyboard.press("Space")
    page.get_by_label("打电话问过").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="提交").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("收到了，正在办理")
    number = page.locator(".receipt__number").inner_text()
    page.goto(site + "/corrections")
    page.get_by_label("回执号").fill(number.lower().replace("-", ""))
    page.keyboard.press("Enter")
    expect(page.locator(".receipt__number")).to_have_text(number)
    context.close()


@pytest.mark.parametrize("mode", ["standard", "elder"])
def test_the_refused_form_and_the_receipt_are_accessible_and_fit(
    browser: Browser, site: str, mode: str
) -> None:
    home = _links(site, "/institutions", _SAMPLES["/institutions"])[1]
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": "display", "value": f"{mode}.normal", "url": site}])
    page = context.new_page()
    page.goto(f"{site}{home}/wrong?about=fees")
    page.get_by_label("哪里不对").fill("打13800138000问过")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("像是手机号")
    sound(page)
    page.get_by_label("里面的号码是机构或单位对外公开的").check()
    page.get_by_label("去过，亲眼看到").check()
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".receipt__number")).to_have_text(re.compile(r"^J20\d\d-[0-9A-Z]{8}$"))
    sound(page)
    context.close()
