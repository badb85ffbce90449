"""Open problems of homes: for the flag beside a grade, for lists, the map and search (R25)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from portal.domain.actor import Scope
from portal.domain.rectification import OPEN
from portal.extensions import db
from portal.supervision.kinds import ProblemCategory, Severity
from portal.supervision.problem_models import Problem
from portal.supervision.queries.visible import problems_for

_MOST_AT_ONCE = 500
"""Ids in one condition."""


@dataclass(frozen=True, slots=True)
class OpenMajor:
    """A major hazard of a home that is still open."""

    public_id: str
    number: str
    institution_id: int
    title: str
    category: ProblemCategory
    found_on: date
    deadline: date | None
    listed: bool
    """Under listed supervision now."""


@dataclass(frozen=True, slots=True)
class OpenCount:
    """How many problems of a home are open: all, those overdue, and the major hazards among them."""

    open: int
    overdue: int
    major: int


def open_major(institution_ids: Collection[int] | None, scope: Scope) -> dict[int, list[OpenMajor]]:
    """Return the open major hazards by home, the oldest first; of these homes, None: of all."""
    query = (
        select(Problem)
        .where(
            Problem.status.in_(OPEN),
            Problem.severity == Severity.MAJOR,
            Problem.institution_id.is_not(None),
            *problems_for(scope),
        )
        .order_by(Problem.found_on, Problem.id)
    )
    found: dict[int, list[OpenMajor]] = {}
    for some in _lots(institution_ids):
        one_lot = query if some is None else query.where(Problem.institution_id.in_(some))
        for problem in db.session.scalars(one_lot):
            assert problem.institution_id is not None
            found.setdefault(problem.institution_id, []).append(
                OpenMajor(
                    problem.public_id,
                    problem.number,
                    problem.institution_id,
                    problem.title,
                    problem.category,
                    problem.found_on,
                    problem.deadline,
                    problem.listed_on is not None and problem.delisted_on is None,
                )
            )
    return found


def open_counts(institution_ids: Collection[int] | None, scope: Scope, today: date) -> dict[int, OpenCount]:
    """Return how many problems are open by home, without those that have none; of these homes, None: all."""
    query = (
        select(
            Problem.institution_id,
            func.count(),
            func.count().filter(Problem.deadline < today),
            func.count().filter(Problem.severity == Severity.MAJOR),
        )
        .where(Problem.status.in_(OPEN), Problem.institution_id.is_not(None), *problems_for(scope))
        .group_by(Problem.institution_id)
    )
    found: dict[int, OpenCount] = {}
    for some in _lots(institution_ids):
        one_lot = query if some is None else query.where(Problem.institution_id.in_(some))
        for key, count, overdue, major in db.session.execute(one_lot):
            assert key is not None
            found[key] = OpenCount(count, overdue, major)
    return found


def _lots(ids: Collection[int] | None) -> list[list[int] | None]:
    if ids is None:
        return [None]
    wanted = sorted(ids)
    return [wanted[start : start + _MOST_AT_ONCE] for start in range(0, len(wanted), _MOST_AT_ONCE)]
