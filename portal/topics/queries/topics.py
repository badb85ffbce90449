"""The public's list of topics by year, and what of them is open this very moment (R41)."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from portal.domain.actor import Scope
from portal.domain.day_words import last_day
from portal.domain.permissions import Department
from portal.domain.topic_phases import Phase, phase_at
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.reference.regions import RegionDirectory
from portal.topics.kinds import TopicScope, Verdict
from portal.topics.models import Suggestion
from portal.topics.topic_models import Topic, TopicPool

MOST_OPEN = 20
"""Votes and judgings that a page names; a reader's own region comes with a choice."""
MOST_ROWS = 5_000
"""Rows of a file."""


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic as lists show it. ``record``: the row itself, for who measures its targets."""

    record: Topic
    id: int
    public_id: str
    title: str
    why: str
    year: int
    scope: TopicScope
    region_code: str
    region_label: str
    department: Department
    joint: tuple[Department, ...]
    phase: Phase
    conclusion: Verdict | None
    suggestions: int
    """How many of the public's suggestions went into it."""
    judged_from: datetime | None
    judged_until: datetime | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A year's pool as lists show it."""

    id: int
    public_id: str
    title: str
    year: int
    region_code: str
    region_label: str
    collecting_from: date
    vote_opens_at: datetime
    vote_closes_at: datetime
    result_published_at: datetime | None

    @property
    def last_day(self) -> date:
        """The last day of the vote."""
        return last_day(self.vote_closes_at)

    def is_open(self, now: datetime) -> bool:
        """True while everybody may vote."""
        return self.vote_opens_at <= now < self.vote_closes_at


def public_topics() -> list[ColumnElement[bool]]:
    """Return when a ``Topic`` may be seen by everybody. One taken down keeps its page, outside of lists."""
    return [or_(Topic.proposed_at.is_not(None), Topic.published_at.is_not(None))]


def topic_years() -> list[int]:
    """Return the years that have public topics or pools, the newest first."""
    of_topics = select(Topic.year).where(*public_topics(), Topic.withdrawn_at.is_(None))
    of_pools = select(TopicPool.year).where(TopicPool.published_at.is_not(None))
    both = of_topics.union(of_pools).subquery()
    return list(db.session.scalars(select(both.c.year).order_by(both.c.year.desc())))


def count_topics(year: int, region: str | None) -> int:
    """Return how many public topics a year has for a region."""
    query = select(func.count()).select_from(Topic).where(*_of_year(year, region))
    return db.session.scalar(query) or 0


def list_topics(year: int, region: str | None, now: datetime, offset: int, limit: int) -> list[TopicRow]:
    """Return a year's topics: common ones first, then each county's own. Two queries.

    ``region``: its own, those beneath it, and the common ones of what lies above it, which hold there too.
    """
    query = _query().where(*_of_year(year, region))
    ordered = query.order_by(Topic.scope, Topic.region_code, Topic.position, Topic.id)
    return rows_of(ordered.offset(offset).limit(limit), now)


def topics_of(ids: Collection[int], scope: Scope, now: datetime) -> list[TopicRow]:
    """Return the public ones among these topics, as search found them."""
    del scope  # the public's: search finds nothing else
    return rows_of(_query().where(Topic.id.in_(ids), *public_topics(), Topic.withdrawn_at.is_(None)), now)


def judged_now(now: datetime, region: str | None = None) -> list[TopicRow]:
    """Return the topics that the public judges at this moment."""
    query = _query().where(
        *public_topics(),
        Topic.withdrawn_at.is_(None),
        Topic.closed_at.is_(None),
        Topic.published_at <= now,
        Topic.judged_from <= now,
        Topic.judged_until > now,
        *_within(Topic.region_code, region),
    )
    return rows_of(query.order_by(Topic.judged_until, Topic.id).limit(MOST_OPEN), now)


def pools_now(now: datetime, region: str | None = None) -> list[PoolRow]:
    """Return the pools whose vote is ahead, open, or over without a published result."""
    query = select(TopicPool).where(
        TopicPool.published_at.is_not(None),
        TopicPool.result_published_at.is_(None),
        *_within(TopicPool.region_code, region),
    )
    rows = db.session.scalars(query.order_by(TopicPool.vote_closes_at, TopicPool.id).limit(MOST_OPEN))
    regions = region_directory()
    return [pool_row(row, regions) for row in rows]


def pools_of_year(year: int, region: str | None = None) -> list[PoolRow]:
    """Return a year's pools, those of the widest region first."""
    query = select(TopicPool).where(
        TopicPool.published_at.is_not(None), TopicPool.year == year, *_within(TopicPool.region_code, region)
    )
    rows = db.session.scalars(query.order_by(TopicPool.region_code).limit(MOST_OPEN))
    regions = region_directory()
    return [pool_row(row, regions) for row in rows]


def rows_of(query: Select[Any], now: datetime) -> list[TopicRow]:
    """Return the rows of a query over topics and their pools, with the number of their suggestions."""
    found = [(topic, pool) for topic, pool in db.session.execute(query)]
    tied = suggestions_tied([topic.id for topic, _ in found])
    regions = region_directory()
    return [topic_row(topic, pool, now, tied.get(topic.id, 0), regions) for topic, pool in found]


def topic_row(
    topic: Topic, pool: TopicPool | None, now: datetime, suggestions: int, regions: RegionDirectory
) -> TopicRow:
    """Return a topic as lists show it."""
    return TopicRow(
        topic,
        topic.id,
        topic.public_id,
        topic.title,
        topic.why,
        topic.year,
        topic.scope,
        topic.region_code,
        regions.label(topic.region_code),
        topic.department,
        tuple(Department(one) for one in json.loads(topic.joint)),
        phase_at(topic.dates(pool), now),
        topic.conclusion,
        suggestions,
        topic.judged_from,
        topic.judged_until,
        topic.changed_at,
    )


def pool_row(pool: TopicPool, regions: RegionDirectory) -> PoolRow:
    """Return a pool as lists show it."""
    return PoolRow(
        pool.id,
        pool.public_id,
        pool.title,
        pool.year,
        pool.region_code,
        regions.label(pool.region_code),
        pool.collecting_from,
        pool.vote_opens_at,
        pool.vote_closes_at,
        pool.result_published_at,
    )


def suggestions_tied(topic_ids: Sequence[int]) -> dict[int, int]:
    """Return how many public suggestions went into each topic. One query."""
    if not topic_ids:
        return {}
    query = select(Suggestion.topic_id, func.count()).where(
        Suggestion.topic_id.in_(topic_ids), Suggestion.published_at.is_not(None)
    )
    return {row[0] or 0: row[1] for row in db.session.execute(query.group_by(Suggestion.topic_id))}


def _query() -> Any:
    return select(Topic, TopicPool).outerjoin(TopicPool, TopicPool.id == Topic.pool_id)


def _of_year(year: int, region: str | None) -> list[ColumnElement[bool]]:
    return [
        Topic.year == year,
        *public_topics(),
        Topic.withdrawn_at.is_(None),
        *_within(Topic.region_code, region),
    ]


def _within(column: Any, region: str | None) -> list[ColumnElement[bool]]:
    if region is None:
        return []
    directory = region_directory()
    above = [row.code for row in directory.ancestors(region)]
    return [or_(column.in_(sorted(directory.within(region))), and_(column.in_(above)))]
