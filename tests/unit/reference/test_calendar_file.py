"""The days of a notice as people write them: spans, full-width commas, and every wrong line named."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.working_days import Arranged, DayFact
from portal.reference.calendar_file import read_days, read_options
from portal.reference.calendar_service import AmendmentRefused

REST, WORK = Arranged.REST, Arranged.WORK


@pytest.mark.parametrize(
    "line",
    [
        "2027-10-01至2027-10-02,放假,国庆节",
        "2027年10月1日到2027年10月2日，放假，国庆节",
        "2027/10/1..2027/10/2\t休息\t国庆节",
        " 2027-10-01 ~ 2027-10-02 , 放假 , 国庆节 ",
    ],
)
def test_a_span_is_read_however_it_is_written(line: str) -> None:
    assert read_days(line) == {date(2027, 10, day): DayFact(REST, "国庆节") for day in (1, 2)}


def test_headings_comments_and_empty_lines_are_passed_over() -> None:
    text = "\ufeff日期,安排,节日\n\n# 国办发明电\n2027-10-09,上班,国庆节\n"
    assert read_days(text) == {date(2027, 10, 9): DayFact(WORK, "国庆节")}


def test_options_say_the_same() -> None:
    found = read_options(["2027-10-01..2027-10-02=国庆节"], ["2027-10-09=国庆节"])
    assert {day.day: fact.arranged for day, fact in found.items()} == {1: REST, 2: REST, 9: WORK}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2027-10-01,放假", "应写成"),
        ("2027-10-01,过节,国庆节", "放假"),
        ("10月1日,放假,国庆节", "不是日期"),
        ("2027-02-30,放假,春节", "日历上没有"),
        ("2027-10-07至2027-10-01,放假,国庆节", "从前往后"),
        ("2027-10-01至2028-10-01,放假,国庆节", "最多"),
    ],
)
def test_a_wrong_line_is_named_with_its_reason(line: str, words: str) -> None:
    with pytest.raises(AmendmentRefused, match=f"第2行.*{words}"):
        read_days(f"2027-01-01,放假,元旦\n{line}")


def test_every_wrong_line_is_named_at_once_and_a_day_stands_once() -> None:
    with pytest.raises(AmendmentRefused) as refused:
        read_days("x\n2027-01-01至2027-01-03,放假,元旦\n2027-01-03,上班,元旦")
    first, second = str(refused.value).splitlines()
    assert first.startswith("第1行")
    assert second == "第3行：2027-01-03前面已经写过一次"


def test_a_flood_of_lines_is_refused() -> None:
    with pytest.raises(AmendmentRefused, match="行数太多"):
        read_days("x\n" * 401)
