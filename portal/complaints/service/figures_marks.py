"""Which months' figures have to be counted anew: noted as cases change, written with the commit."""

from __future__ import annotations

from datetime import date

from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction

from portal.complaints.models import Case, CaseRound
from portal.complaints.office_models import CaseMonth
from portal.extensions import db

_MARKED = "complaint_months"


def mark_stale(case: Case, *rounds: CaseRound) -> None:
    """Note that the figures of the case's months change with this unit of work.

    The months are those of the first receipt and of ``rounds``, in the region where the case stands now: who
    moves a case, or its day of receipt, calls this before and after.
    """
    mark_month(case.region_code, case.received_on)
    for one in rounds:
        mark_month(one.region_code, one.received_on)


def mark_month(region_code: str, received_on: date) -> None:
    """Note that the figures of one region and month of receipt change with this unit of work."""
    marked: set[tuple[str, date]] = db.session().info.setdefault(_MARKED, set())
    marked.add((region_code, received_on.replace(day=1)))


def init_marks() -> None:
    """Listen to the session. Idempotent."""
    for name, listener in (("before_commit", _write), ("after_soft_rollback", _forget)):
        if not event.contains(db.session, name, listener):
            event.listen(db.session, name, listener)


def _write(session: Session) -> None:
    # At the very end and in one order: the rows of a region's month are what all its cases share, and their
    # locks are held only for a moment, by none who waits for another.
    if session.in_nested_transaction() or not session.info.get(_MARKED):
        return
    months = sorted(session.info.pop(_MARKED))
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    marking = insert(CaseMonth).values(
        [{"region_code": region, "month": month, "stale": True, "counts": "{}"} for region, month in months]
    )
    key = [CaseMonth.region_code, CaseMonth.month]
    session.execute(marking.on_conflict_do_update(index_elements=key, set_={"stale": True}))


def _forget(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop(_MARKED, None)
