"""The staff's queue of suggestions: what is due first comes first, at the same cost however many there are.

Each region of the holder gives its first lines from an index, which are put together. Counting stops at
``MOST``, and so does turning pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, union_all

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.domain.receipts import SUGGESTION, InvalidReceipt, parse_receipt
from portal.domain.suggestion_status import SuggestionStatus
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.kinds import SuggestionChannel, SuggestionKind
from portal.topics.models import Suggestion
from portal.topics.service.rights import keeps, reads
from portal.topics.service.words import words_of
from portal.vault.sealing import keys_at_hand

MOST = 1_000
"""Suggestions that are counted, and that can be paged through: more are "1 000+"."""
EXCERPT = 60
"""Characters of what was written that a line shows."""
_FEW_REGIONS = 40
"""Up to here the regions are looked at one by one."""

_S = SuggestionStatus


class QueueGroup(StrEnum):
    """Which suggestions a queue shows."""

    TO_LOOK = "to_look"
    """Waiting to be looked through, by what is due first."""
    TO_ANSWER = "to_answer"
    """Public and not answered, by what is due first."""
    PUBLIC = "public"
    """All that everybody reads, the latest first."""
    NOT_PUBLIC = "not_public"
    """Declined, merged, sent on, withdrawn: the latest first."""


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """What is asked of the queue.

    ``region``: with all beneath it; ``late``: its last day is over; ``text``: a receipt number or public id,
    which goes before everything else.
    """

    group: QueueGroup = QueueGroup.TO_LOOK
    region: str | None = None
    kind: SuggestionKind | None = None
    department: Department | None = None
    late: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class QueueRow:
    """One line. ``excerpt``: its public title, or how it begins where its words are for whoever asks."""

    id: int
    receipt: str
    public_id: str
    status: SuggestionStatus
    kind: SuggestionKind
    channel: SuggestionChannel
    department: Department
    region_code: str
    region_label: str
    received_at: datetime
    due: date | None
    """The last day of what is owed next; None where nothing is."""
    overdue: bool
    supports: int
    excerpt: str | None
    named: bool
    """True if its words name whoever asks: then they are another's."""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """What waits, each counted up to ``MOST`` and one more where there are more."""

    to_look: int
    to_look_late: int
    to_answer: int
    to_answer_late: int


def queue_page(
    choice: QueueChoice, actor: Actor, scope: Scope, offset: int = 0, limit: int = 50
) -> tuple[list[QueueRow], int]:
    """Return a page of the queue and how many there are: up to ``MOST``, one more if there are more.

    Whoever watches the column sees every department's; words only of those that are theirs.
    """
    if choice.text.strip():
        ids = _by_number(choice.text, scope)
        return _rows(ids, actor, scope), len(ids)
    ids = _ids(choice, scope, min(max(offset, 0), MOST), limit)
    return _rows(ids, actor, scope), queue_count(choice, scope)


