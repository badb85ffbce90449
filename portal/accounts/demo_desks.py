"""Who works in the demo city: the demo's own staff where there are any, else a desk without an account."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from portal.accounts.identity import actor_of, scope_of
from portal.accounts.models import StaffMember
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import DEPARTMENT_TITLES, ROLE_TITLES, Department, Role
from portal.extensions import db
from portal.reference.directory import region_directory


@dataclass(frozen=True, slots=True)
class Desk:
    """Who does a piece of work: ``account`` None where the demo has nobody for it."""

    actor: Actor
    scope: Scope
    role: Role
    account: StaffMember | None = None


@dataclass(frozen=True, slots=True)
class Desks:
    """Everybody who works in the demo city."""

    staff: tuple[StaffMember, ...]
    known: dict[tuple[str, Department, Role], Desk] = field(default_factory=dict)

    def of(self, region_code: str, department: Department, role: Role) -> Desk:
        """Return the desk of a department that has this region."""
        key = region_code, department, role
        if key not in self.known:
            self.known[key] = self._found(*key)
        return self.known[key]

    def _found(self, region_code: str, department: Department, role: Role) -> Desk:
        for one in self.staff:
            scope = scope_of(one)
            if one.role is role and one.department is department and scope.covers(region_code):
                return Desk(actor_of(one), scope, role, one)
        directory = region_directory()
        name = f"{directory.label(region_code)}{DEPARTMENT_TITLES[department]}{ROLE_TITLES[role]}"
        return Desk(Actor(name), Scope(False, directory.within(region_code), department), role)


def demo_desks() -> Desks:
    """Return the desks with the demo's staff."""
    query = select(StaffMember).where(StaffMember.demo, StaffMember.active).order_by(StaffMember.id)
    return Desks(tuple(db.session.scalars(query)))
