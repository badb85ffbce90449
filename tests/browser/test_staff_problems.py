"""Problems and notices in a browser: lists driven by the keyboard, every form of every state clean."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import axe_violations, next_page
from tests.browser.staff import signed_in_state

pytestmark = pytest.mark.browser

REVIEWER = "reviewer@yunting.example"
_OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
_WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def reviewer(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(
        locale="zh-CN",
        viewport={"width": 390, "height": 844},
        storage_state=signed_in_state(browser, site, REVIEWER),
    )
    yield context.new_page()
    context.close()


def test_the_list_of_problems_is_driven_by_the_keyboard(reviewer: Page, site: str) -> None:
    reviewer.goto(site + "/staff/problems")
    links = reviewer.locator("[data-row] th a")
    assert links.count() > 2
    reviewer.get_by_text("用键盘看这张表").click()
    reviewer.get_by_role("link", name="从第一件开始").click()
    expect(links.first).to_be_focused()
    reviewer.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    with next_page(reviewer):
        reviewer.keyboard.press("Enter")
    expect(reviewer).to_have_url(re.compile(r"/staff/problems/[2-9a-z]{8}$"))


def test_every_state_is_clean_with_all_forms_open(reviewer: Page, site: str) -> None:
    problems: list[str] = []
    examined = 0
    for place, states in (
        ("problems", ("entered", "progress", "submitted", "cleared")),
        ("notices", ("open", "submitted", "cleared")),
    ):
        for state in states:
            reviewer.goto(f"{site}/staff/{place}?state={state}&department=civil_affairs")
            links = reviewer.locator("[data-row] th a")
            if not links.count():
                continue
            address = links.first.get_attribute("href")
            assert address is not None
            # the publication page only reads: it proposes, and nothing is kept before it is sent
            for page in (address, f"{address}/publication"):
                examined += 1
                reviewer.goto(site + page)
                reviewer.evaluate(_OPEN_ALL)
                problems += [f"{page}: {violation}" for violation in axe_violations(reviewer)]
                if reviewer.evaluate(_WIDER):
                    problems.append(f"{page} is wider than the screen")
    assert examined >= 8
    assert not problems, "\n".join(problems)
