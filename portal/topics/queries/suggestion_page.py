"""One suggestion: as everybody reads it, and as the office that works on it does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.domain.suggestion_status import PUBLIC, SuggestionEvent, SuggestionStatus, allows
from portal.extensions import db
from portal.intake import attachments
from portal.intake.models import IntakeFile
from portal.reference.directory import region_directory
from portal.topics.kinds import SuggestionChannel, SuggestionKind, SuggestionStage, WhyNotPublic
from portal.topics.models import Suggestion, SuggestionStep
from portal.topics.queries.suggestion_rows import SuggestionRow, joined, rows_of
from portal.topics.service.kept_counts import stage_of
from portal.topics.service.rights import keeps, reads
from portal.topics.service.steps import CITIZEN
from portal.topics.service.words import Contact, contact_of, step_words, told_why, words_of
from portal.topics.topic_models import Topic
from portal.vault.sealing import keys_at_hand

MOST_MERGED = 50
"""Suggestions merged into one that are looked at."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an office said in public at some time: an answer, or what was done."""

    event: SuggestionEvent
    at: datetime
    actor: str
    words: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What stands with a suggestion because it says the same. ``voices`` are told beside its count, never
    added: who supported both is one person."""

    number: int
    voices: int


@dataclass(frozen=True, slots=True)
class PublicSuggestion:
    """A suggestion's public page. ``said``: oldest first; the last answer and the last report hold."""

    row: SuggestionRow
    said: tuple[Said, ...]
    merged: Merged


@dataclass(frozen=True, slots=True, repr=False)
class LineView:
    """One line of the log, for the office."""

    event: SuggestionEvent
    at: datetime
    actor: str
    by_writer: bool
    staff_id: int | None
    status: SuggestionStatus
    words: str | None
    """None where nothing was written, it is erased, or it is not for whoever asks."""
    said: dict[str, Any]
    to_writer: bool


@dataclass(frozen=True, slots=True, repr=False)
class OfficeView:
    """A suggestion for the office. Words and contact only where ``reads``."""

    id: int
    version: int
    public_id: str
    receipt: str
    reads: bool
    """True if its words are for whoever asks; else only where it stands."""
    named: bool
    """True if the words name whoever asks: then they are another's to read and to work on."""
    channel: SuggestionChannel
    kind: SuggestionKind
    department: Department
    region_code: str
    region_path: str
    received_at: datetime
    entered_by: str
    status: SuggestionStatus
    stage: SuggestionStage
    look_due: date
    looked_at: datetime | None
    look_overdue: bool
    answer_due: date | None
    answer_overdue: bool
    words: str | None
    contact: Contact | None
    has_contact: bool
    files: Sequence[IntakeFile]
    title: str | None
    text: str | None
    published_at: datetime | None
    supports: int
    not_public_why: WhyNotPublic | None
    told_why: str | None
    merged_into: str | None
    """Public id."""
    merged: tuple[str, ...]
    """Receipt numbers of those merged into it."""
    answer: str | None
    answered_at: datetime | None
    answered_by: str | None
    done: str | None
    done_at: datetime | None
    topic: tuple[str, str] | None
    """Public id and title of what came of it, public or not."""
    ended_at: datetime | None
    hold_reason: str | None
    erased_at: datetime | None
    lines: tuple[LineView, ...]
    may: frozenset[SuggestionEvent]
    """What its status allows; roles and words apart."""


def public_suggestion(public_id: str, scope: Scope) -> PublicSuggestion | None:
    """Return a suggestion's public page; None where there is none, or it is not public (any more)."""
    found = rows_of(joined().where(Suggestion.public_id == public_id))
    if not found or not scope.covers(found[0].region_code):
        return None
    return PublicSuggestion(found[0], _said(found[0].id), _merged(found[0].id))


def stands_with(public_id: str) -> str | None:
    """Return the public id of what a suggestion was merged into, where that is public; to lead there."""
    into = (
        select(Suggestion.merged_into_id)
        .where(Suggestion.public_id == public_id, Suggestion.status == SuggestionStatus.MERGED)
        .scalar_subquery()
    )
    query = select(Suggestion.public_id).where(Suggestion.id == into, Suggestion.published_at.is_not(None))
    return db.session.scalar(query)


def suggestion_to_support(public_id: str) -> Suggestion | None:
    """Return the record of a public suggestion, for a voice; None where there is none."""
    query = select(Suggestion).where(Suggestion.public_id == public_id, Suggestion.published_at.is_not(None))
    return db.session.scalars(query).one_or_none()


