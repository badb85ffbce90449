"""Pools and topics as staff work on them: the lists of the own regions, one with all that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.domain.actor import Scope
from portal.domain.permissions import Department
from portal.domain.topic_phases import Deed, Phase, allows, phase_at
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.reference.regions import RegionDirectory
from portal.topics.kinds import ReasonState, Verdict
from portal.topics.models import Suggestion
from portal.topics.topic_models import (
    Topic,
    TopicDocument,
    TopicMilestone,
    TopicPool,
    TopicStep,
    TopicTarget,
    WrittenReason,
)
from portal.vault.sealing import unseal

MOST = 500
"""Topics that a list shows: some ten a region and year."""
_REASONS_MOST = 50


@dataclass(frozen=True, slots=True)
class DeskTopic:
    """A topic in a list. ``waiting``: reasons that nobody has looked through."""

    topic: Topic
    pool: TopicPool | None
    region_label: str
    phase: Phase
    waiting: int

    @property
    def draft(self) -> bool:
        """True while nobody but the staff sees it."""
        return self.topic.proposed_at is None and self.topic.published_at is None


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A topic with all that hangs on it. ``suggestions``: how many are tied to it."""

    row: DeskTopic
    targets: Sequence[TopicTarget]
    milestones: Sequence[TopicMilestone]
    documents: Sequence[TopicDocument]
    steps: Sequence[TopicStep]
    """The newest first."""
    suggestions: int


@dataclass(frozen=True, slots=True, repr=False)
class DeskReason:
    """A reason in somebody's own words. ``text``: None once it was erased."""

    row: WrittenReason
    verdict: Verdict
    text: str | None


def desk_pools(scope: Scope) -> list[TopicPool]:
    """Return the pools within reach, the newest first."""
    query = select(TopicPool).order_by(TopicPool.year.desc(), TopicPool.region_code, TopicPool.id)
    return [row for row in db.session.scalars(query) if scope.covers(row.region_code)]


def desk_topics(
    scope: Scope,
    now: datetime,
    *,
    year: int | None = None,
    region: str | None = None,
    department: Department | None = None,
    pool_id: int | None = None,
) -> list[DeskTopic]:
    """Return the topics within reach, the newest year first; two queries, at most ``MOST`` rows."""
    query = select(Topic, TopicPool).outerjoin(TopicPool, TopicPool.id == Topic.pool_id)
    if year is not None:
        query = query.where(Topic.year == year)
    if region is not None:
        query = query.where(Topic.region_code.in_(region_directory().within(region)))
    if department is not None:
        query = query.where(Topic.department == department)
    if pool_id is not None:
        query = query.where(Topic.pool_id == pool_id)
    if scope.regions is not None:
        query = query.where(Topic.region_code.in_(scope.regions))
    query = query.order_by(Topic.year.desc(), Topic.region_code, Topic.position, Topic.id).limit(MOST)
    rows = db.session.execute(query).all()
    waiting = _waiting([topic.id for topic, _ in rows])
    regions = region_directory()
    return [_row(topic, pool, now, waiting, regions) for topic, pool in rows]


def adoptable_topics(region_code: str, now: datetime) -> list[DeskTopic]:
    """Return the topics that a suggestion of a region may be tied to: of its own region or one above it."""
    directory = region_directory()
    over = [region_code, *(one.code for one in directory.ancestors(region_code))]
    query = (
        select(Topic, TopicPool)
        .outerjoin(TopicPool, TopicPool.id == Topic.pool_id)
        .where(Topic.region_code.in_(over), Topic.withdrawn_at.is_(None))
        .order_by(Topic.year.desc(), Topic.region_code, Topic.position, Topic.id)
        .limit(MOST)
    )
    found = [_row(topic, pool, now, {}, directory) for topic, pool in db.session.execute(query)]
    return [one for one in found if allows(one.phase, Deed.ADOPT)]


def topic_record(public_id: str, scope: Scope) -> Topic | None:
    """Return a topic to act on, None where it is not within reach."""
    row = db.session.scalars(select(Topic).where(Topic.public_id == public_id)).one_or_none()
    return row if row is not None and scope.covers(row.region_code) else None


def pool_record(public_id: str, scope: Scope) -> TopicPool | None:
    """Return a pool to act on, None where it is not within reach."""
    row = db.session.scalars(select(TopicPool).where(TopicPool.public_id == public_id)).one_or_none()
    return row if row is not None and scope.covers(row.region_code) else None


def desk_page(topic: Topic, now: datetime) -> DeskPage:
    """Return a topic with all that its page shows."""
    pool = None if topic.pool_id is None else db.session.get_one(TopicPool, topic.pool_id)
    one, mine = topic.id, db.session.scalars
    tied = select(func.count()).select_from(Suggestion).where(Suggestion.topic_id == one)
    return DeskPage(
        _row(topic, pool, now, _waiting([one]), region_directory()),
        mine(select(TopicTarget).where(TopicTarget.topic_id == one).order_by(TopicTarget.position)).all(),
        mine(
            select(TopicMilestone).where(TopicMilestone.topic_id == one).order_by(TopicMilestone.due_on)
        ).all(),
        mine(
            select(TopicDocument).where(TopicDocument.topic_id == one).order_by(TopicDocument.issued_on)
        ).all(),
        mine(select(TopicStep).where(TopicStep.topic_id == one).order_by(TopicStep.id.desc())).all(),
        db.session.scalar(tied) or 0,
    )


def desk_reasons(topic: Topic, state: ReasonState) -> list[DeskReason]:
    """Return reasons of a topic in one state, the oldest first; at most fifty."""
    query = select(WrittenReason).where(WrittenReason.topic_id == topic.id, WrittenReason.state == state)
    rows = db.session.scalars(query.order_by(WrittenReason.id).limit(_REASONS_MOST))
    return [DeskReason(row, row.verdict, unseal(row.text_sealed)) for row in rows]


def reason_record(topic: Topic, reason_id: int) -> WrittenReason | None:
    """Return one reason of this topic to act on."""
    row = db.session.get(WrittenReason, reason_id)
    return row if row is not None and row.topic_id == topic.id else None


def target_record(topic: Topic, row_id: int | None) -> TopicTarget | None:
    """Return one target of this topic to act on."""
    row = None if row_id is None else db.session.get(TopicTarget, row_id)
    return row if row is not None and row.topic_id == topic.id else None


def milestone_record(topic: Topic, row_id: int | None) -> TopicMilestone | None:
    """Return one milestone of this topic to act on."""
    row = None if row_id is None else db.session.get(TopicMilestone, row_id)
    return row if row is not None and row.topic_id == topic.id else None


def _row(
    topic: Topic, pool: TopicPool | None, now: datetime, waiting: dict[int, int], regions: RegionDirectory
) -> DeskTopic:
    label = regions.label(topic.region_code)
    return DeskTopic(topic, pool, label, phase_at(topic.dates(pool), now), waiting.get(topic.id, 0))


def _waiting(topic_ids: Sequence[int]) -> dict[int, int]:
    query = select(WrittenReason.topic_id, func.count()).where(
        WrittenReason.topic_id.in_(topic_ids), WrittenReason.state == ReasonState.RECEIVED
    )
    return {row[0]: row[1] for row in db.session.execute(query.group_by(WrittenReason.topic_id))}
