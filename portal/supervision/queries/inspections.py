"""Inspections as the public and the staff list them; the scope decides what either reads.

Counting stops at ``MOST``, and so does turning pages. The order is that of an index: a page costs the same
however many inspections there are.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal import clock
from portal.domain.actor import Scope
from portal.domain.permissions import Department
from portal.extensions import db
from portal.institutions.models import Institution, UnregisteredHome
from portal.reference.directory import region_directory
from portal.supervision.kinds import InspectionKind, InspectionResult
from portal.supervision.models import Inspection
from portal.supervision.queries.visible import (
    HomeShown,
    home_columns,
    home_shown,
    inspections_for,
    with_home,
)

MOST = 1_000
"""Inspections that are counted, and that can be paged through: more are "1 000+"."""


class InspectionGroup(StrEnum):
    """Which inspections a list shows. The public sees those made, whatever is asked."""

    MADE = "made"
    """The latest first."""
    PLANNED = "planned"
    """To be made, by what is due first."""
    OVERDUE = "overdue"
    """To be made, and the last day is over."""
    TO_PUBLISH = "to_publish"
    """Made and not published: the oldest first."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class InspectionChoice:
    """What is asked of the list. ``region``: with all beneath it; ``year``: of the visit; ``text``: of the
    home's name or the theme.
    """

    group: InspectionGroup = InspectionGroup.MADE
    region: str | None = None
    kind: InspectionKind | None = None
    result: InspectionResult | None = None
    department: Department | None = None
    year: int | None = None
    draw_id: int | None = None
    text: str = ""
    oldest_first: bool = False
    """Of those made: the earliest visit first."""
    institution_id: int | None = None


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One inspection. What the public does not read is None for it: plan, summary, origin, inspectors."""

    id: int
    public_id: str
    version: int
    kind: InspectionKind
    """COMPLAINT reads 群众反映 in public, and no more: its theme is for the staff."""
    theme: str | None
    home: HomeShown
    institution_id: int | None
    unregistered_home_id: int | None
    region_code: str
    region: str
    """The county's label."""
    department: Department
    departments: tuple[Department, ...]
    """All who went, the leading one first."""
    planned_by: date | None
    overdue: bool
    """True if it is still to be made and its last day is over."""
    visited_on: date | None
    result: InspectionResult | None
    public_summary: str | None
    summary: str | None
    found_again: bool | None
    """Of a return visit: True if the problem was there again."""
    origin: str | None
    draw_id: int | None
    follows_problem_id: int | None
    entered_at: datetime
    entered_by: str | None
    published_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def public(self) -> bool:
        """True if everybody may read of it."""
        return self.published_at is not None and self.withdrawn_at is None


def inspection_page(
    choice: InspectionChoice, scope: Scope, offset: int = 0, limit: int | None = 50
) -> tuple[list[InspectionRow], int]:
    """Return a page of the list and how many there are: up to ``MOST``, one more if there are more."""
    conditions = _conditions(choice, scope)
    some = with_home(select(Inspection.id), Inspection).where(*conditions).limit(MOST + 1).subquery()
    total = db.session.scalar(select(func.count()).select_from(some)) or 0
    query = _rows(scope).where(*conditions).order_by(*_order(choice, scope))
    query = query.offset(min(max(offset, 0), MOST)).limit(limit)
    return read_rows(db.session.execute(query).all(), scope), total


def inspections_of(institution_id: int, scope: Scope, limit: int = 20) -> list[InspectionRow]:
    """Return the inspections that were made at a home, the latest first."""
    query = _rows(scope).where(
        Inspection.institution_id == institution_id,
        Inspection.visited_on.is_not(None),
        *inspections_for(scope),
    )
    query = query.order_by(Inspection.visited_on.desc(), Inspection.id.desc()).limit(limit)
    return read_rows(db.session.execute(query).all(), scope)


def inspections_by_id(ids: Collection[int], scope: Scope) -> list[InspectionRow]:
    """Return these inspections as far as they may be seen, in the order of their ids."""
    if not ids:
        return []
    query = _rows(scope).where(Inspection.id.in_(ids), *inspections_for(scope)).order_by(Inspection.id)
    return read_rows(db.session.execute(query).all(), scope)


def inspections_following(problem_ids: Collection[int], scope: Scope) -> Mapping[int, list[InspectionRow]]:
    """Return the return visits that were made for these problems, by problem, the earliest first."""
    found: dict[int, list[InspectionRow]] = {}
    if not problem_ids:
        return found
    query = _rows(scope).where(
        Inspection.follows_problem_id.in_(problem_ids),
        Inspection.visited_on.is_not(None),
        *inspections_for(scope),
    )
    query = query.order_by(Inspection.visited_on, Inspection.id)
    for row in read_rows(db.session.execute(query).all(), scope):
        found.setdefault(row.follows_problem_id or 0, []).append(row)
    return found


