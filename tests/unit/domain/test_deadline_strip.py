"""The days from service to the last day: counted from the next working day on, and not without end."""

from __future__ import annotations

from datetime import date, timedelta

from portal.domain.day_strip import StripCell
from portal.domain.deadline_strip import MOST_DAYS, deadline_strip
from portal.domain.working_days import Arranged, DayFact, WorkingCalendar

HOLIDAY = {date(2026, 3, 5): DayFact(Arranged.REST, "测试节")}
CALENDAR = WorkingCalendar(2025, 2027, HOLIDAY, frozenset({2025, 2026, 2027}))
SERVED, TODAY = date(2026, 3, 3), date(2026, 3, 6)


def test_the_day_of_service_is_day_nought_and_the_last_is_flagged() -> None:
    strip = deadline_strip(CALENDAR, SERVED, date(2026, 3, 10), TODAY, cleared=date(2026, 3, 9))
    assert strip is not None
    cells = [cell for cell in strip.cells if isinstance(cell, StripCell)]
    assert [cell.number for cell in cells] == [0, 1, None, 2, None, None, 3, 4]
    assert [cell.day for cell in cells if cell.is_due] == [date(2026, 3, 10)]
    assert [cell.day for cell in cells if cell.is_today] == [TODAY]
    assert [cell.day for cell in cells if cell.is_answered] == [date(2026, 3, 9)]
    assert (strip.working_days, strip.holidays, strip.weekends) == (4, ("测试节",), True)
    assert not strip.due.provisional


def test_what_rests_on_days_not_arranged_yet_says_so() -> None:
    strip = deadline_strip(CALENDAR, SERVED, date(2026, 3, 10), TODAY, provisional=True)
    assert strip is not None
    assert strip.due.provisional


def test_there_is_none_where_it_would_say_nothing() -> None:
    assert deadline_strip(CALENDAR, SERVED, SERVED - timedelta(days=1), TODAY) is None
    assert deadline_strip(CALENDAR, SERVED, SERVED + timedelta(days=MOST_DAYS + 1), TODAY) is None
    assert deadline_strip(CALENDAR, date(2027, 12, 1), date(2028, 1, 4), TODAY) is None
    assert deadline_strip(CALENDAR, SERVED, SERVED + timedelta(days=MOST_DAYS), TODAY) is not None
