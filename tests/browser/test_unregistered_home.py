"""An unregistered home entered and verified by keyboard alone; refused forms are readable by machine."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import axe_violations, loaded
from tests.browser.staff import signed_in_state

pytestmark = pytest.mark.browser

_MOST_TABS = 80


def tab_to(page: Page, selector: str) -> None:
    """Press the tabulator until the focus is on ``selector``."""
    for _ in range(_MOST_TABS):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by keyboard")


def type_into(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(text)


def put_first_of_january(page: Page, selector: str) -> None:
    """Fill a date field by keys that mean the same whatever the order of its parts: a 1 January."""
    tab_to(page, selector)
    for _ in range(3):
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowRight")


def refused_well(page: Page) -> None:
    """The summary has the focus, and nothing on the page is an obstacle."""
    expect(page.locator(".error-summary")).to_be_focused()
    assert axe_violations(page) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_a_home_is_entered_and_verified_by_keyboard_alone(browser: Browser, site: str, width: int) -> None:
    state = signed_in_state(browser, site, "clerk@yunting.example")
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="zh-CN", storage_state=state
    )
    page = context.new_page()
    page.goto(site + "/staff/unregistered")
    tab_to(page, "a[href$='/unregistered/new']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/unregistered/new")

    type_into(page, "#address", "不该写的地址")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    tab_to(page, "form.stack button.button")
    page.keyboard.press("Enter")
    refused_well(page)
    expect(page.locator(".error-summary")).to_contain_text("私人住宅不登记具体地址")
    tab_to(page, ".error-summary a[href='#name']")
    page.keyboard.press("Enter")
    expect(page.locator("#name")).to_be_focused()
    name = f"键盘登记的托老点{width}"
    type_into(page, "#name", name)
    tab_to(page, "#address")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    put_first_of_january(page, "#found_on")
    type_into(page, "#source_title", "键盘排查记录")
    tab_to(page, "form.stack button.button")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator(".notice[role=status]")).to_contain_text("下一步：上门核实")

    loaded(page)
    tab_to(page, "a[href$='/steps/verify']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/steps/verify")
    type_into(page, "#source_title", "现场核实")
    tab_to(page, "form.stack button.button")
    page.keyboard.press("Enter")
    expect(page.locator(".lede .state")).to_have_text("已核实")
    context.close()
