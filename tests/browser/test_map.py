"""The map in a real browser: the keyboard, hostile names, no script, and where the visitor is stays here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from portal import clock
from portal.domain.actor import IMPORTER
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.models import PositionPrecision, PositionSystem
from portal.unit_of_work import unit_of_work
from tests.browser.conftest import serve
from tests.conftest import fresh_sqlite

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>alert(1)</script>",
    "${alert(1)}",
    "</script><img src=x onerror=alert(1)>",
    "{{7*7}}`${alert(1)}`",
)
HERE = {"latitude": 40.2357, "longitude": 102.1718}


PROBLEMS: list[str] = []
"""What went wrong in a page: an error, a refusal by the content security policy, a dialog."""


@pytest.fixture(autouse=True)
def no_problems() -> Iterator[None]:
    """No page of a test may have had any."""
    PROBLEMS.clear()
    yield
    assert PROBLEMS == []


def open_map(browser: Browser, site: str, path: str = "/map", **options: Any) -> Page:
    """Open the map and wait until its homes are drawn."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}, **options)
    page = context.new_page()
    page.on("pageerror", lambda error: PROBLEMS.append(str(error)))
    page.on("console", lambda told: PROBLEMS.append(told.text) if told.type == "error" else None)
    page.on("dialog", lambda dialog: (PROBLEMS.append(f"ran: {dialog.message}"), dialog.dismiss()))
    page.goto(site + path)
    page.wait_for_selector("[data-ready]")
    return page


