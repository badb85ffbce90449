"""What a department still sees of a case that it sent on: where it went, and whether it arrived (R33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from portal.complaints.models import Case, CaseTransfer
from portal.complaints.queries.queue import MOST
from portal.complaints.reach import Reach
from portal.domain.case_status import CaseStatus
from portal.domain.permissions import Department
from portal.extensions import db
from portal.reference.directory import region_directory


@dataclass(frozen=True, slots=True)
class Trace:
    """One transfer, without a word of the case."""

    receipt: str
    sent_at: datetime
    from_region: str
    """Name of the region, as ``to_region``."""
    to_region: str
    to_department: Department
    acknowledged_at: datetime | None
    status: CaseStatus
    due: date | None
    """The last day of the answer that is owed next."""


def sent_on(reach: Reach, offset: int = 0, limit: int = 50) -> tuple[list[Trace], int]:
    """Return the transfers that the department made within its regions, the latest first, and how many.

    Counted up to ``queue.MOST``, one more if there are more. None for those who don't handle cases.
    """
    if not reach.handles:
        return [], 0
    conditions = [CaseTransfer.from_department == reach.scope.department]
    if reach.scope.regions is not None:
        conditions.append(CaseTransfer.from_region.in_(reach.scope.regions))
    some = select(CaseTransfer.id).where(*conditions).limit(MOST + 1).subquery()
    total = db.session.scalar(select(func.count()).select_from(some)) or 0
    query = (
        select(CaseTransfer, Case.receipt, Case.status, Case.next_due)
        .join(Case, Case.id == CaseTransfer.case_id)
        .where(*conditions)
        .order_by(CaseTransfer.id.desc())
    )
    directory = region_directory()
    found = [
        Trace(
            receipt,
            sent.sent_at,
            directory.label(sent.from_region),
            directory.label(sent.to_region),
            sent.to_department,
            sent.acknowledged_at,
            status,
            due,
        )
        for sent, receipt, status, due in db.session.execute(query.offset(min(offset, MOST)).limit(limit))
    ]
    return found, total
