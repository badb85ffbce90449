"""The four registration states of an institution, derived from dated facts (R2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class RegistrationState(StrEnum):
    """Registration (登记) makes a legal person; filing (备案) follows. Never two states, always four."""

    FILED = "filed"
    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    DEREGISTERED = "deregistered"


@dataclass(frozen=True, slots=True)
class DatedFact:
    """A registration or filing: in force from ``since`` until the day before ``until`` (None: open)."""

    since: date | None
    until: date | None

    def holds_on(self, day: date) -> bool:
        """True on every day from ``since`` up to, not including, ``until``. An undated start holds."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    def ended_by(self, day: date) -> bool:
        """True once the fact has come to its end."""
        return self.until is not None and self.until <= day


def registration_state(
    registrations: list[DatedFact], filings: list[DatedFact], day: date
) -> RegistrationState:
    """Return the state on ``day``.

    Source: 《养老机构管理办法》 (民政部令第66号) art. 9-10: filing within 10 working days of taking the first
    resident; "not filed" alone is therefore not "illegal".
    """
    if any(fact.holds_on(day) for fact in registrations):
        return (
            RegistrationState.FILED
            if any(fact.holds_on(day) for fact in filings)
            else RegistrationState.REGISTERED
        )
    if any(fact.ended_by(day) for fact in registrations):
        return RegistrationState.DEREGISTERED
    return RegistrationState.UNREGISTERED


@dataclass(frozen=True, slots=True)
class UnregisteredSteps:
    """What must have happened before an unregistered home may be named in public (R2)."""

    verified_on: date | None
    operator_told_on: date | None
    objection_ended_on: date | None
    removed_on: date | None
    settled: bool = False
    """Found to be no elder-care institution at all, or registered since: nothing is left to warn of."""

    def public_on(self, day: date) -> bool:
        """True if verified, the operator told, their time to object over, and not removed since."""
        if self.settled or (self.removed_on is not None and self.removed_on <= day):
            return False
        verified, told, ended = self.verified_on, self.operator_told_on, self.objection_ended_on
        if verified is None or told is None or ended is None:
            return False
        # time to object is time between the notice and its end: on one day there was none
        return verified <= told < ended <= day
