"""One case that visitors of the demo may follow as its writer would: its number and code are shown."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from portal.complaints.models import Case
from portal.extensions import db
from portal.intake.access_codes import code_for
from portal.intake.submissions import submission_index

TOKEN = "d" * 32
"""What the example's form was sent with: its code follows from it, in this database alone."""


@dataclass(frozen=True, slots=True)
class Example:
    """What its writer was given."""

    receipt: str
    code: str


def example() -> Example | None:
    """Return the example's number and code; None where there is no demo."""
    query = select(Case.receipt).where(Case.submission == submission_index(TOKEN))
    receipt = db.session.scalar(query)
    return None if receipt is None else Example(receipt, code_for(TOKEN))
