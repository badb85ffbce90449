"""What the worker does for supervision, every night and after a start. Each piece commits by itself."""

from __future__ import annotations

from portal import clock
from portal.audit.acting import Acting, acting_as
from portal.domain.actor import SYSTEM
from portal.supervision.service.credit import delete_expired
from portal.unit_of_work import unit_of_work


def delete_expired_credit() -> None:
    """Delete credit entries whose last day in public is over; the audit keeps them (R8)."""
    with acting_as(Acting(SYSTEM, "credit_expired")), unit_of_work():
        delete_expired(clock.today())
