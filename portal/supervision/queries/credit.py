"""Penalties, commendations, exposures and the credit list, as the public and the staff read them (R8).

What is over is left out by the query, so that it is gone at midnight whatever the night's work does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from portal import clock
from portal.domain.actor import Scope
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemStatus
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.directory import region_directory
from portal.supervision.credit_models import CreditRecord
from portal.supervision.kinds import AGAINST, CreditKind
from portal.supervision.problem_models import Problem
from portal.supervision.queries.visible import credit_for

MOST = 1_000
"""Entries that are counted, and that can be paged through: more are "1 000+"."""

ENDING_WITHIN = timedelta(days=30)
"""How long before its last day an entry is told of."""


class CreditGroup(StrEnum):
    """Which entries the staff's list shows. The public sees those published, whatever is asked."""

    ALL = "all"
    PUBLISHED = "published"
    TO_PUBLISH = "to_publish"
    """Entered and not published."""
    ENDING = "ending"
    """Public, and over within ``ENDING_WITHIN``: those that end first in front."""


@dataclass(frozen=True, slots=True)
class CreditChoice:
    """What is asked of the list. ``region``: with all beneath it; ``text``: of title or home."""

    kind: CreditKind | None = None
    region: str | None = None
    department: Department | None = None
    text: str = ""
    group: CreditGroup = CreditGroup.ALL
    institution_id: int | None = None


@dataclass(frozen=True, slots=True)
class CreditRow:
    """One entry in force. ``amount_fen``: a fine; ``until``: the last day in public, None: without a term."""

    id: int
    public_id: str
    version: int
    kind: CreditKind
    institution_id: int
    home: str
    home_id: str
    """Name and public id of the home."""
    region_code: str
    region: str
    department: Department
    title: str
    reason: str
    legal_basis: str
    authority: str
    document_number: str | None
    content: str | None
    amount_fen: int | None
    decided_on: date
    until: date | None
    problem: str | None
    """Public id of the problem that led to it, where it may be seen."""
    entered_by: str | None
    """For the staff alone."""
    published_at: datetime | None
    changed_at: datetime

    @property
    def against(self) -> bool:
        """True for what can be repaired; False for a commendation."""
        return self.kind in AGAINST


def credit_page(
    choice: CreditChoice, scope: Scope, offset: int = 0, limit: int | None = 50, today: date | None = None
) -> tuple[list[CreditRow], int]:
    """Return a page of the list, the latest decision first, and how many there are: up to ``MOST``, one more
    if there are more. ``today`` None: by the clock.
    """
    conditions = _conditions(choice, scope, today or clock.today())
    some = _joined(select(CreditRecord.id)).where(*conditions).limit(MOST + 1).subquery()
    total = db.session.scalar(select(func.count()).select_from(some)) or 0
    query = _rows().where(*conditions).order_by(*_order(choice, scope))
    found = db.session.execute(query.offset(min(max(offset, 0), MOST)).limit(limit)).all()
    return _read(found, scope), total


def credit_counts(choice: CreditChoice, scope: Scope) -> dict[CreditKind, int]:
    """Return how many entries each kind would show under the other choices, for the tabs of the list.

    Up to ``MOST`` each, one more if there are more. One query.
    """
    today = clock.today()
    counts = []
    for kind in CreditKind:
        conditions = _conditions(replace(choice, kind=kind), scope, today)
        some = _joined(select(CreditRecord.id)).where(*conditions).limit(MOST + 1).subquery()
        counts.append(select(func.count()).select_from(some).scalar_subquery().label(kind.value))
    counted = db.session.execute(select(*counts)).one()
    return dict(zip(CreditKind, counted, strict=True))


def credit_of(institution_id: int, scope: Scope) -> list[CreditRow]:
    """Return a home's entries in force, the latest decision first."""
    return credit_of_many([institution_id], scope).get(institution_id, [])


