"""From a published complaint to the problem that came of it, and back (R35): told on both pages alike.

Only where the writer consented to publish, the publication stands and names the home, and the problem is
public itself. Of everything else a problem says 群众反映, and no more (R32).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from portal.accountability.queries.origin import case_id
from portal.accountability.service.proven import PREFIX
from portal.complaints.models import Case, CasePublication
from portal.domain.actor import Scope
from portal.domain.rectification import ProblemStatus
from portal.extensions import db
from portal.supervision.kinds import ProblemOrigin
from portal.supervision.problem_models import Problem
from portal.supervision.queries.visible import public_problems


@dataclass(frozen=True, slots=True)
class Tied:
    """A complaint and a problem that came of it, both public."""

    complaint: str
    """Public id of the published complaint."""
    complaint_title: str
    problem: str
    """Public id of the problem."""
    problem_title: str
    status: ProblemStatus


def tied_records(
    scope: Scope, *, complaint: str | None = None, problem: str | None = None
) -> tuple[Tied, ...]:
    """Return what a published complaint led to, or which published complaints a problem came of.

    Give the public id of one of the two. Two queries at most. Nothing where either may not be seen.
    """
    if complaint is not None:
        leading = func.coalesce(Case.merged_into_id, Case.id)
        chosen = CasePublication.public_id == complaint
        found = db.session.scalar(
            select(leading).join(CasePublication, CasePublication.case_id == Case.id).where(chosen)
        )
        if found is None:
            return ()
        return _tied(scope, chosen, Problem.origin_ref == f"{PREFIX}{found}")
    if problem is not None:
        chosen = Problem.public_id == problem
        found = case_id(db.session.scalar(select(Problem.origin_ref).where(chosen)))
        if found is None:
            return ()
        return _tied(scope, chosen, or_(Case.id == found, Case.merged_into_id == found))
    return ()


def _tied(scope: Scope, *which: ColumnElement[bool]) -> tuple[Tied, ...]:
    query = (
        select(
            CasePublication.public_id,
            CasePublication.title,
            Problem.public_id,
            Problem.title,
            Problem.status,
        )
        .select_from(CasePublication)
        .join(Case, Case.id == CasePublication.case_id)
        # the home that both are about: a publication that may not name it has none
        .join(Problem, Problem.institution_id == CasePublication.institution_id)
        .where(
            *which,
            CasePublication.withdrawn_at.is_(None),
            Case.consent_publish.is_(True),
            Problem.origin == ProblemOrigin.COMPLAINT,
            *public_problems(),
        )
        .order_by(CasePublication.id, Problem.id)
    )
    if scope.regions is not None:
        query = query.where(Problem.region_code.in_(scope.regions))
    return tuple(Tied(*row) for row in db.session.execute(query))
