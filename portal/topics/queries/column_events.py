"""What happened in the column, newest first: the order that feeds page through.

Nothing of it is stored. Each kind of event is read by its own moment, no further than was asked for, and they
are put together: a page costs the same however much there is. A moment is when it happened; putting words
right changes what an event says, not which it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, or_, select, union_all

from portal.extensions import db


@dataclass(frozen=True, slots=True, order=True)
class EventKey:
    """Where an event stands in the order of time. ``rank``: of its kind; ``tie``: public id, or a number."""

    at: datetime
    rank: int
    tie: str


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event: of which kind, when, of which row of its table."""

    kind: str
    key: EventKey
    id: int


@dataclass(frozen=True, slots=True)
class EventSource:
    """How events of one kind are read: (id, moment, tie), in no order, each that everybody may know of.

    ``rank``: which comes first of what happened at the same moment. ``of``: parts that are read one by one,
    each in its own order of time, such as counties; none: all at once.
    """

    kind: str
    rank: int
    query: Select[Any]
    at: Any
    tie: Any
    of: Sequence[ColumnElement[bool]] = ()


_TOGETHER = 100
"""Parts asked for in one statement: databases bound how many it may have."""


def newest_events(
    sources: Iterable[EventSource], now: datetime, limit: int, before: EventKey | None
) -> list[FoundEvent]:
    """Return at most ``limit`` events up to ``now`` and older than ``before``, the newest first.

    One query for each source, or for each hundred parts of it.
    """
    found = []
    for source in sources:
        query = source.query.where(source.at.is_not(None), source.at <= now)
        if before is not None:
            query = query.where(_older(source, before))
        ordered = query.order_by(source.at.desc(), source.tie.desc()).limit(limit)
        for number, at, tie in _rows(ordered, source.of):
            found.append(FoundEvent(source.kind, EventKey(at, source.rank, _written(tie)), number))
    return sorted(found, key=lambda event: event.key, reverse=True)[:limit]


def _rows(ordered: Select[Any], parts: Sequence[ColumnElement[bool]]) -> Iterator[Any]:
    """Yield the newest rows of each part: all parts at once would have to be sorted."""
    if not parts:
        yield from db.session.execute(ordered)
    for start in range(0, len(parts), _TOGETHER):
        asked = [select(ordered.where(part).subquery()) for part in parts[start : start + _TOGETHER]]
        yield from db.session.execute(asked[0] if len(asked) == 1 else union_all(*asked))


def _older(source: EventSource, before: EventKey) -> ColumnElement[bool]:
    """Return the condition that an event comes after ``before`` in the list."""
    if source.rank < before.rank:
        condition: ColumnElement[bool] = source.at <= before.at
    elif source.rank > before.rank:
        condition = source.at < before.at
    else:
        tie: str | int = before.tie
        if isinstance(source.tie.type, Integer):
            # a mark made by hand may hold anything; and a public id may be made of digits alone
            tie = int(before.tie) if before.tie.isdigit() else 0
        condition = or_(source.at < before.at, and_(source.at == before.at, source.tie < tie))
    return condition


def _written(tie: str | int) -> str:
    """Return a tie as text that sorts as it does: numbers with ten digits."""
    return f"{tie:010d}" if isinstance(tie, int) else tie
