"""What inspections brought to light, in numbers: problems found, still open, and the years of visits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from portal.domain.actor import Scope
from portal.domain.rectification import OPEN, ProblemStatus
from portal.extensions import db
from portal.supervision.kinds import ProblemOrigin
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem
from portal.supervision.queries.visible import inspections_for, problems_for

_PREFIX = "inspection/"


@dataclass(frozen=True, slots=True)
class FoundCount:
    """Problems that one inspection found, as far as they may be seen. ``open``: still to be put right."""

    total: int
    open: int


NOTHING_FOUND = FoundCount(0, 0)


def found_counts(inspection_ids: Collection[int] | None, scope: Scope) -> dict[int, FoundCount]:
    """Return what each of these inspections found (None: all of them), by its id; one query."""
    query = select(
        Problem.origin_ref, func.count(), func.sum(case((Problem.status.in_(OPEN), 1), else_=0))
    ).where(
        Problem.origin == ProblemOrigin.INSPECTION,
        Problem.status != ProblemStatus.VOID,
        *problems_for(scope),
    )
    if inspection_ids is not None:
        if not inspection_ids:
            return {}
        query = query.where(Problem.origin_ref.in_([f"{_PREFIX}{key}" for key in inspection_ids]))
    rows: Any = db.session.execute(query.group_by(Problem.origin_ref))
    return {
        int(ref.removeprefix(_PREFIX)): FoundCount(total, still)
        for ref, total, still in rows
        if ref is not None and ref.startswith(_PREFIX)
    }


def inspection_that_found(problem: str, scope: Scope) -> str | None:
    """Return the public id of the inspection that found a problem (by its public id), if both may be seen."""
    query = select(Problem.origin_ref).where(
        Problem.public_id == problem, Problem.origin == ProblemOrigin.INSPECTION, *problems_for(scope)
    )
    ref = db.session.scalar(query) or ""
    number = ref.removeprefix(_PREFIX)
    if number == ref or not (number.isascii() and number.isdigit()):
        return None
    found = select(Inspection.public_id).where(Inspection.id == int(number), *inspections_for(scope))
    return db.session.scalar(found)


def visit_years(scope: Scope) -> range:
    """Return the years of the first to the last visit that may be seen, the last first; two short queries."""
    made = select(Inspection.visited_on).where(Inspection.visited_on.is_not(None), *inspections_for(scope))
    first = db.session.scalar(made.order_by(Inspection.visited_on, Inspection.id).limit(1))
    last = db.session.scalar(made.order_by(Inspection.visited_on.desc(), Inspection.id.desc()).limit(1))
    if first is None or last is None:
        return range(0)
    return range(last.year, first.year - 1, -1)
