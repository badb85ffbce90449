"""By when a report is to be answered: counted in working days anew each time, never stored."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from portal import clock
from portal.domain.correction_state import ANSWER_WITHIN
from portal.domain.working_days import Due, WorkingCalendar
from portal.reference.calendar import working_calendar


def due_of(waiting_since: datetime) -> Due:
    """Return the last day on which an answer is in time."""
    return working_calendar().due(waiting_since.astimezone(clock.SHANGHAI).date(), ANSWER_WITHIN)


def overdue_if_before(today: date) -> datetime:
    """Return the moment such that whatever has waited since before it is overdue today.

    Overdue is what has ``ANSWER_WITHIN`` whole working days between its day of receipt and today.
    """
    return clock.at(_working_day_back(working_calendar(), today, ANSWER_WITHIN), 0)


def _working_day_back(calendar: WorkingCalendar, today: date, number: int) -> date:
    day = today
    while number:
        day -= timedelta(days=1)
        number -= calendar.is_working_day(day)
    return day
