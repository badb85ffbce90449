"""Which of today's moments have passed: what lists of topics depend on beside their data and the day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.extensions import db
from portal.topics.topic_models import Topic, TopicPool


def moments_passed(now: datetime) -> int:
    """Return how many votes and phases began or ended today, until now. Two queries.

    Together with the day it changes with every change of any phase that comes by itself.
    """
    start = clock.at(now.astimezone(clock.SHANGHAI).date(), 0)

    def passed(*columns: Any) -> list[Any]:
        return [func.count().filter(column.between(start, now)) for column in columns]

    pools = select(*passed(TopicPool.vote_opens_at, TopicPool.vote_closes_at))
    topics = select(*passed(Topic.work_from, Topic.judged_from, Topic.judged_until))
    return sum(sum(db.session.execute(query).one()) for query in (pools, topics))