def credit_of_many(institution_ids: Collection[int], scope: Scope) -> Mapping[int, list[CreditRow]]:
    """Return the entries in force of several homes, by home, the latest decision first."""
    found: dict[int, list[CreditRow]] = {}
    if not institution_ids:
        return found
    query = _rows().where(
        CreditRecord.institution_id.in_(institution_ids), *credit_for(scope, clock.today()), *_in_force()
    )
    query = query.order_by(CreditRecord.decided_on.desc(), CreditRecord.id.desc())
    for row in _read(db.session.execute(query).all(), scope):
        found.setdefault(row.institution_id, []).append(row)
    return found


def credit_entry(public_id: str, scope: Scope) -> CreditRow | None:
    """Return one entry in force; None where there is none that may be seen, or it has ended."""
    query = _rows().where(
        CreditRecord.public_id == public_id, *credit_for(scope, clock.today()), *_in_force()
    )
    found = _read(db.session.execute(query).all(), scope)
    return found[0] if found else None


def _order(choice: CreditChoice, scope: Scope) -> tuple[Any, ...]:
    if choice.group is CreditGroup.ENDING and not scope.public_only:
        return CreditRecord.until, CreditRecord.id
    return CreditRecord.decided_on.desc(), CreditRecord.id.desc()


def _in_force() -> list[ColumnElement[bool]]:
    """Return when an entry is not over: for the staff too nothing is left of it but the audit."""
    return [or_(CreditRecord.until.is_(None), CreditRecord.until >= clock.today())]


def _rows() -> Any:
    return _joined(select(CreditRecord, Institution.public_id, Institution.name, Problem))


def _joined(query: Any) -> Any:
    return query.join(Institution, Institution.id == CreditRecord.institution_id).outerjoin(
        Problem, Problem.id == CreditRecord.problem_id
    )


def _read(rows: Collection[Any], scope: Scope) -> list[CreditRow]:
    if not rows:
        return []
    regions, staff = region_directory(), not scope.public_only
    found = []
    for one, home_id, home, problem in rows:
        found.append(
            CreditRow(
                id=one.id,
                public_id=one.public_id,
                version=one.version,
                kind=one.kind,
                institution_id=one.institution_id,
                home=home,
                home_id=home_id,
                region_code=one.region_code,
                region=regions.label(one.region_code),
                department=one.department,
                title=one.title,
                reason=one.reason,
                legal_basis=one.legal_basis,
                authority=one.authority,
                document_number=one.document_number,
                content=one.content,
                amount_fen=one.amount_fen,
                decided_on=one.decided_on,
                until=one.until,
                problem=_problem(problem, staff),
                entered_by=one.entered_by if staff else None,
                published_at=one.published_at,
                changed_at=one.changed_at,
            )
        )
    return found


def _problem(problem: Problem | None, staff: bool) -> str | None:
    if problem is None:
        return None
    public = problem.published_at is not None and problem.status is not ProblemStatus.VOID
    return problem.public_id if staff or public else None


def _conditions(choice: CreditChoice, scope: Scope, today: date) -> list[ColumnElement[bool]]:
    conditions = [
        *credit_for(scope, today),
        or_(CreditRecord.until.is_(None), CreditRecord.until >= today),
    ]
    if choice.kind is not None:
        conditions.append(CreditRecord.kind == choice.kind)
    if choice.department is not None:
        conditions.append(CreditRecord.department == choice.department)
    if choice.institution_id is not None:
        conditions.append(CreditRecord.institution_id == choice.institution_id)
    if choice.group is CreditGroup.PUBLISHED:
        conditions.append(CreditRecord.published_at.is_not(None))
    elif choice.group is CreditGroup.TO_PUBLISH:
        conditions.append(CreditRecord.published_at.is_(None))
    elif choice.group is CreditGroup.ENDING:
        conditions += [CreditRecord.published_at.is_not(None), CreditRecord.until <= today + ENDING_WITHIN]
    regions = region_directory()
    if choice.region is not None and regions.get(choice.region) is not None:
        conditions.append(CreditRecord.region_code.in_(regions.within(choice.region)))
    if choice.text.strip():
        text = choice.text.strip()
        conditions.append(
            or_(
                CreditRecord.title.contains(text, autoescape=True),
                Institution.name.contains(text, autoescape=True),
            )
        )
    return conditions
