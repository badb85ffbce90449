"""What happened to rectification notices, newest first: issued, overdue, cleared, recurred (R21).

Nothing of it is stored. Each kind of event is read from an index that has it in its order of time, no further
than was asked for, and the four are put together: a page costs the same however many notices there are.

An event's moment is when it happened and never moves: when the notice was issued or cleared; the midnight at
which a deadline was over that was missed; when the problem was entered that is an old one come back. Editing,
extending or publishing anew changes what an event says, not which it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from portal import clock
from portal.domain.actor import Scope
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.reference.models import Region
from portal.supervision.kinds import NoticeEvent
from portal.supervision.problem_models import NoticeDeadline, Problem, RectificationNotice
from portal.supervision.queries.visible import notices_for, problems_for

_RANK = {
    NoticeEvent.ISSUED: 0,
    NoticeEvent.OVERDUE: 1,
    NoticeEvent.CLEARED: 2,
    NoticeEvent.RECURRED: 3,
}
"""Which comes first of what happened at the same moment."""
_TOGETHER = 100
"""Counties asked for in one statement: databases bound how many parts it may have."""

_FEW = 4
"""Events read of each county at first, beside its share of what was asked for."""

_First = aliased(Problem)


@dataclass(frozen=True, slots=True)
class NoticeScope:
    """Whose notices: those of a region with everything beneath it, of one institution, or all."""

    region: str | None = None
    institution_id: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class EventKey:
    """Where an event stands in the order of time. ``tie``: id of the notice, or of what recurred."""

    at: datetime
    rank: int
    tie: int


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event as the index has it."""

    kind: NoticeEvent
    key: EventKey
    notice_id: int
    version: int | None
    """Of the deadline that was missed; None for the other kinds."""
    problem_id: int | None
    """The later problem, where one recurred."""


def overdue_since(deadline: date) -> datetime:
    """Return the moment at which a deadline is over: midnight after its day, Asia/Shanghai."""
    return clock.at(deadline + timedelta(days=1), 0)


def find_events(
    whose: NoticeScope, scope: Scope, today: date, limit: int, before: EventKey | None = None
) -> list[FoundEvent]:
    """Return at most ``limit`` events older than ``before`` (None: the newest), newest first."""
    if whose.institution_id is not None or whose.region is None:
        codes: Sequence[str] | None = None
    else:
        codes = _codes_with_notices(whose.region)
    found = [
        event
        for kind in NoticeEvent
        for event in _ask(kind, _within(kind, scope, today, whose, before), codes, limit)
    ]
    return sorted(found, key=lambda event: event.key, reverse=True)[:limit]


def events_between(
    since: datetime, until: datetime, scope: Scope, today: date, limit: int
) -> list[FoundEvent]:
    """Return what became known after ``since``, up to ``until``, newest first: what happened then, and every
    event of what was published then; of each kind ``limit`` at most."""
    notice, later = RectificationNotice, Problem
    told: dict[tuple[object, ...], FoundEvent] = {}
    for kind in NoticeEvent:
        base = _within(kind, scope, today, NoticeScope(), None)
        at, from_, to = _at(kind), _bound(kind, since), _bound(kind, until)
        happened = base.where(at > from_, at <= to)
        published = base.where(notice.published_at > since, notice.published_at <= until, at <= to)
        queries = [happened, published]
        if kind is NoticeEvent.OVERDUE:  # a service that was entered late, its last day already over
            entered = NoticeDeadline.set_at
            queries.append(base.where(entered > since, entered <= until, at <= to))
        if kind is NoticeEvent.RECURRED:
            queries.append(base.where(later.published_at > since, later.published_at <= until))
        for query in queries:
            for event in _ask(kind, query, None, limit):
                told[kind, event.notice_id, event.version, event.problem_id] = event
    return sorted(told.values(), key=lambda event: event.key, reverse=True)


def key_of(kind: NoticeEvent, notice: str, version: int, problem: str | None) -> EventKey | None:
    """Return where an event stands, public or not; None if there is none with these public ids.

    Whoever pages on from an entry that was unpublished meanwhile goes on from where it stood.
    """
    row = RectificationNotice
    found = db.session.execute(
        select(row.id, row.issued_at, row.cleared_at).where(row.public_id == notice)
    ).one_or_none()
    if found is None:
        return None
    at: datetime | None = None
    tie = found.id
    match kind:
        case NoticeEvent.ISSUED:
            at = found.issued_at
        case NoticeEvent.CLEARED:
            at = found.cleared_at
        case NoticeEvent.OVERDUE:
            missed = db.session.get(NoticeDeadline, (found.id, version))
            at = None if missed is None else overdue_since(missed.deadline)
        case NoticeEvent.RECURRED:
            again = db.session.execute(
                select(Problem.id, Problem.entered_at)
                .join(_First, _First.id == Problem.first_entry_id)
                .where(Problem.public_id == (problem or ""), _First.notice_id == found.id)
            ).one_or_none()
            if again is not None:
                tie, at = again
    return None if at is None else EventKey(at, _RANK[kind], tie)


