"""The figures of each region and month, counted by the worker; to be made anew at will.

Which months have to be counted again is noted by ``service.marks`` as records change.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from portal import clock
from portal.accountability.models import SupervisionMonth
from portal.domain.rectification import COUNTED, ProblemStatus
from portal.domain.supervision_figures import SupervisionCounts
from portal.domain.working_days import WorkingCalendar
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.calendar import working_calendar
from portal.supervision.kinds import (
    TOLD_BY_THE_PUBLIC,
    InspectionResult,
    NoticeState,
    ProblemCategory,
    Severity,
)
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.unit_of_work import unit_of_work

AT_ONCE = 50
"""Months counted in one go of the worker; the next one does the rest."""
_READ_AT_ONCE = 2_000


def refresh_stale(limit: int = AT_ONCE) -> int:
    """Count the months in which something changed, each in a unit of work of its own; return how many."""
    query = (
        select(SupervisionMonth.region_code, SupervisionMonth.month)
        .where(SupervisionMonth.stale)
        .order_by(SupervisionMonth.region_code, SupervisionMonth.month)
        .limit(limit)
    )
    with unit_of_work() as session:
        stale = session.execute(query).all()
    for region_code, month in stale:
        with unit_of_work():
            _refresh(region_code, month)
    return len(stale)


def recount() -> int:
    """Throw all figures away and note every month that has anything; return how many months.

    Writes; commits nothing. ``refresh_stale`` counts them.
    """
    months: set[tuple[str, date]] = set()
    for region, day in (
        (Problem.region_code, Problem.found_on),
        (Problem.region_code, Problem.cleared_on),
        (RectificationNotice.region_code, RectificationNotice.issued_on),
        (Inspection.region_code, Inspection.visited_on),
    ):
        rows = db.session.execute(select(region, day).where(day.is_not(None)).distinct())
        months.update((code, found.replace(day=1)) for code, found in rows if found is not None)
    db.session.execute(delete(SupervisionMonth))
    db.session.add_all(
        SupervisionMonth(region_code=code, month=month, stale=True, counts="{}")
        for code, month in sorted(months)
    )
    db.session.flush()
    return len(months)


def mark_withdrawn() -> None:
    """Note the months of regions where a home with records stands withdrawn. Writes; commits nothing.

    A list that is taken back withdraws its homes past the session, so that nobody sees it happen.
    """
    withdrawn = select(Institution.id).where(Institution.withdrawn.is_(True))
    regions: set[str] = set()
    for model in (Problem, RectificationNotice, Inspection):
        where = model.institution_id.in_(withdrawn)
        regions.update(db.session.scalars(select(model.region_code).where(where).distinct()))
    marking = update(SupervisionMonth).where(SupervisionMonth.region_code.in_(sorted(regions)))
    db.session.execute(marking.values(stale=True))


def count_month(region_code: str, month: date) -> SupervisionCounts:
    """Count what was found, cleared, issued and visited in a region and month (its first day)."""
    counts, calendar = SupervisionCounts(), working_calendar()
    _count_found(region_code, month, counts)
    _count_cleared(region_code, month, counts, calendar)
    counts.notices = (
        db.session.scalar(
            select(func.count())
            .select_from(RectificationNotice)
            .where(
                RectificationNotice.region_code == region_code,
                RectificationNotice.state == NoticeState.ISSUED,
                _within(RectificationNotice.issued_on, month),
                _home_stands(RectificationNotice.institution_id),
            )
        )
        or 0
    )
    _count_visits(region_code, month, counts)
    return counts


def _refresh(region_code: str, month: date) -> None:
    key = (SupervisionMonth.region_code == region_code, SupervisionMonth.month == month)
    # first this: whoever changes something of the month from here on waits, and marks it once more
    db.session.execute(update(SupervisionMonth).where(*key).values(stale=False))
    counts = count_month(region_code, month)
    values = {"counts": counts.dump(), "open": counts.open, "counted_at": clock.now()}
    db.session.execute(update(SupervisionMonth).where(*key).values(values))


def _count_found(region_code: str, month: date, counts: SupervisionCounts) -> None:
    query = (
        select(
            Problem.severity,
            Problem.category,
            Problem.origin,
            Problem.first_entry_id,
            Problem.status,
            Problem.deadline,
            Problem.cleared_on,
        )
        .where(
            Problem.region_code == region_code,
            _within(Problem.found_on, month),
            Problem.status.in_(COUNTED),
            _home_stands(Problem.institution_id),
        )
        .execution_options(yield_per=_READ_AT_ONCE)
    )
    for severity, category, origin, first_entry_id, status, deadline, cleared_on in db.session.execute(query):
        cleared = status is ProblemStatus.CLEARED
        counts.found += 1
        counts.kinds.update(kinds_of(category, severity, cleared))
        counts.major += severity is Severity.MAJOR
        counts.major_cleared += severity is Severity.MAJOR and cleared
        counts.told += origin in TOLD_BY_THE_PUBLIC
        counts.recurred += first_entry_id is not None
        if deadline is None:
            counts.undated_cleared += cleared
            counts.undated_open += not cleared
        elif not cleared:
            counts.due[deadline] += 1
        elif cleared_on is not None and cleared_on <= deadline:
            counts.in_time += 1
        else:
            counts.late += 1


def kinds_of(category: ProblemCategory, severity: Severity, cleared: bool) -> list[str]:
    """Return what one problem found counts as (``SupervisionCounts.kinds``)."""
    major = severity is Severity.MAJOR
    said = {"found": True, "cleared": cleared, "major": major, "major_cleared": major and cleared}
    return [f"{category.value}/{name}" for name, so in said.items() if so]


def _count_cleared(
    region_code: str, month: date, counts: SupervisionCounts, calendar: WorkingCalendar
) -> None:
    query = (
        select(Problem.found_on, Problem.cleared_on)
        .where(
            Problem.region_code == region_code,
            _within(Problem.cleared_on, month),
            _home_stands(Problem.institution_id),
        )
        .execution_options(yield_per=_READ_AT_ONCE)
    )
    for found_on, cleared_on in db.session.execute(query):
        counts.cleared += 1
        assert cleared_on is not None, "asked for above"
        if calendar.first <= found_on <= cleared_on <= calendar.last:
            counts.days[calendar.working_days_between(found_on, cleared_on)] += 1


def _count_visits(region_code: str, month: date, counts: SupervisionCounts) -> None:
    made = and_(
        Inspection.region_code == region_code,
        Inspection.withdrawn_at.is_(None),
        _home_stands(Inspection.institution_id),
    )
    query = (
        select(Inspection.result, func.count())
        .where(made, _within(Inspection.visited_on, month))
        .group_by(Inspection.result)
    )
    for result, count in db.session.execute(query):
        counts.visits += count
        counts.refused += count if result is InspectionResult.REFUSED else 0


def _within(day: Any, month: date) -> ColumnElement[bool]:
    return and_(day >= month, day < following(month))


def _home_stands(institution_id: Any) -> ColumnElement[bool]:
    """A home that should never have been entered counts nowhere."""
    withdrawn = select(Institution.id).where(
        Institution.id == institution_id, Institution.withdrawn.is_(True)
    )
    return ~withdrawn.exists()


def following(month: date) -> date:
    """Return the first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
