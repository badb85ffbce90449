"""The day strip: day 0 and the days of a limit as cells, rest days with their reason, the end flagged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.working_days import CountedDay, DayKind, Due, Why, WorkingCalendar

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
    holidays: tuple[str, ...]
    """Names of the holidays passed over, also within a gap, in order."""
    weekends: bool
    """True if a Saturday or Sunday was passed over that is no holiday."""
    made_up: tuple[date, ...]
    """Saturdays and Sundays that counted, because they are worked."""

    @property
    def whole(self) -> bool:
        """True if no day is left out."""
        return all(isinstance(cell, StripCell) for cell in self.cells)


def day_strip(calendar: WorkingCalendar, received: date, working_days: int, today: date) -> DayStrip:
    """Return the strip of a limit. Raises OutsideCalendar where ``WorkingCalendar.due`` does."""
    due = calendar.due(received, working_days)
    cells = tuple(_cells(calendar, received, due.day, today))
    passed = [one for one in calendar.walk(received, due.day) if one.number != 0]
    holidays = (one.why.name for one in passed if one.why.kind is DayKind.HOLIDAY)
    return DayStrip(
        received,
        working_days,
        due,
        today,
        cells,
        holidays=tuple(dict.fromkeys(part for name in holidays for part in name.split("、"))),
        weekends=any(one.why.kind in (DayKind.SATURDAY, DayKind.SUNDAY) for one in passed),
        made_up=tuple(one.day for one in passed if one.why.kind is DayKind.MAKE_UP),
    )


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
