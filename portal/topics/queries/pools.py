"""One pool in public: candidates, the vote, its result with turnout (R41)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.domain.frozen_count import FrozenCount, ranks, read_frozen
from portal.domain.topic_phases import Phase
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.queries.topics import PoolRow, TopicRow, pool_row, suggestions_tied, topic_row
from portal.topics.topic_models import Topic, TopicPool
from portal.topics.voice_choices import positions_in


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate. ``votes``, ``rank``: None until the vote is over."""

    row: TopicRow
    position: int
    demands: str
    why_left_out: str | None
    votes: int | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class PoolView:
    """A pool as its page shows it. ``record``: the row itself, for who takes a ballot."""

    record: TopicPool
    row: PoolRow
    phase: Phase
    """COLLECTING, VOTE or COUNTED: of the vote alone."""
    candidates: tuple[Candidate, ...]
    taken_down: tuple[Candidate, ...]
    result: FrozenCount | None

    def by_votes(self, counted: Mapping[str, int]) -> tuple[Candidate, ...]:
        """Return the candidates with their numbers, the most chosen first."""
        numbers = {one.position: counted.get(str(one.position), 0) for one in self.candidates}
        places = ranks({str(position): number for position, number in numbers.items()})
        found = [
            Candidate(
                one.row, one.position, one.demands, one.why_left_out, numbers[one.position],
                places[str(one.position)],
            )
            for one in self.candidates
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda one: (one.rank or 0, one.position)))

    def chosen(self, code: str) -> tuple[str, ...]:
        """Return the public ids of the candidates that a ballot names."""
        places = set(positions_in(code))
        return tuple(one.row.public_id for one in self.candidates if one.position in places)


def pool_view(public_id: str, now: datetime) -> PoolView | None:
    """Return a published pool with its candidates, None where there is none. Four queries."""
    pool = public_pool(public_id)
    if pool is None:
        return None
    query = select(Topic).where(Topic.pool_id == pool.id, Topic.proposed_at.is_not(None))
    topics = db.session.scalars(query.order_by(Topic.position, Topic.id)).all()
    regions = region_directory()
    tied = suggestions_tied([topic.id for topic in topics])
    found = [
        (
            topic.withdrawn_at is not None,
            Candidate(
                topic_row(topic, pool, now, tied.get(topic.id, 0), regions), topic.position, topic.demands,
                topic.passed_over_why or topic.withdrawn_reason,
            ),
        )
        for topic in topics
    ]  # fmt: skip
    return PoolView(
        pool,
        pool_row(pool, regions),
        pool_phase(pool, now),
        tuple(one for gone, one in found if not gone),
        tuple(one for gone, one in found if gone),
        None if pool.result is None else read_frozen(pool.result),
    )


def public_pool(public_id: str) -> TopicPool | None:
    """Return a pool that everybody may see."""
    query = select(TopicPool).where(TopicPool.public_id == public_id, TopicPool.published_at.is_not(None))
    return db.session.scalars(query).one_or_none()


def pool_phase(pool: TopicPool, now: datetime) -> Phase:
    """Return how far the vote of a published pool has come."""
    if now < pool.vote_opens_at:
        return Phase.COLLECTING
    return Phase.VOTE if now < pool.vote_closes_at else Phase.COUNTED
