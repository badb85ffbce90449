"""The official calendar as packaged, held against a second, independent package for every published year."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta

import chinese_calendar
import pytest

from portal.domain.working_days import DayKind
from portal.reference.calendar_source import FIRST_YEAR, published_years, source_calendar

FIRST, LAST = date(2018, 1, 1), date(2026, 12, 31)
EVERY_DAY = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]


def test_every_day_of_2018_to_2026_agrees_with_the_other_package() -> None:
    calendar = source_calendar()
    differing = [
        day for day in EVERY_DAY if calendar.is_working_day(day) is not chinese_calendar.is_workday(day)
    ]
    assert len(EVERY_DAY) == 3287
    assert differing == []


@pytest.mark.parametrize("working_days", [5, 20])
def test_due_days_of_2018_to_2026_agree_with_walking_through_the_other_package(working_days: int) -> None:
    calendar = source_calendar()
    worked = [day for day in EVERY_DAY if chinese_calendar.is_workday(day)]
    wrong = {}
    for received in EVERY_DAY:
        at = bisect_right(worked, received) + working_days - 1
        if at < len(worked):  # past 2026 the other package refuses
            due = calendar.due(received, working_days)
            if due.day != worked[at]:
                wrong[received] = due
    assert wrong == {}


def test_published_are_the_years_that_have_an_arrangement() -> None:
    calendar = source_calendar()
    last = max(calendar.published)
    assert calendar.published == set(range(FIRST_YEAR, last + 1))
    assert calendar.published_to == date(last, 12, 31)
    assert last >= 2026
    with pytest.raises(
        NotImplementedError
    ):  # the other package says which years it knows: ours may not claim less
        chinese_calendar.is_workday(date(last + 1, 6, 1))


def test_a_year_of_which_only_the_turn_is_known_is_not_published() -> None:
    # 29 December 2018 was worked for New Year's Day 2019: it tells nothing about the rest of either year
    assert published_years({date(2027, 12, 25), date(2027, 1, 3)}) == set()
    assert published_years({date(2027, 2, 20)}) == {2027}


def test_years_to_come_have_the_holidays_of_the_law_and_are_not_published() -> None:
    calendar = source_calendar()
    coming = max(calendar.published) + 1
    assert calendar.is_working_day(date(coming, 10, 1)) is False
    assert calendar.due(date(coming, 3, 1), 5).provisional is True
    assert calendar.why(date(coming, 10, 1)).name == "国庆节"


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        (date(2026, 2, 17), DayKind.HOLIDAY, "春节"),
        (date(2026, 2, 20), DayKind.HOLIDAY, "春节"),  # exchanged for a Saturday
        (date(2026, 2, 21), DayKind.HOLIDAY, "春节"),  # a Saturday between two days of the holiday
        (date(2026, 2, 28), DayKind.MAKE_UP, "春节"),
        (date(2026, 2, 16), DayKind.HOLIDAY, "春节"),  # 农历除夕
        (date(2026, 1, 4), DayKind.MAKE_UP, "元旦"),
        (date(2026, 4, 6), DayKind.HOLIDAY, "清明节"),  # a day given for a Sunday
        (date(2025, 10, 1), DayKind.HOLIDAY, "国庆节"),
        (date(2025, 10, 6), DayKind.HOLIDAY, "中秋节"),
        (date(2025, 10, 8), DayKind.HOLIDAY, "国庆节、中秋节"),
        (date(2020, 1, 31), DayKind.HOLIDAY, "春节"),  # the year that was changed while it ran
        (date(2018, 12, 29), DayKind.MAKE_UP, "元旦"),
    ],
)
def test_days_carry_the_name_of_their_holiday(day: date, kind: DayKind, name: str) -> None:
    why = source_calendar().why(day)
    assert (why.kind, why.name) == (kind, name)


def test_no_day_off_and_no_worked_weekend_is_without_a_name() -> None:
    nameless = [day for day, fact in source_calendar().facts.items() if not fact.name]
    assert nameless == []
