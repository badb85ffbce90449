"""Who answers complaints in the demo city."""

from __future__ import annotations

from dataclasses import dataclass

from portal.accounts.demo_desks import Desk, Desks, demo_desks
from portal.accounts.models import StaffMember
from portal.complaints.models import Case
from portal.complaints.reach import Reach
from portal.domain.permissions import Role


@dataclass(frozen=True, slots=True)
class Offices:
    """Who works on a case."""

    desks: Desks

    def clerk(self, case: Case) -> Reach:
        """Return the clerk of the case's county and department."""
        return _reach(self.desks.of(case.region_code, case.department, Role.CLERK))

    def clerk_account(self, case: Case) -> StaffMember | None:
        """Return the demo's own clerk for the case, if it has one there."""
        return self.desks.of(case.region_code, case.department, Role.CLERK).account

    def reviewer(self, case: Case) -> Reach:
        """Return the reviewer above the case."""
        return _reach(self.desks.of(case.region_code, case.department, Role.REVIEWER))


def demo_offices() -> Offices:
    """Return the offices with the demo's staff."""
    return Offices(demo_desks())


def _reach(desk: Desk) -> Reach:
    return Reach(desk.actor, desk.scope, desk.role)
