"""Who is calling: a member of staff as the endpoints see one."""

from __future__ import annotations

from dataclasses import dataclass

from flask_login import UserMixin

from portal.accounts.models import StaffMember, StaffSession
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import (
    DEPARTMENT_TITLES,
    ROLE_TITLES,
    Capability,
    Department,
    Role,
    can,
    needs_second_factor,
)
from portal.reference.directory import region_directory


@dataclass(frozen=True, eq=False)
class Identity(UserMixin):  # type: ignore[misc]
    """A signed-in member of staff: all but the person's name, which pages ask for when they show it."""

    token: str
    staff_id: int
    session_id: int
    role: Role
    department: Department
    region_code: str | None
    region_label: str
    scope: Scope
    second_factor_passed: bool
    second_factor_set: bool
    demo: bool

    def get_id(self) -> str:
        """Return what the signed cookie holds: the session's token."""
        return self.token

    @property
    def second_factor_due(self) -> bool:
        """True while a code has to be given, or a second factor set up, before anything else."""
        return (self.second_factor_set or needs_second_factor(self.role)) and not self.second_factor_passed

    @property
    def actor(self) -> Actor:
        """Who stands in a record's history: place, department and role, never a person's name."""
        return Actor(self.label[:60], self.staff_id)

    @property
    def label(self) -> str:
        """E.g. 示例县民政经办."""
        return label_of(self.role, self.department, self.region_label)

    def allows(self, capability: Capability) -> bool:
        """True if the role includes the capability."""
        return can(self.role, capability)


def label_of(role: Role, department: Department, region_label: str) -> str:
    """Return place, department and role in one word."""
    middle = "" if role is Role.DISCIPLINE else DEPARTMENT_TITLES[department]
    return f"{region_label}{middle}{ROLE_TITLES[role]}"


def actor_of(staff: StaffMember) -> Actor:
    """Return the name under which somebody stands in histories and in the audit."""
    return Actor(label_of(staff.role, staff.department, region_label(staff.region_code))[:60], staff.id)


def region_label(region_code: str | None) -> str:
    """Return the short name of where somebody serves."""
    return region_directory().label(region_code) if region_code else "全国"


def scope_of(staff: StaffMember) -> Scope:
    """Return what somebody sees and keeps: the own region with all beneath it, the own department."""
    regions = None if staff.region_code is None else region_directory().within(staff.region_code)
    writes = staff.role in (Role.CLERK, Role.REVIEWER)
    return Scope(False, regions, staff.department if writes else None)


def identity_of(token: str, session: StaffSession, staff: StaffMember) -> Identity:
    """Return the identity behind a live session."""
    return Identity(
        token,
        staff.id,
        session.id,
        staff.role,
        staff.department,
        staff.region_code,
        region_label(staff.region_code),
        scope_of(staff),
        session.second_factor_at is not None,
        staff.totp_sealed is not None,
        staff.demo,
    )
