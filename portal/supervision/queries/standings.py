"""Standings as conditions of queries: the same answers as ``domain.standing``, for many rows at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, union
from sqlalchemy.orm import aliased

from portal.domain.actor import Scope
from portal.domain.rectification import OPEN, ProblemStatus
from portal.domain.standing import Standing
from portal.supervision.kinds import NoticeState
from portal.supervision.problem_models import Problem, RectificationNotice


def problem_stands(standing: Standing, today: date, scope: Scope) -> list[ColumnElement[bool]]:
    """Return when a ``Problem`` stands so."""
    match standing:
        case Standing.OPEN:
            return [Problem.status.in_(OPEN)]
        case Standing.OVERDUE:
            return [Problem.status.in_(OPEN), Problem.deadline < today]
        case Standing.CLEARED:
            return [Problem.status == ProblemStatus.CLEARED]
        case Standing.LATE:
            return [Problem.status == ProblemStatus.CLEARED, Problem.deadline < Problem.cleared_on]
        case Standing.RECURRED:
            return [Problem.id.in_(_came_back(scope, "id"))]


def notice_stands(standing: Standing, today: date, scope: Scope) -> list[ColumnElement[bool]]:
    """Return when an issued ``RectificationNotice`` stands so."""
    notice = RectificationNotice
    issued = notice.state == NoticeState.ISSUED
    match standing:
        case Standing.OPEN:
            return [issued, notice.cleared_on.is_(None)]
        case Standing.OVERDUE:
            return [issued, notice.cleared_on.is_(None), notice.deadline < today]
        case Standing.CLEARED:
            return [issued, notice.cleared_on.is_not(None)]
        case Standing.LATE:
            return [issued, notice.cleared_on.is_not(None), notice.deadline < notice.cleared_on]
        case Standing.RECURRED:
            return [issued, notice.id.in_(_came_back(scope, "notice_id"))]


def notices_come_back(scope: Scope) -> Any:
    """Return the statement of the keys of notices one of whose problems came back."""
    return _came_back(scope, "notice_id")


def recurred(scope: Scope) -> ColumnElement[bool]:
    """Return whether a ``Problem`` came back: a later entry of it stands (in public: is public)."""
    later = aliased(Problem)
    query = select(later.id).where(
        later.first_entry_id == func.coalesce(Problem.first_entry_id, Problem.id),
        later.id - Problem.id > 0,  # SQLite would walk the table by its keys: few problems have a first entry
        later.status != ProblemStatus.VOID,
    )
    if scope.public_only:
        query = query.where(_published(later))
    return query.correlate(Problem).exists()


def _published(later: Any) -> ColumnElement[bool]:
    """Return whether a later entry is public, said so that SQLite begins with the few that came again and not
    with all that are public."""
    return case((later.published_at.is_not(None), 1), else_=0) == 1


def _came_back(scope: Scope, column: str) -> Any:
    """Return ids of the problems that came back, or of their notices: found from the few that came again."""
    earlier, later = aliased(Problem), aliased(Problem)
    conditions = [
        later.first_entry_id.is_not(None),
        later.status != ProblemStatus.VOID,
        later.id > earlier.id,
    ]
    if scope.public_only:
        conditions.append(_published(later))
    wanted = getattr(earlier, column)
    first = select(wanted).join(later, later.first_entry_id == earlier.id).where(*conditions)
    between = select(wanted).join(later, later.first_entry_id == earlier.first_entry_id).where(*conditions)
    return union(first.where(wanted.is_not(None)), between.where(wanted.is_not(None)))
