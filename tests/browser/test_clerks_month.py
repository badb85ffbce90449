"""A clerk's month in a real browser: sign in, import, untick, enter, mend, see it, undo."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from portal.accounts.demo import PASSWORD
from tests.browser.conftest import LONGEST, ROOT, serve
from tests.browser.looking import axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PICTURES = os.environ.get("PORTAL_TEST_PICTURES")
"""A folder to put pictures into, for whoever wants to look."""

_WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
_WORKED = 120_000
"""Milliseconds within which the worker, which may only just be starting, has done its part."""


@contextmanager
def _worker(data: Path) -> Iterator[None]:
    environment = {**os.environ, "PORTAL_DATA": str(data), "PORTAL_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=LONGEST)


@pytest.fixture
def own_data(demo_folder: Path, tmp_path: Path) -> Path:
    """The demo city, to be written into."""
    folder = tmp_path / "data"
    shutil.copytree(demo_folder, folder)
    return folder


@pytest.fixture
def office(own_data: Path) -> Iterator[str]:
    """A running portal with its worker."""
    with serve(own_data) as address, _worker(own_data):
        yield address


def _look(page: Page, name: str, *, narrow: bool = True) -> None:
    """Check a page at both widths and in elder mode; keep pictures of it where somebody asked for them."""
    assert axe_violations(page, _WCAG) == [], name
    for width, mode in ((1280, "standard"), (360, "standard"), (390, "elder")):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("mode => { document.documentElement.dataset.mode = mode }", mode)
        if narrow:
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, f"{name} at {width} px in {mode} mode is {wide} px too wide"
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{mode}-{width}.png", full_page=True)
    page.evaluate("document.documentElement.dataset.mode = 'standard'")
    page.set_viewport_size({"width": 1280, "height": 900})


def _sign_in(page: Page, site: str) -> None:
    page.goto(site + "/staff")
    page.get_by_label("邮箱").fill("clerk@yunting.example")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile(r"/staff$"))


def _upload(page: Page, site: str, file: Path, day: str) -> None:
    page.goto(site + "/staff/imports/new")
    page.get_by_label("名册文件").set_input_files(file)
    page.get_by_label("来源", exact=True).fill("汀兰区民政局养老机构名册")
    page.get_by_label("数据日期").fill(day)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text("待确认").first).to_be_visible(timeout=_WORKED)


def _a_minute_ago(data: Path) -> None:
    """Let the file have been sent a minute earlier: it is told then that no worker has begun."""
    with closing(sqlite3.connect(data / "portal.db", timeout=60)) as database, database:
        changed = database.execute(
            "UPDATE import_run SET state_since = strftime('%Y-%m-%d %H:%M:%f000', state_since, '-1 minute')"
        )
        assert changed.rowcount == 1


def _enter(page: Page) -> None:
    page.get_by_role("button", name=re.compile("下一步")).or_(
        page.get_by_role("link", name=re.compile("下一步"))
    ).click()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已导入").first).to_be_visible(timeout=_WORKED)


def test_a_month(browser: Browser, office: str, tmp_path: Path) -> None:
    context = browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    _sign_in(page, office)
    page.get_by_role("link", name="导入名册").first.click()
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("导入名册")
    _look(page, "imports-empty")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载示例名册").click()
    sample = tmp_path / "示例名册.xlsx"
    download.value.save_as(sample)
    page.get_by_role("link", name="导入新名册").click()
    expect(title).to_have_text("导入新名册")
    _look(page, "import-new")

    day = page.evaluate("new Date(Date.now() - 86400000).toISOString().slice(0, 10)")
    _upload(page, office, sample, day)
    first = page.url
    _look(page, "import-report")
    page.get_by_role("checkbox", name=re.compile("小满老年公寓")).uncheck()
    expect(page.get_by_text("勾选已保存")).to_be_visible()
    page.get_by_role("link", name=re.compile("有变更")).click()
    expect(page.locator("#rows")).to_contain_text("有变更")
    _look(page, "import-changed")
    page.get_by_role("link", name=re.compile("新增")).click()
    expect(page.get_by_role("checkbox", name=re.compile("小满老年公寓"))).not_to_be_checked()
    page.get_by_role("button", name="保存勾选，下一步").click()
    expect(title).to_have_text("确认导入")
    _look(page, "import-commit")
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已导入").first).to_be_visible(timeout=_WORKED)
    _look(page, "import-done")

    public = page.get_by_role("link", name="听泉养老院")
    public.click()
    expect(title).to_contain_text("听泉养老院")
    new_home = page.url
    page.goto(office + "/staff")
    expect(page.get_by_text("名册里被隔离")).to_be_visible()

    page.goto(first)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载待改的行（Excel）").click()
    mended = tmp_path / "改好.xlsx"
    download.value.save_as(mended)
    book = openpyxl.load_workbook(mended)
    sheet = book.worksheets[0]
    column = next(cell.column for cell in sheet[1] if cell.value == "床位数")
    assert sheet.cell(2, column).value == "六十来张"
    sheet.cell(2, column).value = "60"
    book.save(mended)
    _upload(page, office, mended, day)
    _enter(page)
    page.get_by_role("link", name="暮云敬老院").click()
    expect(title).to_contain_text("暮云敬老院")
    page.goto(office + "/staff")
    expect(page.get_by_text("名册里被隔离")).to_have_count(0)

    page.goto(first)
    page.get_by_text("撤销这次导入").click()
    _look(page, "import-undo")
    page.get_by_role("button", name="确认撤销").click()
    expect(page.get_by_text("已撤销").first).to_be_visible(timeout=_WORKED)
    _look(page, "import-undone")
    answer = page.request.get(new_home)
    assert answer.status == 404
    page.goto(office + "/staff/imports")
    _look(page, "imports")
    assert faults == []
    context.close()


def test_without_scripts_and_without_a_worker(browser: Browser, own_data: Path, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    with serve(own_data) as site:
        _sign_in(page, site)
        page.goto(site + "/staff/imports")
        with page.expect_download() as download:
            page.get_by_role("link", name="下载示例名册").click()
        sample = tmp_path / "示例名册.xlsx"
        download.value.save_as(sample)
        page.goto(site + "/staff/imports/new")
        page.get_by_label("名册文件").set_input_files(sample)
        page.get_by_label("来源", exact=True).fill("名册")
        page.get_by_label("数据日期").fill("2026-01-31")
        page.get_by_role("button", name="上传并核对").click()
        expect(page.get_by_text("正在核对").first).to_be_visible()
        _a_minute_ago(own_data)
        expect(page.get_by_text("后台任务还没有开始处理")).to_be_visible(timeout=_WORKED)
        with _worker(own_data):
            expect(page.get_by_text("待确认").first).to_be_visible(timeout=_WORKED)
        page.get_by_role("button", name="本页全不选").click()
        expect(page.get_by_text("取消勾选2行")).to_be_visible()
    context.close()


def test_a_file_too_large_is_told_with_and_without_scripts(
    browser: Browser, own_data: Path, tmp_path: Path
) -> None:
    big = tmp_path / "大.xlsx"
    with big.open("wb") as file:
        file.truncate(60 << 20)
    with serve(own_data) as site:
        for scripts in (True, False):
            context = browser.new_context(java_script_enabled=scripts)
            page = context.new_page()
            _sign_in(page, site)
            page.goto(site + "/staff/imports/new")
            page.get_by_label("来源", exact=True).fill("名册")
            page.get_by_label("数据日期").fill("2026-01-31")
            page.get_by_label("名册文件").set_input_files(big)
            page.get_by_role("button", name="上传并核对").click()
            if scripts:
                expect(page.get_by_text("这个文件有60 MB")).to_be_visible()
                expect(page.get_by_label("来源", exact=True)).to_have_value("名册")
            else:
                expect(page.get_by_role("heading", name="文件太大")).to_be_visible()
            context.close()
