"""Whom to visit next, computed by the worker for every home in operation and kept as a table (R26).

Each fact is asked for once for many homes, grouped by home: 40 000 homes cost as many queries as one. Which
homes have to be looked at again is noted by ``service.marks``; every night all are, since months pass.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal import clock
from portal.accountability.models import VisitRank
from portal.complaints.models import Case
from portal.complaints.service.outcome import PROVED
from portal.domain.actor import PUBLIC
from portal.domain.grading import GradeState
from portal.domain.rectification import COUNTED, OPEN
from portal.domain.visit_points import YEAR, Line, months_before, reasons_of, since_visit
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import Compliance, ComplianceResult, Standard
from portal.supervision.credit_models import CreditRecord
from portal.supervision.kinds import CreditKind, InspectionResult, Severity
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem
from portal.supervision.service.inspections import NOBODY_SEEN
from portal.unit_of_work import unit_of_work

AT_ONCE = 500
"""Homes looked at in one go of the worker, and in one condition."""
_WRITTEN_AT_ONCE = 5_000
_TWO_YEARS = 24
_ENDED = (GradeState.EXPIRED, GradeState.REVOKED)
_FAILED = {Standard.SERVICE_SAFETY: Line.SAFETY_FAILED, Standard.FIRE_SAFETY: Line.FIRE_FAILED}

Counts = dict[int | None, Counter[Line]]
"""What counts, by home."""


def rank_all() -> int:
    """Compute every home anew, in units of work of their own; return how many homes are ranked."""
    today = clock.today()
    homes = [entry for entry in catalogue(PUBLIC).entries if entry.open_now]
    with unit_of_work():
        facts, before, known = _Facts(None, today), _covered(None), _known()
    rows = [_row(home, facts, today) for home in homes]
    # most homes stand as they stood yesterday: only the others are written
    changed = [row for row in rows if known.get(row["institution_id"]) != _said(row)]
    for start in range(0, len(changed), _WRITTEN_AT_ONCE):
        with unit_of_work():
            _write(changed[start : start + _WRITTEN_AT_ONCE])
    with unit_of_work() as session:
        _delete(before, {home.id for home in homes})
        older = VisitRank.ranked_on != today
        session.execute(update(VisitRank).where(older).values(ranked_on=today))
        _tell(before, None)
    return len(homes)


def rank_stale(limit: int = AT_ONCE) -> int:
    """Compute the homes whose records changed, in one unit of work; return how many there were."""
    today = clock.today()
    with unit_of_work() as session:
        query = select(VisitRank.institution_id).where(VisitRank.stale).limit(limit)
        wanted = sorted(session.scalars(query))
        if not wanted:
            return 0
        # first this: whoever changes something of these homes from here on waits, and marks them once more
        for some in _parts(wanted):
            session.execute(update(VisitRank).where(VisitRank.institution_id.in_(some)).values(stale=False))
        facts, before, kept = _Facts(wanted, today), _covered(wanted), set(wanted)
        homes = [entry for entry in catalogue(PUBLIC).entries if entry.id in kept and entry.open_now]
        _write([_row(home, facts, today) for home in homes])
        _delete(wanted, {home.id for home in homes})
        _tell(before, wanted)
    return len(wanted)


class _Facts:
    """What counts of some homes (None: of all), and when each was last seen from inside."""

    def __init__(self, homes: Sequence[int] | None, today: date) -> None:
        self._today, self._year = today, today - timedelta(days=YEAR)
        self.counts: Counts = defaultdict(Counter)
        self.last_visit: dict[int | None, date] = {}
        for some in (None,) if homes is None else tuple(_parts(homes)):
            self._problems(some)
            self._visits(some)
            self._upheld(some)
            self._credit(some)
            self._compliance(some)

    def _problems(self, homes: Collection[int] | None) -> None:
        major = Problem.severity == Severity.MAJOR
        overdue = and_(Problem.deadline.is_not(None), Problem.deadline < self._today)
        is_open = Problem.status.in_(OPEN)
        came_back = and_(
            Problem.first_entry_id.is_not(None), Problem.found_on >= months_before(self._today, _TWO_YEARS)
        )
        columns = (
            _sum(and_(is_open, major)),
            _sum(and_(is_open, overdue)),
            _sum(and_(is_open, ~major, or_(Problem.deadline.is_(None), ~overdue))),
            _sum(came_back),
        )
        query = select(Problem.institution_id, *columns).where(
            Problem.status.in_(COUNTED), or_(is_open, came_back), *_of(Problem.institution_id, homes)
        )
        for home, *found in db.session.execute(query.group_by(Problem.institution_id)):
            lines = (Line.MAJOR_OPEN, Line.OVERDUE, Line.OPEN, Line.RECURRED)
            self.counts[home].update(dict(zip(lines, found, strict=True)))

    def _visits(self, homes: Collection[int] | None) -> None:
        inside = Inspection.result.not_in(NOBODY_SEEN)
        refused = and_(Inspection.result == InspectionResult.REFUSED, Inspection.visited_on >= self._year)
        query = select(
            Inspection.institution_id, func.max(case((inside, Inspection.visited_on))), _sum(refused)
        ).where(
            Inspection.visited_on.is_not(None),
            Inspection.withdrawn_at.is_(None),
            *_of(Inspection.institution_id, homes),
        )
        for home, last, refusals in db.session.execute(query.group_by(Inspection.institution_id)):
            if last is not None:
                self.last_visit[home] = last
            self.counts[home][Line.REFUSED] = refusals

    def _upheld(self, homes: Collection[int] | None) -> None:
        query = select(Case.institution_id, func.count()).where(
            Case.finding.in_(PROVED),
            Case.received_on >= self._year,
            Case.merged_into_id.is_(None),
            *_of(Case.institution_id, homes),
        )
        for home, count in db.session.execute(query.group_by(Case.institution_id)):
            self.counts[home][Line.UPHELD] = count

    def _credit(self, homes: Collection[int] | None) -> None:
        listed = CreditRecord.kind == CreditKind.DISCREDIT
        fined = and_(CreditRecord.kind == CreditKind.PENALTY, CreditRecord.decided_on >= self._year)
        query = select(CreditRecord.institution_id, _sum(fined), _sum(listed)).where(
            or_(CreditRecord.until.is_(None), CreditRecord.until >= self._today),
            or_(listed, fined),
            *_of(CreditRecord.institution_id, homes),
        )
        for home, penalties, discredits in db.session.execute(query.group_by(CreditRecord.institution_id)):
            self.counts[home].update({Line.PENALTY: penalties, Line.DISCREDIT: discredits})

    def _compliance(self, homes: Collection[int] | None) -> None:
        query = (
            select(Compliance.institution_id, Compliance.standard, Compliance.result)
            .where(Compliance.withdrawn.is_(False), *_of(Compliance.institution_id, homes))
            .order_by(Compliance.assessed_on, Compliance.id)
        )
        latest = {(home, standard): result for home, standard, result in db.session.execute(query)}
        for (home, standard), result in latest.items():
            if result is ComplianceResult.FAILED:
                self.counts[home][_FAILED[standard]] = 1


def _row(home: Entry, facts: _Facts, today: date) -> dict[str, Any]:
    counts = Counter(facts.counts.get(home.id, {}))
    last = facts.last_visit.get(home.id)
    since = since_visit(last, today)
    if since is not None:
        counts[since] = 1
    if home.grade is not None and home.grade.state in _ENDED:
        counts[Line.GRADE_ENDED] = 1
    reasons = reasons_of(counts)
    return {
        "institution_id": home.id,
        "region_code": home.region_code,
        "points": sum(reason.points for reason in reasons),
        "reasons": json.dumps([[one.line.value, one.count, one.points] for one in reasons]),
        "last_visit": last,
        "ranked_on": today,
        "stale": False,
    }


def _write(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    bind = db.session.get_bind()
    insert = sqlite.insert if bind.dialect.name == "sqlite" else postgresql.insert
    statement = insert(VisitRank)
    # a mark that somebody set meanwhile stays: the next look takes it off, before it reads
    kept = ("institution_id", "stale")
    fresh = {name: statement.excluded[name] for name in rows[0] if name not in kept}
    upsert = statement.on_conflict_do_update(index_elements=[VisitRank.institution_id], set_=fresh)
    db.session.connection().execute(upsert, rows)


def _delete(ranked: Iterable[int], kept: Collection[int]) -> None:
    """Drop the homes that are in operation no more."""
    for some in _parts(sorted(one for one in ranked if one not in kept)):
        db.session.execute(delete(VisitRank).where(VisitRank.institution_id.in_(some)))


def _covered(homes: Sequence[int] | None) -> dict[int, tuple[str, date | None]]:
    """Return what public pages show of the ranks: where a home lies, and when it was last visited."""
    columns = VisitRank.institution_id, VisitRank.region_code, VisitRank.last_visit
    return {
        home: (region, last)
        for some in ((None,) if homes is None else tuple(_parts(homes)))
        for home, region, last in db.session.execute(
            select(*columns).where(*_of(VisitRank.institution_id, some))
        )
    }


def _known() -> dict[int, tuple[Any, ...]]:
    """Return what is kept of every home; of one that is marked nothing, so that it is written."""
    columns = VisitRank.region_code, VisitRank.points, VisitRank.reasons, VisitRank.last_visit
    query = select(VisitRank.institution_id, *columns).where(VisitRank.stale.is_(False))
    return {home: tuple(said) for home, *said in db.session.execute(query)}


def _said(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["region_code"], row["points"], row["reasons"], row["last_visit"]


def _tell(before: dict[int, tuple[str, date | None]], homes: Sequence[int] | None) -> None:
    """Have pages made anew if what they show of the ranks has changed."""
    if _covered(homes) != before:
        touch_data_set()


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _of(column: Any, homes: Collection[int] | None) -> list[ColumnElement[bool]]:
    return [column.is_not(None)] if homes is None else [column.in_(homes)]


def _parts(homes: Sequence[int]) -> Iterator[Sequence[int]]:
    yield from (homes[start : start + AT_ONCE] for start in range(0, len(homes), AT_ONCE))
