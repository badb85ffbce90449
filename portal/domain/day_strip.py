"""The day strip: day 0 and the days of a limit as cells, rest days with their reason, the end flagged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.domain.working_days import DayKind, Due, Why, WorkingCalendar

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
    paused: bool = False
    """True for a working day that does not count, because the limit paused."""
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class StripGap:
    """Days that a long strip leaves out: how many days, and how many of them count."""

    days: int
    working_days: int


@dataclass(frozen=True, slots=True)
class StripPause:
    """The days that a limit passed over while a person's answer to a question was awaited."""

    asked: date
    ended: date
    """The day from which on days count again; still to come while ``running``."""
    working_days: int
    """How many working days do not count for it."""
    by_itself: bool
    """True if no answer ended it."""
    running: bool
    if_answered_today: Due | None
    """While it runs: the day to which the limit would come if the answer came today."""


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
    extension: int = 0
    """How many of ``working_days`` were added later."""
    pause: StripPause | None = None

    @property
    def whole(self) -> bool:
        """True if no day is left out."""
        return all(isinstance(cell, StripCell) for cell in self.cells)


def day_strip(calendar: WorkingCalendar, received: date, working_days: int, today: date) -> DayStrip:
    """Return the strip of a limit. Raises OutsideCalendar where ``WorkingCalendar.due`` does."""
    due = calendar.due(received, working_days)
    cells = [
        StripCell(one.day, one.number, one.why, one.settled, one.day == today, one.day == due.day)
        for one in calendar.walk(received, due.day)
    ]
    return strip_of(cells, working_days, due, today)


def strip_of(
    cells: Sequence[StripCell],
    working_days: int,
    due: Due,
    today: date,
    *,
    extension: int = 0,
    pause: StripPause | None = None,
    most_cells: int = _MOST_CELLS,
) -> DayStrip:
    """Return the strip of every day from receipt through the due day; beyond ``most_cells``, its two ends."""
    passed = cells[1:]
    holidays = (cell.why.name for cell in passed if cell.why.kind is DayKind.HOLIDAY)
    return DayStrip(
        cells[0].day,
        working_days,
        due,
        today,
        _shortened(cells, most_cells),
        holidays=tuple(dict.fromkeys(part for name in holidays for part in name.split("、"))),
        weekends=any(cell.why.kind in (DayKind.SATURDAY, DayKind.SUNDAY) for cell in passed),
        made_up=tuple(cell.day for cell in passed if cell.number and cell.why.kind is DayKind.MAKE_UP),
        extension=extension,
        pause=pause,
    )


def _shortened(cells: Sequence[StripCell], most_cells: int) -> tuple[StripCell | StripGap, ...]:
    if len(cells) <= most_cells:
        return tuple(cells)
    left_out = cells[_END_CELLS:-_END_CELLS]
    gap = StripGap(len(left_out), sum(bool(cell.number) for cell in left_out))
    return (*cells[:_END_CELLS], gap, *cells[-_END_CELLS:])
