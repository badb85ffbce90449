"""A month's four lists in a browser: compiled, a rule added, a line left out, sent, and read by a citizen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from portal import clock
from portal.domain.monthly_lists import month_before
from tests.browser.looking import axe_violations, next_page
from tests.browser.staff import signed_in_state

pytestmark = pytest.mark.browser

COUNTY = "990102"
"""One that lets everybody read its lists."""
_BACK = 14
"""Months: the demo city has lists of the last thirteen."""


@pytest.fixture
def reviewer(browser: Browser, site: str) -> Iterator[Page]:
    """On a phone, in elder mode."""
    state = signed_in_state(browser, site, "reviewer@yunting.example")
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, storage_state=state)
    context.add_cookies([{"name": "display", "value": "elder.normal", "url": site}])
    yield context.new_page()
    context.close()


def _month() -> date:
    month = clock.today()
    for _ in range(_BACK):
        month = month_before(month)
    return month


def test_a_month_from_compiling_to_the_citizen(reviewer: Page, site: str, browser: Browser) -> None:
    month = f"{_month():%Y-%m}"
    page, wrong = reviewer, list[str]()
    page.goto(f"{site}/staff/lists?month={month}&region={COUNTY}")
    wrong += axe_violations(page)
    with next_page(page):
        page.get_by_role("button", name=re.compile("^现在编")).click()
    expect(page.get_by_role("status")).to_contain_text("已经编好")
    wrong += axe_violations(page)

    page.get_by_label("标题").fill("夜间巡房登记办法")
    page.get_by_label("理由").fill("这个月新定的")
    with next_page(page):
        page.get_by_role("button", name="列入", exact=True).click()
    expect(page.get_by_text("夜间巡房登记办法", exact=True)).to_be_visible()

    with next_page(page):
        page.get_by_role("link", name=re.compile("夜间巡房登记办法")).click()
    wrong += axe_violations(page)
    page.locator("#edit-title").fill("夜间巡房登记办法（试行）")
    with next_page(page):
        page.get_by_role("button", name="保存").click()
    expect(
        page.locator("#edit-reason-error")
    ).to_be_visible()  # a reason is needed, and nothing typed is lost
    expect(page.locator("#edit-title")).to_have_value("夜间巡房登记办法（试行）")
    page.locator("#edit-reason").fill("先试半年")
    with next_page(page):
        page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("夜间巡房登记办法（试行）", exact=True)).to_be_visible()

    page.get_by_label("已经逐条看过").check()
    with next_page(page):
        page.get_by_role("button", name=re.compile("^报送")).click()
    expect(page.get_by_text("迟报")).to_be_visible()  # half a year late, and it says so
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wrong += axe_violations(page)

    visitor = browser.new_page(locale="zh-CN")
    visitor.goto(f"{site}/accountability/lists/{COUNTY}/{month}")
    expect(visitor.get_by_text("夜间巡房登记办法（试行）")).to_be_visible()
    expect(visitor.get_by_text("迟报")).to_be_visible()
    wrong += axe_violations(visitor)
    visitor.close()
    assert wrong == []
