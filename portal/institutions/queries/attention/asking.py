"""What every list of this package has in common: who asks, for how long ahead, and how lists are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.domain.actor import Scope
from portal.extensions import db
from portal.institutions.models import Institution, OperatingState
from portal.institutions.queries.scoping import visible
from portal.reference.directory import region_directory

Finding = dict[str, Any]
"""One row: ``public_id``, ``name``, ``region_code``, ``region`` and what its list says of it."""

GONE = (OperatingState.CLOSED, OperatingState.MERGED)
BASE = ("public_id", "name", "region_code")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks and what for. ``days``: how far ahead an end counts as near; ``months``: how old is stale."""

    scope: Scope
    today: date
    days: int = 90
    months: int = 6

    @property
    def soon(self) -> date:
        """The last day that counts as near."""
        return self.today + timedelta(days=self.days)

    @property
    def stale_before(self) -> date:
        """Facts confirmed before this day are stale."""
        return self.today - timedelta(days=round(self.months * 30.44))


@dataclass(frozen=True, slots=True)
class SqlList:
    """A list that the database can count, order and page by itself."""

    select: Callable[[Asked], Select[Any]]

    def count(self, asked: Asked) -> int:
        """Return how many there are; one query."""
        rows = self.select(asked).order_by(None).subquery()
        return db.session.scalar(select(func.count()).select_from(rows)) or 0

    def read(
        self, asked: Asked, by: str, descending: bool, offset: int = 0, limit: int | None = None
    ) -> Iterable[Finding]:
        """Return the rows ordered by a column, those without a value last; one query."""
        rows = self.select(asked).order_by(None).subquery()
        column = rows.c["region_code" if by == "region" else by]
        order = column.desc() if descending else column
        # the value alone leaves rows of one value in no order: pages would repeat some and lose others
        query = select(rows).order_by(column.is_(None), order, rows.c.public_id, *_ties(rows)).offset(offset)
        regions = region_directory()
        for row in db.session.execute(query.limit(limit)).mappings():
            yield {**row, "region": regions.label(row["region_code"])}


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list that takes reckoning: read whole (it is short by nature), then ordered and cut."""

    rows: Callable[[Asked], Sequence[Finding]]

    def count(self, asked: Asked) -> int:
        """Return how many there are."""
        return len(self.rows(asked))

    def read(
        self, asked: Asked, by: str, descending: bool, offset: int = 0, limit: int | None = None
    ) -> Iterable[Finding]:
        """Return the rows ordered by a column, those without a value last."""
        by = "region_code" if by == "region" else by
        found = sorted(self.rows(asked), key=lambda row: str(row["public_id"]))
        valued = [row for row in found if row[by] is not None]
        valued.sort(key=lambda row: row[by], reverse=descending)
        ordered = valued + [row for row in found if row[by] is None]
        regions = region_directory()
        for row in ordered[offset : None if limit is None else offset + limit]:
            yield {**row, "region": regions.label(row["region_code"])}


AnyList = SqlList | ReadList


def homes(asked: Asked, *columns: Any) -> Select[Any]:
    """Return a query over the institutions of the scope that are still there, with what every row has."""
    i = Institution
    return select(i.public_id, i.name, i.region_code, *columns).where(*still_there(asked))


def records(asked: Asked, model: Any, *columns: Any) -> Select[Any]:
    """Return a query over the records of one kind, not withdrawn, of ``homes``."""
    joined = homes(asked, *columns, model.id.label("record_id")).join(
        model, model.institution_id == Institution.id
    )
    return joined.where(model.withdrawn.is_(False))


def still_there(asked: Asked) -> list[ColumnElement[bool]]:
    """Return the conditions for an institution of the scope that is neither withdrawn, closed nor merged."""
    i = Institution
    open_now = or_(i.operating_state.is_(None), i.operating_state.not_in(GONE))
    return [i.withdrawn.is_(False), open_now, *visible(i, asked.scope)]


def no_later(model: Any, column: Any, *more: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the condition that no other record of the institution runs longer than this one.

    ``column``: the last day; a record without one runs on. ``more``: further conditions on the other one.
    """
    other = aliased(model)
    ends = getattr(other, column.key)
    longer = and_(
        other.institution_id == model.institution_id,
        other.id != model.id,
        other.withdrawn.is_(False),
        or_(ends.is_(None), ends > column),
        *(condition(other) for condition in more),
    )
    return ~exists(select(other.id).where(longer))


def _ties(rows: Any) -> list[Any]:
    return [rows.c.record_id] if "record_id" in rows.c else []
