"""Every page of the back office that a role can reach: no axe violation, no sideways scroll, no error."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import axe_violations, show_in
from tests.browser.staff import pages_within_reach, signed_in_state

pytestmark = pytest.mark.browser

ROLES = ("clerk", "reviewer", "supervisor", "discipline", "administrator")


def _email(role: str) -> str:
    return f"{role}@yunting.example"


def open_page(browser: Browser, site: str, role: str, width: int) -> Page:
    state = signed_in_state(browser, site, _email(role))
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="zh-CN", storage_state=state
    )
    return context.new_page()


def test_every_page_within_reach(browser: Browser, site: str) -> None:
    examined: set[str] = set()
    problems: list[str] = []
    messages: list[str] = []
    for role in ROLES:
        page = open_page(browser, site, role, 1280)
        page.on("console", lambda told: messages.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: messages.append(str(error)))
        for kind, address in pages_within_reach(browser, site, _email(role)).items():
            if kind in examined:
                continue
            examined.add(kind)
            answer = page.goto(site + address)
            assert answer is not None
            if answer.status != 200:
                problems.append(f"{address}: {answer.status}")
            for mode in ("standard.normal", "elder.normal"):
                show_in(page, mode)
                problems += [f"{address} ({mode}): {violation}" for violation in axe_violations(page)]
        page.context.close()
    assert not problems, "\n".join(problems)
    assert messages == []
    assert len(examined) > 25


def test_nothing_scrolls_sideways_on_a_small_phone(browser: Browser, site: str) -> None:
    wide: dict[str, int] = {}
    examined = set()
    for role in ROLES:
        page = open_page(browser, site, role, 360)
        for kind, address in pages_within_reach(browser, site, _email(role)).items():
            if kind in examined:
                continue
            examined.add(kind)
            page.goto(site + address)
            for mode in ("standard.normal", "elder.larger"):
                show_in(page, mode)
                width = page.evaluate("document.documentElement.scrollWidth")
                if width > 360:
                    wide[f"{role} {address} ({mode})"] = width
        page.context.close()
    assert not wide, json.dumps(wide, indent=1)
