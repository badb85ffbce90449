"""The day strip: day 0 and the days of a limit as cells, rest days with their reason, the end flagged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.working_days import CountedDay, Due, Why, WorkingCalendar

_MOST_CELLS = 45
"""Some thirty working days: what still reads as a strip. Longer limits show their two ends."""
_END_CELLS = 14


@dataclass(frozen=True, slots=True)
class StripCell:
    """One day of the strip. ``number`` as in CountedDay."""

    day: date
    number: int | None
    why: Why
    settled: bool
    is_today: bool
    is_due: bool


@dataclass(frozen=True, slots=True)
class StripGap:
    """Days that a long strip leaves out: how many days, and how many of them count."""

    days: int
    working_days: int


@dataclass(frozen=True, slots=True)
class DayStrip:
    """What the macro ``day_strip`` draws."""

    received: date
    working_days: int
    due: Due
    today: date
    cells: tuple[StripCell | StripGap, ...]

    @property
    def whole(self) -> bool:
        """True if no day is left out."""
        return all(isinstance(cell, StripCell) for cell in self.cells)

    @property
    def rest(self) -> tuple[StripCell, ...]:
        """The days shown that do not count, for the strip in words."""
        return tuple(c for c in self.cells if isinstance(c, StripCell) and c.number is None)

    @property
    def made_up(self) -> tuple[StripCell, ...]:
        """The weekend days shown that do count, for the strip in words."""
        days = (c for c in self.cells if isinstance(c, StripCell) and c.number)
        return tuple(c for c in days if c.day.weekday() >= 5)


def day_strip(calendar: WorkingCalendar, received: date, working_days: int, today: date) -> DayStrip:
    """Return the strip of a limit. Raises OutsideCalendar where ``WorkingCalendar.due`` does."""
    due = calendar.due(received, working_days)
    cells = tuple(_cells(calendar, received, due.day, today))
    return DayStrip(received, working_days, due, today, cells)


def _cells(
    calendar: WorkingCalendar, received: date, due: date, today: date
) -> Iterator[StripCell | StripGap]:
    def drawn(days: Iterator[CountedDay], passed: int = 0) -> Iterator[StripCell]:
        for one in days:
            number = one.number if one.number is None else one.number + passed
            yield StripCell(one.day, number, one.why, one.settled, one.day == today, one.day == due)

    if (due - received).days < _MOST_CELLS:
        yield from drawn(calendar.walk(received, due))
        return
    head = received + timedelta(_END_CELLS - 1)
    last_left_out = due - timedelta(_END_CELLS)
    left_out = calendar.working_days_between(head, last_left_out)
    yield from drawn(calendar.walk(received, head))
    yield StripGap((last_left_out - head).days, left_out)
    tail = calendar.walk(last_left_out, due)
    next(tail)  # its day 0 belongs to the gap
    yield from drawn(tail, calendar.working_days_between(received, last_left_out))
