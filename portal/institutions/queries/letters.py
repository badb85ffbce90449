"""Reading filing commitment letters (备案信用承诺, R10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from portal.domain.actor import Scope
from portal.extensions import db
from portal.history.queries import SourceLine, trail_of
from portal.institutions.models import CommitmentLetter, Institution
from portal.institutions.queries.present import Neighbour
from portal.institutions.queries.scoping import visible


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter as the list shows it."""

    public_id: str
    title: str
    signed_on: date | None
    home: Neighbour
    region_code: str


@dataclass(frozen=True, slots=True)
class LetterView:
    """One letter in full."""

    letter: CommitmentLetter
    home: Neighbour
    region_code: str
    source: SourceLine | None


def letter_count(scope: Scope) -> int:
    """Return how many letters are public."""
    return db.session.scalar(_of_visible(select(func.count()).select_from(CommitmentLetter), scope)) or 0


def letters(scope: Scope, offset: int = 0, limit: int | None = None) -> Sequence[LetterRow]:
    """Return letters, the newest signature first, undated ones last."""
    columns = (CommitmentLetter.public_id, CommitmentLetter.title, CommitmentLetter.signed_on)
    query = _of_visible(
        select(*columns, Institution.public_id, Institution.name, Institution.region_code), scope
    )
    newest = (
        CommitmentLetter.signed_on.is_(None),
        CommitmentLetter.signed_on.desc(),
        CommitmentLetter.id.desc(),
    )
    rows = db.session.execute(query.order_by(*newest).offset(offset).limit(limit))
    return [
        LetterRow(public_id, title, signed_on, Neighbour(home_id, name), region_code)
        for public_id, title, signed_on, home_id, name, region_code in rows
    ]


def commitment_letter(public_id: str, scope: Scope) -> LetterView | None:
    """Return one letter, or None if there is none or it or its institution is not to be seen."""
    columns = (CommitmentLetter, Institution.public_id, Institution.name, Institution.region_code)
    query = _of_visible(select(*columns), scope).where(CommitmentLetter.public_id == public_id)
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    letter, home_id, name, region_code = row
    subject = letter.subject()
    return LetterView(letter, Neighbour(home_id, name), region_code, trail_of([subject])[subject].of(letter))


def _of_visible(query: Any, scope: Scope) -> Any:
    joined = query.join(Institution, Institution.id == CommitmentLetter.institution_id)
    return joined.where(*visible(CommitmentLetter, scope), *visible(Institution, scope))