def last_visits(institution_ids: Collection[int] | None, scope: Scope) -> dict[int, date]:
    """Return the day of each home's latest visit (None: of all homes) that may be seen."""
    query = select(Inspection.institution_id, func.max(Inspection.visited_on)).where(
        Inspection.institution_id.is_not(None),
        Inspection.visited_on.is_not(None),
        *inspections_for(scope),
    )
    if institution_ids is not None:
        query = query.where(Inspection.institution_id.in_(institution_ids))
    found = db.session.execute(query.group_by(Inspection.institution_id)).all()
    return {key: day for key, day in found if key is not None and day is not None}


def find_row(public_id: str, scope: Scope) -> InspectionRow | None:
    """Return one inspection, None where there is none that may be seen."""
    query = _rows(scope).where(Inspection.public_id == public_id, *inspections_for(scope))
    found = read_rows(db.session.execute(query).all(), scope)
    return found[0] if found else None


def read_rows(rows: Sequence[Any], scope: Scope) -> list[InspectionRow]:
    """Return what ``_rows`` selected."""
    today, regions, staff = clock.today(), region_directory(), not scope.public_only
    return [_row(row, regions.label(row.Inspection.region_code), scope, staff, today) for row in rows]


def _rows(scope: Scope) -> Any:
    return with_home(select(Inspection, *home_columns(scope)), Inspection)


def _row(row: Any, region: str, scope: Scope, staff: bool, today: date) -> InspectionRow:
    one: Inspection = row[0]
    return InspectionRow(
        id=one.id,
        public_id=one.public_id,
        version=one.version,
        kind=one.kind,
        theme=one.theme if staff or one.kind is not InspectionKind.COMPLAINT else None,
        home=home_shown(
            (row[1], row[2], row[3], row[4]), scope, unregistered=one.unregistered_home_id is not None
        ),
        institution_id=one.institution_id,
        unregistered_home_id=one.unregistered_home_id,
        region_code=one.region_code,
        region=region,
        department=one.department,
        departments=tuple(Department(value) for value in json.loads(one.departments)),
        planned_by=one.planned_by if staff else None,
        overdue=one.visited_on is None and one.planned_by is not None and one.planned_by < today,
        visited_on=one.visited_on,
        result=one.result,
        public_summary=one.public_summary,
        summary=one.summary if staff else None,
        found_again=one.found_again,
        origin=one.origin if staff else None,
        draw_id=one.draw_id,
        follows_problem_id=one.follows_problem_id,
        entered_at=one.entered_at,
        entered_by=one.entered_by if staff else None,
        published_at=one.published_at,
        withdrawn_at=one.withdrawn_at,
    )


def _conditions(choice: InspectionChoice, scope: Scope) -> list[ColumnElement[bool]]:
    conditions = [*inspections_for(scope), *_group(choice.group, scope)]
    for column, value in (
        (Inspection.kind, choice.kind),
        (Inspection.result, choice.result),
        (Inspection.department, choice.department),
        (Inspection.draw_id, choice.draw_id),
        (Inspection.institution_id, choice.institution_id),
    ):
        if value is not None:
            conditions.append(column == value)
    regions = region_directory()
    if choice.region is not None and regions.get(choice.region) is not None:
        conditions.append(Inspection.region_code.in_(regions.within(choice.region)))
    if choice.year is not None:
        conditions.append(Inspection.visited_on.between(date(choice.year, 1, 1), date(choice.year, 12, 31)))
    if choice.text.strip():
        conditions.append(_says(choice.text.strip(), scope))
    return conditions


def _group(group: InspectionGroup, scope: Scope) -> list[ColumnElement[bool]]:
    made, waiting = Inspection.visited_on.is_not(None), Inspection.visited_on.is_(None)
    if scope.public_only or group is InspectionGroup.MADE:
        return [made]
    if group is InspectionGroup.PLANNED:
        return [waiting]
    if group is InspectionGroup.OVERDUE:
        return [waiting, Inspection.planned_by < clock.today()]
    if group is InspectionGroup.TO_PUBLISH:
        return [made, Inspection.published_at.is_(None)]
    return [Inspection.withdrawn_at.is_not(None)]


def _says(text: str, scope: Scope) -> ColumnElement[bool]:
    about, theme = Institution.name.contains(text, autoescape=True), Inspection.theme
    if scope.public_only:  # of a complaint nothing is told, nor found, but that somebody told
        told = Inspection.kind == InspectionKind.COMPLAINT
        return or_(about, and_(~told, theme.contains(text, autoescape=True)))
    return or_(
        about,
        theme.contains(text, autoescape=True),
        UnregisteredHome.name.contains(text, autoescape=True),
    )


def _order(choice: InspectionChoice, scope: Scope) -> tuple[Any, ...]:
    if scope.public_only or choice.group in (InspectionGroup.MADE, InspectionGroup.WITHDRAWN):
        if choice.oldest_first:
            return Inspection.visited_on, Inspection.id
        return Inspection.visited_on.desc(), Inspection.id.desc()
    if choice.group is InspectionGroup.TO_PUBLISH:
        return Inspection.visited_on, Inspection.id
    return Inspection.planned_by.is_(None), Inspection.planned_by, Inspection.id
