"""Visits, draws and credit as the staff change them: the rows themselves, within reach; what waits of draws.

What is shown of them is read elsewhere (``inspection_page``, ``draws``, ``credit``).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, or_, select

from portal import clock
from portal.domain.actor import Scope
from portal.domain.permissions import Department
from portal.extensions import db
from portal.supervision.credit_models import CreditRecord
from portal.supervision.kinds import DrawState
from portal.supervision.models import Inspection, RandomDraw
from portal.supervision.problem_models import Problem


def inspection_record(public_id: str, scope: Scope) -> Inspection | None:
    """Return the visit of an id; None where there is none within reach."""
    found: Inspection | None = db.session.scalars(
        _within(select(Inspection).where(Inspection.public_id == public_id), Inspection, scope)
    ).one_or_none()
    return found


def draw_record(public_id: str, scope: Scope) -> RandomDraw | None:
    """Return the draw of an id; None where there is none within reach."""
    found: RandomDraw | None = db.session.scalars(
        _within(select(RandomDraw).where(RandomDraw.public_id == public_id), RandomDraw, scope)
    ).one_or_none()
    return found


def credit_record(public_id: str, scope: Scope) -> CreditRecord | None:
    """Return the entry of an id; None where there is none within reach, or it is over."""
    query = select(CreditRecord).where(
        CreditRecord.public_id == public_id,
        or_(CreditRecord.until.is_(None), CreditRecord.until >= clock.today()),
    )
    found: CreditRecord | None = db.session.scalars(_within(query, CreditRecord, scope)).one_or_none()
    return found


def problem_number(problem_id: int | None) -> str | None:
    """Return the number under which the staff know a problem."""
    if problem_id is None:
        return None
    return db.session.scalar(select(Problem.number).where(Problem.id == problem_id))


def problem_numbered(number: str, scope: Scope) -> Problem | None:
    """Return the problem of a number; None where there is none within reach."""
    found: Problem | None = db.session.scalars(
        _within(select(Problem).where(Problem.number == number), Problem, scope)
    ).one_or_none()
    return found


def draws_to_draw(department: Department | None, scope: Scope) -> list[RandomDraw]:
    """Return the draws whose number can be known and is not entered, the earliest first."""
    query = select(RandomDraw).where(
        RandomDraw.state == DrawState.ANNOUNCED, RandomDraw.number_due_at <= clock.now()
    )
    return _draws(query.order_by(RandomDraw.number_due_at, RandomDraw.id), department, scope)


def draws_to_reveal(department: Department | None, scope: Scope) -> list[RandomDraw]:
    """Return the draws whose visits are all made and whose list is not public yet, the earliest first."""
    waiting = select(Inspection.id).where(
        Inspection.draw_id == RandomDraw.id, Inspection.visited_on.is_(None)
    )
    query = select(RandomDraw).where(RandomDraw.state == DrawState.DRAWN, ~waiting.exists())
    return _draws(query.order_by(RandomDraw.drawn_at, RandomDraw.id), department, scope)


def visits_left(draw: RandomDraw) -> int:
    """Return how many visits of a draw are still to be made."""
    query = select(func.count()).where(Inspection.draw_id == draw.id, Inspection.visited_on.is_(None))
    return db.session.scalar(query) or 0


def _draws(query: Select[Any], department: Department | None, scope: Scope) -> list[RandomDraw]:
    if department is not None:
        query = query.where(RandomDraw.department == department)
    return list(db.session.scalars(_within(query, RandomDraw, scope)))


def _within(query: Select[Any], model: Any, scope: Scope) -> Select[Any]:
    return query if scope.regions is None else query.where(model.region_code.in_(scope.regions))
