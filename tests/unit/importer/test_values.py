"""Single cells: what a bureau writes → a value, "not stated", or a refusal that says why."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import UnreadableValue
from portal.institutions.importer.tables import cell_text
from portal.institutions.importer.values import (
    not_stated,
    plain_text,
    read_coordinate,
    read_count,
    read_flag,
    read_partial_date,
    read_phone,
    said,
    tidy,
)


@pytest.mark.parametrize(
    ("written", "count"),
    [("300张", 300), ("1,200", 1200), ("1，200", 1200), ("120.0", 120), ("60人", 60), (" 40 ", 40), ("0", 0)],
)
def test_counts_with_units_and_separators(written: str, count: int) -> None:
    assert read_count(written) == count


@pytest.mark.parametrize("written", ["约120", "100-120", "120.5", "若干", "1,20", "13800138000", "#REF!"])
def test_counts_that_cannot_be_read_are_refused(written: str) -> None:
    with pytest.raises(UnreadableValue, match="读不出"):
        read_count(written)


def test_a_negative_count_is_called_negative() -> None:
    with pytest.raises(UnreadableValue, match="负"):
        read_count("-5")


@given(st.integers(min_value=0, max_value=1_000_000))
def test_every_count_survives_the_ways_it_is_written(count: int) -> None:
    for written in (str(count), f"{count}张", f"{count:,}", f"{count}.0", plain_text(float(count))):
        assert read_count(written) == count


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(1905, 6, 25), "2003"),
        ("1905/6/25", "2003"),
        (datetime(1905, 6, 28), "2006"),  # noqa: DTZ001 (spreadsheets have no zones)
        (2009, "2009"),
        (2016.0, "2016"),
        (41760.0, "2014-05-01"),
        ("41760", "2014-05-01"),
        ("2018年3月", "2018-03"),
        ("2018.3.5", "2018-03-05"),
        ("2021年7月8日", "2021-07-08"),
        ("2012-08-15 00:00:00", "2012-08-15"),
        ("20200601", "2020-06-01"),
        (20200601.0, "2020-06-01"),
        ("２０１８年", "2018"),
        (2018.3, "2018-03"),
    ],
)
def test_dates_in_all_their_forms(cell: object, day: str) -> None:
    assert read_partial_date(cell) == day  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["2019-02-30", "九十年代", "3018-01-01", 12.5, "2018-13", "1", True])
def test_dates_that_are_none_are_refused(cell: object) -> None:
    with pytest.raises(UnreadableValue, match="读不出"):
        read_partial_date(cell)  # type: ignore[arg-type]


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31)))
def test_every_date_survives_the_ways_it_is_written(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms: list[object] = [day, day.isoformat(), f"{day.year}/{day.month}/{day.day}", float(serial)]
    forms += [f"{day.year}年{day.month}月{day.day}日", day.strftime("%Y%m%d")]
    for form in forms:
        assert read_partial_date(form) == day.isoformat()  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "未知", "无", "暂无", "-", "——", "—", "/", "N/A", "…", "——/——"])
def test_words_that_say_nothing(text: str) -> None:
    assert not_stated(text)
    assert said(text) == ""


@pytest.mark.parametrize("text", ["0", "否", "无锡市", "无名路1号", "未央区", "-5"])
def test_words_that_say_something(text: str) -> None:
    assert not not_stated(text)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12345678987.0, "12345678987"),
        (1999.5, "1999.5"),
        (True, "是"),
        (date(2014, 5, 1), "2014-05-01"),
        (None, ""),
    ],
)
def test_cells_as_a_person_would_write_them(cell: object, text: str) -> None:
    assert cell_text(cell) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("\u200b测试听\u200b涛\u00a0", "测试听涛"),
        ("０５９８", "0598"),
        ("（南院）", "（南院）"),
        ("甲\u3000\u3000乙", "甲 乙"),
        ("䶮𬭚㙟\ue863", "䶮𬭚㙟\ue863"),
        ("a\r\nb", "a\nb"),
        ("\x00甲\x07", "甲"),
    ],
)
def test_tidy_removes_what_nobody_sees_and_keeps_rare_characters(written: str, text: str) -> None:
    assert tidy(written) == text


@given(st.text())
def test_tidy_is_stable_and_leaves_nothing_a_database_refuses(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert "\x00" not in once
    once.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "degrees"),
    [("117.2018", 117.2018), ("东经117.2°", 117.2), ("117°12′36″", 117.21), ("-12.5", -12.5)],
)
def test_coordinates(text: str, degrees: float) -> None:
    assert read_coordinate(text, latitude=False) == pytest.approx(degrees)


@pytest.mark.parametrize(
    ("text", "word"), [("东经一一七度", "读不出"), ("226.3", "纬度"), ("117°70′", "读不出")]
)
def test_coordinates_that_are_none(text: str, word: str) -> None:
    with pytest.raises(UnreadableValue, match=word):
        read_coordinate(text, latitude=True)


@pytest.mark.parametrize(
    ("cell", "number", "left_out"),
    [
        (12345678987.0, "12345678987", False),
        ("０５９８－００００１４０", "0598-0000140", False),
        ("0598-0000101、0598-0000102", "0598-0000101、0598-0000102", False),
        ("0598-0000101转802", "0598-0000101转802", False),
        ("张测试 0598-0000101", "0598-0000101", True),
        ("张测试", None, True),
    ],
)
def test_telephones_come_without_the_person(cell: object, number: str | None, left_out: bool) -> None:
    assert read_phone(cell) == (number, left_out)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "value"), [("√", True), ("是", True), ("×", False), ("否", False), ("部分", None)]
)
def test_flags(word: str, value: bool | None) -> None:
    assert read_flag(word) is value