def test_the_keyboard_reaches_a_marker_opens_it_and_comes_back(browser: Browser, site: str) -> None:
    page = open_map(browser, site, "/map?at=13/40.2357/102.1718")
    page.locator("#map_institutions").focus()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('map-pin')"):
            break
    said = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "button"
    page.keyboard.press("Enter")
    popup = page.get_by_role("dialog")
    expect(popup).to_be_visible()
    link = popup.get_by_role("link").first
    expect(link).to_be_focused()
    assert said.startswith(link.inner_text())
    for term in ("登记备案", "等级", "空床"):
        expect(popup.get_by_text(term, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(page.locator(":focus")).to_have_attribute("aria-label", said)
    page.context.close()


def test_a_cluster_zooms_in_and_the_address_and_list_follow(browser: Browser, site: str) -> None:
    page = open_map(browser, site, "/map?state=filed")
    before = int(page.locator(".map-list__count strong").inner_text())
    largest = max(page.locator(".map-many").all(), key=lambda sign: int(sign.inner_text()))
    largest.click()
    page.wait_for_url(re.compile(r"/map\?.*at="))
    assert "state=filed" in page.url
    expect(page.locator(".map-list__count")).to_contain_text("图上这一片")
    expect(page.locator("[data-map-list]")).not_to_have_attribute("aria-busy", "true")
    assert 0 < int(page.locator(".map-list__count strong").inner_text()) < before
    shown = page.url
    page.reload()
    page.wait_for_selector("[data-ready]")
    assert page.url == shown
    page.context.close()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_cluster_zooms_in_by_key_and_the_focus_stays_at_the_map(
    browser: Browser, site: str, key: str
) -> None:
    page = open_map(browser, site)
    largest = max(page.locator(".map-many").all(), key=lambda sign: int(sign.inner_text()))
    largest.focus()
    page.keyboard.press(key)
    page.wait_for_url(re.compile(r"/map\?.*at="))
    expect(page.locator("#map_institutions")).to_be_focused()
    page.context.close()


@pytest.mark.parametrize(("mode", "least"), [("standard", 44), ("elder", 56)])
def test_what_a_finger_meets_is_large_enough(browser: Browser, site: str, mode: str, least: int) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    context.add_cookies([{"name": "display", "value": f"{mode}.normal", "url": site}])
    page = context.new_page()
    page.goto(site + "/map?near=汀兰区")
    page.wait_for_selector("[data-ready]")
    page.locator(".map-pin, .map-about").first.evaluate("sign => sign.click()")
    expect(page.get_by_role("dialog")).to_be_visible()
    small = page.locator("main").evaluate(
        """(main, least) => [...main.querySelectorAll('a, button, summary, [role=button]')]
            .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < least - 0.5)
            .map(one => one.outerHTML.slice(0, 120))""",
        least,
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_filters_lead_to_the_list_and_back(browser: Browser, site: str) -> None:
    page = open_map(browser, site, "/map?state=filed&q=敬老院")
    page.get_by_role("link", name="在列表中看").click()
    page.wait_for_url(lambda url: unquote(url) == f"{site}/institutions?state=filed&q=敬老院")
    page.get_by_role("link", name="在地图上看").click()
    page.wait_for_url(lambda url: unquote(url) == f"{site}/map?state=filed&q=敬老院")
    page.context.close()


def test_without_javascript_the_list_serves(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/map?near=汀兰区")
    expect(page.locator(".map-canvas")).to_be_hidden()
    expect(page.locator("[data-locate]")).to_be_hidden()
    assert page.locator(".map-row").count() == 20
    expect(page.locator(".map-row").first).to_contain_text("公里")
    first = page.locator(".map-row h3").first.inner_text()
    page.get_by_role("link", name="下一页").click()
    expect(page.locator(".map-row h3").first).not_to_have_text(first)
    context.close()


def asks_for_points(url: str) -> bool:
    return "/map/points?" in url


def test_near_me_tells_nobody_where_that_is(browser: Browser, site: str) -> None:
    page = open_map(browser, site, "/map?state=filed", geolocation=HERE, permissions=["geolocation"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    # it asks at once, and again when the map has come to rest: only then would it write its address
    with page.expect_request(lambda _: sum(map(asks_for_points, asked)) == 2):
        page.get_by_role("button", name="我附近").click()
    expect(page.locator(".map-row [data-distance]").first).to_contain_text("离您")
    assert page.url == f"{site}/map?state=filed"
    told = " ".join(
        [*asked, page.url, page.evaluate("JSON.stringify([localStorage, sessionStorage, history.state])")]
    )
    assert asked
    for degrees in ("40.23", "40.24", "102.17", "102.16"):
        assert degrees not in told
    boxes = {url.split("bbox=")[1].split("&")[0] for url in asked if "bbox=" in url}
    assert boxes
    for box in boxes:
        west, south, east, north = (float(edge) for edge in unquote(box).split(","))
        middle = (south + north) / 2, (west + east) / 2
        assert abs(middle[0] - HERE["latitude"]) > 0.001 or abs(middle[1] - HERE["longitude"]) > 0.001
    with page.expect_request(lambda request: asks_for_points(request.url)):
        page.get_by_role("button", name="不看我附近").click()
    assert "40.23" not in page.url
    page.context.close()


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[str]:
    """A portal whose homes bear names that try to run."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    day = clock.today()
    with fresh_sqlite(folder, sqlite_template) as app, app.app_context(), unit_of_work():
        told = Provenance(enter_source("名册", day, SourceKind.SPREADSHEET), day, IMPORTER, None)
        for number, name in enumerate(HOSTILE * 2):
            where = {
                "longitude": 117.5 + (number % len(HOSTILE)) / 20 if number < len(HOSTILE) else 117.9,
                "latitude": 26.2,
                "position_precision": PositionPrecision.EXACT,
                "position_system": PositionSystem.WGS84,
            }
            values = {"name": name, "region_code": "350404", "address": name, **where}
            service.register_institution(values, told)
    with serve(folder) as address:
        yield address


def test_hostile_names_are_text_in_list_marker_and_popup(browser: Browser, hostile_site: str) -> None:
    page = open_map(browser, hostile_site, "/map?at=11/26.2/117.6")
    listed = page.locator(".map-row h3").all_inner_texts()
    assert set(HOSTILE) <= set(listed)
    for name in HOSTILE:
        page.locator(f".map-pin[aria-label^={json.dumps(name)}]").focus()  # by name: the map may have moved
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog").get_by_role("link", name=name, exact=True)).to_be_visible()
        page.keyboard.press("Escape")
    # those at one place are a list of names in one popup
    page.goto(hostile_site + "/map?at=15/26.2/117.9")
    page.locator(".map-many--spot").click()
    named = page.get_by_role("dialog").locator("li a")
    expect(named).to_have_count(len(HOSTILE))
    assert sorted(named.all_inner_texts()) == sorted(HOSTILE)
    assert page.locator("img[src='x']").count() == 0
    page.context.close()
