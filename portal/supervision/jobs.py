"""What the worker does for supervision, every night and after a start. Each piece commits by itself."""

from __future__ import annotations

from portal import clock
from portal.audit.acting import Acting, acting_as
from portal.domain.actor import SYSTEM
from portal.extensions import db
from portal.supervision.problem_models import RectificationNotice
from portal.supervision.service.credit import delete_expired
from portal.supervision.service.recounting import recount, to_recount
from portal.unit_of_work import unit_of_work


def delete_expired_credit() -> None:
    """Delete credit entries whose last day in public is over; the audit keeps them (R8)."""
    with acting_as(Acting(SYSTEM, "credit_expired")), unit_of_work():
        delete_expired(clock.today())


def recount_deadlines() -> None:
    """Count deadlines of notices anew that rest on a calendar which has been amended since."""
    with unit_of_work():
        todo = to_recount()
    for number in todo:
        with acting_as(Acting(SYSTEM, "notice_recount")), unit_of_work():
            recount(db.session.get_one(RectificationNotice, number), SYSTEM)
