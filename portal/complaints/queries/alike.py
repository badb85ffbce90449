"""Other cases that a case may belong with: earlier ones about the home, open ones that tell the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from portal.complaints.models import Case
from portal.complaints.queries.case_rows import CaseRow, rows_of
from portal.complaints.queries.reach import Reach, known_to, not_excluding
from portal.complaints.service.words import told_of
from portal.domain.likeness import likeness
from portal.extensions import db
from portal.vault.sealing import keys_at_hand

WITHIN = timedelta(days=60)
"""Cases received further apart are not looked at."""
MOST_COMPARED = 30


@dataclass(frozen=True, slots=True)
class Alike:
    """An open case that may be about the same. ``score``: 0 to 1, of their words."""

    row: CaseRow
    score: float


def earlier_cases(case: Case, reach: Reach, limit: int = 20) -> list[CaseRow]:
    """Return the other cases about the same home that they may know of, the latest first."""
    if case.institution_id is None:
        return []
    return home_cases(case.institution_id, reach, limit, but=case.id)


def home_cases(institution_id: int, reach: Reach, limit: int = 20, but: int | None = None) -> list[CaseRow]:
    """Return the cases about a home that they may know of, the latest first."""
    query = (
        select(Case.id)
        .where(Case.institution_id == institution_id, Case.id != (but or 0), *known_to(reach))
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(limit)
    )
    return rows_of(db.session.scalars(query).all())


def look_alikes(case: Case, reach: Reach, limit: int = 10) -> list[Alike]:
    """Return open cases that may be about the same thing, the likest first; to be merged or told apart.

    About the same home; of a place that is not listed: of the same region and kind. Received within 60 days
    of it, at most 30 looked at. Only for those who read the case; none of whose words is handed out.
    """
    if not reach.reads(case):
        return []
    query = select(Case).where(
        Case.id != case.id,
        Case.next_due.is_not(None),
        Case.merged_into_id.is_(None),
        Case.received_at.between(case.received_at - WITHIN, case.received_at + WITHIN),
        *known_to(reach),
        not_excluding(reach),
    )
    if case.institution_id is not None:
        query = query.where(Case.institution_id == case.institution_id)
    else:
        query = query.where(
            Case.institution_id.is_(None),
            Case.region_code == case.region_code,
            Case.category == case.category,
        )
    found = list(db.session.scalars(query.order_by(Case.received_at.desc(), Case.id).limit(MOST_COMPARED)))
    if not found:
        return []
    with keys_at_hand(*(one.subject for one in (case, *found))):
        own = _words(case)
        scores = {one.id: likeness(own, _words(one)) for one in found}
    best = sorted(found, key=lambda one: (-scores[one.id], one.id))[:limit]
    return [Alike(row, scores[row.id]) for row in rows_of([one.id for one in best])]


def _words(case: Case) -> str:
    told = told_of(case)
    return "" if told is None else f"{told.place_name or ''}\n{told.text}\n{told.asked}"
