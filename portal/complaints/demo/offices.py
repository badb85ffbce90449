"""Who answers in the demo city: the demo's own staff where there are any, else a county's desk."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from portal.accounts.identity import actor_of, scope_of
from portal.accounts.models import StaffMember
from portal.complaints.models import Case
from portal.complaints.reach import Reach
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import DEPARTMENT_TITLES, ROLE_TITLES, Department, Role
from portal.extensions import db
from portal.reference.directory import region_directory


@dataclass(frozen=True, slots=True)
class Offices:
    """Who works on a case."""

    staff: tuple[StaffMember, ...]

    def clerk(self, case: Case) -> Reach:
        """Return the clerk of the case's county and department."""
        found = self.clerk_account(case)
        if found is not None:
            return Reach(actor_of(found), scope_of(found), found.role)
        return _desk(case.region_code, case.department, Role.CLERK)

    def clerk_account(self, case: Case) -> StaffMember | None:
        """Return the demo's own clerk for the case, if it has one there."""
        for one in self.staff:
            theirs = one.department is case.department and scope_of(one).covers(case.region_code)
            if one.role is Role.CLERK and theirs:
                return one
        return None

    def reviewer(self, case: Case) -> Reach:
        """Return the reviewer above the case."""
        for one in self.staff:
            if one.role is Role.REVIEWER and one.department is case.department:
                return Reach(actor_of(one), scope_of(one), one.role)
        return _desk(case.region_code, case.department, Role.REVIEWER)


def demo_offices() -> Offices:
    """Return the offices with the demo's staff."""
    query = select(StaffMember).where(StaffMember.demo, StaffMember.active).order_by(StaffMember.id)
    return Offices(tuple(db.session.scalars(query)))


def _desk(region_code: str, department: Department, role: Role) -> Reach:
    directory = region_directory()
    name = f"{directory.label(region_code)}{DEPARTMENT_TITLES[department]}{ROLE_TITLES[role]}"
    return Reach(Actor(name), Scope(False, directory.within(region_code), department), role)
