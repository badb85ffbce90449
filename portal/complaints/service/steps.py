"""One step of a case: the change and its line in the log, in one transaction, by the table of states."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.audit.capture import concerns
from portal.complaints.models import Case, CaseExclusion, CaseRound, CaseStep
from portal.complaints.service.figures_marks import mark_stale
from portal.complaints.service.notices import notify
from portal.complaints.service.words import seal_words
from portal.domain.actor import Actor, Scope
from portal.domain.case_status import (
    BY_CITIZEN,
    FINAL_ANSWERS,
    FIRST_ANSWERS,
    CaseEvent,
    CaseStatus,
    next_status,
)
from portal.domain.errors import DomainError
from portal.extensions import db

CITIZEN = Actor("群众")

_ENDS = frozenset({CaseStatus.CLOSED, CaseStatus.NOT_ACCEPTED, CaseStatus.WITHDRAWN})


class NotTheirs(DomainError):
    """The case is another department's or another region's."""


class Excluded(DomainError):
    """This member of staff can't handle this case."""


class ChangedMeanwhile(DomainError):
    """Somebody else changed the case after this person had opened it."""


class WordsMissing(DomainError):
    """Something has to be written, or holds what it must not; the message says what."""


def check_reach(case: Case, actor: Actor, scope: Scope, seen: int) -> None:
    """Raise NotTheirs, Excluded or ChangedMeanwhile unless the actor may change what they saw.

    ``seen``: the version of the case that the person had before them.
    """
    if scope.department is not case.department or not scope.covers(case.region_code):
        raise NotTheirs("这件投诉由别的部门或别的地区处理。")
    if actor.staff_id is not None and db.session.get(CaseExclusion, (case.id, actor.staff_id)) is not None:
        raise Excluded("这件投诉提到了您，或者您以前办理过，应当由别人处理。")
    if case.version != seen:
        raise meanwhile(case)


def step(
    case: Case,
    event: CaseEvent,
    actor: Actor,
    *,
    words: str | None = None,
    said: dict[str, Any] | None = None,
    to_citizen: bool = False,
) -> CaseStep:
    """Move the case by the table, answer its clocks, write the line and tell the writer. Flushes.

    ``words`` are sealed; ``said`` holds what is nobody's secret, as JSON. Raises CaseRefused,
    ChangedMeanwhile.
    """
    before = case.status
    case.status = next_status(before, event)
    now = clock.now()
    current = round_of(case)
    if event in FIRST_ANSWERS and current.first_answered_at is None:
        current.first_answered_at = now
    if event in FINAL_ANSWERS and current.final_answered_at is None:
        current.final_answered_at = now
    if event is CaseEvent.WITHDRAW:
        current.withdrawn_at = now
    case.ended_at = (case.ended_at or now) if case.status in _ENDS else None
    case.next_due = _next_due(case, current)
    return _write(case, before, event, actor, words, said, to_citizen, current)


def first_step(case: Case, actor: Actor, said: dict[str, Any] | None = None) -> CaseStep:
    """Write the first line of a new case's log."""
    current = round_of(case)
    case.next_due = _next_due(case, current)
    return _write(case, None, CaseEvent.LODGE, actor, None, said, True, current)


def round_of(case: Case) -> CaseRound:
    """Return the handling that runs, or ran last."""
    query = select(CaseRound).where(CaseRound.case_id == case.id, CaseRound.number == case.round_number)
    return db.session.scalars(query).one()


def due_again(case: Case) -> None:
    """Put the case's next last day in step with its rounds, after one of them changed."""
    case.next_due = _next_due(case, round_of(case))


def _next_due(case: Case, current: CaseRound) -> date | None:
    if current.withdrawn_at is not None or current.final_answered_at is not None:
        return None
    return current.first_due if current.first_answered_at is None else current.final_due


def _handlings(case: Case, current: CaseRound) -> Sequence[CaseRound]:
    """Return all handlings of a case: the first keeps its region, whose figures tell of later ratings too."""
    if current.number == 1:
        return [current]
    return db.session.scalars(select(CaseRound).where(CaseRound.case_id == case.id)).all()


def _write(
    case: Case,
    before: CaseStatus | None,
    event: CaseEvent,
    actor: Actor,
    words: str | None,
    said: dict[str, Any] | None,
    to_citizen: bool,
    current: CaseRound,
) -> CaseStep:
    line = CaseStep(
        case_id=case.id,
        round_number=case.round_number,
        event=event,
        status_before=before,
        status=case.status,
        at=clock.now(),
        actor=actor.name,
        staff_id=actor.staff_id,
        words_sealed=None if words is None else seal_words(case, words),
        said=None if said is None else json.dumps(said, ensure_ascii=False),
        to_citizen=to_citizen or event in BY_CITIZEN,
    )
    db.session.add(line)
    concerns(case.subject)
    flag_modified(case, "status")  # a line alone, a note or an addition, makes a new version too
    number = case.id
    try:
        db.session.flush()
    except StaleDataError:  # somebody was quicker, between our look and our word
        db.session.rollback()
        raise meanwhile(db.session.get_one(Case, number)) from None
    mark_stale(case, *_handlings(case, current))
    notify(case, event, current)
    return line


def meanwhile(case: Case) -> ChangedMeanwhile:
    """Return who changed the case last, in words."""
    latest = db.session.scalars(
        select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.id.desc()).limit(1)
    ).first()
    who = latest.actor if latest is not None else "别人"
    return ChangedMeanwhile(
        f"{who}刚刚改动了这件投诉。您的操作没有保存，写的内容还在下面；请看过最新情况再决定。"
    )
