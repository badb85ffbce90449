"""One inspection whole: items, problems found, the draw it came of, the problem it went back to."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select

from portal.domain.actor import Scope
from portal.domain.rectification import ProblemStatus
from portal.extensions import db
from portal.supervision.kinds import (
    DrawState,
    InspectionArea,
    ItemFinding,
    ProblemCategory,
    ProblemOrigin,
    Severity,
)
from portal.supervision.models import Inspection, InspectionItem, RandomDraw
from portal.supervision.problem_models import Problem
from portal.supervision.queries.inspections import InspectionRow, find_row
from portal.supervision.queries.visible import problems_for


@dataclass(frozen=True, slots=True)
class ItemRow:
    """What was found on one item, as the list said it then. ``remark``: for the staff alone."""

    area: InspectionArea
    code: str
    text: str
    basis: str
    finding: ItemFinding
    remark: str | None


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A problem that a page leads to; only what may be seen."""

    id: int
    public_id: str
    number: str
    title: str
    category: ProblemCategory
    severity: Severity
    status: ProblemStatus
    public: bool
    """True if everybody may read of it."""


@dataclass(frozen=True, slots=True)
class DrawLine:
    """The draw by which a home was chosen. ``inspectors``: whom it sends; empty for the public until then."""

    public_id: str
    title: str
    state: DrawState
    inspectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InspectionView:
    """One inspection with all that its page shows."""

    row: InspectionRow
    items: tuple[ItemRow, ...]
    problems: tuple[ProblemLine, ...]
    """Those it found, the oldest first."""
    follows: ProblemLine | None
    """Of a return visit: the problem it looked at again."""
    draw: DrawLine | None
    withdrawn_reason: str | None
    """For the staff alone."""

    def items_in(self, area: InspectionArea) -> tuple[ItemRow, ...]:
        """Return the items of one of the five areas."""
        return tuple(one for one in self.items if one.area is area)


def inspection_view(public_id: str, scope: Scope) -> InspectionView | None:
    """Return one inspection; None where there is none that may be seen. Five queries at most."""
    row = find_row(public_id, scope)
    if row is None:
        return None
    inspection = db.session.get_one(Inspection, row.id)
    staff = not scope.public_only
    query = select(InspectionItem).where(InspectionItem.inspection_id == row.id)
    items = tuple(
        ItemRow(one.area, one.code, one.text, one.basis, one.finding, one.remark if staff else None)
        for one in db.session.scalars(query.order_by(InspectionItem.position))
    )
    found = _problems(
        scope,
        Problem.origin == ProblemOrigin.INSPECTION,
        Problem.origin_ref == inspection.subject,
        Problem.status != ProblemStatus.VOID,
    )
    follows: tuple[ProblemLine, ...] = ()
    if row.follows_problem_id is not None:
        follows = _problems(scope, Problem.id == row.follows_problem_id)
    return InspectionView(
        row,
        items,
        found,
        follows[0] if follows else None,
        _draw(inspection, staff),
        inspection.withdrawn_reason if staff else None,
    )


def _problems(scope: Scope, *conditions: object) -> tuple[ProblemLine, ...]:
    query = select(Problem).where(*conditions, *problems_for(scope)).order_by(Problem.id)  # type: ignore[arg-type]
    return tuple(
        ProblemLine(
            one.id,
            one.public_id,
            one.number,
            one.title,
            one.category,
            one.severity,
            one.status,
            one.published_at is not None and one.status is not ProblemStatus.VOID,
        )
        for one in db.session.scalars(query)
    )


def _draw(inspection: Inspection, staff: bool) -> DrawLine | None:
    if inspection.draw_id is None:
        return None
    draw = db.session.get_one(RandomDraw, inspection.draw_id)
    sent = json.loads(inspection.inspectors or "[]")
    told = staff or draw.state is DrawState.REVEALED
    return DrawLine(draw.public_id, draw.title, draw.state, tuple(sent) if told else ())
