"""Take the README's pictures from a running portal with the demo city: ``make pictures``.

Usage: take_pictures.py ADDRESS, e.g. http://127.0.0.1:8000. Uses the browser of PORTAL_TEST_BROWSER, else
Playwright's own. PORTAL_DATA must be the folder of the running portal: the example complaint's code is in it.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from portal import clock, create_app
from portal.accounts.demo import PASSWORD
from portal.complaints.demo import example

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
            "working-days": "/working-days?from=2026-09-24&days=5",
            "corrections": "/corrections",
            "complaints": "/complaints",
            "notices": "/notices",
            "accountability": "/accountability",
            "wishes": "/suggestions",
        }.items():
            page.goto(site + address)
            page.screenshot(path=PICTURES / f"{name}.png")
        take_supervision_pictures(page, site)
        take_column_pictures(browser, page, site)
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
        take_complaint_pictures(browser, site, homes[0])
        take_staff_pictures(browser, site)
        browser.close()


def take_supervision_pictures(page: Page, site: str) -> None:
    """Keep the course of a problem that was cleared, and a draw whose list is public."""
    page.goto(f"{site}/notices?state=cleared")
    page.locator("main a[href^='/notices/']").first.click()
    page.locator("main a[href^='/problems/']").first.click()
    page.wait_for_url(re.compile(r"/problems/"))
    page.screenshot(path=PICTURES / "problem.png")
    page.goto(f"{site}/inspections/draws")
    page.locator("main a[href^='/inspections/draws/']").last.click()
    page.wait_for_url(re.compile(r"/inspections/draws/."))
    page.screenshot(path=PICTURES / "draw.png")


def take_column_pictures(browser: Browser, page: Page, site: str) -> None:
    """Keep a topic that was judged, a vote on a phone, a month's digest, a quarter's review, a call-back."""
    for name, where, what in (
        ("topic", "/topics", "/topics/"),
        ("digest", "/suggestions/digests", "/suggestions/digests/"),
        ("review", "/reviews", "/reviews/"),
        ("survey", "/surveys", "/surveys/"),
    ):
        page.goto(site + where)
        if name == "topic":  # one that was judged and concluded: of the year before
            years = re.findall(r'href="(/topics\?year=\d+)"', page.locator("main").inner_html())
            page.goto(site + min(years, default=where))
        found = re.findall(rf'href="({what}[^"?#]+)"', page.locator("main").inner_html())
        pages = [one for one in found if not re.search(r"\.(csv|pdf|xml|atom)$|/vote/", one)]
        # a call-back that is still held tells nothing yet
        page.goto(site + pages[1 if name == "survey" else 0])
        page.screenshot(path=PICTURES / f"{name}.png")
    page.goto(site + "/topics")
    vote = re.findall(r'href="(/topics/vote/[2-9a-z]{8})"', page.content())
    phone = browser.new_page(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    phone.goto(site + vote[0])
    phone.screenshot(path=PICTURES / "vote-phone.png")


def take_complaint_pictures(browser: Browser, site: str, home: str) -> None:
    """Fill in the form of a complaint, without sending it, and follow the demo's example."""
    phone = browser.new_page(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    phone.goto(f"{site}/complaints/new?home={home.rsplit('/', 1)[1]}")
    phone.screenshot(path=PICTURES / "complaint-new.png")
    with create_app().app_context():
        shown = example()
    if shown is None:
        sys.exit("no example complaint: is PORTAL_DATA the folder of the running portal?")
    phone.goto(f"{site}/complaints/track")
    phone.locator("#receipt").fill(shown.receipt)
    phone.locator("#code").fill(shown.code)
    phone.locator("#find").click()
    phone.locator(".standing-line").wait_for()
    phone.screenshot(path=PICTURES / "complaint-track.png")


def take_staff_pictures(browser: Browser, site: str) -> None:
    """Sign in as the demo city's clerk and keep what a clerk works with."""
    page = browser.new_page(viewport=LAPTOP, locale="zh-CN")  # type: ignore[arg-type]
    page.goto(f"{site}/staff/sign-in")
    page.get_by_label("邮箱").fill("clerk@yunting.example")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(re.compile(r"/staff$"))
    page.screenshot(path=PICTURES / "staff-home.png")
    page.goto(f"{site}/staff/cases")
    page.screenshot(path=PICTURES / "staff-cases.png")
    page.goto(f"{site}/staff/problems")
    page.screenshot(path=PICTURES / "staff-problems.png")
    _visit_at_the_door(page, site)
    page.goto(f"{site}/staff/attention")
    page.screenshot(path=PICTURES / "staff-attention.png")
    page.goto(f"{site}/staff/institutions")
    page.locator("table a[href^='/staff/institutions/']").first.click()
    page.get_by_role("link", name="改“床位与入住”").click()
    page.get_by_label("床位总数").fill("120")
    page.get_by_label("来源名称").fill("区民政局现场核实记录")
    page.get_by_label("数据日期").fill(clock.today().isoformat())
    page.get_by_role("button", name="先看公众看到的样子").click()
    page.locator("iframe").wait_for()
    page.wait_for_timeout(800)
    page.screenshot(path=PICTURES / "staff-edit.png")
    _import_sample(page, site)


def _visit_at_the_door(page: Page, site: str) -> None:
    """Open the form of a visit that is planned, on a phone; nothing of it is sent."""
    page.goto(f"{site}/staff/inspections?state=planned")
    planned = re.findall(r'href="(/staff/inspections/[2-9a-z]{8})"', page.content())
    page.goto(f"{site}{planned[0]}/visit")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.screenshot(path=PICTURES / "staff-visit.png")
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]


def _import_sample(page: Page, site: str) -> None:
    """Upload the sample list and keep its report; nothing of it is entered."""
    page.goto(f"{site}/staff/imports/new")
    sample = page.request.get(f"{site}/staff/imports/sample.xlsx").body()
    page.get_by_label("名册文件").set_input_files(
        {"name": "示例名册.xlsx", "mimeType": "application/octet-stream", "buffer": sample}
    )
    page.get_by_label("来源", exact=True).fill("汀兰区民政局：养老机构名册")
    page.get_by_label("数据日期").fill(clock.today().isoformat())
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("heading", name="结果", exact=True).wait_for(timeout=60_000)
    page.screenshot(path=PICTURES / "staff-import.png")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
