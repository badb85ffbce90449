"""Looking at a page only once it is there, however slow the machine is.

Playwright's ``click`` returns before the page it leads to has come: whatever does not wait by itself
(``page.url``, ``count()``, ``all()``, ``evaluate``, axe) then still meets the old page, or none at all.
So a test first expects what only the new page has; where old and new look alike, it sends in a block
of ``next_page``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

_ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"]}
_AXE = Axe().axe_script
_IS_THERE = "() => typeof axe !== 'undefined'"
_VIOLATIONS = "options => axe.run(document, options).then(found => found.violations)"
_LOADED = """() => document.readyState === "complete"
    || new Promise(done => addEventListener("load", () => done(true), { once: true }))"""


def loaded(page: Page) -> None:
    """Wait until the page that has come is whole: read to its end, its scripts run, its styles there."""
    page.wait_for_load_state("load")
    expect(page.locator("html")).to_be_attached()
    page.evaluate(_LOADED)


@contextmanager
def next_page(page: Page) -> Iterator[None]:
    """Do in the block what leads to another page, or to the same once more; go on when that one is whole."""
    with page.expect_navigation(wait_until="load"):
        yield


def show_in(page: Page, mode: str) -> None:
    """Show a page that has come in another display mode, e.g. ``elder.larger``: the two attributes that the
    server writes are all that differs (``test_elder_mode`` goes the long way, by the cookie).
    """
    loaded(page)
    page.evaluate(
        "([mode, text]) => Object.assign(document.documentElement.dataset, { mode, text })", mode.split(".")
    )


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait for what no element shows (``wait_for_function`` evaluates text, which our pages forbid)."""
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline, "it did not come about within two minutes"
        page.wait_for_timeout(50)


def axe_violations(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """Return what axe finds wrong with a page, once it is whole: each rule with some of its elements.

    The caller has seen to it that the page meant has come (see above). Options are those of ``axe.run``;
    without any, every rule is asked.
    """
    loaded(page)
    if not page.evaluate(_IS_THERE):  # half a megabyte to be read: once a page, whatever is asked of it
        page.evaluate(_AXE)
    found = page.evaluate(_VIOLATIONS, options or _ONLY_WHAT_IS_WRONG)
    return [
        f"{violation['id']}: {[node['html'][:160] for node in violation['nodes'][:3]]}" for violation in found
    ]
