"""Star grades: the state of a certificate on a day (R3; GB/T 37276-2018)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

EXPIRING_WITHIN = timedelta(days=90)
"""How long before its end a grade is called "expiring"."""


class GradeScale(StrEnum):
    """Which scale a grade belongs to: only the national one has comparable levels 1-5."""

    NATIONAL = "national"
    LOCAL = "local"


class GradeState(StrEnum):
    """Computed from the certificate's dates, never stored."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"
    PENDING = "pending"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class GradeTerm:
    """The dates of a grade certificate; ``valid_to`` is its last day."""

    valid_from: date | None
    valid_to: date | None
    revoked_on: date | None

    def state_on(self, day: date) -> GradeState:
        """Return the grade's state on ``day``. Without dates nothing is claimed: "undated"."""
        if self.revoked_on is not None and self.revoked_on <= day:
            return GradeState.REVOKED
        if self.valid_from is not None and day < self.valid_from:
            return GradeState.PENDING
        if self.valid_to is None:
            return GradeState.UNDATED
        if self.valid_to < day:
            return GradeState.EXPIRED
        if self.valid_to - day <= EXPIRING_WITHIN:
            return GradeState.EXPIRING
        return GradeState.VALID

    def turns(self) -> tuple[date | None, ...]:
        """Return the days on which ``state_on`` may give another answer than on the day before."""
        end = self.valid_to
        ends = () if end is None else (end - EXPIRING_WITHIN, end + timedelta(days=1))
        return (self.valid_from, self.revoked_on, *ends)


IN_FORCE = frozenset({GradeState.VALID, GradeState.EXPIRING, GradeState.UNDATED})
