"""Take the README's pictures from a running portal with the demo city: ``make pictures``.

Usage: take_pictures.py ADDRESS, e.g. http://127.0.0.1:8000. Uses the browser of PORTAL_TEST_BROWSER, else
Playwright's own.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LAPTOP = {"width": 1180, "height": 860}
MAP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def main(site: str) -> None:
    """Visit each main page and keep what a visitor sees first."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        path = os.environ.get("PORTAL_TEST_BROWSER") or None
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport=LAPTOP, locale="zh-CN")  # type: ignore[arg-type]
        page.goto(f"{site}/institutions?state=filed&takes=full&sort=price&care=full")
        homes = re.findall(r'href="(/institutions/[2-9a-z]{8})"', page.content())
        for name, address in {
            "home": "/",
            "institutions": "/institutions",
            "institution": homes[0],
            "history": f"{homes[0]}/history",
            "compare": "/institutions/compare?"
            + "&".join(f"id={home.rsplit('/', 1)[1]}" for home in homes[:3]),
            "fees": "/fees?care=full",
            "grades": "/grades",
            "concentrated-care": "/concentrated-care",
            "unregistered": "/institutions/unregistered",
            "closures": "/closures",
            "search": "/search?q=老年痴呆",
        }.items():
            page.goto(site + address)
            page.screenshot(path=PICTURES / f"{name}.png")
        wide = browser.new_page(viewport=MAP, locale="zh-CN")  # type: ignore[arg-type]
        wide.goto(f"{site}/map")
        wide.wait_for_selector("[data-ready]")
        wide.wait_for_timeout(600)
        wide.screenshot(path=PICTURES / "map.png")
        hand = browser.new_page(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
        hand.goto(f"{site}/map?at=12/40.2357/102.1718")
        hand.wait_for_selector("[data-ready]")
        hand.locator(".map-pin").first.press("Enter")  # a click could fall on the buttons above it
        hand.wait_for_timeout(800)
        hand.screenshot(path=PICTURES / "map-phone.png")
        page.goto(site)
        page.get_by_role("combobox").press_sequentially("qingci", delay=40)
        page.locator(".suggestions > li").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.screenshot(path=PICTURES / "suggestions.png")
        phone = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
        phone.add_cookies([{"name": "display", "value": "elder.normal", "url": site}])
        elder = phone.new_page()
        elder.goto(site + homes[0])
        elder.screenshot(path=PICTURES / "elder.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
