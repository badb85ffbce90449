"""How a problem stands to its last day, in working days."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.standing import Standing, day_count, standing, working_days
from portal.reference.calendar_source import source_calendar

FRIDAY, SATURDAY, MONDAY, TUESDAY = (date(2026, 3, day) for day in (6, 7, 9, 10))
CALENDAR = source_calendar()


@pytest.mark.parametrize(
    ("deadline", "cleared_on", "today", "expected"),
    [
        (None, None, MONDAY, Standing.OPEN),
        (MONDAY, None, MONDAY, Standing.OPEN),  # the last day ends at 24:00
        (FRIDAY, None, SATURDAY, Standing.OVERDUE),
        (FRIDAY, FRIDAY, MONDAY, Standing.CLEARED),
        (FRIDAY, SATURDAY, MONDAY, Standing.LATE),
        (None, SATURDAY, MONDAY, Standing.CLEARED),
    ],
)
def test_how_it_stands(
    deadline: date | None, cleared_on: date | None, today: date, expected: Standing
) -> None:
    assert standing(deadline, cleared_on, today) is expected


@pytest.mark.parametrize(
    ("deadline", "cleared_on", "today", "over", "left"),
    [
        (None, None, MONDAY, 0, 0),
        (TUESDAY, None, FRIDAY, 0, 2),
        (FRIDAY, None, FRIDAY, 0, 0),
        (FRIDAY, None, SATURDAY, 0, 0),  # overdue on a rest day: no working day over yet
        (FRIDAY, None, TUESDAY, 2, 0),
        (FRIDAY, MONDAY, TUESDAY, 1, 0),
        (FRIDAY, FRIDAY, TUESDAY, 0, 0),
    ],
)
def test_working_days_over_and_left(
    deadline: date | None, cleared_on: date | None, today: date, over: int, left: int
) -> None:
    found = day_count(CALENDAR, deadline, cleared_on, today)
    assert (found.over, found.left) == (over, left)


def test_the_spring_festival_is_not_counted() -> None:
    # 15 to 23 February 2026 are free, 14 and 28 February are worked
    assert working_days(CALENDAR, date(2026, 2, 13), date(2026, 2, 24)) == 2


def test_outside_the_calendar_nothing_is_said() -> None:
    assert working_days(CALENDAR, date(1900, 1, 1), MONDAY) is None
    assert day_count(CALENDAR, date(1900, 1, 1), None, MONDAY).over is None
