"""Public suggestions as lists show them, at the same cost however many there are.

A page begins where the last one ended, by the sorting key of its last row, so that none is counted off; of a
few regions, each gives its own first rows from an index and they are put together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, union_all

from portal.domain.actor import Scope
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.search.finding import best_ids
from portal.topics.kinds import SuggestionKind, SuggestionStage
from portal.topics.models import Suggestion
from portal.topics.queries.suggestion_figures import SHOWN, Counts, counts
from portal.topics.queries.suggestion_rows import SuggestionRow, joined, rows_by_id, rows_of
from portal.topics.service.steps import KIND
from portal.topics.topic_models import Topic

__all__ = [
    "Choice", "Page", "Sort", "SuggestionRow", "every_suggestion", "public_suggestions",
    "suggestion_counts", "suggestions_changed_at", "suggestions_of", "suggestions_of_topic",
]  # fmt: skip

PAGE = 20
_FEW_REGIONS = 40
"""Up to here the regions are looked at one by one."""
_LOT = 500
"""Rows read at once where all are wanted, and ids in one condition."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([an])(\d{1,18})-(\d{1,10})")


class Sort(StrEnum):
    """In which order a list stands."""

    NEWEST = "newest"
    """What is latest at its stage: published, answered, reported as done."""
    SUPPORTED = "supported"
    ANSWERED = "answered"
    """The latest answers first; without an answer it is not among them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody asks the list for. ``region``: with everything beneath it; ``topic``: its public id.

    What there is none of is as if it were not asked for: a mistyped address shows everything.
    """

    region: str | None = None
    kind: SuggestionKind | None = None
    stage: SuggestionStage | None = None
    """One of those that everybody reads."""
    topic: str | None = None
    text: str = ""
    sort: Sort = Sort.NEWEST


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. ``next`` and ``previous``: the cursors of the pages beside it, None at the ends."""

    rows: list[SuggestionRow]
    next: str | None
    previous: str | None


def public_suggestions(choice: Choice, scope: Scope, cursor: str | None = None, limit: int = PAGE) -> Page:
    """Return the page that begins after (or, turning back, ends before) what the cursor names."""
    choice = _known(choice)
    found = counts(choice.region, choice.kind, choice.stage, scope)
    if not found.total:
        return Page([], None, None)
    order = _Order.of(choice)
    at = _read_cursor(cursor)
    ids = _ids(choice, scope, found, order, at, limit + 1)
    more, ids = len(ids) > limit, ids[:limit]
    if at is not None and at.back:
        ids.reverse()
    rows = rows_by_id(ids)
    if not rows:
        return Page([], None, None)
    forward, back = order.cursor("a", rows[-1]), order.cursor("n", rows[0])
    if at is None:
        return Page(rows, forward if more else None, None)
    if at.back:
        return Page(rows, forward, back if more else None)
    return Page(rows, forward if more else None, back)


def suggestion_counts(choice: Choice, scope: Scope) -> Counts:
    """Return how many the list and each of its filters show: of everything but text and topic."""
    choice = _known(choice)
    return counts(choice.region, choice.kind, choice.stage, scope)


def suggestions_of_topic(topic_id: int, limit: int = 50) -> list[SuggestionRow]:
    """Return the public suggestions that a topic came of, the most supported first."""
    query = joined().where(Suggestion.topic_id == topic_id)
    return rows_of(query.order_by(Suggestion.supports.desc(), Suggestion.id).limit(limit))


def suggestions_of(ids: Collection[int] | None, scope: Scope) -> Iterator[SuggestionRow]:
    """Give the public suggestions among these (None: all), for search; in the order of their ids."""
    within = () if scope.regions is None else (Suggestion.region_code.in_(scope.regions),)
    if ids is not None:
        wanted = sorted(ids)
        for start in range(0, len(wanted), _LOT):
            lot = Suggestion.id.in_(wanted[start : start + _LOT])
            yield from rows_of(joined().where(lot, *within).order_by(Suggestion.id))
        return
    last = 0
    while rows := rows_of(joined().where(Suggestion.id > last, *within).order_by(Suggestion.id).limit(_LOT)):
        yield from rows
        last = rows[-1].id


def every_suggestion(choice: Choice, scope: Scope) -> Iterator[SuggestionRow]:
    """Give all that a choice shows, in its order, lot by lot: for the CSV."""
    cursor = None
    while True:
        page = public_suggestions(choice, scope, cursor, _LOT)
        yield from page.rows
        if page.next is None:
            return
        cursor = page.next


def suggestions_changed_at() -> datetime | None:
    """Return when anything that the public reads of suggestions last changed; None: never."""
    return db.session.scalar(select(Suggestion.changed_at).order_by(Suggestion.changed_at.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class _At:
    """Where a page begins: after (``back``: before) the row with this key."""

    key: int
    id: int
    back: bool


@dataclass(frozen=True, slots=True)
class _Order:
    """The column that a list is sorted by, always the greatest first."""

    column: Any
    name: str

    @classmethod
    def of(cls, choice: Choice) -> _Order:
        if choice.sort is Sort.SUPPORTED:
            return cls(Suggestion.supports, "supports")
        if choice.stage is SuggestionStage.DONE:
            return cls(Suggestion.done_at, "done_at")
        if choice.sort is Sort.ANSWERED or choice.stage is SuggestionStage.ANSWERED:
            return cls(Suggestion.answered_at, "answered_at")
        return cls(Suggestion.published_at, "published_at")

    def cursor(self, way: str, row: SuggestionRow) -> str:
        value = getattr(row, self.name)
        number = value if isinstance(value, int) else (value - _EPOCH) // timedelta(microseconds=1)
        return f"{way}{number}-{row.id}"

    def beyond(self, at: _At) -> ColumnElement[bool]:
        """Return what comes after the cursor's row, or before it."""
        key: Any = at.key
        if self.name != "supports":
            key = _EPOCH + timedelta(microseconds=at.key)
        column, number = self.column, Suggestion.id
        if at.back:
            # the first half alone leads the index; both together are the row's place in it
            return and_(column >= key, or_(column > key, number > at.id))
        return and_(column <= key, or_(column < key, number < at.id))


