"""Quarters, and when the two-way review (双点评) of one is due (R46; SM 5(3): every three months).

The paper sets no day. Ours: compiled once the last month's lists are due (the 20th of the month after), so
that what it says of them is settled; published by the end of the second month after, before the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.monthly_lists import due_day, month_after, month_end

SOON = 10
"""Days before the last one from which on it is called near."""
_NAMES = "一二三四"


class ReviewStanding(StrEnum):
    """Where the review of a quarter stands on a day."""

    AHEAD = "ahead"
    """Not published; there is time."""
    SOON = "soon"
    MISSING = "missing"
    """Not published, and the last day is over."""
    IN_TIME = "in_time"
    PUBLISHED_LATE = "published_late"


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a calendar year; ``number`` 1 to 4."""

    year: int
    number: int

    @property
    def begins(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def months(self) -> tuple[date, date, date]:
        """The first days of its months."""
        first = self.begins
        second = month_after(first)
        return first, second, month_after(second)

    @property
    def ends(self) -> date:
        """Its last day."""
        return month_end(self.months[2])

    @property
    def before(self) -> Quarter:
        """The one before."""
        return quarter_of(self.begins - timedelta(days=1))

    @property
    def after(self) -> Quarter:
        """The one after."""
        return quarter_of(self.ends + timedelta(days=1))

    @property
    def code(self) -> str:
        """2026-q3, as it stands in addresses."""
        return f"{self.year}-q{self.number}"

    @property
    def label(self) -> str:
        """2026年第三季度."""
        return f"{self.year}年第{_NAMES[self.number - 1]}季度"

    @property
    def short(self) -> str:
        """第三季度, where the year is plain."""
        return f"第{_NAMES[self.number - 1]}季度"

    @property
    def compiled_from(self) -> date:
        """The first day on which the worker compiles its review."""
        return due_day(self.months[2]) + timedelta(days=1)

    @property
    def due(self) -> date:
        """The last day on which its review is published in time."""
        return month_end(month_after(month_after(self.months[2])))


def quarter_of(day: date) -> Quarter:
    """Return the quarter that a day lies in."""
    return Quarter(day.year, (day.month + 2) // 3)


def last_over(today: date) -> Quarter:
    """Return the newest quarter that is over."""
    return quarter_of(today).before


def quarters_between(first: Quarter, last: Quarter) -> list[Quarter]:
    """Return the quarters from one to another, newest first; none if ``first`` lies after ``last``."""
    found, each = [], last
    while first <= each:
        found.append(each)
        each = each.before
    return found


def read_quarter(text: str) -> Quarter | None:
    """Return the quarter of ``2026-q3``, None for anything else."""
    year, _, number = text.partition("-q")
    if len(text) != 7 or len(year) != 4 or not (year.isascii() and year.isdigit()):
        return None
    if number not in ("1", "2", "3", "4") or not 2000 <= int(year) <= 2999:
        return None
    return Quarter(int(year), int(number))


def standing(quarter: Quarter, published_on: date | None, today: date) -> ReviewStanding:
    """Return where a review stands. ``published_on``: when its first edition was published."""
    if published_on is not None:
        return ReviewStanding.IN_TIME if published_on <= quarter.due else ReviewStanding.PUBLISHED_LATE
    if today > quarter.due:
        return ReviewStanding.MISSING
    return ReviewStanding.SOON if (quarter.due - today).days <= SOON else ReviewStanding.AHEAD
