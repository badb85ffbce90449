"""One topic in public: from whose suggestions it came, what is done, what the public says (R41, R42)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal.domain.frozen_count import FrozenCount, read_frozen
from portal.domain.topic_phases import Phase, phase_at
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.kinds import ReasonState, Verdict
from portal.topics.models import Suggestion
from portal.topics.queries.topic_log import Line, public_log
from portal.topics.queries.topics import (
    PoolRow,
    TopicRow,
    pool_row,
    public_topics,
    suggestions_tied,
    topic_row,
)
from portal.topics.topic_models import (
    Topic,
    TopicDocument,
    TopicMilestone,
    TopicPool,
    WrittenReason,
)

_MOST_SUGGESTIONS = 10
_MOST_REASONS = 60


@dataclass(frozen=True, slots=True)
class Said:
    """A suggestion that went into the topic."""

    public_id: str
    title: str
    supports: int
    received_on: date


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody judged as they did, as an office let it stand."""

    verdict: Verdict
    text: str
    received_on: date


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic as its page shows it. ``record``: the row itself, for who measures or takes a verdict."""

    record: Topic
    row: TopicRow
    pool: PoolRow | None
    suggestions: tuple[Said, ...]
    """The most supported ones; ``row.suggestions`` says how many there are."""
    milestones: Sequence[TopicMilestone]
    documents: Sequence[TopicDocument]
    reasons: tuple[Reason, ...]
    log: tuple[Line, ...]
    result: FrozenCount | None

    @property
    def spoken(self) -> bool:
        """True from the moment that the public was asked to judge it."""
        return self.row.phase in (Phase.BEING_JUDGED, Phase.JUDGED, Phase.CLOSED)


def topic_view(public_id: str, now: datetime) -> TopicView | None:
    """Return a public topic, None where there is none. Nine queries."""
    found = db.session.execute(
        select(Topic, TopicPool)
        .outerjoin(TopicPool, TopicPool.id == Topic.pool_id)
        .where(Topic.public_id == public_id, *public_topics())
    ).one_or_none()
    if found is None:
        return None
    topic, pool = found
    one, rows, regions = topic.id, db.session.scalars, region_directory()
    return TopicView(
        topic,
        topic_row(topic, pool, now, suggestions_tied([one]).get(one, 0), regions),
        pool_row(pool, regions) if pool is not None and pool.published_at and topic.proposed_at else None,
        _suggestions(one),
        rows(
            select(TopicMilestone)
            .where(TopicMilestone.topic_id == one)
            .order_by(TopicMilestone.due_on, TopicMilestone.id)
        ).all(),
        rows(
            select(TopicDocument)
            .where(TopicDocument.topic_id == one)
            .order_by(TopicDocument.issued_on.desc(), TopicDocument.id.desc())
        ).all(),
        _reasons(one),
        public_log(one),
        None if topic.verdict_result is None else read_frozen(topic.verdict_result),
    )


def public_topic(public_id: str) -> Topic | None:
    """Return a topic that everybody may see."""
    return db.session.scalars(
        select(Topic).where(Topic.public_id == public_id, *public_topics())
    ).one_or_none()


def document_text(public_id: str, document_id: int) -> TopicDocument | None:
    """Return a paper of a public topic whose text stands here."""
    query = (
        select(TopicDocument)
        .join(Topic, Topic.id == TopicDocument.topic_id)
        .where(
            Topic.public_id == public_id,
            *public_topics(),
            TopicDocument.id == document_id,
            TopicDocument.text.is_not(None),
        )
    )
    return db.session.scalars(query).one_or_none()


def phase_of_topic(public_id: str, now: datetime) -> Phase | None:
    """Return how far a topic has come: what its page depends on beside its data. One query."""
    found = db.session.execute(
        select(Topic, TopicPool)
        .outerjoin(TopicPool, TopicPool.id == Topic.pool_id)
        .where(Topic.public_id == public_id)
    ).one_or_none()
    return None if found is None else phase_at(found[0].dates(found[1]), now)


def _suggestions(topic_id: int) -> tuple[Said, ...]:
    query = select(Suggestion.public_id, Suggestion.title, Suggestion.supports, Suggestion.received_on).where(
        Suggestion.topic_id == topic_id, Suggestion.published_at.is_not(None)
    )
    ordered = query.order_by(Suggestion.supports.desc(), Suggestion.id).limit(_MOST_SUGGESTIONS)
    return tuple(Said(row[0], row[1] or "", row[2], row[3]) for row in db.session.execute(ordered))


def _reasons(topic_id: int) -> tuple[Reason, ...]:
    query = select(WrittenReason.verdict, WrittenReason.public_text, WrittenReason.received_on).where(
        WrittenReason.topic_id == topic_id, WrittenReason.state == ReasonState.PUBLISHED
    )
    rows = db.session.execute(query.order_by(WrittenReason.id.desc()).limit(_MOST_REASONS))
    return tuple(Reason(row[0], row[1] or "", row[2]) for row in rows)
