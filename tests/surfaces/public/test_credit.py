"""Credit in public: with basis, authority and term; over or repaired, it is gone from every page and file."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.supervision.kinds import CreditKind
from tests.surfaces.public.inspecting import Inspectors, list_home, read, unlist_home

TODAY = clock.today()
TITLE, WHY = "擅自改变用途", "把老人活动室出租做库房"


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.fixture
def home(sqlite_app: Flask) -> str:
    return list_home(sqlite_app, "清溪敬老院", days(-400))


def everywhere(app: Flask, home: str, on: date) -> str:
    """Return all that a visitor could read of a home's credit on a day."""
    paths = (
        "/credit", f"/credit?home={home}", "/credit?kind=penalty", "/credit.csv", f"/institutions/{home}",
        f"/institutions/{home}.csv", f"/institutions/{home}/history", "/institutions", "/search?q=改变用途",
        "/", "/supervision",
    )  # fmt: skip
    return "".join(read(app, path, on).replace('value="改变用途"', "") for path in paths)


def test_an_entry_stands_with_all_that_law_wants_beside_it(sqlite_app: Flask, home: str) -> None:
    Inspectors(sqlite_app).credit(home, days(-10), days(300))
    page = read(sqlite_app, "/credit", TODAY)
    for words in (
        "清溪敬老院", TITLE, WHY, "《养老机构管理办法》第四十六条", "三元区民政局", "三元民罚〔2026〕3号",
        "¥20,000", "行政处罚", "公开到", "信用修复",
    ):  # fmt: skip
        assert words in page
    (row,) = csv.DictReader(io.StringIO(read(sqlite_app, "/credit.csv", TODAY).lstrip("\ufeff")))
    assert (row["罚款（元）"], row["公开到"], row["机构编号"]) == ("20000.0", days(300).isoformat(), home)
    on_home = read(sqlite_app, f"/institutions/{home}", TODAY)
    assert TITLE in on_home
    assert f"/credit?home={home}" in on_home


def test_on_its_last_day_it_stands_and_the_day_after_it_is_gone_everywhere(
    sqlite_app: Flask, home: str
) -> None:
    Inspectors(sqlite_app).credit(home, days(-10), days(3))
    assert everywhere(sqlite_app, home, days(3)).count(WHY) >= 3
    gone = everywhere(sqlite_app, home, days(4))
    assert TITLE not in gone
    assert WHY not in gone


def test_a_repaired_entry_is_gone_everywhere_at_once(sqlite_app: Flask, home: str) -> None:
    inspectors = Inspectors(sqlite_app)
    entry = inspectors.credit(home, days(-10), days(300))
    assert WHY in everywhere(sqlite_app, home, TODAY)
    inspectors.repair(entry, TODAY)
    gone = everywhere(sqlite_app, home, TODAY)
    for words in (TITLE, WHY, entry, "已经改正，履行完毕", "三元民罚"):
        assert words not in gone
    assert "现在没有公开的信用记录" in read(sqlite_app, "/credit", TODAY)


def test_the_tabs_count_each_kind_and_narrow_the_list(sqlite_app: Flask, home: str) -> None:
    inspectors, other = Inspectors(sqlite_app), list_home(sqlite_app, "福海养老院", days(-400))
    inspectors.credit(home, days(-10), days(300))
    inspectors.credit(
        other, days(-5), None, "敬老文明单位", kind=CreditKind.COMMENDATION, amount_fen=None,
        reason="救人及时。", document_number=None,
    )  # fmt: skip
    page = read(sqlite_app, "/credit?kind=commendation", TODAY)
    assert "敬老文明单位" in page
    assert TITLE not in page
    assert "没有期限" in page
    assert TITLE not in read(sqlite_app, f"/credit?home={other}", TODAY)
    assert TITLE in read(sqlite_app, "/credit?q=清溪", TODAY)
    assert "没有符合这些条件的记录" in read(sqlite_app, "/credit?kind=discredit", TODAY)
    assert TITLE in read(sqlite_app, "/credit?kind=nonsense&region=x&page=999999", TODAY)


def test_a_home_that_was_withdrawn_takes_its_credit_along(sqlite_app: Flask, home: str) -> None:
    Inspectors(sqlite_app).credit(home, days(-10), days(300))
    unlist_home(sqlite_app, home, TODAY)
    assert TITLE not in read(sqlite_app, "/credit", TODAY) + read(sqlite_app, "/credit.csv", TODAY)
