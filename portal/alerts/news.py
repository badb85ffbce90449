"""What became known in a span of time, to be told to whoever asked: notices, problems, visits, credit.

Read once for everybody, then sorted out by topic: how many are subscribed costs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from portal.domain.actor import PUBLIC
from portal.extensions import db
from portal.institutions.models import Institution
from portal.supervision.credit_models import CreditRecord
from portal.supervision.kinds import TOLD_BY_THE_PUBLIC, InspectionKind, NoticeEvent
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem
from portal.supervision.queries.inspections import inspections_by_id
from portal.supervision.queries.notice_event_rows import NoticeEventRow, event_rows
from portal.supervision.queries.notice_events import events_between
from portal.supervision.queries.problems import problem_rows
from portal.supervision.queries.visible import credit_for

Labels = Callable[[StrEnum], str]

MOST = 2000
"""Of one kind, for one span: more is no news but an import."""

_TOLD_BY_THE_PUBLIC = "群众反映"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that is new: since when the public may know it, when it was, and where it stands."""

    known_at: datetime
    on: date
    text: str
    path: str
    region_code: str
    institution_id: int | None
    notice_id: int | None = None


def news_between(since: datetime, until: datetime, today: date, label: Labels) -> list[News]:
    """Return what became known after ``since``, up to ``until``, by the day it happened."""
    events = event_rows(events_between(since, until, PUBLIC, today, MOST), PUBLIC, today)
    found = [_of_event(row, label) for row in events]
    found += _problems(since, until, today, label, events)
    found += _inspections(since, until, label)
    found += _credit(since, until, today)
    return sorted(found, key=lambda news: (news.on, news.known_at))


def _of_event(row: NoticeEventRow, label: Labels) -> News:
    what = row.what
    if row.kind is NoticeEvent.OVERDUE and row.deadline is not None:
        what = f"{what}，期限是{row.deadline.month}月{row.deadline.day}日"
    return News(
        row.known_at,
        row.at.date(),
        f"整改通知{label(row.kind)}：{row.home.name}，{what}",
        f"/notices/{row.public_id}",
        row.region_code,
        row.institution_id,
        row.notice_id,
    )


def _problems(
    since: datetime, until: datetime, today: date, label: Labels, events: list[NoticeEventRow]
) -> Iterator[News]:
    """Yield published problems, but for those that a notice among the news tells of."""
    told_by_notice = {row.notice_id for row in events if row.kind is NoticeEvent.ISSUED}
    told = {row.recurrence.public_id for row in events if row.recurrence is not None}
    query = select(Problem.id, Problem.published_at, Problem.notice_id, Problem.public_id)
    known = _published(query, Problem, since, until)
    new = {
        row.id: row.published_at
        for row in known
        if row.notice_id not in told_by_notice and row.public_id not in told
    }
    for row in problem_rows(list(new), PUBLIC, today):
        yield News(
            new[row.id],
            # the day of finding is kept back where the public told of it (R32)
            new[row.id].date() if row.origin in TOLD_BY_THE_PUBLIC else row.found_on,
            f"公开了一个问题（{label(row.severity)}）：{row.home.name}，{row.title}",
            f"/problems/{row.public_id}",
            row.region_code,
            row.institution_id,
        )


def _inspections(since: datetime, until: datetime, label: Labels) -> Iterator[News]:
    known = _published(select(Inspection.id, Inspection.published_at), Inspection, since, until)
    new = {row.id: row.published_at for row in known}
    for row in inspections_by_id(list(new), PUBLIC):
        if row.visited_on is None or row.result is None:
            continue
        kind = _TOLD_BY_THE_PUBLIC if row.kind is InspectionKind.COMPLAINT else label(row.kind)
        yield News(
            new[row.id],
            row.visited_on,
            f"检查结果（{kind}）：{row.home.name}，{label(row.result)}",
            f"/inspections/{row.public_id}",
            row.region_code,
            row.institution_id,
        )


def _credit(since: datetime, until: datetime, today: date) -> Iterator[News]:
    """Yield homes of which a penalty, commendation or the like was published, without a word of it: a mail
    can't be taken back once the entry is repaired or over (R8)."""
    record = CreditRecord
    query = (
        select(record.published_at, record.decided_on, record.region_code, record.institution_id)
        .add_columns(Institution.name, Institution.public_id)
        .join(Institution, Institution.id == record.institution_id)
        .where(record.published_at > since, record.published_at <= until, *credit_for(PUBLIC, today))
        .order_by(record.published_at)
        .limit(MOST)
    )
    for row in db.session.execute(query):
        text = f"表扬、处罚等信用信息有更新：{row.name}"
        path = f"/institutions/{row.public_id}"
        yield News(row.published_at, row.decided_on, text, path, row.region_code, row.institution_id)


def _published(query: Any, model: Any, since: datetime, until: datetime) -> list[Any]:
    query = query.where(model.published_at > since, model.published_at <= until)
    return list(db.session.execute(query.order_by(model.published_at).limit(MOST)))
