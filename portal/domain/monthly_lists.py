"""When the four lists of a month are due, and whether they came in time (R22; SM 4(2): by the 20th).

The paper says "by the 20th of each month", and knows of no rest days: nor does this.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

DUE_DAY = 20
"""Of the month after the one that they tell of; ends at 24:00 Asia/Shanghai."""
SOON = 3
"""Days before it from which on it is called near."""


class ListStanding(StrEnum):
    """Where the lists of a month stand on a day."""

    AHEAD = "ahead"
    """Not submitted; there is time."""
    SOON = "soon"
    LATE = "late"
    """Not submitted, and the 20th is over."""
    IN_TIME = "in_time"
    SUBMITTED_LATE = "submitted_late"


def month_after(month: date) -> date:
    """Return the first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(day: date) -> date:
    """Return the first day of the month before a day's own: the one whose lists are compiled now."""
    first = day.replace(day=1)
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)


def month_end(month: date) -> date:
    """Return the last day of a month."""
    return date.fromordinal(month_after(month).toordinal() - 1)


def due_day(month: date) -> date:
    """Return the last day to submit the lists of a month (its first day)."""
    return month_after(month).replace(day=DUE_DAY)


def standing(month: date, submitted_on: date | None, today: date) -> ListStanding:
    """Return where the lists of a month stand. ``submitted_on``: when their first edition was sent."""
    due = due_day(month)
    if submitted_on is not None:
        return ListStanding.IN_TIME if submitted_on <= due else ListStanding.SUBMITTED_LATE
    if today > due:
        return ListStanding.LATE
    return ListStanding.SOON if (due - today).days <= SOON else ListStanding.AHEAD


def read_month(text: str) -> date | None:
    """Return the first day of ``2026-03``, None for anything else."""
    year, dash, month = text.partition("-")
    digits = f"{year}{month}"
    if len(text) != 7 or not dash or len(year) != 4 or not (digits.isascii() and digits.isdigit()):
        return None
    if not (1 <= int(month) <= 12 and 2000 <= int(year) <= 2999):
        return None
    return date(int(year), int(month), 1)
