"""Every kind of page, in both modes: no accessibility violation, no sideways scroll, no error, no weight."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import axe_violations, show_in
from tests.browser.pages import REFUSED, sample_pages

pytestmark = pytest.mark.browser

MODES = ("standard.normal", "elder.normal", "elder.larger")
_MOST_BYTES = 100 * 1024


def open_page(browser: Browser, site: str, mode: str, width: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    context.add_cookies([{"name": "display", "value": mode, "url": site}])
    return context.new_page()


def batched(paths: list[str], size: int) -> Iterator[list[str]]:
    """Yield the paths, a few at a time."""
    for first in range(0, len(paths), size):
        yield paths[first : first + size]


def test_axe_finds_nothing_and_nothing_breaks_the_policy(browser: Browser, site: str) -> None:
    page = open_page(browser, site, MODES[0], 1280)
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: messages.append(str(error)))
    problems: list[str] = []
    for path in sample_pages(site):
        page.goto(site + path)
        if path in REFUSED:
            messages[:] = [said for said in messages if "Failed to load resource" not in said]
        for mode in MODES[:2]:
            show_in(page, mode)
            problems += [f"{path} ({mode}): {violation}" for violation in axe_violations(page)]
    page.context.close()
    assert not problems, "\n".join(problems)
    assert messages == []


def test_no_page_scrolls_sideways_on_a_small_phone(browser: Browser, site: str) -> None:
    page = open_page(browser, site, MODES[0], 360)
    wide = {}
    for path in sample_pages(site):
        page.goto(site + path)
        for mode in MODES:
            show_in(page, mode)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > 360:
                wide[f"{path} ({mode})"] = width
    page.context.close()
    assert not wide, json.dumps(wide, indent=1)


def test_a_first_view_is_light(browser: Browser, site: str) -> None:
    heavy = {}
    for paths in batched(sample_pages(site), 16):  # each view waits half a second for silence: together
        views = [(path, *_first_view(browser, site, path)) for path in paths]
        for path, page, sizes in views:
            page.wait_for_load_state("networkidle")
            assert sizes, path
            if sum(sizes) > _MOST_BYTES:
                heavy[path] = sum(sizes)
            page.context.close()
    assert not heavy, heavy


def _first_view(browser: Browser, site: str, path: str) -> tuple[Page, list[int]]:
    """Let somebody come who has nothing of the site yet; return the page, and the sizes of what arrives."""
    page = open_page(browser, site, MODES[0], 390)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(site + path, wait_until="commit")
    return page, sizes


def test_no_link_is_dead(site: str) -> None:
    seen: dict[str, int] = {}
    for path in sample_pages(site):
        if path in REFUSED:
            continue
        with urllib.request.urlopen(site + quote(path, safe="/?=&%")) as answer:
            html = answer.read().decode()
        for link in set(re.findall(r'href="(/[^"]*)"', html)):
            target = link.replace("&amp;", "&").split("#")[0]
            if target not in seen:
                seen[target] = _status(site + quote(target, safe="/?=&%"))
    assert {target: status for target, status in seen.items() if status != 200} == {}
    assert len(seen) > 200


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
