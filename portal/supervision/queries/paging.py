"""Pages of long lists at the same cost however long they are: the first lines of an index, counted to a cap.

Of one county, or a city's few, the first lines of each region are taken and put together; of more, the index
of all is walked, of which many are within reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all

from portal.domain.actor import Scope
from portal.extensions import db
from portal.reference.directory import region_directory

MOST = 1_000
"""Rows that are counted, and that can be paged through: more are "1 000+"."""
_FEW_REGIONS = 40
"""Up to here the regions are looked at one by one."""


@dataclass(frozen=True, slots=True)
class Run:
    """Rows in one order. ``model``: with ``id`` and ``region_code``; ``order``: its columns, then the id.

    ``regions``: None, all there are.
    """

    model: Any
    conditions: Sequence[ColumnElement[bool]]
    order: tuple[Any, ...]
    descending: bool
    regions: frozenset[str] | None = None

    def ids(self, offset: int, limit: int) -> list[int]:
        """Return the keys of a page."""
        offset = min(max(offset, 0), MOST)
        if self.regions is not None and 1 < len(self.regions) <= _FEW_REGIONS:
            return self._of_few(sorted(self.regions), offset, limit)
        query = self._ordered(self._select(*self._within()), self.order)
        return [row[-1] for row in db.session.execute(query.offset(offset).limit(limit))]

    def every(self, most: int) -> list[int]:
        """Return the keys of all of them, up to ``most``: for files, whose cost grows with what they hold."""
        query = self._ordered(self._select(*self._within()), self.order)
        return [row[-1] for row in db.session.execute(query.limit(most))]

    def count(self) -> int:
        """Return how many there are, up to one more than ``MOST``."""
        some = select(self.model.id).where(*self._within(), *self.conditions).limit(MOST + 1).subquery()
        return db.session.scalar(select(func.count()).select_from(some)) or 0

    def _of_few(self, regions: list[str], offset: int, limit: int) -> list[int]:
        stretches = [
            select(
                self._ordered(self._select(self.model.region_code == code), self.order)
                .limit(offset + limit)
                .subquery()
            )
            for code in regions
        ]
        together = union_all(*stretches).subquery()
        columns = list(together.c)
        query = self._ordered(select(*columns), tuple(columns)).offset(offset).limit(limit)
        return [row[-1] for row in db.session.execute(query)]

    def _within(self) -> list[ColumnElement[bool]]:
        if self.regions is None:
            return []
        if len(self.regions) == 1:
            return [self.model.region_code == next(iter(self.regions))]
        return [self.model.region_code.in_(self.regions)]

    def _select(self, *near: ColumnElement[bool]) -> Select[Any]:
        columns = [column.label(f"key_{number}") for number, column in enumerate(self.order)]
        return select(*columns).where(*near, *self.conditions)

    def _ordered(self, query: Select[Any], columns: tuple[Any, ...]) -> Select[Any]:
        return query.order_by(*((one.desc() for one in columns) if self.descending else columns))


@dataclass(frozen=True, slots=True)
class Runs:
    """Rows in several stretches, one after the other, none of which shares a row with another."""

    runs: tuple[Run, ...]

    def ids(self, offset: int, limit: int) -> list[int]:
        """Return the keys of a page."""
        if len(self.runs) == 1:
            return self.runs[0].ids(offset, limit)
        found, skip = list[int](), min(max(offset, 0), MOST)
        for run in self.runs:
            if len(found) == limit:
                break
            taken = run.ids(skip, limit - len(found))
            found += taken
            skip = 0 if taken or not skip else max(0, skip - run.count())
        return found

    def every(self, most: int) -> list[int]:
        """Return the keys of all of them, up to ``most``."""
        found: list[int] = []
        for run in self.runs:
            found += run.every(most - len(found))
        return found

    def count(self) -> int:
        """Return how many there are, up to one more than ``MOST``."""
        return min(sum(run.count() for run in self.runs), MOST + 1)


def regions_asked(region: str | None, scope: Scope) -> frozenset[str] | None:
    """Return the regions asked for within those of the scope; None: all there are.

    A code that is none shows everything: a mistyped address is no error.
    """
    directory = region_directory()
    if region is None or directory.get(region) is None:
        return scope.regions
    asked = directory.within(region)
    return asked if scope.regions is None else asked & scope.regions