def queue_count(choice: QueueChoice, scope: Scope) -> int:
    """Return how many a choice shows: up to ``MOST``, one more if there are more."""
    conditions, _, _ = _group(choice, in_order=False)
    within = _regions(choice, scope)
    place = [] if within is None else [Suggestion.region_code.in_(within)]
    some = select(Suggestion.id).where(*place, *conditions).limit(MOST + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def queue_counts(scope: Scope, department: Department | None = None) -> QueueCounts:
    """Return what waits for a department (None: every department's). Four queries, each capped."""

    def count(group: QueueGroup, late: bool) -> int:
        return queue_count(QueueChoice(group, department=department, late=late), scope)

    return QueueCounts(
        count(QueueGroup.TO_LOOK, False),
        count(QueueGroup.TO_LOOK, True),
        count(QueueGroup.TO_ANSWER, False),
        count(QueueGroup.TO_ANSWER, True),
    )


def queue_receipts(choice: QueueChoice, actor: Actor, scope: Scope) -> list[QueueRow]:
    """Return all lines of a choice up to ``MOST``, for the export."""
    return _rows(_ids(choice, scope, 0, MOST), actor, scope)


def _ids(choice: QueueChoice, scope: Scope, offset: int, limit: int) -> list[int]:
    conditions, column, descending = _group(choice)
    within = _regions(choice, scope)

    def ordered(query: Select[Any], columns: Sequence[Any]) -> Select[Any]:
        return query.order_by(*((one.desc() for one in columns) if descending else columns))

    key = (column.label("due"), Suggestion.id.label("number"))
    if within is None or len(within) > _FEW_REGIONS:
        place = [] if within is None else [Suggestion.region_code.in_(within)]
        query = ordered(select(*key).where(*place, *conditions), (column, Suggestion.id))
        return [row.number for row in db.session.execute(query.offset(offset).limit(limit))]
    stretches = [
        select(
            ordered(select(*key).where(Suggestion.region_code == code, *conditions), (column, Suggestion.id))
            .limit(offset + limit)
            .subquery()
        )
        for code in sorted(within)
    ]
    if not stretches:
        return []
    together = union_all(*stretches).subquery()
    query = ordered(select(together.c.number), (together.c.due, together.c.number))
    return list(db.session.scalars(query.offset(offset).limit(limit)))


def _group(choice: QueueChoice, *, in_order: bool = True) -> tuple[list[ColumnElement[bool]], Any, bool]:
    """Return the conditions of a choice but for its regions, the column of its order, and if it falls.

    ``in_order``: they are asked for in that order, and not only counted.
    """
    conditions: list[ColumnElement[bool]] = []
    column: Any
    descending = False
    today = clock.today()
    match choice.group:
        case QueueGroup.TO_LOOK:
            conditions, column = [Suggestion.status == _S.RECEIVED], Suggestion.look_due
        case QueueGroup.TO_ANSWER:
            conditions, column = [Suggestion.status == _S.PUBLISHED], Suggestion.answer_due
        case QueueGroup.PUBLIC:
            conditions, column = [Suggestion.published_at.is_not(None)], Suggestion.published_at
            descending = True
        case QueueGroup.NOT_PUBLIC:
            hidden: ColumnElement[bool] = Suggestion.published_at.is_(None)
            if in_order:  # SQLite takes IS NULL on an index for a rare value, and sorts them all
                hidden = case((hidden, 1), else_=0) == 1
            conditions, column = [Suggestion.ended_at.is_not(None), hidden], Suggestion.ended_at
            descending = True
    if choice.late and not descending:
        conditions.append(column < today)
    if choice.kind is not None:
        conditions.append(Suggestion.kind == choice.kind)
    if choice.department is not None:
        conditions.append(Suggestion.department == choice.department)
    return conditions, column, descending


def _regions(choice: QueueChoice, scope: Scope) -> frozenset[str] | None:
    if choice.region is None:
        return scope.regions
    asked = region_directory().within(choice.region)
    return asked if scope.regions is None else asked & scope.regions


def _by_number(text: str, scope: Scope) -> list[int]:
    try:
        known = Suggestion.receipt == parse_receipt(text, SUGGESTION)
    except InvalidReceipt:
        known = Suggestion.public_id == text.strip().lower()
    within = [] if scope.regions is None else [Suggestion.region_code.in_(scope.regions)]
    return list(db.session.scalars(select(Suggestion.id).where(known, *within)))


def _rows(ids: Sequence[int], actor: Actor, scope: Scope) -> list[QueueRow]:
    if not ids:
        return []
    found = {one.id: one for one in db.session.scalars(select(Suggestion).where(Suggestion.id.in_(ids)))}
    rows = [found[one] for one in ids if one in found]
    # one look for the keys of all lines, and of whoever asks: each would ask for its own otherwise
    with keys_at_hand(f"staff/{actor.staff_id}", *(one.subject for one in rows)):
        regions = region_directory()
        return [_row(one, regions.label(one.region_code), actor, scope) for one in rows]


def _row(one: Suggestion, region_label: str, actor: Actor, scope: Scope) -> QueueRow:
    readable = reads(one, actor, scope)
    due = {_S.RECEIVED: one.look_due, _S.PUBLISHED: one.answer_due}.get(one.status)
    excerpt = one.title if one.published_at is not None else None
    if excerpt is None and readable:
        words = words_of(one) or ""
        excerpt = words if len(words) <= EXCERPT else words[: EXCERPT - 1] + "…"
    return QueueRow(
        one.id,
        one.receipt,
        one.public_id,
        one.status,
        one.kind,
        one.channel,
        one.department,
        one.region_code,
        region_label,
        one.received_at,
        due,
        due is not None and due < clock.today(),
        one.supports,
        excerpt,
        keeps(one, scope) and not readable,
    )
