"""What the column 点题整治 adds to a county's quarter: suggestions, and topics worked on (R40, R41)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import select

from portal import clock
from portal.accountability.queries.topic_progress import progress_of
from portal.domain.county_review import ColumnFigures
from portal.domain.quarters import Quarter
from portal.domain.suggestion_status import PUBLIC
from portal.domain.topic_targets import TopicMetric
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.digest_models import ColumnOffice
from portal.topics.models import Suggestion
from portal.topics.topic_models import Topic

_READ_AT_ONCE = 2_000


class ColumnQuarter:
    """The column in one quarter, in all counties; as it stands on ``today``."""

    def __init__(self, quarter: Quarter, today: date) -> None:
        self._quarter, self._today = quarter, today
        since = select(ColumnOffice.region_code).where(ColumnOffice.since <= quarter.ends)
        self._running = frozenset(db.session.scalars(since))
        self._topics = _at_work(quarter) if self._running else []
        self._received: Counter[str] = Counter()
        self._judged: Counter[str] = Counter()
        self._in_time: Counter[str] = Counter()
        if self._running:
            self._count()

    def figures(self, region_code: str) -> ColumnFigures | None:
        """Return a county's numbers; None where no office ran the column yet. Five queries at most."""
        above = {region_code, *(one.code for one in region_directory().ancestors(region_code))}
        if not above & self._running:
            return None
        mine = [topic for topic in self._topics if topic.region_code in above]
        progress = progress_of(mine, region_code)
        standings = [
            one.standing
            for topic in mine
            for one in progress[topic.id]
            # of a larger area's topic only what can be measured in the county, and is a share
            if topic.region_code == region_code or (one.standing.percent and one.metric is not _BY_HAND)
        ]
        return ColumnFigures(
            self._received[region_code],
            self._in_time[region_code],
            self._judged[region_code],
            len(mine),
            len(standings),
            sum(one.reached for one in standings),
        )

    def _count(self) -> None:
        """Count all that were received, as digests do: were accusations left out, the difference would tell
        how many there were."""
        query = (
            select(Suggestion.region_code, Suggestion.status, Suggestion.answer_due, Suggestion.answered_at)
            .where(Suggestion.received_on.between(self._quarter.begins, self._quarter.ends))
            .execution_options(yield_per=_READ_AT_ONCE)
        )
        for code, status, due, answered_at in db.session.execute(query):
            self._received[code] += 1
            if status not in PUBLIC or due is None:
                continue
            self._judged[code] += answered_at is not None or due < self._today
            self._in_time[code] += answered_at is not None and answered_at.date() <= due


_BY_HAND = TopicMetric.BY_HAND


def _at_work(quarter: Quarter) -> list[Topic]:
    """Return the public topics that were worked on or judged at some moment of the quarter."""
    begins, ends = clock.at(quarter.begins), clock.at(quarter.ends + timedelta(days=1))
    query = select(Topic).where(
        Topic.published_at.is_not(None),
        Topic.withdrawn_at.is_(None),
        Topic.work_from < ends,
        Topic.closed_at.is_(None) | (Topic.closed_at >= begins),
    )
    return list(db.session.scalars(query.order_by(Topic.id)))
