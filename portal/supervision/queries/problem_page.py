"""Everything of one problem on one page: the chain from its finding to the return visit (R20).

In public a link of the chain is shown only where what it leads to is public itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from portal.domain.actor import Scope
from portal.domain.notice_text import NoticeProblem, from_json
from portal.domain.rectification import ProblemEvent, ProblemStatus
from portal.domain.standing import DayCount, day_count, working_days
from portal.extensions import db
from portal.intake.attachments import open_file
from portal.intake.models import IntakeFile
from portal.reference.calendar import working_calendar
from portal.supervision.kinds import InspectionResult, NoticeState, PhotoStage
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem, ProblemPhoto, ProblemStep, RectificationNotice
from portal.supervision.queries.problem_log import ChainLink, LogLine, chain_of, lines_of
from portal.supervision.queries.problems import ProblemRow, problem_rows
from portal.supervision.queries.visible import inspections_for, notices_for, problems_for

__all__ = [
    "ChainLink", "EntryLink", "LogLine", "NoticeLink", "PhotoView", "ProblemView", "VisitLink", "photo_file",
    "photo_record", "problem_record", "problem_view",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoticeLink:
    """A notice that the problem stood in."""

    id: int
    public_id: str
    number: str | None
    state: NoticeState
    issued_on: date | None
    served_on: date | None
    deadline: date | None
    cleared_on: date | None
    told: NoticeProblem | None
    """What the notice says of the problem, as whoever asks may read it; None where it says nothing."""


@dataclass(frozen=True, slots=True)
class EntryLink:
    """One entry of the same problem, this one or another. ``position``: 1 for the first."""

    public_id: str
    number: str
    position: int
    this: bool
    title: str
    status: ProblemStatus
    found_on: date
    cleared_on: date | None


@dataclass(frozen=True, slots=True)
class VisitLink:
    """A return visit (回头看), or an inspection that looked at whether it was put right."""

    public_id: str
    visited_on: date
    result: InspectionResult
    found_again: bool | None


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo; its bytes come from ``photo_file``."""

    id: int
    stage: PhotoStage
    caption: str
    taken_on: date | None
    public: bool


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem as whoever asks may read it. What is for the staff alone is None in public."""

    row: ProblemRow
    text: str
    """What the public reads; for the staff, of an unpublished one, the description."""
    basis: str | None
    criterion: str | None
    responsible: str | None
    """None in public unless the home is listed: of an unnamed one it is the name as a rule, of a named
    unregistered one its operator's, which the public never reads."""
    handed_on: date | None
    handed_to: str | None
    listed_on: date | None
    listed_by: str | None
    listed_until: date | None
    delisted_on: date | None
    chain: tuple[ChainLink, ...]
    """From the finding on, oldest first, with working days."""
    total_days: int | None
    """Working days from the finding to the acceptance, or to today."""
    days: DayCount
    notices: tuple[NoticeLink, ...]
    """Oldest first; those taken back are for the staff."""
    entries: tuple[EntryLink, ...]
    """All entries of the same problem that may be seen, oldest first; one alone: it never came back."""
    visits: tuple[VisitLink, ...]
    photos: tuple[PhotoView, ...]
    description: str | None
    measure: str | None
    public_text: str | None
    log: tuple[LogLine, ...]
    """Every line, for the staff; empty in public."""
    published_at: datetime | None
    entered_by: str | None
    entered_at: datetime | None
    submitted_staff_id: int | None
    place: str | None
    version: int
    """To be sent back with whatever is done next (``seen``)."""


def problem_record(public_id: str, scope: Scope) -> Problem | None:
    """Return the problem to be acted on; None where there is none, or it is not to be seen."""
    query = select(Problem).where(Problem.public_id == public_id, *problems_for(scope))
    return db.session.scalars(query).one_or_none()


def photo_record(public_id: str, photo_id: int, scope: Scope) -> ProblemPhoto | None:
    """Return a photo of this problem as far as it may be seen."""
    problem = problem_record(public_id, scope)
    photo = db.session.get(ProblemPhoto, photo_id)
    if problem is None or photo is None or photo.problem_id != problem.id:
        return None
    return photo if photo.public or not scope.public_only else None


def photo_file(public_id: str, photo_id: int, scope: Scope) -> bytes | None:
    """Return a photo as JPEG; None where it may not be seen, or is gone. Raises VaultDamaged."""
    photo = photo_record(public_id, photo_id, scope)
    return None if photo is None else open_file(db.session.get_one(IntakeFile, photo.file_id))


