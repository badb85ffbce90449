"""Everything of one notice on one page: its words, its problems, every version of its deadline (R21)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from portal.domain.actor import Scope
from portal.domain.notice_text import NoticeText, from_json
from portal.extensions import db
from portal.supervision.kinds import ServiceMethod
from portal.supervision.problem_models import NoticeDeadline, Problem, RectificationNotice
from portal.supervision.queries.notices import NoticeRow, notice_rows
from portal.supervision.queries.problems import ProblemRow, problem_rows
from portal.supervision.queries.visible import notices_for, problems_for
from portal.supervision.service.notices import text_of


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """One version of the deadline."""

    number: int
    deadline: date
    provisional: bool
    set_on: date
    reason: str | None
    """Why it was extended; None of the first, and in public."""
    missed: bool
    """True if something was still open when this version had run out."""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice as whoever asks may read it. What is for the staff alone is None in public."""

    row: NoticeRow
    text: NoticeText
    """In public as it was approved, the addressee as it may be named; for the staff as it was issued, or as
    the draft would read now."""
    problems: tuple[ProblemRow, ...]
    """Those it holds now that may be seen, in the order of the text."""
    served_how: ServiceMethod | None
    deadlines: tuple[DeadlineView, ...]
    """Oldest first; empty before service."""
    provisional: bool
    """True if the deadline rests on days whose arrangement is not published yet."""
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    published_at: datetime | None
    changed_at: datetime
    remark: str | None
    """Why the reviewer returned it."""
    issued_by: str | None
    drafted_at: datetime | None
    public_text: NoticeText | None
    """For the staff: what the public reads, or read last."""
    demands: str | None
    """For the staff, of the draft: as stored, to fill the form again; likewise the next three."""
    legal_basis: str | None
    contact: str | None
    days: int
    working_days: bool
    version: int
    """To be sent back with whatever is done next (``seen``)."""


def notice_record(public_id: str, scope: Scope) -> RectificationNotice | None:
    """Return the notice to be acted on; None where there is none, or it is not to be seen."""
    query = select(RectificationNotice).where(RectificationNotice.public_id == public_id, *notices_for(scope))
    return db.session.scalars(query).one_or_none()


def notice_view(public_id: str, scope: Scope, today: date) -> NoticeView | None:
    """Return a notice with everything that stands in it; None where there is none, or it is not to be seen.

    A constant number of queries.
    """
    notice = notice_record(public_id, scope)
    if notice is None:
        return None
    row = notice_rows([notice.id], scope, today)[0]
    held = _held(notice, scope)
    deadlines = _deadlines(notice, scope, today)
    staff = not scope.public_only
    published = None if notice.public_body is None else from_json(notice.public_body)
    return NoticeView(
        row=row,
        text=_text(notice, held, row, scope),
        problems=tuple(problem_rows([one.id for one in held], scope, today)),
        served_how=notice.served_how,
        deadlines=deadlines,
        provisional=bool(deadlines) and deadlines[-1].provisional,
        withdrawn_at=notice.withdrawn_at,
        withdrawn_reason=notice.withdrawn_reason if staff else None,
        published_at=notice.published_at,
        changed_at=notice.changed_at,
        remark=notice.remark if staff else None,
        issued_by=notice.issued_by if staff else None,
        drafted_at=notice.drafted_at if staff else None,
        public_text=published if staff else None,
        demands=notice.demands if staff else None,
        legal_basis=notice.legal_basis if staff else None,
        contact=notice.contact if staff else None,
        days=notice.days,
        working_days=notice.working_days,
        version=notice.version,
    )


def public_text_of(notice: RectificationNotice, addressee: str) -> NoticeText | None:
    """Return what the public reads of a notice, with the addressee as it may be named today."""
    if notice.public_body is None:
        return None
    text = from_json(notice.public_body)
    return text if notice.institution_id is not None else replace(text, addressee=addressee)


def _text(notice: RectificationNotice, held: list[Problem], row: NoticeRow, scope: Scope) -> NoticeText:
    if scope.public_only:
        text = public_text_of(notice, row.home.name)
        assert text is not None  # what is published has it
        return text
    return text_of(notice, held) if notice.body is None else from_json(notice.body)


def _held(notice: RectificationNotice, scope: Scope) -> list[Problem]:
    query = select(Problem).where(Problem.notice_id == notice.id, *problems_for(scope))
    return list(db.session.scalars(query.order_by(Problem.id)))


def _deadlines(notice: RectificationNotice, scope: Scope, today: date) -> tuple[DeadlineView, ...]:
    query = select(NoticeDeadline).where(NoticeDeadline.notice_id == notice.id)
    return tuple(
        DeadlineView(
            one.number,
            one.deadline,
            one.provisional,
            one.set_at.date(),
            None if scope.public_only else one.reason,
            one.missed and one.deadline < today,
        )
        for one in db.session.scalars(query.order_by(NoticeDeadline.number))
    )
