"""Lodging and following a complaint: by keyboard, on a phone, without script; with script, the extras."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import axe_violations, loaded, next_page, until
from tests.browser.pages import _SAMPLES, _links

pytestmark = pytest.mark.browser

TEXT = "上个月起每月多收三百元，问了也不说为什么。"


def on_a_phone(browser: Browser, site: str, mode: str = "standard", script: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="zh-CN", java_script_enabled=script
    )
    context.add_cookies([{"name": "display", "value": f"{mode}.normal", "url": site}])
    return context.new_page()


def press(page: Page, what: str, key: str = "Enter") -> None:
    page.locator(what).focus()
    page.keyboard.press(key)


def sound(page: Page) -> None:
    """No accessibility violation, nothing wider than the screen."""
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_complaint_by_keyboard_on_a_phone_without_script(browser: Browser, site: str) -> None:
    page = on_a_phone(browser, site, "elder", script=False)
    page.goto(site + "/complaints/new")
    page.locator("#q").focus()
    page.keyboard.type("敬老院")
    page.keyboard.press("Enter")
    homes = page.locator("input[name=home]")
    expect(homes.first).to_be_visible()
    homes.first.focus()
    page.keyboard.press("Space")
    page.get_by_label("收费", exact=True).focus()
    page.keyboard.press("Space")
    page.locator("#text").focus()
    page.keyboard.type(TEXT + "老人有糖尿病。")
    page.locator("input[name=appearance][value=anonymous]").focus()
    page.keyboard.press("Space")
    press(page, "#send")
    expect(page.get_by_role("alert")).to_contain_text("您写到了健康情况")
    expect(page.locator("#text")).to_have_value(TEXT + "老人有糖尿病。")
    press(page, "#consent_health", "Space")
    press(page, "#send")
    expect(page.locator("h1")).to_have_text("收到了，已经登记")
    number = page.locator(".slip__number").inner_text()
    code = page.locator(".slip__code").inner_text()
    page.reload()
    expect(page.locator(".slip__number")).to_have_text(number)
    page.goto(site + "/complaints/track")
    page.locator("#receipt").focus()
    page.keyboard.type(number.lower())
    page.locator("#code").focus()
    page.keyboard.type(code.lower().replace("\n", " "))
    page.keyboard.press("Enter")
    expect(page.locator(".standing-line")).to_contain_text("收到了，正在看归不归这里管")
    expect(page).to_have_url(site + "/complaints/track")
    press(page, ".case-head button")
    expect(page.get_by_role("status")).to_contain_text("已经离开")
    page.goto(site + "/complaints/track")
    expect(page.locator("#receipt")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("mode", ["standard", "elder"])
def test_every_step_is_accessible_and_fits_a_small_phone(browser: Browser, site: str, mode: str) -> None:
    home = _links(site, "/institutions", _SAMPLES["/institutions"])[0].rsplit("/", 1)[1]
    page = on_a_phone(browser, site, mode)
    page.goto(f"{site}/complaints/new?home={home}")
    page.locator("#send").click()
    expect(page.get_by_role("alert").first).to_be_focused()
    sound(page)
    page.get_by_label("收费", exact=True).check()
    page.locator("#text").fill(TEXT)
    page.locator("input[name=appearance][value=anonymous]").check()
    page.locator("#send").click()
    expect(page.locator(".slip__number")).to_have_text(re.compile(r"^T20\d\d-[0-9A-Z]{8}$"))
    sound(page)
    number, code = page.locator(".slip__number").inner_text(), page.locator(".slip__code").inner_text()
    page.goto(site + "/complaints/track")
    page.locator("#receipt").fill(number)
    page.locator("#code").fill("2222 2222 2222")
    page.locator("#find").click()
    expect(page.get_by_role("alert").first).to_be_focused()
    sound(page)
    page.locator("#code").fill(code)
    page.locator("#find").click()
    expect(page.locator(".standing-line")).to_be_visible()
    loaded(page)
    for summary in page.locator(".acts summary").all():
        summary.click()
    sound(page)
    page.locator("#add").click()
    expect(page.get_by_role("alert").first).to_contain_text("请写一写要补充什么")
    sound(page)
    page.goto(site + "/complaints/track/withdraw")
    sound(page)
    page.context.close()


def test_a_suggestion_is_chosen_and_a_draft_kept_only_where_asked(browser: Browser, site: str) -> None:
    page = on_a_phone(browser, site)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(site + "/complaints/new")
    page.locator("#q").press_sequentially("敬老院", delay=20)
    expect(page.locator(".suggestions > [role=option]").first).to_be_visible()
    sound(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=home]:checked")).to_be_focused()
    expect(page).to_have_url(site + "/complaints/new")
    page.locator("#text").fill(TEXT)
    draft = "localStorage.getItem('complaint-draft')"
    assert page.evaluate(draft) is None
    page.locator("[data-draft-keep]").check()
    page.locator("#name").fill("张三")
    expect(page.locator("[data-draft-said]")).to_have_text("已经暂存在这台设备上。")
    until(page, lambda: "张三" in page.evaluate(draft))  # what is typed is kept once typing rests
    page.goto(site + "/complaints/new")
    expect(page.locator("#text")).to_have_value("")
    page.get_by_role("button", name="接着写").click()
    expect(page.locator("#text")).to_have_value(TEXT)
    with next_page(page):
        page.locator("#find-home").click()
    expect(page.locator("#text")).to_have_value(TEXT)
    page.locator("input[name=home]").first.check()
    page.get_by_label("收费", exact=True).check()
    page.locator("input[name=appearance][value=named]").check()
    page.locator("#phone").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("收到了，已经登记")
    loaded(page)
    assert page.evaluate(draft) is None
    assert errors == []
    page.context.close()
