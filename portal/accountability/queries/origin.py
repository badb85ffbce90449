"""What a problem came of, for those of the staff who may know it (R32)."""

from __future__ import annotations

from sqlalchemy import select

from portal.accountability.service.proven import PREFIX
from portal.complaints.models import Case
from portal.complaints.queries.reach import known_to, not_excluding
from portal.complaints.reach import Reach
from portal.extensions import db
from portal.supervision.kinds import ProblemOrigin


def case_behind(origin: ProblemOrigin, origin_ref: str | None, reach: Reach) -> str | None:
    """Return the receipt number of the case that a problem came of; None for whoever may not know of it."""
    number = case_id(origin_ref) if origin is ProblemOrigin.COMPLAINT else None
    if number is None:
        return None
    query = select(Case.receipt).where(Case.id == number, *known_to(reach), not_excluding(reach))
    return db.session.scalar(query)


def case_id(origin_ref: str | None) -> int | None:
    """Return the case that an origin names, None where it names something else."""
    kind, _, number = (origin_ref or "").partition("/")
    return int(number) if f"{kind}/" == PREFIX and number.isascii() and number.isdigit() else None
