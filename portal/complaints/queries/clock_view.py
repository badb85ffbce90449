"""The clocks of a case for people to read: for its writer and for staff alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal import clock
from portal.complaints.models import Case, CaseRound
from portal.complaints.service.clocks import pause_of
from portal.domain.clock_strip import final_answer_strip, first_answer_strip
from portal.domain.day_strip import DayStrip
from portal.domain.response_clock import Judgement, judge, working_days_left, working_days_over
from portal.domain.working_days import Due, WorkingCalendar
from portal.extensions import db
from portal.reference.calendar import working_calendar


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock. ``left`` and ``over``: working days from today to its last day, and since then."""

    due: Due
    answered_at: datetime | None
    judgement: Judgement | None
    """None where the complaint was taken back before there was an answer."""
    left: int
    over: int
    """Until the answer, once there is one."""
    strip: DayStrip | None
    """The count day by day; None where an answer is judged by a calendar that has been amended since."""


@dataclass(frozen=True, slots=True)
class RoundView:
    """One handling with its clocks."""

    number: int
    received_at: datetime
    first: ClockView
    final: ClockView
    extension_days: int
    extension_reason: str | None
    withdrawn_at: datetime | None


def rounds_of(case: Case) -> tuple[RoundView, ...]:
    """Return the handlings of a case in order, as their clocks stand now."""
    query = select(CaseRound).where(CaseRound.case_id == case.id).order_by(CaseRound.number)
    calendar, now = working_calendar(), clock.now()
    return tuple(round_view(one, calendar, now) for one in db.session.scalars(query))


def round_view(one: CaseRound, calendar: WorkingCalendar, now: datetime) -> RoundView:
    """Return a handling as its clocks stand at ``now``."""
    first = first_answer_strip(calendar, one.received_at, now.date(), one.first_answered_at)
    final = final_answer_strip(
        calendar,
        one.received_at,
        now.date(),
        days=one.final_days,
        pause=pause_of(one),
        extension=one.extension_days,
        answered_at=one.final_answered_at,
    )
    return RoundView(
        one.number,
        one.received_at,
        _view(one, Due(one.first_due, one.first_provisional), one.first_answered_at, first, calendar, now),
        _view(one, Due(one.final_due, one.final_provisional), one.final_answered_at, final, calendar, now),
        one.extension_days,
        one.extension_reason,
        one.withdrawn_at,
    )


def _view(
    one: CaseRound,
    due: Due,
    answered_at: datetime | None,
    strip: DayStrip,
    calendar: WorkingCalendar,
    now: datetime,
) -> ClockView:
    taken_back = answered_at is None and one.withdrawn_at is not None
    until = answered_at or one.withdrawn_at or now
    return ClockView(
        due,
        answered_at,
        None if taken_back else judge(calendar, due.day, answered_at, now),
        0 if answered_at or taken_back else working_days_left(calendar, due.day, now),
        working_days_over(calendar, due.day, until),
        strip if strip.due.day == due.day else None,
    )
