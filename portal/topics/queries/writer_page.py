"""What the writer of a suggestion sees of it, once receipt number and access code have opened it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.domain.permissions import Department
from portal.domain.suggestion_status import PUBLIC, SuggestionEvent, SuggestionStatus, allows
from portal.extensions import db
from portal.intake import attachments
from portal.intake.models import IntakeFile
from portal.reference.directory import region_directory
from portal.topics.kinds import SuggestionKind, WhyNotPublic
from portal.topics.models import Suggestion, SuggestionStep
from portal.topics.queries.suggestion_page import stands_with
from portal.topics.service.steps import CITIZEN
from portal.topics.service.topic_steps import is_public
from portal.topics.service.words import Contact, contact_of, step_words, told_why, words_of
from portal.topics.topic_models import Topic
from portal.vault.sealing import keys_at_hand


@dataclass(frozen=True, slots=True, repr=False)
class WriterLine:
    """One line of the log that the writer sees."""

    event: SuggestionEvent
    at: datetime
    actor: str
    by_writer: bool
    words: str | None
    said: dict[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class WriterView:
    """A suggestion as its writer sees it."""

    receipt: str
    version: int
    status: SuggestionStatus
    kind: SuggestionKind
    department: Department
    region_code: str
    region_path: str
    received_at: datetime
    look_due: date
    look_overdue: bool
    answer_due: date | None
    answer_overdue: bool
    words: str | None
    """What was written; None once it is erased."""
    contact: Contact | None
    files: Sequence[IntakeFile]
    public_id: str | None
    """Of its public page, while there is one."""
    title: str | None
    text: str | None
    supports: int
    merged_into: str | None
    """Public id of what it stands with, where that is public."""
    not_public_why: WhyNotPublic | None
    told_why: str | None
    """What the office told the writer where it did not become public."""
    answer: str | None
    answered_at: datetime | None
    done: str | None
    done_at: datetime | None
    topic: tuple[str, str] | None
    """Public id and title of what came of it, where everybody may read it."""
    lines: tuple[WriterLine, ...]
    may_withdraw: bool


def writer_view(suggestion: Suggestion) -> WriterView:
    """Return what the writer sees of their suggestion, as it stands now."""
    with keys_at_hand(suggestion.subject):
        return _view(suggestion)


def _view(one: Suggestion) -> WriterView:
    public, today = one.status in PUBLIC, clock.today()
    topic = db.session.get(Topic, one.topic_id) if one.topic_id is not None else None
    shown = topic is not None and is_public(topic) and topic.withdrawn_at is None
    merged = one.status is SuggestionStatus.MERGED
    return WriterView(
        receipt=one.receipt,
        version=one.version,
        status=one.status,
        kind=one.kind,
        department=one.department,
        region_code=one.region_code,
        region_path=region_directory().path_label(one.region_code, ""),
        received_at=one.received_at,
        look_due=one.look_due,
        look_overdue=one.status is SuggestionStatus.RECEIVED and one.look_due < today,
        answer_due=one.answer_due if public else None,
        answer_overdue=one.status is SuggestionStatus.PUBLISHED
        and one.answer_due is not None
        and one.answer_due < today,
        words=words_of(one),
        contact=contact_of(one),
        files=attachments.files_of(one.subject),
        public_id=one.public_id if public else None,
        title=one.title if public else None,
        text=one.text if public else None,
        supports=one.supports,
        merged_into=stands_with(one.public_id) if merged else None,
        not_public_why=one.not_public_why,
        told_why=told_why(one),
        answer=one.answer if public else None,
        answered_at=one.answered_at if public else None,
        done=one.done if public else None,
        done_at=one.done_at if public else None,
        topic=(topic.public_id, topic.title) if topic is not None and shown else None,
        lines=_lines(one),
        may_withdraw=allows(one.status, SuggestionEvent.WITHDRAW),
    )


def _lines(one: Suggestion) -> tuple[WriterLine, ...]:
    query = select(SuggestionStep).where(SuggestionStep.suggestion_id == one.id, SuggestionStep.to_writer)
    return tuple(
        WriterLine(
            line.event,
            line.at,
            line.actor,
            line.staff_id is None and line.actor == CITIZEN.name,
            step_words(line),
            json.loads(line.said) if line.said else {},
        )
        for line in db.session.scalars(query.order_by(SuggestionStep.id))
    )
