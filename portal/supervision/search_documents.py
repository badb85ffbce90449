"""What published notices and problems hand to search: only what their public pages show, as published.

No origin, and of an unregistered home no more than its own steps let be public on the day of asking.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select

from portal.domain.actor import Scope
from portal.domain.notice_text import from_json
from portal.extensions import db
from portal.institutions.models import Institution, UnregisteredHome
from portal.reference.directory import region_directory
from portal.search.ports import Document
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.queries.visible import (
    HomeShown,
    home_columns,
    home_shown,
    notices_for,
    problems_for,
    with_home,
)
from portal.supervision.service.telling import NOTICE, PROBLEM

_NOTICES_ORDER, _PROBLEMS_ORDER = "75", "76"
"""First characters of ``Document.order``: after homes and closures, before published complaints."""
_NEWEST = 10**9
_MOST_NAMED = 500
"""Ids in one condition."""

Label = Callable[[StrEnum], str]
Fields = Iterator[tuple[str, str]]


class NoticeDocuments:
    """The source of kind ``rectification_notice``: named by the home it is about and by what it is."""

    kind = NOTICE

    def __init__(self, label: Label) -> None:
        self._label = label

    def documents(self, scope: Scope, ids: Collection[int] | None = None) -> Iterator[Document]:
        """Yield the documents of these notices (None: all) that the holder of the scope may see."""
        notice = RectificationNotice
        query = select(
            notice.id, notice.number, notice.region_code, notice.department, notice.public_body,
            notice.unregistered_home_id, *home_columns(scope),
        )  # fmt: skip
        query = with_home(query, notice).where(notice.public_body.is_not(None), *notices_for(scope))
        for row in _rows(query, notice.id, ids):
            home = home_shown(tuple(row[6:]), scope, unregistered=row.unregistered_home_id is not None)
            details = tuple(self._details(row))
            codes, place = _place(row.region_code)
            order = f"{_NOTICES_ORDER}{_NEWEST - row.id:010d}"
            name = f"{home.name}整改通知书"
            yield Document(self.kind, row.id, name, (), (("region", place), *details), codes, order)

    def following(self, kind: str, ids: Collection[int]) -> Collection[int]:
        """Return the notices that are about these homes."""
        return _about(RectificationNotice, kind, ids)

    def _details(self, row: Any) -> Fields:
        text = from_json(row.public_body)
        yield "department", self._label(row.department)
        yield "notice_number", row.number
        yield "notice_title", text.title
        for one in text.problems:
            yield "problem", f"{one.title}。{one.text}"
            if one.basis:
                yield "basis", one.basis
            if one.measure:
                yield "measure", one.measure
        yield "demands", text.demands
        yield "basis", text.legal_basis


class ProblemDocuments:
    """The source of kind ``problem``: named by its title."""

    kind = PROBLEM

    def __init__(self, label: Label) -> None:
        self._label = label

    def documents(self, scope: Scope, ids: Collection[int] | None = None) -> Iterator[Document]:
        """Yield the documents of these problems (None: all) that the holder of the scope may see."""
        one = Problem
        query = select(
            one.id, one.number, one.title, one.public_text, one.region_code, one.department, one.category,
            one.severity, one.unregistered_home_id, *home_columns(scope),
        )  # fmt: skip
        query = with_home(query, one).where(one.public_text.is_not(None), *problems_for(scope))
        for row in _rows(query, one.id, ids):
            home = home_shown(tuple(row[9:]), scope, unregistered=row.unregistered_home_id is not None)
            details = tuple(self._details(row, home))
            codes, place = _place(row.region_code)
            order = f"{_PROBLEMS_ORDER}{_NEWEST - row.id:010d}"
            yield Document(self.kind, row.id, row.title, (), (("region", place), *details), codes, order)

    def following(self, kind: str, ids: Collection[int]) -> Collection[int]:
        """Return the problems that were found at these homes."""
        return _about(Problem, kind, ids)

    def _details(self, row: Any, home: HomeShown) -> Fields:
        if home.named:
            yield "home", home.name
        yield "problem_number", row.number
        yield "problem_category", f"{self._label(row.category)}、{self._label(row.severity)}"
        yield "problem", row.public_text


def _rows(query: Select[Any], key: Any, ids: Collection[int] | None) -> Iterator[Any]:
    ordered = query.order_by(key).execution_options(yield_per=1000)
    if ids is None:
        yield from db.session.execute(ordered)
        return
    for lot in _lots(ids):
        yield from db.session.execute(ordered.where(key.in_(lot)))


def _about(model: Any, kind: str, ids: Collection[int]) -> set[int]:
    columns = {
        Institution.record_kind: model.institution_id,
        UnregisteredHome.record_kind: model.unregistered_home_id,
    }
    if kind not in columns:
        return set()
    found = set[int]()
    for lot in _lots(ids):
        found.update(db.session.scalars(select(model.id).where(columns[kind].in_(lot))))
    return found


def _lots(ids: Collection[int]) -> Iterator[Sequence[int]]:
    wanted = sorted(ids)
    for start in range(0, len(wanted), _MOST_NAMED):
        yield wanted[start : start + _MOST_NAMED]


def _place(code: str) -> tuple[tuple[str, ...], str]:
    regions = region_directory()
    return (*(row.code for row in regions.ancestors(code)), code), regions.path_label(code, "")
