"""Drafts that wait for a second pair of eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal.complaints.kinds import DraftKind, DraftState
from portal.complaints.models import Case
from portal.complaints.office_models import CaseDraft
from portal.complaints.queries.people import staff_names
from portal.complaints.queries.reach import Reach, known_to, not_excluding
from portal.extensions import db


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a reviewer's list."""

    draft_id: int
    receipt: str
    kind: DraftKind
    writer: str
    submitted_at: datetime
    due: date | None
    own: bool
    """True if the reviewer wrote it: somebody else has to read it."""


def drafts_to_review(reach: Reach, limit: int = 50) -> list[DraftRow]:
    """Return the drafts that a reviewer can read, what is due first first."""
    if not reach.reviews:
        return []
    query = (
        select(CaseDraft, Case.receipt, Case.next_due)
        .join(Case, Case.id == CaseDraft.case_id)
        .where(CaseDraft.state == DraftState.SUBMITTED, *known_to(reach), not_excluding(reach))
        .order_by(Case.next_due, CaseDraft.id)
        .limit(limit)
    )
    found = db.session.execute(query).all()
    names = staff_names([draft.staff_id for draft, _, _ in found])
    return [
        DraftRow(
            draft.id,
            receipt,
            draft.kind,
            names.get(draft.staff_id, ""),
            draft.saved_at,
            due,
            draft.staff_id == reach.staff_id,
        )
        for draft, receipt, due in found
    ]
