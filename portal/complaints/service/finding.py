"""Finding a case by the two things its writer was given."""

from __future__ import annotations

from sqlalchemy import select

from portal.complaints.models import Case
from portal.domain.receipts import COMPLAINT, InvalidReceipt, parse_receipt
from portal.extensions import db
from portal.intake import access_codes

_NOBODYS = f"{COMPLAINT}0000-00000000"
"""Looked up where what was typed can be no number: the same work is done, and nothing is found."""


def find(receipt: str, code: str) -> Case | None:
    """Return the case of a receipt number and its access code, as typed; None for whatever else.

    An unknown number, one that can be none, a wrong code, a case that was erased: one answer, after one
    query and one comparison each.
    """
    try:
        number = parse_receipt(receipt, COMPLAINT)
    except InvalidReceipt:
        number = _NOBODYS
    case = db.session.scalars(select(Case).where(Case.receipt == number)).one_or_none()
    kept = None if case is None or case.erased_at is not None else case.access_hash
    return case if access_codes.check(kept, number, code) else None


def case_of(case_id: int) -> Case | None:
    """Return a case that was found before and is still there; None once it was erased."""
    case = db.session.get(Case, case_id)
    return None if case is None or case.erased_at is not None else case
