"""Clues of misconduct: their words are for discipline inspection alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from portal.complaints.kinds import Category
from portal.complaints.models import Case, CaseClue
from portal.complaints.reach import Reach
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.directory import region_directory
from portal.vault import sealing


@dataclass(frozen=True, slots=True, repr=False)
class ClueView:
    """A clue as discipline inspection reads it. ``words``: None once the case was erased."""

    id: int
    receipt: str
    region: str
    category: Category
    home: str | None
    words: str | None
    handed_over_at: datetime
    handed_over_by: str
    received_at: datetime | None
    received_by: str | None


def clue_page(reach: Reach, offset: int = 0, limit: int = 50) -> tuple[list[ClueView], int]:
    """Return the clues within reach, those that nobody has received first, and how many there are."""
    if not reach.sees_clues:
        return [], 0
    conditions = [] if reach.scope.regions is None else [CaseClue.region_code.in_(reach.scope.regions)]
    total = db.session.scalar(select(func.count(CaseClue.id)).where(*conditions)) or 0
    query = _told().where(*conditions).order_by(CaseClue.received_at.is_not(None), CaseClue.id.desc())
    return _views(query.offset(offset).limit(limit)), total


def clue_view(clue_id: int, reach: Reach) -> ClueView | None:
    """Return one clue as it is read, None where it is not theirs."""
    if find_clue(clue_id, reach) is None:
        return None
    return _views(_told().where(CaseClue.id == clue_id))[0]


def find_clue(clue_id: int, reach: Reach) -> CaseClue | None:
    """Return a clue to be received, None where it is not theirs."""
    clue = db.session.get(CaseClue, clue_id) if reach.sees_clues else None
    return clue if clue is not None and reach.scope.covers(clue.region_code) else None


def clues_waiting(reach: Reach) -> int:
    """Return how many clues nobody has received yet."""
    if not reach.sees_clues:
        return 0
    conditions = [] if reach.scope.regions is None else [CaseClue.region_code.in_(reach.scope.regions)]
    query = select(func.count(CaseClue.id)).where(CaseClue.received_at.is_(None), *conditions)
    return db.session.scalar(query) or 0


def _told() -> Select[CaseClue, str, Category, str]:
    return (
        select(CaseClue, Case.receipt, Case.category, Institution.name)
        .join(Case, Case.id == CaseClue.case_id)
        .outerjoin(Institution, Institution.id == Case.institution_id)
    )


def _views(query: Select[CaseClue, str, Category, str]) -> list[ClueView]:
    directory = region_directory()
    return [
        ClueView(
            clue.id,
            receipt,
            directory.label(clue.region_code),
            category,
            home,
            sealing.unseal(clue.words_sealed),
            clue.handed_over_at,
            clue.handed_over_by,
            clue.received_at,
            clue.received_by,
        )
        for clue, receipt, category, home in db.session.execute(query)
    ]