def _within(
    kind: NoticeEvent, scope: Scope, today: date, whose: NoticeScope, before: EventKey | None
) -> Select[Any]:
    """Return the query for one kind, in no order yet: its moment, tie, notice, version, later problem."""
    notice, deadline, later = RectificationNotice, NoticeDeadline, Problem
    at, tie = _at(kind).label("at"), _tie(kind).label("tie")
    version = deadline.number if kind is NoticeEvent.OVERDUE else literal(None)
    problem = later.id if kind is NoticeEvent.RECURRED else literal(None)
    query: Select[Any] = select(
        at, tie, notice.id.label("notice"), version.label("version"), problem.label("problem")
    ).add_columns(_region(kind).label("region"))
    match kind:
        case NoticeEvent.ISSUED:
            query = query.where(notice.issued_at.is_not(None))
        case NoticeEvent.CLEARED:
            query = query.where(notice.cleared_at.is_not(None))
        case NoticeEvent.OVERDUE:
            query = query.select_from(deadline).join(notice, notice.id == deadline.notice_id)
            query = query.where(deadline.missed.is_(True), deadline.deadline < today)
            query = query.where(or_(notice.cleared_on.is_(None), notice.cleared_on > deadline.deadline))
        case NoticeEvent.RECURRED:
            query = query.select_from(later).join(_First, _First.id == later.first_entry_id)
            query = query.join(notice, notice.id == _First.notice_id)
            query = query.where(later.first_entry_id.is_not(None), *problems_for(scope))
    query = query.where(*notices_for(scope))
    if whose.institution_id is not None:
        owner = later.institution_id if kind is NoticeEvent.RECURRED else notice.institution_id
        query = query.where(owner == whose.institution_id)
    return query if before is None else query.where(_older(kind, before))


def _at(kind: NoticeEvent) -> Any:
    """Return the column that has the moment: of what is overdue its last day, else a moment."""
    return {
        NoticeEvent.ISSUED: RectificationNotice.issued_at,
        NoticeEvent.CLEARED: RectificationNotice.cleared_at,
        NoticeEvent.OVERDUE: NoticeDeadline.deadline,
        NoticeEvent.RECURRED: Problem.entered_at,
    }[kind]


def _tie(kind: NoticeEvent) -> Any:
    if kind is NoticeEvent.RECURRED:
        return Problem.id
    return NoticeDeadline.notice_id if kind is NoticeEvent.OVERDUE else RectificationNotice.id


def _region(kind: NoticeEvent) -> Any:
    if kind is NoticeEvent.RECURRED:
        return Problem.region_code
    return NoticeDeadline.region_code if kind is NoticeEvent.OVERDUE else RectificationNotice.region_code


def _bound(kind: NoticeEvent, moment: datetime) -> date | datetime:
    """Return the last value of the moment's column that stands for ``moment`` or before."""
    if kind is not NoticeEvent.OVERDUE:
        return moment
    return moment.astimezone(clock.SHANGHAI).date() - timedelta(days=1)


def _older(kind: NoticeEvent, before: EventKey) -> ColumnElement[bool]:
    """Return the condition that an event of this kind comes after ``before`` in the list."""
    at, bound, rank = _at(kind), _bound(kind, before.at), _RANK[kind]
    on_the_day = isinstance(bound, datetime) or overdue_since(bound) == before.at
    if rank < before.rank or not on_the_day:
        older: ColumnElement[bool] = at <= bound
    elif rank > before.rank:
        older = at < bound
    else:
        older = and_(at <= bound, or_(at < bound, _tie(kind) < before.tie))
    return older


def _ask(kind: NoticeEvent, query: Select[Any], codes: Sequence[str] | None, limit: int) -> list[FoundEvent]:
    ordered = query.order_by(_at(kind).desc(), _tie(kind).desc())
    if codes is None:
        rows = list(db.session.execute(ordered.limit(limit)))
    else:
        rows = _of_counties(kind, ordered, codes, limit)
    return [_event(kind, row) for row in rows]


def _of_counties(kind: NoticeEvent, ordered: Select[Any], codes: Sequence[str], limit: int) -> list[Any]:
    """Return rows that have the newest ``limit`` of these counties among them.

    Each county is read by its own index: all of them at once would have to be sorted. First a few of each;
    then as many as asked for of those whose few are all among the newest.
    """
    share = min(limit, _FEW + 2 * limit // max(len(codes), 1))
    rows = _together(kind, ordered, codes, share)
    newest = sorted(((row.at, row.tie) for row in rows), reverse=True)[:limit]
    oldest = newest[-1] if len(newest) == limit else None
    held: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        held[row.region].append((row.at, row.tie))
    more = {
        code
        for code, found in held.items()
        if share < limit and len(found) == share and (oldest is None or min(found) >= oldest)
    }
    kept = [row for row in rows if row.region not in more]
    return kept + _together(kind, ordered, sorted(more), limit)


def _together(kind: NoticeEvent, ordered: Select[Any], codes: Sequence[str], limit: int) -> list[Any]:
    rows: list[Any] = []
    for start in range(0, len(codes), _TOGETHER):
        parts = [
            ordered.where(_region(kind) == code).limit(limit) for code in codes[start : start + _TOGETHER]
        ]
        asked = parts[0] if len(parts) == 1 else union_all(*(select(part.subquery()) for part in parts))
        rows += db.session.execute(asked)
    return rows


def _event(kind: NoticeEvent, row: Any) -> FoundEvent:
    at = overdue_since(row.at) if kind is NoticeEvent.OVERDUE else row.at
    return FoundEvent(kind, EventKey(at, _RANK[kind], row.tie), row.notice, row.version, row.problem)


def _codes_with_notices(region: str) -> Sequence[str]:
    """Return the counties within a region that have any event: one look into an index each."""
    notice, later = RectificationNotice, Problem
    has_notice = exists().where(notice.region_code == Region.code, notice.published_at.is_not(None))
    recurred = exists().where(later.region_code == Region.code, later.first_entry_id.is_not(None))
    within: Collection[str] = region_directory().within(region)
    query = select(Region.code).where(Region.code.in_(within), or_(has_notice, recurred))
    return list(db.session.scalars(query.order_by(Region.code)))
