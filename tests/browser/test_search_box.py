"""The search box in a real browser: keyboard, input methods, screen readers' attributes, hostile names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from portal.domain.actor import SYSTEM
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.search import indexing
from portal.search.registry import current_search
from portal.unit_of_work import unit_of_work
from tests.browser.conftest import serve
from tests.browser.looking import axe_violations
from tests.conftest import fresh_sqlite

pytestmark = pytest.mark.browser

HOSTILE = '怡和<script>document.title="x"</script><img src=x onerror=alert(1)>${alert(1)}</script>院'
OPTIONS = ".suggestions > [role=option]"
WIDTHS = {"standard.normal": 44, "elder.normal": 56}


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page of the site that has the box in its header."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.goto(site + "/grades")
    yield page
    context.close()


def typed(page: Page, text: str, *, found: bool = True) -> None:
    """Type into the box and wait for what it offers to all of that: fewer letters may be answered before."""
    with page.expect_response(lambda answer: unquote(answer.url).endswith(f"/search/suggest?q={text}")):
        page.get_by_role("combobox").press_sequentially(text, delay=20)
    if found:
        expect(page.locator(OPTIONS).last).to_have_text(f"搜索“{text}”")
    expect(page.locator("form [role=status]")).to_contain_text("条建议" if found else "没有建议")


def active(page: Page) -> str | None:
    """Return the text of the option that the box points to, as a screen reader follows it."""
    found: str | None = page.evaluate(
        "document.getElementById(document.querySelector('[role=combobox]')"
        ".getAttribute('aria-activedescendant'))?.textContent"
    )
    return found


def test_the_keyboard_walks_the_suggestions_and_opens_one(page: Page, site: str) -> None:
    box = page.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    typed(page, "敬老院")
    expect(box).to_have_attribute("aria-expanded", "true")
    options = page.locator(OPTIONS)
    texts = options.all_text_contents()
    assert len(texts) > 3
    assert active(page) is None
    page.keyboard.press("ArrowDown")
    assert active(page) == texts[0]
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    assert active(page) == texts[1]
    page.keyboard.press("End")
    assert active(page) == texts[-1]
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    assert active(page) is None
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.startswith(site + "/institutions/")
    assert page.locator("h1").inner_text() in texts[0]


def test_enter_alone_searches_for_what_was_typed(page: Page) -> None:
    typed(page, "敬老院")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert unquote(page.url).endswith("/search?q=敬老院")


def test_escape_closes_then_clears(page: Page) -> None:
    box = page.get_by_role("combobox")
    typed(page, "敬老院")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("敬老院")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(box).to_have_value("")


def test_the_number_is_told_in_chinese_and_the_list_is_named(page: Page) -> None:
    typed(page, "敬老院")
    expect(page.locator(OPTIONS).last).to_have_text("搜索“敬老院”")
    number = page.locator(OPTIONS).count() - 1
    expect(page.locator("form [role=status]")).to_have_text(f"有{number}条建议，按上下箭头键选择")
    expect(page.get_by_role("listbox", name="搜索建议")).to_be_visible()
    page.get_by_role("combobox").fill("")
    typed(page, "查无此院", found=False)
    expect(page.locator("form [role=status]")).to_have_text("没有建议，按回车键搜索")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_while_an_input_method_composes_nothing_is_asked_and_enter_is_its_own(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest" in request.url else None)
    page.get_by_role("combobox").focus()
    session = page.context.new_cdp_session(page)
    for letters in ("j", "ji", "jin", "jing'lao'yuan"):
        session.send("Input.imeSetComposition", {"text": letters, "selectionStart": 1, "selectionEnd": 1})
    page.wait_for_timeout(400)
    assert asked == []
    enter = {"windowsVirtualKeyCode": 229, "key": "Enter", "code": "Enter", "type": "rawKeyDown"}
    session.send("Input.dispatchKeyEvent", enter)
    page.evaluate("document.querySelector('form[data-suggest]').requestSubmit()")
    page.wait_for_timeout(200)
    assert page.url == site + "/grades", "an Enter that ends a composition sends nothing"
    with page.expect_response(lambda answer: "/search/suggest" in answer.url):
        session.send("Input.insertText", {"text": "敬老院"})
    expect(page.get_by_role("listbox")).to_be_visible()
    assert len(asked) == 1
    assert unquote(asked[0]).endswith("?q=敬老院")


def test_only_the_newest_answer_is_shown(page: Page) -> None:
    def older(request: Request) -> bool:
        return unquote(request.url).endswith("/search/suggest?q=敬老")

    page.route(lambda url: unquote(url).endswith("/search/suggest?q=敬老"), lambda route: None)  # no answer
    box = page.get_by_role("combobox")
    with page.expect_request(older):
        box.fill("敬老")
    with page.expect_event("requestfailed", older):  # it is given up
        box.fill("养老院")
    expect(page.locator(OPTIONS).last).to_have_text("搜索“养老院”")


def test_a_tap_opens_a_suggestion_and_leaving_closes_the_list(page: Page, site: str) -> None:
    typed(page, "敬老院")
    page.mouse.click(5, 840)
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.get_by_role("combobox").fill("")
    typed(page, "养老院")
    with page.expect_navigation():
        page.locator(OPTIONS).first.click()
    assert page.url.startswith(site + "/institutions/")


def test_nothing_typed_is_remembered(page: Page, site: str) -> None:
    typed(page, "敬老院")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    kept = page.evaluate("[JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]")
    assert not any("敬老院" in text for text in kept)
    assert page.locator("input[name=q]").get_attribute("autocomplete") == "off"


@pytest.mark.parametrize("mode", WIDTHS)
@pytest.mark.parametrize("path", ["/grades", "/", "/search"])
def test_suggestions_are_wide_enough_to_tap_within_a_small_phone_and_accessible(
    browser: Browser, site: str, mode: str, path: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN")
    context.add_cookies([{"name": "display", "value": mode, "url": site}])
    page = context.new_page()
    page.goto(site + path)
    typed(page, "养老")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("ArrowDown")
    heights = page.locator(OPTIONS).evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
    assert min(heights) >= WIDTHS[mode]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    right = page.get_by_role("listbox").evaluate("e => e.getBoundingClientRect().right")
    assert right <= 360
    assert axe_violations(page) == []
    context.close()


def test_without_javascript_the_box_is_a_form(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/grades")
    page.get_by_label("搜索机构").fill("敬老院")
    page.get_by_role("button", name="搜索").click()
    page.wait_for_url(lambda url: unquote(url).endswith("/search?q=敬老院"))
    assert page.locator("li.found").count() > 0
    context.close()


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[str]:
    """A portal with one home whose name tries everything."""
    folder = tmp_path_factory.mktemp("hostile")
    day = date(2026, 1, 1)
    with fresh_sqlite(folder, sqlite_template) as app, app.app_context():
        with unit_of_work():
            told = Provenance(enter_source(HOSTILE, day, SourceKind.SPREADSHEET), day, SYSTEM)
            facts = {"name": HOSTILE, "region_code": "350404", "address": HOSTILE, "operator": HOSTILE}
            service.register_institution(facts, told)
        indexing.rebuild(current_search())
    with serve(folder) as address:
        yield address


@pytest.mark.parametrize("path", ["/search?q=怡和", "/institutions?q=怡和", "/search?q=alert", "/search"])
def test_a_hostile_name_is_inert_in_results_list_and_suggestions(
    browser: Browser, hostile_site: str, path: str
) -> None:
    page = browser.new_page()
    broken: list[str] = []
    page.on("dialog", lambda dialog: (broken.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    page.goto(hostile_site + path)
    page.get_by_role("combobox").fill("")
    typed(page, "怡")
    name = page.locator(OPTIONS).first.locator("span").first
    expect(name).to_have_text(HOSTILE)
    page.keyboard.press("ArrowDown")
    assert page.locator("main img[src=x], .suggestions img, .suggestions script").count() == 0
    assert page.title() != "x"
    assert broken == []
    page.close()