def problem_view(public_id: str, scope: Scope, today: date) -> ProblemView | None:
    """Return a problem with its whole chain; None where there is none, or it is not to be seen.

    A constant number of queries.
    """
    problem = problem_record(public_id, scope)
    if problem is None:
        return None
    row = problem_rows([problem.id], scope, today)[0]
    steps = _steps(problem)
    notices, entries, visits = (
        _notices(problem, steps, scope),
        _entries(problem, scope),
        _visits(problem, scope),
    )
    calendar, staff = working_calendar(), not scope.public_only
    return ProblemView(
        row=row,
        text=_text(problem, scope),
        basis=problem.basis,
        criterion=problem.criterion,
        responsible=problem.responsible if staff or row.home.institution else None,
        handed_on=problem.handed_on,
        handed_to=problem.handed_to,
        listed_on=problem.listed_on,
        listed_by=problem.listed_by,
        listed_until=problem.listed_until,
        delisted_on=problem.delisted_on,
        chain=chain_of(
            problem,
            steps,
            calendar,
            notices={one.public_id for one in notices},
            entries={one.public_id for one in entries},
            visits={one.public_id for one in visits},
            taken_back=_taken_back(steps),
        ),
        total_days=working_days(
            calendar, problem.found_on, max(problem.cleared_on or today, problem.found_on)
        ),
        days=day_count(calendar, problem.deadline, problem.cleared_on, today),
        notices=notices,
        entries=entries,
        visits=visits,
        photos=_photos(problem, scope),
        description=problem.description if staff else None,
        measure=problem.measure if staff else None,
        public_text=problem.public_text,
        log=lines_of(steps) if staff else (),
        published_at=problem.published_at,
        entered_by=problem.entered_by if staff else None,
        entered_at=problem.entered_at if staff else None,
        submitted_staff_id=problem.submitted_staff_id if staff else None,
        place=problem.place if staff else None,
        version=problem.version,
    )


def _text(problem: Problem, scope: Scope) -> str:
    if problem.public_text is not None:
        return problem.public_text
    assert not scope.public_only  # what is published has it
    return problem.description


def _steps(problem: Problem) -> list[ProblemStep]:
    query = select(ProblemStep).where(ProblemStep.problem_id == problem.id).order_by(ProblemStep.id)
    return list(db.session.scalars(query))


def _notices(problem: Problem, steps: list[ProblemStep], scope: Scope) -> tuple[NoticeLink, ...]:
    named = {one.said_of("notice") for one in lines_of(steps) if one.event is ProblemEvent.ISSUE_NOTICE}
    notice = RectificationNotice
    query = select(notice).where(
        or_(notice.id == problem.notice_id, notice.public_id.in_(named - {None})), *notices_for(scope)
    )
    return tuple(
        NoticeLink(
            one.id,
            one.public_id,
            one.number,
            one.state,
            one.issued_on,
            one.served_on,
            one.deadline,
            one.cleared_on,
            _told(problem, one.public_body if scope.public_only else one.body),
        )
        for one in db.session.scalars(query.order_by(notice.id))
    )


def _taken_back(steps: list[ProblemStep]) -> frozenset[str]:
    """Return the notices that were taken back after everybody could read them."""
    named = [one.said_of("notice") for one in lines_of(steps) if one.event is ProblemEvent.WITHDRAW_NOTICE]
    if not named:
        return frozenset()
    notice = RectificationNotice
    query = select(notice.public_id).where(notice.public_id.in_(named), notice.public_body.is_not(None))
    return frozenset(db.session.scalars(query))


def _told(problem: Problem, body: str | None) -> NoticeProblem | None:
    if body is None:
        return None
    return next((one for one in from_json(body).problems if one.problem_number == problem.number), None)


def _entries(problem: Problem, scope: Scope) -> tuple[EntryLink, ...]:
    first = problem.first_entry_id or problem.id
    query = select(Problem).where(
        or_(Problem.id == first, Problem.first_entry_id == first),
        or_(Problem.status != ProblemStatus.VOID, Problem.id == problem.id),
        *problems_for(scope),
    )
    return tuple(
        EntryLink(
            one.public_id,
            one.number,
            position,
            one.id == problem.id,
            one.title,
            one.status,
            one.found_on,
            one.cleared_on,
        )
        for position, one in enumerate(db.session.scalars(query.order_by(Problem.id)), 1)
    )


def _visits(problem: Problem, scope: Scope) -> tuple[VisitLink, ...]:
    query = select(Inspection).where(
        Inspection.follows_problem_id == problem.id,
        Inspection.visited_on.is_not(None),
        Inspection.withdrawn_at.is_(None),
        *inspections_for(scope),
    )
    found = []
    for one in db.session.scalars(query.order_by(Inspection.visited_on, Inspection.id)):
        assert one.visited_on is not None
        assert one.result is not None
        found.append(VisitLink(one.public_id, one.visited_on, one.result, one.found_again))
    return tuple(found)


def _photos(problem: Problem, scope: Scope) -> tuple[PhotoView, ...]:
    query = select(ProblemPhoto).where(ProblemPhoto.problem_id == problem.id)
    if scope.public_only:
        query = query.where(ProblemPhoto.public.is_(True))
    return tuple(
        PhotoView(one.id, one.stage, one.caption, one.taken_on, one.public)
        for one in db.session.scalars(query.order_by(ProblemPhoto.id))
    )
