"""Elder mode and text size are remembered without an account, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser


def test_elder_mode_is_one_press_away_remembered_and_comes_back_to_the_same_page(
    browser: Browser, site: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/institutions?state=filed&sort=beds")
    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    assert page.url == site + "/institutions?state=filed&sort=beds"
    page.goto(site + "/grades")
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    page.get_by_role("button", name="标准版").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "standard")
    context.close()


def test_elder_type_is_large_and_its_targets_wide(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    context.add_cookies([{"name": "display", "value": "elder.normal", "url": site}])
    page = context.new_page()
    page.goto(site + "/institutions")
    size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert size >= 24
    heights = page.evaluate(
        "[...document.querySelectorAll('button, .button, .chips a, .site-nav a')]"
        ".filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= 56
    context.close()


def test_the_skip_link_comes_first_and_leads_to_the_text(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(site + "/institutions")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.close()


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:1"]
)
def test_the_way_back_never_leads_to_another_site(browser: Browser, site: str, target: str) -> None:
    page = browser.new_page()
    answer = page.request.post(site + "/display", form={"mode": "elder", "back": target}, max_redirects=0)
    assert answer.status == 303
    assert answer.headers["location"] == "/"
    page.close()
