"""Finding a suggestion by the two things its writer was given."""

from __future__ import annotations

from sqlalchemy import select

from portal.domain.receipts import SUGGESTION, InvalidReceipt, parse_receipt
from portal.extensions import db
from portal.intake import access_codes
from portal.topics.models import Suggestion

_NOBODYS = f"{SUGGESTION}0000-00000000"
"""Looked up where what was typed can be no number: the same work is done, and nothing is found."""


def find_suggestion(receipt: str, code: str) -> Suggestion | None:
    """Return the suggestion of a receipt number and its access code, as typed; None for whatever else.

    An unknown number, one that can be none, a wrong code, one that was erased: one answer, after one query
    and one comparison each.
    """
    try:
        number = parse_receipt(receipt, SUGGESTION)
    except InvalidReceipt:
        number = _NOBODYS
    found = db.session.scalars(select(Suggestion).where(Suggestion.receipt == number)).one_or_none()
    kept = None if found is None or found.erased_at is not None else found.access_hash
    return found if access_codes.check(kept, number, code) else None


def suggestion_of(suggestion_id: int) -> Suggestion | None:
    """Return a suggestion that was found before and is still there; None once it was erased."""
    found = db.session.get(Suggestion, suggestion_id)
    return None if found is None or found.erased_at is not None else found
