"""What happened to pools and topics, from the candidate to the conclusion (R41, R42)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.queries.column_events import EventKey, EventSource, FoundEvent, newest_events
from portal.topics.topic_models import Topic, TopicMilestone, TopicPool

PROPOSED, VOTE_OPENED, VOTE_CLOSED, RESULT = "proposed", "voteopened", "voteclosed", "result"
PUBLISHED, PASSED_OVER, MILESTONE = "published", "passedover", "milestone"
JUDGING_OPENED, JUDGING_CLOSED, CLOSED, WITHDRAWN = "judgingopened", "judgingclosed", "closed", "withdrawn"

OF_POOLS = frozenset({VOTE_OPENED, VOTE_CLOSED, RESULT})


@dataclass(frozen=True, slots=True)
class TopicHappened:
    """One event. ``topic`` None: of a pool as a whole; ``candidates``: the titles of its topics in order."""

    kind: str
    key: EventKey
    region_label: str
    topic: Topic | None
    pool: TopicPool | None
    milestone: TopicMilestone | None
    candidates: tuple[str, ...]


def topic_events(now: datetime, limit: int, before: EventKey | None = None) -> list[TopicHappened]:
    """Return at most ``limit`` events, the newest first; fifteen queries, however many topics."""
    found = newest_events(_sources(), now, limit, before)
    of = {name: _ids(found, name) for name in ("pool", "topic", "milestone")}
    milestones = _rows(TopicMilestone, of["milestone"])
    topics = _rows(Topic, of["topic"] | {one.topic_id for one in milestones.values()})
    pools = _rows(TopicPool, of["pool"] | {one.pool_id for one in topics.values() if one.pool_id})
    candidates = _candidates(of["pool"])
    labels = region_directory()
    events = []
    for event in found:
        milestone = milestones.get(event.id) if event.kind == MILESTONE else None
        if event.kind in OF_POOLS:
            topic, pool = None, pools[event.id]
            place = pool.region_code
        else:
            topic = topics[milestone.topic_id if milestone is not None else event.id]
            pool, place = pools.get(topic.pool_id or 0), topic.region_code
        events.append(
            TopicHappened(
                event.kind, event.key, labels.label(place), topic, pool, milestone,
                tuple(candidates[event.id]) if topic is None else (),
            )
        )  # fmt: skip
    return events


def _sources() -> list[EventSource]:
    public: ColumnElement[bool] = or_(Topic.proposed_at.is_not(None), Topic.published_at.is_not(None))
    stands = (public, Topic.withdrawn_at.is_(None))
    pool: Select[Any] = select(TopicPool.id).where(TopicPool.published_at.is_not(None))
    chosen = select(Topic.id).where(*stands, Topic.published_at.is_not(None))
    plain = select(Topic.id).where(*stands)
    reached = (
        select(TopicMilestone.id)
        .join(Topic, Topic.id == TopicMilestone.topic_id)
        .where(*stands, Topic.published_at.is_not(None))
    )
    listed: Sequence[tuple[str, Select[Any], Any, Any]] = (
        (PROPOSED, plain, Topic.proposed_at, Topic.public_id),
        (VOTE_OPENED, pool, TopicPool.vote_opens_at, TopicPool.public_id),
        (VOTE_CLOSED, pool, TopicPool.vote_closes_at, TopicPool.public_id),
        (RESULT, pool, TopicPool.result_published_at, TopicPool.public_id),
        (PASSED_OVER, plain, Topic.passed_over_at, Topic.public_id),
        (PUBLISHED, plain, Topic.published_at, Topic.public_id),
        (MILESTONE, reached, TopicMilestone.reported_at, TopicMilestone.id),
        (JUDGING_OPENED, chosen, Topic.judged_from, Topic.public_id),
        (JUDGING_CLOSED, chosen, Topic.judged_until, Topic.public_id),
        (CLOSED, plain, Topic.closed_at, Topic.public_id),
        (WITHDRAWN, select(Topic.id).where(public), Topic.withdrawn_at, Topic.public_id),
    )
    return [
        EventSource(kind, rank, query.add_columns(at, tie), at, tie)
        for rank, (kind, query, at, tie) in enumerate(listed)
    ]


def _ids(found: Collection[FoundEvent], of: str) -> set[int]:
    """Return the ids of the rows of one table among the events."""
    kinds = {"pool": OF_POOLS, "milestone": {MILESTONE}}
    others = OF_POOLS | {MILESTONE}
    return {
        event.id for event in found if (event.kind in kinds[of] if of in kinds else event.kind not in others)
    }


def _rows(model: Any, ids: Collection[int]) -> dict[int, Any]:
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))}


def _candidates(pool_ids: Collection[int]) -> dict[int, list[str]]:
    query = select(Topic.pool_id, Topic.title).where(
        Topic.pool_id.in_(pool_ids), Topic.proposed_at.is_not(None), Topic.withdrawn_at.is_(None)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for pool_id, title in db.session.execute(query.order_by(Topic.position, Topic.id)):
        found[pool_id or 0].append(title)
    return found
