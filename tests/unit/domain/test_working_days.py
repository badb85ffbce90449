"""Working days: receipt is day 0, make-up weekends count, what is not published is provisional."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.calendar_year import calendar_year
from portal.domain.day_strip import StripCell, StripGap, day_strip
from portal.domain.errors import DomainError
from portal.domain.working_days import (
    Arranged,
    DayFact,
    DayKind,
    OutsideCalendar,
    Why,
    WorkingCalendar,
    amend,
    changes,
)

REST, WORK = Arranged.REST, Arranged.WORK


def spring_of_2026() -> dict[date, DayFact]:
    """The Spring Festival as arranged for 2026: off from 16 to 23 February, worked on 14 and 28."""
    facts = {date(2026, 2, day): DayFact(REST, "春节") for day in range(16, 24)}
    return facts | {date(2026, 2, day): DayFact(WORK, "春节") for day in (14, 28)}


CALENDAR = WorkingCalendar(2025, 2030, spring_of_2026(), frozenset({2025, 2026}))
days_within = st.dates(date(2025, 1, 1), date(2029, 1, 1))


@pytest.mark.parametrize(
    ("received", "working_days", "due"),
    [
        (date(2026, 3, 2), 5, date(2026, 3, 9)),  # Monday: the next Monday
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # Friday: Monday is day 1
        (date(2026, 3, 7), 5, date(2026, 3, 13)),  # Saturday: Monday is day 1, Friday the end
        (date(2026, 3, 8), 5, date(2026, 3, 13)),  # Sunday: the same
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # the Saturday is worked
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # and then the holiday is passed over
        (date(2026, 2, 18), 5, date(2026, 2, 28)),  # received within the holiday; a worked Saturday is day 5
        (date(2026, 2, 14), 0, date(2026, 2, 14)),
        (date(2026, 2, 18), 0, date(2026, 2, 18)),  # day 0 is the day of receipt, whatever day it is
    ],
)
def test_a_limit_ends_on_day_n(received: date, working_days: int, due: date) -> None:
    assert CALENDAR.due(received, working_days).day == due


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 3, 2), Why(DayKind.WORKDAY)),
        (date(2026, 3, 7), Why(DayKind.SATURDAY)),
        (date(2026, 3, 8), Why(DayKind.SUNDAY)),
        (date(2026, 2, 17), Why(DayKind.HOLIDAY, "春节")),
        (date(2026, 2, 21), Why(DayKind.HOLIDAY, "春节")),  # a Saturday within it
        (date(2026, 2, 28), Why(DayKind.MAKE_UP, "春节")),
    ],
)
def test_every_day_says_why(day: date, why: Why) -> None:
    assert CALENDAR.why(day) == why
    assert CALENDAR.is_working_day(day) is why.works


def test_past_the_published_years_a_date_is_provisional() -> None:
    assert CALENDAR.due(date(2026, 12, 10), 5).provisional is False
    assert CALENDAR.due(date(2026, 12, 31), 1).provisional is True
    assert CALENDAR.due(date(2027, 5, 3), 5).provisional is True
    assert CALENDAR.due(date(2026, 12, 21), 20).provisional is True
    assert CALENDAR.published_to == date(2026, 12, 31)


def test_the_last_days_of_a_year_wait_for_the_next_years_arrangement() -> None:
    assert CALENDAR.due(date(2026, 12, 23), 1).provisional is False
    assert CALENDAR.due(date(2026, 12, 23), 2).provisional is True  # the 25th
    assert CALENDAR.due(date(2025, 12, 23), 2).provisional is False


def test_a_published_year_after_an_unpublished_one_settles_nothing_before_it() -> None:
    later = amend(CALENDAR, {date(2028, 10, 2): DayFact(REST, "国庆节")}, whole_year=2028)
    assert later.published_to == date(2026, 12, 31)
    assert later.due(date(2028, 3, 1), 5).provisional is False
    assert later.due(date(2027, 12, 30), 5).provisional is True


def test_an_amendment_replaces_the_days_it_names_and_no_others() -> None:
    changed = amend(
        CALENDAR, {date(2026, 2, 28): DayFact(REST, "春节", 7), date(2026, 2, 17): DayFact(WORK, "春节")}
    )
    assert changed.why(date(2026, 2, 28)) == Why(DayKind.HOLIDAY, "春节", 7)
    assert changed.why(date(2026, 2, 17)) == Why(DayKind.WORKDAY, "春节")
    assert changed.why(date(2026, 2, 18)) == CALENDAR.why(date(2026, 2, 18))
    assert changed.published == CALENDAR.published
    assert [one.day.day for one in changes(CALENDAR, changed)] == [17, 28]
    assert all(one.counts_differently for one in changes(CALENDAR, changed))
    assert CALENDAR.why(date(2026, 2, 28)).kind is DayKind.MAKE_UP  # the first is as it was


def test_a_whole_years_arrangement_replaces_all_of_that_year() -> None:
    changed = amend(CALENDAR, {date(2026, 10, 1): DayFact(REST, "国庆节")}, whole_year=2026)
    assert changed.why(date(2026, 2, 17)).kind is DayKind.WORKDAY
    assert changed.why(date(2026, 2, 28)).kind is DayKind.SATURDAY
    assert changed.is_working_day(date(2026, 10, 1)) is False


def test_publishing_a_year_turns_provisional_dates_final_and_may_move_them() -> None:
    received = date(2026, 12, 30)
    new_year = {date(2027, 1, 1): DayFact(REST, "元旦"), date(2027, 1, 3): DayFact(WORK, "元旦")}
    before = CALENDAR.due(received, 3)
    after = amend(CALENDAR, new_year, whole_year=2027).due(received, 3)
    assert (before.day, before.provisional) == (date(2027, 1, 4), True)
    assert (after.day, after.provisional) == (date(2027, 1, 4), False)
    assert amend(CALENDAR, new_year, whole_year=2027).due(received, 2).day == date(2027, 1, 3)


@given(days_within, st.integers(1, 200))
def test_a_due_day_is_the_nth_working_day_after(received: date, working_days: int) -> None:
    due = CALENDAR.due(received, working_days).day
    naive, counted = received, 0
    while counted < working_days:
        naive += timedelta(1)
        counted += CALENDAR.is_working_day(naive)
    assert due == naive
    assert CALENDAR.working_days_between(received, due) == working_days


@given(days_within, st.integers(0, 200))
def test_provisional_means_that_some_day_after_receipt_is_unsettled(
    received: date, working_days: int
) -> None:
    due = CALENDAR.due(received, working_days)
    passed = [received + timedelta(n) for n in range(1, (due.day - received).days + 1)] or [received]
    assert due.provisional is not all(CALENDAR.is_settled(day) for day in passed)


@given(days_within, st.integers(0, 60))
def test_received_later_is_never_due_earlier(received: date, working_days: int) -> None:
    assert CALENDAR.due(received, working_days).day <= CALENDAR.due(received + timedelta(1), working_days).day
    assert CALENDAR.due(received, working_days).day < CALENDAR.due(received, working_days + 1).day


@given(days_within, st.integers(0, 60))
def test_the_walk_numbers_the_days_as_the_due_day_counts_them(received: date, working_days: int) -> None:
    due = CALENDAR.due(received, working_days).day
    walked = list(CALENDAR.walk(received, due))
    assert [one.day for one in walked] == [received + timedelta(n) for n in range((due - received).days + 1)]
    assert [one.number for one in walked if one.number is not None] == list(range(working_days + 1))
    assert all(one.number is None for one in walked[1:] if not one.why.works)


def test_many_thousand_working_days_are_one_look_into_a_table() -> None:
    wide = WorkingCalendar(2001, 2099, {}, frozenset())
    assert wide.due(date(2001, 1, 1), 20_000).day == date(2001, 1, 1) + timedelta(weeks=4000)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CALENDAR.due(date(2026, 1, 5), -1),
        lambda: CALENDAR.due(date(2024, 12, 31), 5),
        lambda: CALENDAR.due(date(2031, 1, 1), 5),
        lambda: CALENDAR.due(date(2026, 1, 5), 100_000),
        lambda: CALENDAR.is_working_day(date(1999, 1, 1)),
        lambda: CALENDAR.why(date(2200, 1, 1)),
        lambda: CALENDAR.working_days_between(date(2026, 1, 6), date(2026, 1, 5)),
        lambda: list(CALENDAR.walk(date(2026, 1, 5), date(2031, 1, 1))),
        lambda: calendar_year(CALENDAR, 2031),
    ],
)
def test_what_it_cannot_answer_is_refused_in_words(ask: object) -> None:
    with pytest.raises(OutsideCalendar) as refused:
        ask()  # type: ignore[operator]
    assert isinstance(refused.value, DomainError)
    assert str(refused.value).endswith("。")


def test_a_moment_is_not_a_day() -> None:
    with pytest.raises(TypeError):
        CALENDAR.due(datetime(2026, 1, 5, 23, tzinfo=UTC), 5)


def test_the_strip_shows_every_day_with_today_and_the_end() -> None:
    strip = day_strip(CALENDAR, date(2026, 2, 13), 2, date(2026, 2, 16))
    cells = [cell for cell in strip.cells if isinstance(cell, StripCell)]
    assert strip.whole
    assert [cell.number for cell in cells] == [0, 1, *[None] * 9, 2]
    assert [cell.day.day for cell in cells if cell.is_today] == [16]
    assert [cell.day.day for cell in cells if cell.is_due] == [24]
    assert strip.made_up == (date(2026, 2, 14),)
    assert (strip.holidays, strip.weekends) == (("春节",), True)


def test_a_long_strip_leaves_its_middle_out_and_says_how_much() -> None:
    strip = day_strip(CALENDAR, date(2026, 1, 5), 200, date(2026, 1, 5))
    cells = [cell for cell in strip.cells if isinstance(cell, StripCell)]
    gap = next(cell for cell in strip.cells if isinstance(cell, StripGap))
    assert not strip.whole
    assert len(cells) + gap.days == (strip.due.day - strip.received).days + 1
    assert sum(bool(cell.number) for cell in cells) + gap.working_days == 200
    assert (cells[-1].number, cells[-1].is_due) == (200, True)
    # what it says in words covers the days it does not draw
    assert (strip.holidays, strip.made_up) == (("春节",), (date(2026, 2, 14), date(2026, 2, 28)))


def test_a_strip_of_a_few_days_speaks_of_no_weekend_that_it_does_not_touch() -> None:
    strip = day_strip(CALENDAR, date(2026, 3, 8), 3, date(2026, 3, 8))  # a Sunday: day 0 is not passed over
    assert (strip.holidays, strip.weekends, strip.made_up) == ((), False, ())
    assert not day_strip(CALENDAR, date(2026, 3, 2), 3, date(2026, 3, 2)).weekends


def test_a_year_is_told_by_its_holidays_with_their_weekends() -> None:
    year = calendar_year(CALENDAR, 2026)
    (spring,) = year.holidays
    assert (spring.name, spring.start, spring.end, spring.days) == (
        "春节",
        date(2026, 2, 15),
        date(2026, 2, 23),
        9,
    )
    assert spring.worked == (date(2026, 2, 14), date(2026, 2, 28))
    assert year.working_days == 261 - 6 + 2
    assert year.published
    assert not calendar_year(CALENDAR, 2027).published


def test_a_holiday_at_the_turn_of_the_year_stands_in_both_years() -> None:
    turned = amend(
        CALENDAR,
        {
            date(2026, 12, 31): DayFact(REST, "元旦", 3),
            date(2027, 1, 1): DayFact(REST, "元旦"),
            date(2026, 12, 27): DayFact(WORK, "元旦", 3),
        },
    )
    for year in (2026, 2027):
        told = next(one for one in calendar_year(turned, year).holidays if one.name == "元旦")
        assert (told.start, told.end) == (date(2026, 12, 31), date(2027, 1, 3))
        assert told.worked == (date(2026, 12, 27),)
        assert told.notices == (3,)


def test_a_whole_years_arrangement_leaves_what_the_next_year_arranged_in_december() -> None:
    """29 December 2018 was worked for New Year 2019: entering 2018 again must not lose it."""
    december = date(2026, 12, 26)
    days = {date(2027, 1, 1): DayFact(REST, "元旦"), december: DayFact(WORK, "元旦")}
    reached = amend(CALENDAR, days, whole_year=2027)
    again = amend(reached, {date(2026, 10, 1): DayFact(REST, "国庆节")}, whole_year=2026)
    assert reached.is_working_day(december)
    assert again.is_working_day(december)
