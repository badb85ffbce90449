"""The staff's queue: what is due first comes first, at the same cost however many cases there are.

Each page reads a few lines of one index. Of one county, or a city's few, it takes the first lines of each
region and puts them together; of more it walks along all cases by due day, of which many are within reach.
Counting stops at ``MOST``, and so does turning pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all

from portal import clock
from portal.complaints.kinds import Category, Channel, DraftState
from portal.complaints.models import Case
from portal.complaints.office_models import CaseDraft
from portal.complaints.queries.case_rows import CaseRow, rows_of
from portal.complaints.queries.reach import Reach, known_to, not_excluding
from portal.domain.case_status import CaseStatus
from portal.domain.permissions import Department
from portal.domain.receipts import COMPLAINT, InvalidReceipt, parse_receipt
from portal.domain.response_clock import soon_until
from portal.extensions import db
from portal.reference.calendar import working_calendar
from portal.reference.directory import region_directory

MOST = 1_000
"""Cases that are counted, and that can be paged through: more are "1 000+"."""
_FEW_REGIONS = 40
"""Up to here the regions are looked at one by one."""


class QueueGroup(StrEnum):
    """Which cases a queue shows."""

    TO_DO = "todo"
    """Owing an answer, by what is due first; then those answered and not closed yet."""
    OPEN = "open"
    """Owing an answer."""
    NEW = "new"
    """Not accepted yet."""
    WAITING = "waiting"
    """For the citizen."""
    TO_CLOSE = "to_close"
    """Answered, to be closed."""
    ENDED = "ended"
    """Closed, refused or withdrawn: the latest first."""


_TO_CLOSE = (CaseStatus.REPLIED,)
_ENDED = (CaseStatus.CLOSED, CaseStatus.NOT_ACCEPTED, CaseStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """What is asked of the queue. ``region``: with all beneath it; ``handler``: an account; ``mine``: own.

    ``unassigned``: without a handler; ``unacknowledged``: sent here and not said to have arrived; ``late``:
    the answer owed next is overdue; ``text``: a receipt number, which goes before everything else.
    """

    group: QueueGroup = QueueGroup.TO_DO
    mine: bool = False
    region: str | None = None
    category: Category | None = None
    channel: Channel | None = None
    urgent: bool = False
    late: bool = False
    handler: int | None = None
    unassigned: bool = False
    unacknowledged: bool = False
    department: Department | None = None
    """For those who watch: one department's."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """What waits for somebody, each counted up to ``MOST``."""

    open: int
    overdue: int
    today: int
    """Due today."""
    soon: int
    """Due within two working days after today."""
    mine: int
    unassigned: int
    unacknowledged: int
    to_review: int
    """Drafts that wait for a reviewer; 0 for others."""


def queue_page(
    choice: QueueChoice, reach: Reach, offset: int = 0, limit: int = 50
) -> tuple[list[CaseRow], int]:
    """Return a page of the queue and how many there are: up to ``MOST``, one more if there are more."""
    if choice.text.strip():
        return _by_number(choice.text, reach)
    parts = _parts(choice, reach)
    totals = [part.count() for part in parts]
    total, ids, skip = min(sum(totals), MOST + 1), list[int](), min(max(offset, 0), MOST)
    for part, has in zip(parts, totals, strict=True):
        if skip < has and len(ids) < limit:
            ids += part.ids(skip, limit - len(ids))
        skip = max(0, skip - has)
    return rows_of(ids), total


def queue_count(choice: QueueChoice, reach: Reach) -> int:
    """Return how many cases a choice shows: up to ``MOST``, one more if there are more."""
    return min(sum(part.count() for part in _parts(choice, reach)), MOST + 1)


def queue_first(reach: Reach, limit: int = 5) -> list[CaseRow]:
    """Return what is due first of all that owes an answer: for the page that work begins on."""
    return queue_page(QueueChoice(QueueGroup.OPEN), reach, 0, limit)[0]