def _read_cursor(cursor: str | None) -> _At | None:
    found = _CURSOR.fullmatch(cursor or "")
    if found is None or int(found[2]) > 10**17:
        return None
    return _At(int(found[2]), int(found[3]), found[1] == "n")


def _ids(choice: Choice, scope: Scope, found: Counts, order: _Order, at: _At | None, limit: int) -> list[int]:
    conditions = list(_conditions(choice, order))
    if conditions and conditions[0] is _NOTHING:
        return []
    if at is not None:
        conditions.append(order.beyond(at))
    column, number = order.column, Suggestion.id
    ordered = (column.asc(), number.asc()) if at is not None and at.back else (column.desc(), number.desc())
    regions = _regions(choice, scope, found)
    if regions is None or len(regions) > _FEW_REGIONS or choice.text.strip() or choice.topic:
        within = [] if regions is None else [Suggestion.region_code.in_(regions)]
        query = select(number).where(*conditions, *within).order_by(*ordered).limit(limit)
        return list(db.session.scalars(query))
    stretches = [
        select(
            select(column.label("sorted_by"), number.label("number"))
            .where(Suggestion.region_code == code, *conditions)
            .order_by(*ordered)
            .limit(limit)
            .subquery()
        )
        for code in sorted(regions)
    ]
    if not stretches:
        return []
    together = union_all(*stretches).subquery()
    by = [together.c.sorted_by, together.c.number]
    ordered_together = by if at is not None and at.back else [one.desc() for one in by]
    return list(db.session.scalars(select(together.c.number).order_by(*ordered_together).limit(limit)))


_NOTHING: Any = Suggestion.id == 0


def _conditions(choice: Choice, order: _Order) -> Iterator[ColumnElement[bool]]:
    if choice.text.strip():
        ids = best_ids(choice.text, KIND)
        yield Suggestion.id.in_(ids) if ids else _NOTHING
    if choice.topic is not None:
        topic = db.session.scalar(select(Topic.id).where(Topic.public_id == choice.topic))
        yield Suggestion.topic_id == (topic or 0)
    yield Suggestion.published_at.is_not(None)
    if order.name in ("answered_at", "done_at"):
        yield order.column.is_not(None)
    if choice.kind is not None:
        yield Suggestion.kind == choice.kind
    # asked of the words and not of their days: SQLite takes IS NULL on an index for a rare value and sorts
    if choice.stage is SuggestionStage.OPEN:
        yield and_(Suggestion.answer.is_(None), Suggestion.done.is_(None))
    elif choice.stage is SuggestionStage.ANSWERED:
        yield and_(Suggestion.answer.is_not(None), Suggestion.done.is_(None))
    elif choice.stage is SuggestionStage.DONE:
        yield Suggestion.done_at.is_not(None)


def _regions(choice: Choice, scope: Scope, found: Counts) -> frozenset[str] | None:
    """Return which regions are asked for, of those that have any; None where that is all of them."""
    if choice.region is None and scope.regions is None:
        return None
    asked = found.places if choice.region is None else found.places & region_directory().within(choice.region)
    return None if scope.regions is None and asked == found.places else asked


def _known(choice: Choice) -> Choice:
    region = choice.region if choice.region and region_directory().get(choice.region) is not None else None
    return replace(choice, region=region, stage=choice.stage if choice.stage in SHOWN else None)
