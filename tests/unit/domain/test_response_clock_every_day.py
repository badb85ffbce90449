"""Both clocks on every day of 2018–2026 against a count of our own over another package's calendar.

The count here walks from day to day and keeps what a clerk with a paper calendar would keep: how many days
have been counted, whether an answer is awaited and for how long. It shares nothing with the code under test.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from portal.domain.response_clock import (
    Judgement,
    Pause,
    final_answer_due,
    first_answer_due,
    judge,
    working_days_taken,
)
from portal.domain.working_days import Arranged, DayFact, Due, WorkingCalendar, amend
from portal.reference.calendar_source import source_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2018, 1, 1), date(2026, 12, 31)
EVERY_DAY = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
WORKED = {day: chinese_calendar.is_workday(day) for day in EVERY_DAY}
ENDS_OF_A_DAY = (time(0), time(23, 59, 59, 999999))


def counted(
    received: date,
    limit: int,
    asked: date | None = None,
    answered: date | None = None,
    worked: dict[date, bool] = WORKED,
) -> date | None:
    """Return the day on which ``limit`` days have been counted; None past what the other package knows."""
    day, so_far, waited = received, 0, 0
    waiting = asked == received and answered != received
    while so_far < limit:
        day += timedelta(1)
        if day not in worked:
            return None
        if waiting:
            waited += worked[day]
            if day == answered or waited == 10:
                waiting = False
        if worked[day] and not waiting:
            so_far += 1
        if day == asked and answered != asked:
            waiting = True
    return day


def moments(day: date) -> Iterator[datetime]:
    """Give the first and the last instant of a day in Shanghai, each also as UTC tells it."""
    for clock in ENDS_OF_A_DAY:
        moment = datetime.combine(day, clock, SHANGHAI)
        yield moment
        yield moment.astimezone(UTC)


def test_the_first_answer_of_every_day_and_its_last_instant() -> None:
    calendar, wrong, compared = source_calendar(), [], 0
    for received in EVERY_DAY:
        expected = counted(received, 5)
        if expected is None:
            continue
        compared += 1
        last = datetime.combine(expected, ENDS_OF_A_DAY[1], SHANGHAI)
        over = datetime.combine(expected + timedelta(1), ENDS_OF_A_DAY[0], SHANGHAI)
        for moment in moments(received):
            due = first_answer_due(calendar, moment).day
            told = (judge(calendar, due, last, over), judge(calendar, due, over, over))
            if (due, *told) != (expected, Judgement.IN_TIME, Judgement.LATE):
                wrong.append((moment, due, expected))
    assert wrong == []
    assert compared == 3280  # the last 7 of the 3 287 days end beyond 2026


@pytest.mark.parametrize(
    ("asked_after", "answered_after"),
    [
        (None, None),
        (0, None),
        (2, None),
        (2, 0),
        (3, 1),
        (5, 2),
        (4, 6),
        (1, 13),
        (9, 14),
        (12, 40),
        (25, 5),
        (33, 3),
    ],
)
@pytest.mark.parametrize(("days", "extension"), [(20, 0), (15, 10)])
def test_the_final_answer_of_every_day(
    days: int, extension: int, asked_after: int | None, answered_after: int | None
) -> None:
    """Every weekday and every holiday meets every pattern of question and answer."""
    calendar, wrong, compared = source_calendar(), [], 0
    for received in EVERY_DAY:
        asked = None if asked_after is None else received + timedelta(asked_after)
        answered = None if asked is None or answered_after is None else asked + timedelta(answered_after)
        expected = counted(received, days + extension, asked, answered)
        if expected is None:
            continue
        compared += 1
        moment = datetime.combine(received, ENDS_OF_A_DAY[1], SHANGHAI)
        pause = None if asked is None else Pause(asked, answered)
        due = final_answer_due(calendar, moment, days, pause, extension).day
        taken = working_days_taken(calendar, moment, datetime.combine(due, time(12), SHANGHAI), pause)
        if (due, taken) != (expected, days + extension):
            wrong.append((received, asked, answered, due, expected, taken))
    assert wrong == []
    assert compared > 3200


def test_over_the_ends_of_the_years() -> None:
    """Worked out by hand from the notices: 29 December 2018, a Saturday, and 4 January 2026 were worked."""
    calendar = source_calendar()
    for received, due in (
        (date(2018, 12, 26), date(2019, 1, 3)),  # 27, 28, 29 December, 2, 3 January
        (date(2019, 12, 31), date(2020, 1, 8)),  # 2, 3, 6, 7, 8 January
        (date(2023, 12, 29), date(2024, 1, 8)),  # 2, 3, 4, 5, 8 January
        (date(2025, 12, 31), date(2026, 1, 8)),  # 4 (Sunday), 5, 6, 7, 8 January
    ):
        assert first_answer_due(calendar, datetime.combine(received, time(9), SHANGHAI)).day == due


LABOUR_DAY_2019 = {
    **{date(2019, 5, day): DayFact(Arranged.REST, "劳动节") for day in (1, 2, 3, 4)},
    **{day: DayFact(Arranged.WORK, "劳动节") for day in (date(2019, 4, 28), date(2019, 5, 5))},
}
"""国办发明电〔2019〕3号, of 22 March 2019: four days off instead of one."""
BEFORE_2019 = {
    **{date(2019, 5, day): DayFact(Arranged.WORK, "") for day in (2, 3)},
    **{day: DayFact(Arranged.REST, "周末") for day in (date(2019, 4, 28), date(2019, 5, 5))},
}
SPRING_2020 = {
    date(2020, 1, 31): DayFact(Arranged.REST, "春节"),
    date(2020, 2, 1): DayFact(Arranged.REST, "春节"),
    date(2020, 2, 2): DayFact(Arranged.REST, "春节"),
}
"""国办发明电〔2020〕1号, of 26 January 2020: the holiday lasts until 2 February."""
BEFORE_2020 = {
    date(2020, 1, 31): DayFact(Arranged.WORK, ""),
    date(2020, 2, 1): DayFact(Arranged.WORK, "春节"),
}


def amended(
    before: dict[date, DayFact], notice: dict[date, DayFact]
) -> tuple[WorkingCalendar, WorkingCalendar]:
    """Return the calendar as it stood before a notice, and with it."""
    earlier = amend(source_calendar(), before)
    return earlier, amend(earlier, notice)


@pytest.mark.parametrize(
    ("before", "notice", "received", "first", "then"),
    [
        # 29, 30 April, 2, 3, 6 May; then 28 (a Sunday), 29, 30 April, 5 (a Sunday), 6 May
        (BEFORE_2019, LABOUR_DAY_2019, date(2019, 4, 26), date(2019, 5, 6), date(2019, 5, 6)),
        # 30 April, 2, 3, 6, 7 May; then 30 April, 5, 6, 7, 8 May
        (BEFORE_2019, LABOUR_DAY_2019, date(2019, 4, 29), date(2019, 5, 7), date(2019, 5, 8)),
        # 24, 25, 26, 29, 30 April; then the worked Sunday is one of them: earlier
        (BEFORE_2019, LABOUR_DAY_2019, date(2019, 4, 23), date(2019, 4, 30), date(2019, 4, 29)),
        # 22, 23, 31 January, 1, 3 February; then 22, 23 January, 3, 4, 5 February
        (BEFORE_2020, SPRING_2020, date(2020, 1, 21), date(2020, 2, 3), date(2020, 2, 5)),
    ],
)
def test_a_year_that_was_changed_while_it_ran(
    before: dict[date, DayFact], notice: dict[date, DayFact], received: date, first: date, then: date
) -> None:
    earlier, later = amended(before, notice)
    moment = datetime.combine(received, time(10), SHANGHAI)
    stored, new = first_answer_due(earlier, moment), first_answer_due(later, moment)
    assert (stored.day, new.day) == (first, then)
    assert later.version == source_calendar().version != earlier.version
    # answered on the last day that there was then: judged by that day, whatever the calendar became
    on_the_last_day = datetime.combine(first, ENDS_OF_A_DAY[1], SHANGHAI)
    assert judge(later, stored.day, on_the_last_day, on_the_last_day) is Judgement.IN_TIME


def test_the_count_on_paper_agrees_with_the_amended_calendar_too() -> None:
    """The independent count over the days as they were first arranged for 2020."""
    earlier, _ = amended(BEFORE_2020, SPRING_2020)
    worked = WORKED | {date(2020, 1, 31): True, date(2020, 2, 1): True, date(2020, 2, 2): False}
    for received in (date(2020, 1, 1) + timedelta(n) for n in range(45)):
        moment = datetime.combine(received, time(10), SHANGHAI)
        asked = received + timedelta(3)
        pause = Pause(asked, asked + timedelta(9))
        assert first_answer_due(earlier, moment) == Due(counted(received, 5, worked=worked), False)  # type: ignore[arg-type]
        due = final_answer_due(earlier, moment, 20, pause).day
        assert due == counted(received, 20, pause.asked, pause.answered, worked)