def suggestion_record(receipt: str, scope: Scope) -> Suggestion | None:
    """Return the record itself, for staff of its region; None elsewhere. Rights to move it: the services."""
    found = db.session.scalars(select(Suggestion).where(Suggestion.receipt == receipt)).one_or_none()
    return found if found is not None and not scope.public_only and scope.covers(found.region_code) else None


def office_view(suggestion: Suggestion, actor: Actor, scope: Scope) -> OfficeView:
    """Return a suggestion for the office, as it stands now."""
    with keys_at_hand(suggestion.subject, f"staff/{actor.staff_id}"):
        return _office_view(suggestion, actor, scope)


def _office_view(one: Suggestion, actor: Actor, scope: Scope) -> OfficeView:
    theirs, readable = keeps(one, scope), reads(one, actor, scope)
    lines = _lines(one, readable)
    today = clock.today()
    merged = select(Suggestion.receipt).where(Suggestion.merged_into_id == one.id)
    into = select(Suggestion.public_id).where(Suggestion.id == (one.merged_into_id or 0))
    topic = db.session.get(Topic, one.topic_id) if one.topic_id is not None else None
    return OfficeView(
        id=one.id,
        version=one.version,
        public_id=one.public_id,
        receipt=one.receipt,
        reads=readable,
        named=theirs and not readable,
        channel=one.channel,
        kind=one.kind,
        department=one.department,
        region_code=one.region_code,
        region_path=region_directory().path_label(one.region_code, ""),
        received_at=one.received_at,
        entered_by=one.entered_by,
        status=one.status,
        stage=stage_of(one),
        look_due=one.look_due,
        looked_at=one.looked_at,
        look_overdue=one.status is SuggestionStatus.RECEIVED and one.look_due < today,
        answer_due=one.answer_due,
        answer_overdue=one.status is SuggestionStatus.PUBLISHED
        and one.answer_due is not None
        and one.answer_due < today,
        words=words_of(one) if readable else None,
        contact=contact_of(one) if readable else None,
        has_contact=one.person_sealed is not None and one.erased_at is None,
        files=attachments.files_of(one.subject) if readable else (),
        title=one.title if readable or one.status in PUBLIC else None,
        text=one.text if readable or one.status in PUBLIC else None,
        published_at=one.published_at,
        supports=one.supports,
        not_public_why=one.not_public_why,
        told_why=told_why(one) if readable else None,
        merged_into=db.session.scalar(into) if one.merged_into_id else None,
        merged=tuple(db.session.scalars(merged.order_by(Suggestion.id).limit(MOST_MERGED))),
        answer=one.answer,
        answered_at=one.answered_at,
        answered_by=one.answered_by,
        done=one.done,
        done_at=one.done_at,
        topic=None if topic is None else (topic.public_id, topic.title),
        ended_at=one.ended_at,
        hold_reason=one.hold_reason if readable else None,
        erased_at=one.erased_at,
        lines=lines,
        may=frozenset(event for event in SuggestionEvent if allows(one.status, event)),
    )


def _lines(one: Suggestion, readable: bool) -> tuple[LineView, ...]:
    query = select(SuggestionStep).where(SuggestionStep.suggestion_id == one.id).order_by(SuggestionStep.id)
    return tuple(
        LineView(
            line.event,
            line.at,
            line.actor,
            line.staff_id is None and line.actor == CITIZEN.name,
            line.staff_id,
            line.status,
            step_words(line) if readable else None,
            json.loads(line.said) if line.said and readable else {},
            line.to_writer,
        )
        for line in db.session.scalars(query)
    )


def _said(suggestion_id: int) -> tuple[Said, ...]:
    wanted = (SuggestionEvent.ANSWER, SuggestionEvent.REPORT_DONE)
    query = select(SuggestionStep).where(
        SuggestionStep.suggestion_id == suggestion_id, SuggestionStep.event.in_(wanted)
    )
    found = []
    for line in db.session.scalars(query.order_by(SuggestionStep.id)):
        said = json.loads(line.said) if line.said else {}
        words = said.get("answer") or said.get("done")
        if words:
            found.append(Said(line.event, line.at, line.actor, words))
    return tuple(found)


def _merged(suggestion_id: int) -> Merged:
    query = select(func.count(), func.coalesce(func.sum(Suggestion.supports), 0)).where(
        Suggestion.merged_into_id == suggestion_id
    )
    number, voices = db.session.execute(query).one()
    return Merged(number, voices)
