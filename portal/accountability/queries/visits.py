"""Whom to visit next (R26), as the worker ranked the homes: the staff's own, no public page names one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select

from portal.accountability.models import VisitRank
from portal.domain.actor import Scope
from portal.domain.visit_points import RULE, Line, Reason
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.directory import region_directory

_READ_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One home: its points, each explained, and when it was last seen from inside."""

    public_id: str
    name: str
    region_label: str
    points: int
    reasons: tuple[Reason, ...]
    last_visit: date | None
    ranked_on: date
    stale: bool
    """True if something changed that the worker has not looked at yet."""


def visit_page(
    region: str | None, scope: Scope, offset: int, limit: int, with_points: bool = False
) -> tuple[list[VisitRow], int]:
    """Return homes in operation, those with most points first, and how many there are; three queries.

    ``with_points``: without those that have none.
    """
    conditions = _within(region, scope, with_points)
    total = db.session.scalar(select(func.count()).select_from(VisitRank).where(*conditions)) or 0
    return list(_rows(_query(conditions).offset(offset).limit(limit))), total


def every_visit(region: str | None, scope: Scope, most: int, with_points: bool = False) -> Iterator[VisitRow]:
    """Yield the same for a file, at most so many."""
    query = _query(_within(region, scope, with_points)).limit(most)
    return _rows(query.execution_options(yield_per=_READ_AT_ONCE))


def reasons_in(kept: str) -> tuple[Reason, ...]:
    """Return what stands in ``VisitRank.reasons``; lines that the rule no longer has are left out."""
    known = {line.value: line for line in RULE}
    return tuple(
        Reason(known[line], count, points) for line, count, points in json.loads(kept) if line in known
    )


def explained(reason: Reason) -> str:
    """Return one line of a home's points in words: ``没有销号的重大隐患2处，60分``."""
    rule = RULE[reason.line]
    counted = f"{reason.count}{rule.unit}" if _is_counted(reason.line) else ""
    above = f"（只按{rule.most}{rule.unit}记）" if reason.count > rule.most and rule.most > 1 else ""
    return f"{rule.what}{counted}{above}，{reason.points}分"


def _is_counted(line: Line) -> bool:
    return RULE[line].most > 1


def _within(region: str | None, scope: Scope, with_points: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    codes = scope.regions
    if region is not None:
        within = region_directory().within(region)
        codes = within if codes is None else codes & within
    if codes is not None:
        conditions.append(VisitRank.region_code.in_(codes))
    if with_points:
        conditions.append(VisitRank.points > 0)
    return conditions


def _query(conditions: list[ColumnElement[bool]]) -> Select[VisitRank, str, str]:
    return (
        select(VisitRank, Institution.public_id, Institution.name)
        .join(Institution, Institution.id == VisitRank.institution_id)
        .where(*conditions)
        .order_by(VisitRank.points.desc(), VisitRank.institution_id)
    )


def _rows(query: Select[VisitRank, str, str]) -> Iterator[VisitRow]:
    directory = region_directory()
    for rank, public_id, name in db.session.execute(query):
        yield VisitRow(
            public_id,
            name,
            directory.path_label(rank.region_code, ""),
            rank.points,
            reasons_in(rank.reasons),
            rank.last_visit,
            rank.ranked_on,
            rank.stale,
        )