def queue_counts(reach: Reach) -> QueueCounts:
    """Return what waits for somebody, in a fixed number of queries that each stop counting at ``MOST``."""
    today, soon = clock.today(), soon_until(working_calendar(), clock.today())

    def count(*conditions: ColumnElement[bool], **choice: Any) -> int:
        return _part(QueueChoice(QueueGroup.OPEN, **choice), reach, conditions).count()

    return QueueCounts(
        open=count(),
        overdue=count(late=True),
        today=count(Case.next_due == today),
        soon=count(Case.next_due > today, Case.next_due <= soon),
        mine=count(mine=True) if reach.handles else 0,
        unassigned=count(unassigned=True),
        unacknowledged=count(unacknowledged=True),
        to_review=to_review(reach),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A run of cases in one order. ``groups``: each the conditions of one stretch of an index."""

    groups: tuple[tuple[ColumnElement[bool], ...], ...]
    conditions: tuple[ColumnElement[bool], ...]
    order: tuple[Any, Any]
    """The key columns of the order, both ascending or both descending."""
    descending: bool = False

    def ids(self, offset: int, limit: int) -> list[int]:
        """Return the keys of a page."""
        if len(self.groups) == 1:
            query = self._ordered(self._select(self.groups[0]), self.order).offset(offset).limit(limit)
            return [row[-1] for row in db.session.execute(query)]
        stretches = [
            select(self._ordered(self._select(one), self.order).limit(offset + limit).subquery())
            for one in self.groups
        ]
        together = union_all(*stretches).subquery()
        columns = list(together.c)
        query = self._ordered(select(*columns), (columns[0], columns[1])).offset(offset).limit(limit)
        return [row[-1] for row in db.session.execute(query)]

    def count(self) -> int:
        """Return how many there are, up to one more than ``MOST``."""
        if len(self.groups) == 1:
            some = select(Case.id).where(*self.groups[0], *self.conditions).limit(MOST + 1).subquery()
        else:
            each = (select(Case.id).where(*one, *self.conditions).limit(MOST + 1) for one in self.groups)
            together = union_all(*(select(one.subquery()) for one in each)).subquery()
            some = select(together.c[0]).limit(MOST + 1).subquery()
        return db.session.scalar(select(func.count()).select_from(some)) or 0

    def _select(self, group: Sequence[ColumnElement[bool]]) -> Select[Any]:
        return select(*self.order).where(*group, *self.conditions)

    def _ordered(self, query: Select[Any], columns: tuple[Any, Any]) -> Select[Any]:
        return query.order_by(*((one.desc() for one in columns) if self.descending else columns))


def _parts(choice: QueueChoice, reach: Reach) -> list[_Part]:
    if choice.group is not QueueGroup.TO_DO or choice.late:
        return [_part(choice, reach)]
    return [_part(choice, reach, group=group) for group in (QueueGroup.OPEN, QueueGroup.TO_CLOSE)]


def _part(
    choice: QueueChoice,
    reach: Reach,
    more: Sequence[ColumnElement[bool]] = (),
    group: QueueGroup | None = None,
) -> _Part:
    group = group or (QueueGroup.OPEN if choice.group is QueueGroup.TO_DO else choice.group)
    regions = _regions(choice, reach)
    conditions = (*_reached(choice, reach), *_filters(choice, reach), *more)
    near: list[tuple[ColumnElement[bool], ...]]
    if regions is None:
        near = [()]
    elif not 0 < len(regions) <= _FEW_REGIONS or _by_handler(choice):
        near = [(Case.region_code.in_(regions),)]
    else:
        near = [(Case.region_code == code,) for code in sorted(regions)]
    if group in (QueueGroup.TO_CLOSE, QueueGroup.ENDED):
        statuses = _TO_CLOSE if group is QueueGroup.TO_CLOSE else _ENDED
        groups = tuple((*one, Case.status == status) for one in near for status in statuses)
        # what is answered has no end yet: its order is that of lodging, read off the same index
        return _Part(groups, conditions, (Case.ended_at, Case.id), descending=group is QueueGroup.ENDED)
    if group is not QueueGroup.OPEN:
        status = CaseStatus.LODGED if group is QueueGroup.NEW else CaseStatus.WAITING
        conditions = (*conditions, Case.status == status)
    due = Case.next_due < clock.today() if choice.late else Case.next_due.is_not(None)
    return _Part(tuple((*one, due) for one in near), conditions, (Case.next_due, Case.id))


def _by_handler(choice: QueueChoice) -> bool:
    """True where the index of handlers is the way in."""
    return choice.mine or choice.handler is not None


def _regions(choice: QueueChoice, reach: Reach) -> frozenset[str] | None:
    """Return the regions asked for within those of the scope; None: all there are."""
    regions = reach.scope.regions
    if choice.region is None:
        return regions
    asked = region_directory().within(choice.region)
    return asked if regions is None else asked & regions


def _reached(choice: QueueChoice, reach: Reach) -> list[ColumnElement[bool]]:
    """Return what makes a case theirs to know of, but for the regions, which lead the indexes."""
    if reach.handles:
        own = [Case.department == reach.scope.department]
        return own if reach.reviews else [*own, not_excluding(reach)]
    if reach.watches:
        return [] if choice.department is None else [Case.department == choice.department]
    return known_to(reach)


def _filters(choice: QueueChoice, reach: Reach) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if choice.mine:
        found.append(Case.handler_id == (reach.staff_id or 0))
    if choice.handler is not None:
        found.append(Case.handler_id == choice.handler)
    if choice.unassigned:
        found.append(Case.handler_id.is_(None))
    if choice.unacknowledged:
        found.append(Case.acknowledged.is_(False))
    if choice.urgent:
        found.append(Case.urgent.is_(True))
    if choice.category is not None:
        found.append(Case.category == choice.category)
    if choice.channel is not None:
        found.append(Case.channel == choice.channel)
    return found


def _by_number(text: str, reach: Reach) -> tuple[list[CaseRow], int]:
    try:
        receipt = parse_receipt(text, COMPLAINT)
    except InvalidReceipt:
        return [], 0
    found = db.session.scalars(select(Case.id).where(Case.receipt == receipt, *known_to(reach))).all()
    return rows_of(found), len(found)


def to_review(reach: Reach) -> int:
    """Return how many drafts of others wait for a reviewer, up to one more than ``MOST``."""
    if not reach.reviews:
        return 0
    waiting = (
        select(CaseDraft.id)
        .join(Case, Case.id == CaseDraft.case_id)
        .where(
            CaseDraft.state == DraftState.SUBMITTED,
            CaseDraft.staff_id != (reach.staff_id or 0),
            *known_to(reach),
            not_excluding(reach),
        )
        .limit(MOST + 1)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0
