"""Events of notices with what a feed, a page or a mail says of them: three queries for any number of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.domain.actor import Scope
from portal.domain.notice_text import NoticeText, from_json
from portal.domain.permissions import Department
from portal.extensions import db
from portal.supervision.kinds import NoticeEvent
from portal.supervision.problem_models import NoticeDeadline, Problem, RectificationNotice
from portal.supervision.queries.notice_events import EventKey, FoundEvent, NoticeScope, find_events
from portal.supervision.queries.visible import HomeShown, home_columns, home_shown, with_home


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The problem that is an old one come back."""

    public_id: str
    title: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeEventRow:
    """One event of a notice: which, when it happened, and the notice as it stands now."""

    kind: NoticeEvent
    at: datetime
    """When it happened; never changes."""
    deadline_version: int
    """Which version of the deadline was missed; else the one that ran then, 0 before service."""
    deadline: date | None
    """The last day by that version."""
    deadline_set_at: datetime | None
    """When that version was entered: a service can be entered after the last day that follows from it."""
    recurrence: Recurrence | None
    notice_id: int
    public_id: str
    number: str
    home: HomeShown
    institution_id: int | None
    region_code: str
    department: Department
    issued_on: date
    served_on: date | None
    cleared_on: date | None
    text: NoticeText
    """The notice as the public reads it."""
    published_at: datetime

    @property
    def what(self) -> str:
        """What it is about, in a line: the problem that came back; else what has to be put right."""
        if self.recurrence is not None:
            return self.recurrence.title
        titles = [problem.title for problem in self.text.problems] or [self.text.title]
        return titles[0] if len(titles) == 1 else f"{titles[0]}等{len(titles)}个问题"

    @property
    def known_at(self) -> datetime:
        """When the public could first read of it: once it had happened and what it tells of was published."""
        later = self.recurrence.published_at if self.recurrence else None
        others = [moment for moment in (later, self.deadline_set_at) if moment is not None]
        return max(self.at, self.published_at, *others)


def notice_events(
    whose: NoticeScope, scope: Scope, today: date, limit: int, before: EventKey | None = None
) -> list[NoticeEventRow]:
    """Return at most ``limit`` events older than ``before`` (None: the newest), newest first."""
    return event_rows(find_events(whose, scope, today, limit, before), scope, today)


def event_rows(found: Sequence[FoundEvent], scope: Scope, today: date) -> list[NoticeEventRow]:
    """Return the events of published notices with what is said of them, in their order."""
    notices = _notices({event.notice_id for event in found}, scope, today)
    versions = _versions(notices)
    recurrences = _recurrences({event.problem_id for event in found if event.problem_id is not None})
    rows = []
    for event in found:
        row = notices[event.notice_id]
        version = event.version
        if version is None:
            version = _running_at(versions[event.notice_id], event)
        rows.append(
            NoticeEventRow(
                event.kind,
                event.key.at,
                version,
                *versions[event.notice_id].get(version, (None, None)),
                recurrences.get(event.problem_id) if event.problem_id is not None else None,
                row.id,
                row.public_id,
                row.number or "",
                home_shown(tuple(row[-4:]), scope),
                row.institution_id,
                row.region_code,
                row.department,
                row.issued_on,
                row.served_on,
                row.cleared_on,
                from_json(row.public_body),
                row.published_at or row.issued_at,
            )
        )
    return rows


def _running_at(versions: dict[int, tuple[date | None, datetime | None]], event: FoundEvent) -> int:
    """Return the deadline's version that ran when it happened: later extensions change nothing about it."""
    if event.kind is NoticeEvent.ISSUED:
        return 0
    set_by_then = (n for n, (_, set_at) in versions.items() if set_at is not None and set_at <= event.key.at)
    return max(set_by_then, default=0)


def _notices(ids: Collection[int], scope: Scope, today: date) -> dict[int, Any]:
    notice = RectificationNotice
    columns: tuple[Any, ...] = (
        notice.id,
        notice.public_id,
        notice.number,
        notice.institution_id,
        notice.region_code,
        notice.department,
        notice.issued_on,
        notice.issued_at,
        notice.served_on,
        notice.cleared_on,
        notice.public_body,
        notice.published_at,
        *home_columns(scope, today),
    )
    query = select(*columns).where(notice.id.in_(ids))
    return {row.id: row for row in db.session.execute(with_home(query, notice))} if ids else {}


def _versions(ids: Collection[int]) -> dict[int, dict[int, tuple[date | None, datetime | None]]]:
    found: dict[int, dict[int, tuple[date | None, datetime | None]]] = defaultdict(dict)
    if ids:
        line = NoticeDeadline
        query = select(line.notice_id, line.number, line.deadline, line.set_at)
        for notice_id, number, deadline, set_at in db.session.execute(query.where(line.notice_id.in_(ids))):
            found[notice_id][number] = (deadline, set_at)
    return found


def _recurrences(ids: Collection[int]) -> dict[int, Recurrence]:
    if not ids:
        return {}
    query = select(Problem.id, Problem.public_id, Problem.title, Problem.published_at)
    rows = db.session.execute(query.where(Problem.id.in_(ids)))
    return {row.id: Recurrence(row.public_id, row.title, row.published_at) for row in rows}
