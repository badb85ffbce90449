"""How a problem or a notice stands to its last day: computed on the day that asks, never stored (R20).

The last day ends at 24:00: on it nothing is overdue yet. What was put right after its last day stays late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.working_days import OutsideCalendar, WorkingCalendar


class Standing(StrEnum):
    """How it stands on a day."""

    OPEN = "open"
    """Still to be put right; as a choice, those overdue too."""
    OVERDUE = "overdue"
    """Still to be put right, and the last day is over."""
    CLEARED = "cleared"
    """Put right; as a choice, those put right late too."""
    LATE = "late"
    """Put right after the last day."""
    RECURRED = "recurred"
    """Put right, and came back since: only ever a choice, beside one of the others."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """A standing in working days. ``over``: since the last day, until today or the day it was put right;
    ``left``: from today through the last day. Each 0 where it does not apply, None outside the calendar."""

    standing: Standing
    over: int | None
    left: int | None


def standing(deadline: date | None, cleared_on: date | None, today: date) -> Standing:
    """Return how something with this last day (None: none set) stands; ``cleared_on`` None: still open."""
    if cleared_on is not None:
        return Standing.LATE if deadline is not None and deadline < cleared_on else Standing.CLEARED
    return Standing.OVERDUE if deadline is not None and deadline < today else Standing.OPEN


def day_count(
    calendar: WorkingCalendar, deadline: date | None, cleared_on: date | None, today: date
) -> DayCount:
    """Return the standing with its working days."""
    found = standing(deadline, cleared_on, today)
    over, left = 0, 0
    until = cleared_on or today
    if deadline is not None and deadline < until:
        return DayCount(found, working_days(calendar, deadline, until), 0)
    if deadline is not None and cleared_on is None:
        return DayCount(found, 0, working_days(calendar, today, deadline))
    return DayCount(found, over, left)


def working_days(calendar: WorkingCalendar, start: date, end: date) -> int | None:
    """Return the working days after ``start`` through ``end``; None where the calendar can't tell."""
    try:
        return calendar.working_days_between(start, end)
    except OutsideCalendar:
        return None
