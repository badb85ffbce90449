"""Who of the staff may know of a case, read its words, act on it (R32)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.accounts.identity import Identity
from portal.complaints.models import Case
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Capability, Role, can


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a member of staff reaches into the complaints.

    Whoever handles cases knows those of the own department within the own regions, and all of them. Who only
    watches knows of every case within the regions that it is there, where it stands and by when it is due,
    and never a word of it. Whom a case excludes is for the queries and services to ask (``CaseExclusion``).
    """

    actor: Actor
    scope: Scope
    role: Role

    @classmethod
    def of(cls, identity: Identity) -> Reach:
        """Return the reach of whoever is signed in."""
        return cls(identity.actor, identity.scope, identity.role)

    @property
    def staff_id(self) -> int | None:
        """The account, None for the portal itself."""
        return self.actor.staff_id

    @property
    def handles(self) -> bool:
        """True for those who work on cases: clerks and reviewers."""
        return can(self.role, Capability.HANDLE_CASES) and self.scope.department is not None

    @property
    def reviews(self) -> bool:
        """True for those who may end or expose a case."""
        return self.handles and can(self.role, Capability.REVIEW_CASES)

    @property
    def watches(self) -> bool:
        """True for those who see where cases stand, and no word of them."""
        return can(self.role, Capability.SEE_CASES) and not self.handles

    @property
    def sees_clues(self) -> bool:
        """True for discipline inspection: the words of clues handed over to it."""
        return can(self.role, Capability.SEE_CLUES)

    def covers(self, case: Case) -> bool:
        """True if the case is within reach at all, words or not; exclusions apart."""
        if self.watches:
            return self.scope.covers(case.region_code)
        return self.reads(case)

    def reads(self, case: Case) -> bool:
        """True if the case's words are for them; exclusions apart."""
        return (
            self.handles and self.scope.department is case.department and self.scope.covers(case.region_code)
        )
