"""What a home's own page tells of supervision: what is open, the last visits, credit; the rest as counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from portal.domain.actor import Scope
from portal.domain.rectification import COUNTED, OPEN, ProblemStatus
from portal.extensions import db
from portal.supervision.kinds import Severity
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.queries.credit import CreditRow, credit_of
from portal.supervision.queries.inspections import InspectionRow, inspections_of
from portal.supervision.queries.problems import ProblemRow, problem_rows
from portal.supervision.queries.visible import inspections_for, notices_for, problems_for

_NEVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class HomeSupervision:
    """The record of one listed home, as far as whoever asks may see it."""

    open: tuple[ProblemRow, ...]
    """Problems still to be put right, by their last day."""
    open_count: int
    """All of them; ``open`` may hold fewer."""
    major_count: int
    """Major hazards among them."""
    overdue_count: int
    problem_count: int
    """Ever entered."""
    cleared_count: int
    visits: tuple[InspectionRow, ...]
    """The latest, newest first."""
    visit_count: int
    notice_count: int
    credit: tuple[CreditRow, ...]
    """In force, the latest decision first."""

    @property
    def empty(self) -> bool:
        """True if nothing at all is published."""
        return not (self.problem_count or self.visit_count or self.notice_count or self.credit)


def home_supervision(
    institution_id: int, scope: Scope, today: date, *, problems: int = 5, visits: int = 3
) -> HomeSupervision:
    """Return the record of one home, with at most so many problems and visits; five queries at most."""
    of_it = Problem.institution_id == institution_id, Problem.status.in_(COUNTED), *problems_for(scope)
    still = Problem.status.in_(OPEN)
    made = select(func.count(Inspection.id)).where(
        Inspection.institution_id == institution_id,
        Inspection.visited_on.is_not(None),
        *inspections_for(scope),
    )
    issued = select(func.count(RectificationNotice.id)).where(
        RectificationNotice.institution_id == institution_id, *notices_for(scope)
    )
    counts = select(
        func.count(),
        func.count().filter(Problem.status == ProblemStatus.CLEARED),
        func.count().filter(still),
        func.count().filter(still, Problem.severity == Severity.MAJOR),
        func.count().filter(still, Problem.deadline < today),
        made.scalar_subquery(),
        issued.scalar_subquery(),
    )
    entered, cleared, left, major, overdue, visit_count, notice_count = db.session.execute(
        counts.select_from(Problem).where(*of_it)
    ).one()
    order = func.coalesce(Problem.deadline, _NEVER), Problem.id
    first = select(Problem.id).where(*of_it, still).order_by(*order).limit(problems) if left else None
    ids = db.session.scalars(first).all() if first is not None else ()
    return HomeSupervision(
        tuple(problem_rows(ids, scope, today)),
        left,
        major,
        overdue,
        entered,
        cleared,
        tuple(inspections_of(institution_id, scope, visits)) if visit_count else (),
        visit_count,
        notice_count,
        tuple(credit_of(institution_id, scope)),
    )
