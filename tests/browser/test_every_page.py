"""Every kind of page, in both modes: no accessibility violation, no sideways scroll, no error, no weight."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from itertools import cycle
from typing import Any
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


class Stranger:
    """Somebody who has nothing of the site yet, however much they have looked at before."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._page, self._site = open_page(browser, site, MODES[0], 390), site
        self._cookies = self._page.context.cookies()
        session = self._page.context.new_cdp_session(self._page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.loadingFinished", self._arrived)
        self._path, self._sizes = "", list[int]()

    def _arrived(self, event: dict[str, Any]) -> None:
        self._sizes.append(event["encodedDataLength"])

    def come(self, path: str) -> None:
        """Begin to look at a page."""
        self._path, self._sizes = path, []
        self._page.context.clear_cookies()
        self._page.context.add_cookies([{**cookie} for cookie in self._cookies])
        self._page.goto(self._site + path, wait_until="commit")

    def seen(self) -> dict[str, int]:
        """Return the bytes of the page once nothing more arrives; nothing before the first."""
        if not self._path:
            return {}
        self._page.wait_for_load_state("networkidle")
        assert self._sizes, self._path
        return {self._path: sum(self._sizes)}

    def leave(self) -> None:
        self._page.context.close()


def test_a_first_view_is_light(browser: Browser, site: str) -> None:
    # each waits half a second for silence: meanwhile the others look at their pages
    strangers = [Stranger(browser, site) for _ in range(8)]
    weighed: dict[str, int] = {}
    paths = sample_pages(site)
    for path, stranger in zip(paths, cycle(strangers), strict=False):
        weighed |= stranger.seen()
        stranger.come(path)
    for stranger in strangers:
        weighed |= stranger.seen()
        stranger.leave()
    assert weighed.keys() == set(paths)
    heavy = {path: size for path, size in weighed.items() if size > _MOST_BYTES}
    assert not heavy, heavy


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
