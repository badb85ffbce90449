"""Which cases somebody may know of, as conditions of queries (R32); and the record to act on."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, select

from portal.complaints.models import Case, CaseExclusion
from portal.complaints.reach import Reach
from portal.extensions import db

__all__ = ["Reach", "case_record", "case_records", "known_to", "not_excluding"]


def known_to(reach: Reach) -> list[ColumnElement[bool]]:
    """Return the conditions that a case has to meet for somebody to be told that it is there.

    Those who handle cases: the own department's within the own regions, without those they are excluded from
    unless they review. Those who watch: all within the regions. Nobody else: none.
    """
    if not (reach.handles or reach.watches):
        return [false()]
    conditions: list[ColumnElement[bool]] = []
    if reach.scope.regions is not None:
        conditions.append(Case.region_code.in_(reach.scope.regions))
    if reach.handles:
        conditions.append(Case.department == reach.scope.department)
        if not reach.reviews:
            conditions.append(not_excluding(reach))
    return conditions


def not_excluding(reach: Reach) -> ColumnElement[bool]:
    """Return the condition that a case does not exclude them from handling it."""
    return ~exists().where(
        CaseExclusion.case_id == Case.id, CaseExclusion.staff_id == (reach.staff_id or 0)
    ).correlate(Case)


def case_record(receipt: str, reach: Reach) -> Case | None:
    """Return the case of this number (as ``parse_receipt`` writes it), to be acted on.

    None where there is none, where it is not theirs to know of, and where it excludes them.
    """
    query = select(Case).where(Case.receipt == receipt, *known_to(reach), not_excluding(reach))
    return db.session.scalars(query).one_or_none()


def case_records(receipts: list[str], reach: Reach) -> dict[str, Case]:
    """Return those of the cases that are there and theirs, by number; at most 100, in one query."""
    query = select(Case).where(Case.receipt.in_(receipts[:100]), *known_to(reach), not_excluding(reach))
    return {case.receipt: case for case in db.session.scalars(query)}
