"""Which figures have to be counted anew: seen as records change, written with the commit.

Supervision knows nothing of who counts it, so the session itself is listened to: whatever service changes a
problem, a notice, a visit or a credit entry, its months and its home are noted here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import event, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstanceState, Session, SessionTransaction, UOWTransaction
from sqlalchemy.orm.attributes import instance_state

from portal.accountability.models import SupervisionMonth, VisitRank
from portal.complaints.models import Case
from portal.extensions import db
from portal.institutions.models import Compliance, Institution, StarGrade
from portal.supervision.credit_models import CreditRecord
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem, RectificationNotice

_MARKED = "accountability_marks"
_AT_ONCE = 500
"""Homes in one condition."""
_DAYS: dict[type, tuple[str, ...]] = {
    Problem: ("found_on", "cleared_on"),
    RectificationNotice: ("issued_on",),
    Inspection: ("visited_on",),
}
"""Whose months count, by which days; a day that was changed counts before and after."""
_OF_A_HOME = (Problem, RectificationNotice, Inspection, CreditRecord, Case, StarGrade, Compliance)
"""What the points of a home are made of."""


class Marks:
    """What one unit of work changed."""

    def __init__(self) -> None:
        self.months: set[tuple[str, date]] = set()
        self.homes: set[int] = set()
        self.regions: set[str] = set()
        """All of whose months have to be counted: a home of theirs came or went as a whole."""

    def note(self, record: object) -> None:
        """Note what the change of a record changes."""
        if isinstance(record, Institution):
            self._note_home(record)
            return
        if not isinstance(record, _OF_A_HOME):
            return
        state: InstanceState[Any] = instance_state(record)
        self.homes.update(_values(state, "institution_id"))
        for name in _DAYS.get(type(record), ()):
            for day in _values(state, name):
                for region_code in _values(state, "region_code"):
                    self.months.add((region_code, day.replace(day=1)))

    def _note_home(self, home: Institution) -> None:
        state: InstanceState[Any] = instance_state(home)
        if home.id is not None:
            self.homes.add(home.id)
        if state.attrs.withdrawn.history.has_changes() and home.region_code is not None:
            self.regions.update(_values(state, "region_code"))


def init_marks() -> None:
    """Listen to the session. Idempotent."""
    for name, listener in (
        ("after_flush", _see),
        ("before_commit", _write),
        ("after_soft_rollback", _forget),
    ):
        if not event.contains(db.session, name, listener):
            event.listen(db.session, name, listener)


def _see(session: Session, _context: UOWTransaction) -> None:
    for record in (*session.new, *session.dirty, *session.deleted):
        if isinstance(record, (Institution, *_OF_A_HOME)):
            _marks(session).note(record)


def _marks(session: Session) -> Marks:
    marks: Marks = session.info.setdefault(_MARKED, Marks())
    return marks


def _values(state: InstanceState[Any], name: str) -> set[Any]:
    """Return what a column holds now and held before this flush, without None."""
    history = state.attrs[name].history
    return {value for value in (*history.unchanged, *history.added, *history.deleted) if value is not None}


def _write(session: Session) -> None:
    # at the very end and in one order: these rows are shared by all who change a region's records, and their
    # locks are held only for a moment, by none who waits for another
    if session.in_nested_transaction():
        return
    session.flush()
    marks: Marks | None = session.info.pop(_MARKED, None)
    if marks is None:
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    if marks.months:
        rows = [
            {"region_code": region, "month": month, "stale": True, "counts": "{}"}
            for region, month in sorted(marks.months)
        ]
        key = [SupervisionMonth.region_code, SupervisionMonth.month]
        marking = insert(SupervisionMonth).values(rows)
        session.execute(marking.on_conflict_do_update(index_elements=key, set_={"stale": True}))
    if marks.regions:
        whole = SupervisionMonth.region_code.in_(sorted(marks.regions))
        marking_all = update(SupervisionMonth).where(whole).values(stale=True)
        session.execute(marking_all.execution_options(synchronize_session=False))
    homes = sorted(marks.homes)
    for start in range(0, len(homes), _AT_ONCE):
        some = VisitRank.institution_id.in_(homes[start : start + _AT_ONCE])
        marking_homes = update(VisitRank).where(some, VisitRank.stale.is_(False)).values(stale=True)
        session.execute(marking_homes.execution_options(synchronize_session=False))


def _forget(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop(_MARKED, None)
