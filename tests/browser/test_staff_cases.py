"""Complaints in a browser: a queue driven by the keyboard, drafts kept while one writes, all states clean."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import axe_violations
from tests.browser.staff import signed_in_state

pytestmark = pytest.mark.browser

_A_CASE = re.compile(r"/staff/cases/T\d{4}-\w{8}$")

CLERK = "clerk@yunting.example"
REVIEWER = "reviewer@yunting.example"


@pytest.fixture
def clerk(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", storage_state=signed_in_state(browser, site, CLERK))
    yield context.new_page()
    context.close()


def test_the_queue_is_driven_by_the_keyboard(clerk: Page, site: str) -> None:
    clerk.goto(site + "/staff/cases")
    links = clerk.locator("[data-row] th a")
    assert links.count() > 2
    clerk.keyboard.press("j")
    expect(links.first).not_to_be_focused()
    clerk.get_by_text("用键盘看这张表").click()
    clerk.get_by_role("link", name="从第一件开始").click()
    expect(links.first).to_be_focused()
    clerk.keyboard.press("k")
    expect(links.first).to_be_focused()
    clerk.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    clerk.keyboard.press("x")
    expect(clerk.locator("[data-picked]")).to_have_text("选中了1件")
    expect(clerk.locator("[data-row]").nth(1).get_by_role("checkbox")).to_be_checked()
    clerk.keyboard.press("x")
    expect(clerk.locator("[data-picked]")).to_have_text("")
    clerk.keyboard.press("k")
    clerk.keyboard.press("Enter")
    clerk.wait_for_url(_A_CASE)


def test_what_is_typed_is_kept_as_a_draft(browser: Browser, clerk: Page, site: str) -> None:
    clerk.goto(site + "/staff/cases?state=waiting")
    clerk.locator("[data-row] th a").first.click()
    clerk.wait_for_url(_A_CASE)  # and its scripts have run: only then is it noticed that somebody types
    form = clerk.locator("form[data-autosave]").first
    form.locator("textarea").fill("写到一半，人走开了")
    expect(form.locator("[data-draft-said]")).to_have_text("草稿已存，只有您看得到")
    assert clerk.evaluate("Object.keys(sessionStorage).length") == 0  # the server has it
    again = browser.new_context(locale="zh-CN", storage_state=signed_in_state(browser, site, CLERK))
    page = again.new_page()
    page.goto(clerk.url)
    expect(page.locator("form[data-autosave] textarea").first).to_have_value("写到一半，人走开了")
    page.get_by_role("button", name="扔掉草稿").first.click()
    expect(page.locator("form[data-autosave] textarea").first).to_have_value("")
    again.close()


@pytest.mark.parametrize("mode", ["standard.normal", "elder.normal"])
def test_cases_in_every_state_are_clean_with_all_forms_open(browser: Browser, site: str, mode: str) -> None:
    problems: list[str] = []
    context = browser.new_context(locale="zh-CN", storage_state=signed_in_state(browser, site, REVIEWER))
    context.add_cookies([{"name": "display", "value": mode, "url": site}])
    page = context.new_page()
    examined = set()
    for group in ("new", "todo", "waiting", "to_close", "ended"):
        page.goto(f"{site}/staff/cases?state={group}")
        address = page.locator("[data-row] th a").first.get_attribute("href")
        assert address is not None
        page.goto(site + address)
        page.eval_on_selector_all("details", "found => found.forEach(one => { one.open = true; })")
        problems += [f"{address}: {violation}" for violation in axe_violations(page)]
        examined.add(address)
    context.close()
    assert len(examined) > 3
    assert not problems, "\n".join(problems)
