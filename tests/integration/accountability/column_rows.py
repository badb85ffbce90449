"""Suggestions, topics and targets as rows, for the tests of what counts them."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from portal import clock
from portal.domain.permissions import Department
from portal.domain.suggestion_status import SuggestionStatus
from portal.domain.topic_targets import TopicMetric
from portal.extensions import db
from portal.topics.digest_models import ColumnOffice
from portal.topics.kinds import SuggestionChannel, SuggestionKind, TopicScope
from portal.topics.models import Suggestion
from portal.topics.topic_models import Topic, TopicTarget

_numbers = count(1)


def office(region: str, since: date = date(2026, 1, 1)) -> None:
    """Let a region run the column."""
    db.session.add(ColumnOffice(region_code=region, since=since))
    db.session.flush()


def suggestion(
    region: str,
    received_on: date,
    status: SuggestionStatus = SuggestionStatus.PUBLISHED,
    due: date | None = None,
    answered_on: date | None = None,
) -> Suggestion:
    """Enter a suggestion; public where its status says so."""
    number = next(_numbers)
    public = status in (SuggestionStatus.PUBLISHED, SuggestionStatus.ANSWERED)
    row = Suggestion(
        public_id=f"s{number:07d}",
        receipt=f"D2026-{number:08d}",
        access_hash="x",
        submission=f"x{number}",
        channel=SuggestionChannel.WEB,
        received_at=clock.at(received_on),
        received_on=received_on,
        entered_by="群众",
        region_code=region,
        department=Department.CIVIL_AFFAIRS,
        kind=SuggestionKind.CANTEEN,
        words_sealed="x",
        has_mail=False,
        privacy_version="x",
        status=status,
        look_due=received_on,
        title="助餐点" if public else None,
        text="开一个助餐点。" if public else None,
        published_at=clock.at(received_on) if public else None,
        changed_at=clock.at(received_on),
        answer_due=due,
        answer=None if answered_on is None else "开了。",
        answered_at=None if answered_on is None else clock.at(answered_on, 23, 59),
        answered_by=None if answered_on is None else "经办",
    )
    db.session.add(row)
    db.session.flush()
    return row


def topic(region: str, category: str | None = None, **given: Any) -> Topic:
    """Enter a public topic that is worked on since March."""
    number = next(_numbers)
    moment = clock.at(date(2026, 2, 1))
    row = Topic(
        **{
            "public_id": f"t{number:07d}",
            "year": 2026,
            "scope": TopicScope.OWN,
            "region_code": region,
            "department": Department.CIVIL_AFFAIRS,
            "title": "通道整治",
            "why": "通道堵着。",
            "problem_category": category,
            "entered_at": moment,
            "published_at": moment,
            "work_from": clock.at(date(2026, 3, 1)),
            "changed_at": moment,
            **given,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def target(of: Topic, metric: TopicMetric, goal: int, since: date, **given: Any) -> TopicTarget:
    """Enter a target: a share unless told otherwise."""
    row = TopicTarget(
        **{
            "topic_id": of.id,
            "position": next(_numbers),
            "title": metric.value,
            "metric": metric,
            "percent": True,
            "goal": goal,
            "unit": "个",
            "since": since,
            "due_on": date(2026, 12, 31),
            **given,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row
