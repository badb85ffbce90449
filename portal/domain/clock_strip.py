"""The clocks of a complaint explained day by day: which days count, which do not and why, and the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from portal.domain.day_strip import DayStrip, StripCell, StripPause, strip_of
from portal.domain.response_clock import (
    FINAL_ANSWER_DAYS,
    FIRST_ANSWER_DAYS,
    Pause,
    final_answer_due,
    first_answer_due,
    local_day,
)
from portal.domain.working_days import WorkingCalendar

_MOST_CELLS = 120
"""Seventeen weeks: a case shows each of its days, also if it was extended, paused and met a long holiday."""


def first_answer_strip(
    calendar: WorkingCalendar, received: datetime, today: date, answered_at: datetime | None = None
) -> DayStrip:
    """Return the strip of the first answer's clock. Raises as ``first_answer_due`` does.

    An answer's day is marked where the strip has it; a late answer lies beyond its end.
    """
    due = first_answer_due(calendar, received)
    answered = None if answered_at is None else local_day(answered_at)
    cells = list(_cells(calendar, local_day(received), due.day, today, answered))
    return strip_of(cells, FIRST_ANSWER_DAYS, due, today, most_cells=_MOST_CELLS)


def final_answer_strip(
    calendar: WorkingCalendar,
    received: datetime,
    today: date,
    *,
    days: int = FINAL_ANSWER_DAYS,
    pause: Pause | None = None,
    extension: int = 0,
    answered_at: datetime | None = None,
) -> DayStrip:
    """Return the strip of the final answer's clock, through the due day that is stored.

    While a pause runs, days to come are drawn as they are if no answer comes; the strip's ``pause`` says what
    an answer today would make of the due day. Raises as ``final_answer_due`` does.
    """
    due = final_answer_due(calendar, received, days, pause, extension)
    answered = None if answered_at is None else local_day(answered_at)
    cells = list(_cells(calendar, local_day(received), due.day, today, answered, pause))
    told = None
    if pause is not None and pause.asked < due.day:
        ends, running = pause.ends(calendar), pause.runs(calendar, today)
        told = StripPause(
            pause.asked,
            ends,
            working_days=sum(cell.paused for cell in cells),
            by_itself=not running and (pause.answered is None or ends < pause.answered),
            running=running,
            if_answered_today=final_answer_due(calendar, received, days, pause, extension, today)
            if running
            else None,
        )
        if not told.working_days:
            told = None  # answered before the next working day was over: no day was passed over
    return strip_of(
        cells, days + extension, due, today, extension=extension, pause=told, most_cells=_MOST_CELLS
    )


def _cells(
    calendar: WorkingCalendar,
    start: date,
    due: date,
    today: date,
    answered: date | None,
    pause: Pause | None = None,
) -> Iterator[StripCell]:
    after, before = (start, start) if pause is None else (pause.asked, pause.ends(calendar))
    passed_over = 0
    for one in calendar.walk(start, due):
        paused = bool(one.number) and after < one.day < before
        passed_over += paused
        yield StripCell(
            one.day,
            # day 0 and rest days stay what they are
            one.number and (None if paused else one.number - passed_over),
            one.why,
            one.settled,
            one.day == today,
            one.day == due,
            paused,
            one.day == answered,
        )
