"""Two clerks, two browsers, one record; and a change by keyboard alone, seen before it is saved."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portal import clock
from tests.browser.conftest import serve
from tests.browser.looking import axe_violations, loaded
from tests.browser.staff import signed_in_state

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory, demo_folder: Path) -> Iterator[str]:
    """A portal on a copy of the demo city: what is changed here is nobody else's."""
    folder = tmp_path_factory.mktemp("editing") / "data"
    shutil.copytree(demo_folder, folder)
    with serve(folder) as address:
        yield address


def enter(
    browser: Browser, site: str, who: str, *, script: bool = True, mode: str = "standard.normal"
) -> Page:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        locale="zh-CN",
        storage_state=signed_in_state(browser, site, f"{who}@yunting.example"),
        java_script_enabled=script,
    )
    context.add_cookies([{"name": "display", "value": mode, "url": site}])
    return context.new_page()


def beds_of_some_home(page: Page, site: str) -> str:
    page.goto(site + "/staff/institutions")
    page.locator("tbody th a").first.click()
    page.wait_for_url(re.compile(r"/staff/institutions/[2-9a-z]{8}(#.*)?$"))
    return re.sub(r"#.*", "", page.url) + "/edit/beds"


def fill_source(page: Page) -> None:
    page.get_by_label("来源名称").fill("2026年月报")
    page.get_by_label("数据日期", exact=True).fill(clock.today().isoformat())


def test_two_clerks_on_one_record(browser: Browser, own_site: str) -> None:
    clerk = enter(browser, own_site, "clerk")
    reviewer = enter(browser, own_site, "reviewer")
    address = beds_of_some_home(clerk, own_site)
    clerk.goto(address)
    reviewer.goto(address)
    clerk.get_by_label("床位总数").fill("301")
    clerk.get_by_label("入住老人").fill("77")
    clerk.get_by_label("发布单位").fill("汀兰区民政局")
    fill_source(clerk)
    reviewer.get_by_label("床位总数").fill("302")
    fill_source(reviewer)
    reviewer.get_by_role("button", name="保存并公开").click()
    reviewer.wait_for_url(re.compile(r"#beds$"))
    clerk.get_by_role("button", name="保存并公开").click()
    told = clerk.get_by_role("alert")
    expect(told).to_contain_text("云汀市民政审核")
    expect(told).to_be_focused()
    choice = clerk.get_by_role("group", name="床位总数")
    assert "302张" in choice.inner_text()
    assert "301张" in choice.inner_text()
    assert choice.locator("input:checked").count() == 0
    assert clerk.get_by_role("group", name="入住老人").locator("input:checked").input_value() == "mine"
    assert clerk.get_by_label("发布单位").input_value() == "汀兰区民政局"
    assert axe_violations(clerk) == []
    clerk.set_viewport_size({"width": 360, "height": 800})
    assert clerk.evaluate("document.documentElement.scrollWidth") == 360
    clerk.get_by_role("button", name="保存并公开").click()
    unchosen = clerk.get_by_role("link", name="请选一个")
    expect(unchosen).to_be_visible()
    expect(told).to_be_focused()  # not before its script has run: that would take the focus from the choice
    unchosen.click()
    expect(clerk.locator(":focus")).to_have_value("mine")
    clerk.keyboard.press("Space")
    clerk.get_by_role("button", name="保存并公开").click()
    clerk.wait_for_url(re.compile(r"#beds$"))
    shown = clerk.locator("#beds").inner_text()
    assert "301张" in shown
    assert "77人" in shown
    clerk.context.close()
    reviewer.context.close()


def test_the_same_without_scripts(browser: Browser, own_site: str) -> None:
    first, second = (enter(browser, own_site, who, script=False) for who in ("clerk", "reviewer"))
    address = beds_of_some_home(first, own_site)
    first.goto(address)
    second.goto(address)
    today = clock.today().isoformat()
    for page, beds in ((first, "401"), (second, "402")):
        page.get_by_label("床位总数").fill(beds)
        page.get_by_label("来源名称").fill("2026年月报")
        page.get_by_label("数据日期", exact=True).fill(today)
    first.get_by_role("button", name="保存并公开").click()
    first.wait_for_url(re.compile(r"#beds$"))
    second.get_by_role("button", name="保存并公开").click()
    expect(second.locator("main")).to_contain_text("别人改过这条信息")
    second.get_by_label("用现在的：401张").check()
    second.get_by_role("button", name="保存并公开").click()
    expect(second.locator("main")).to_contain_text("没有改动")
    first.context.close()
    second.context.close()


def test_a_change_by_keyboard_alone_seen_before_it_is_saved(browser: Browser, own_site: str) -> None:
    page = enter(browser, own_site, "clerk")
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(beds_of_some_home(page, own_site))

    def tab_to(label: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.labels?.[0]?.innerText.trim() ?? ''").startswith(label):
                return
            if page.evaluate("document.activeElement.innerText ?? ''").strip() == label:
                return
        raise AssertionError(f"no way to {label} by keyboard")

    tab_to("床位总数")
    page.keyboard.press("Control+a")
    page.keyboard.type("288")
    tab_to("来源名称")
    page.keyboard.type("2026年月报")
    tab_to("数据日期")
    page.keyboard.type(clock.today().strftime("%m%d%Y"))  # the order in which this browser shows a date
    assert page.get_by_label("数据日期", exact=True).input_value() == clock.today().isoformat()
    tab_to("先看公众看到的样子")
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe[title='公众看到的样子']")
    expect(frame.locator("main")).to_contain_text("288")
    loaded(page)
    assert frame.locator("body").evaluate(
        "e => getComputedStyle(e).fontFamily.includes('Noto')"
    )  # its styles hold
    assert axe_violations(page) == []
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert box["x"] > 500  # beside the form
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.set_viewport_size({"width": 1280, "height": 900})
    public = page.url.replace("/staff", "").replace("/edit/beds", "")
    visitor = browser.new_page()
    visitor.goto(public)
    assert "288" not in visitor.locator("main").inner_text()
    page.locator("h1").click()
    tab_to("保存并公开")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"#beds$"))
    visitor.goto(public)
    assert "288" in visitor.locator("main").inner_text()
    visitor.close()
    assert errors == []
    page.context.close()


@pytest.mark.parametrize("mode", ["standard.normal", "elder.normal"])
def test_refused_forms_and_previews_are_accessible(browser: Browser, own_site: str, mode: str) -> None:
    page = enter(browser, own_site, "reviewer", mode=mode)
    page.goto(beds_of_some_home(page, own_site))
    page.get_by_label("床位总数").fill("很多")
    page.get_by_role("button", name="保存并公开").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert axe_violations(page) == []
    page.get_by_role("link", name="请只填数字").click()
    expect(page.locator("#f_beds_total")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("299")
    fill_source(page)
    page.get_by_role("button", name="先看公众").click()
    page.locator("iframe").wait_for()
    assert axe_violations(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.context.close()
