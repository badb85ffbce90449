"""Members of staff by name, where cases show them; and to whom a case can be given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from portal.accounts.identity import actor_of
from portal.accounts.models import StaffMember
from portal.accounts.staff import name_of
from portal.complaints.models import Case, CaseExclusion
from portal.complaints.reach import Reach
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.vault.sealing import keys_at_hand

_MOST = 200
"""Colleagues that a choice offers: more would be no choice."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody a case can be given to. ``open``: how many they have already."""

    id: int
    name: str
    label: str
    """Place, department and role."""
    open: int


def staff_names(ids: Collection[int | None]) -> dict[int, str]:
    """Return the names of members of staff by id, in two queries however many they are."""
    wanted = sorted({one for one in ids if one is not None})
    if not wanted:
        return {}
    query = select(StaffMember).where(StaffMember.id.in_(wanted)).order_by(StaffMember.id)
    return _names(db.session.scalars(query).all())


def colleagues(reach: Reach, region_code: str | None = None, case: Case | None = None) -> list[Colleague]:
    """Return to whom cases of a region can be given: clerks and reviewers of the department that cover it.

    ``case``: without those whom it excludes; its region and department are meant then. Without a region: all
    who serve within reach. Those nearest to the region first, then by how little they have.
    """
    if not reach.handles:
        return []
    department = reach.scope.department if case is None else case.department
    region_code = region_code if case is None else case.region_code
    directory = region_directory()
    query = select(StaffMember).where(
        StaffMember.active,
        StaffMember.department == department,
        StaffMember.role.in_([Role.CLERK, Role.REVIEWER]),
    )
    line: list[str] = []
    if region_code is not None:
        line = [region_code, *(row.code for row in reversed(directory.ancestors(region_code)))]
        query = query.where(StaffMember.region_code.in_(line) | StaffMember.region_code.is_(None))
    elif reach.scope.regions is not None:
        query = query.where(StaffMember.region_code.in_(reach.scope.regions))
    if case is not None:
        gone = exists().where(CaseExclusion.case_id == case.id, CaseExclusion.staff_id == StaffMember.id)
        query = query.where(~gone)
    staff = db.session.scalars(query.order_by(StaffMember.id).limit(_MOST)).all()
    names, loads = _names(staff), _loads([one.id for one in staff])
    found = [
        (one, Colleague(one.id, names[one.id], actor_of(one).name, loads.get(one.id, 0))) for one in staff
    ]
    nearness = {code: number for number, code in enumerate(line)}
    found.sort(
        key=lambda pair: (nearness.get(pair[0].region_code or "", len(line)), pair[1].open, pair[1].id)
    )
    return [colleague for _, colleague in found]


def nearest_staff(
    region_code: str,
    roles: Sequence[Role],
    department: Department | None = None,
    but: Collection[int] = (),
) -> list[StaffMember]:
    """Return the active staff in these roles who serve nearest: in the region, else in the one above it …

    ``but``: accounts that are not meant; where they are all there is, those further away are.
    """
    line = [region_code, *(row.code for row in reversed(region_directory().ancestors(region_code)))]
    query = select(StaffMember).where(
        StaffMember.active,
        StaffMember.role.in_(roles),
        StaffMember.region_code.in_(line) | StaffMember.region_code.is_(None),
    )
    if department is not None:
        query = query.where(StaffMember.department == department)
    staff = db.session.scalars(query.order_by(StaffMember.id)).all()
    for code in (*line, None):
        near = [one for one in staff if one.region_code == code and one.id not in but]
        if near:
            return near
    return []


def _loads(ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(Case.handler_id, func.count())
        .where(Case.handler_id.in_(ids), Case.next_due.is_not(None))
        .group_by(Case.handler_id)
    )
    return {number: count for number, count in db.session.execute(query) if number is not None}


def _names(staff: Sequence[StaffMember]) -> dict[int, str]:
    with keys_at_hand(*(one.subject for one in staff)):
        return {one.id: name_of(one) for one in staff}
