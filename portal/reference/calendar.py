"""The calendar of working days in force: the official one, with the amendments that staff entered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app, g, has_request_context
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.domain.working_days import DayFact, WorkingCalendar, amend
from portal.extensions import db
from portal.reference.calendar_models import CalendarAmendment, CalendarNotice
from portal.reference.calendar_source import source_calendar

_KEPT = "working_calendar"

State = tuple[tuple[int, str], ...]
"""Which notices are in force: their ids with what they say."""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice for people to read. ``days`` in order."""

    id: int
    title: str
    document_number: str | None
    url: str | None
    whole_year: int | None
    days: tuple[tuple[date, DayFact], ...]
    entered_at: datetime
    entered_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None

    @property
    def in_force(self) -> bool:
        """False once it was withdrawn."""
        return self.withdrawn_at is None

    def concerns(self, year: int) -> bool:
        """True if it arranges the year, or some day of it."""
        return self.whole_year == year or any(day.year == year for day, _ in self.days)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The calendar as it was built, with the notices that it was built from."""

    state: State
    notices: tuple[NoticeView, ...]
    calendar: WorkingCalendar


def working_calendar() -> WorkingCalendar:
    """Return the calendar in force. One small query a request; it is built anew only after an amendment."""
    return _kept().calendar


def calendar_version() -> str:
    """Return which calendar is in force, in at most 32 characters: what a stored due date says it rests on.

    It changes when a notice, or a newer package, makes some day count otherwise or publishes a year, and
    comes back when that is taken back. Costs no query of its own.
    """
    return _kept().calendar.version


def notices_in_force() -> tuple[NoticeView, ...]:
    """Return the notices in force, in the order in which they were entered; costs no query of its own."""
    return _kept().notices


def every_notice() -> list[NoticeView]:
    """Return all notices, those withdrawn too, in the order in which they were entered."""
    query = select(CalendarNotice).options(selectinload(CalendarNotice.days)).order_by(CalendarNotice.id)
    return [_view(notice) for notice in db.session.scalars(query)]


def forget_calendar() -> None:
    """Let this request ask again: an amendment was written."""
    if has_request_context():
        g.pop(_KEPT, None)


def _kept() -> _Kept:
    if not has_request_context():
        return _up_to_date()
    if _KEPT not in g:
        setattr(g, _KEPT, _up_to_date())
    kept = getattr(g, _KEPT)
    assert isinstance(kept, _Kept)
    return kept


def _up_to_date() -> _Kept:
    state = _state()
    kept: _Kept | None = current_app.extensions.get(_KEPT)
    if kept is None or kept.state != state:
        ids = [number for number, _ in state]
        in_force = tuple(notice for notice in every_notice() if notice.id in ids) if ids else ()
        kept = _Kept(state, in_force, _amended(source_calendar(), in_force))
        current_app.extensions[_KEPT] = kept
    return kept


def _state() -> State:
    columns = CalendarNotice.__table__.c
    query = select(columns.id, columns.fingerprint).where(columns.withdrawn_at.is_(None)).order_by(columns.id)
    return tuple((number, fingerprint) for number, fingerprint in db.session.execute(query))


def _amended(calendar: WorkingCalendar, in_force: Iterable[NoticeView]) -> WorkingCalendar:
    for notice in in_force:
        calendar = amend(calendar, dict(notice.days), notice.whole_year)
    return calendar


def _day(one: CalendarAmendment) -> date:
    return one.day


def _view(notice: CalendarNotice) -> NoticeView:
    return NoticeView(
        id=notice.id,
        title=notice.title,
        document_number=notice.document_number,
        url=notice.url,
        whole_year=notice.whole_year,
        days=tuple(
            (one.day, DayFact(one.kind, one.name, notice.id)) for one in sorted(notice.days, key=_day)
        ),
        entered_at=notice.entered_at,
        entered_by=notice.entered_by,
        withdrawn_at=notice.withdrawn_at,
        withdrawn_by=notice.withdrawn_by,
        withdrawn_reason=notice.withdrawn_reason,
    )
