"""Whom to visit first (R24): homes filed, and unfiled homes found with residents, with the last day to go.

A first visit is any visit since that day, whatever it was called, or an assessment or inspection that was
entered with the home itself; not one on which nobody was let in. Twenty working days; where the calendar of
a year is not published yet, the last day is provisional and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from portal import clock
from portal.domain.actor import Scope
from portal.domain.unregistered_home import VISIT_WITHIN_WORKING_DAYS
from portal.domain.working_days import Due, OutsideCalendar
from portal.extensions import db
from portal.institutions.models import (
    Compliance,
    Disposition,
    Filing,
    Institution,
    OperatingState,
    UnregisteredHome,
)
from portal.reference.calendar import working_calendar
from portal.reference.directory import region_directory
from portal.supervision.kinds import InspectionKind, InspectionResult
from portal.supervision.models import Inspection

LOOKED_BACK = timedelta(days=365)
"""How far back filings are looked at: what was filed long ago has had its yearly visits since."""
_GONE = (OperatingState.CLOSED, OperatingState.MERGED)
_SETTLED = (Disposition.NOT_A_HOME, Disposition.REGISTERED)


class Because(StrEnum):
    """Why a first visit is due."""

    FILED = "filed"
    FOUND = "found"
    """An unfiled home that takes in residents, or may: how many is not known yet."""


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A first visit that is planned: its public id, and the last day to go that was set."""

    public_id: str
    planned_by: date | None


@dataclass(frozen=True, slots=True)
class FirstVisit:
    """A first visit that was not made yet. ``since``: filed or found; ``due``: None before the calendar
    begins; ``late``: working days since its last day, 0 while it runs.
    """

    because: Because
    institution_id: int | None
    unregistered_home_id: int | None
    home: str
    home_id: str
    """Name and public id of the home."""
    region_code: str
    region: str
    since: date
    due: date | None
    provisional: bool
    overdue: bool
    left: int
    """Working days from today to the last day, 0 once it is over."""
    late: int
    planned: PlannedVisit | None


def first_visits(scope: Scope, region: str | None = None, today: date | None = None) -> list[FirstVisit]:
    """Return the first visits to be made within reach, the most urgent first; for the staff. Three queries.

    ``region``: only there and beneath.
    """
    if scope.public_only:
        return []
    day = today or clock.today()
    regions = region_directory()
    inside = regions.within(region) if region is not None and regions.get(region) is not None else None
    planned = _planned()
    found = [
        *_of(Because.FILED, _filed(scope, day), planned, day, inside),
        *_of(Because.FOUND, _found(scope), planned, day, inside),
    ]
    return sorted(found, key=lambda one: (one.due or date.min, one.home_id))


def first_visits_due(scope: Scope, working_days: int, today: date | None = None) -> list[FirstVisit]:
    """Return those over, or due within so many working days."""
    return [one for one in first_visits(scope, today=today) if one.overdue or one.left <= working_days]


def _filed(scope: Scope, today: date) -> list[tuple[Any, ...]]:
    i, f = Institution, Filing
    visited = exists().where(
        Inspection.institution_id == i.id,
        Inspection.visited_on >= f.filed_on,
        Inspection.result != InspectionResult.REFUSED,
        Inspection.withdrawn_at.is_(None),
    )
    assessed = exists().where(
        Compliance.institution_id == i.id,
        Compliance.withdrawn.is_(False),
        Compliance.assessed_on >= f.filed_on,
    )
    query = (
        select(i.id, i.name, i.public_id, i.region_code, f.filed_on)
        .join(f, f.institution_id == i.id)
        .where(
            i.withdrawn.is_(False),
            or_(i.operating_state.is_(None), i.operating_state.not_in(_GONE)),
            f.withdrawn.is_(False),
            f.cancelled_on.is_(None),
            f.filed_on.between(today - LOOKED_BACK, today),
            ~visited,
            ~assessed,
            *_within(i.region_code, scope),
        )
    )
    return [tuple(row) for row in db.session.execute(query)]


def _found(scope: Scope) -> list[tuple[Any, ...]]:
    u = UnregisteredHome
    visited = exists().where(
        Inspection.unregistered_home_id == u.id,
        Inspection.visited_on >= u.found_on,
        Inspection.result != InspectionResult.REFUSED,
        Inspection.withdrawn_at.is_(None),
    )
    query = select(u.id, u.name, u.public_id, u.region_code, u.found_on).where(
        u.withdrawn.is_(False),
        u.inspected_on.is_(None),
        u.removed_on.is_(None),
        or_(u.disposition.is_(None), u.disposition.not_in(_SETTLED)),
        or_(u.residents.is_(None), u.residents > 0),
        ~visited,
        *_within(u.region_code, scope),
    )
    return [tuple(row) for row in db.session.execute(query)]


def _planned() -> dict[tuple[Because, int], PlannedVisit]:
    query = select(Inspection).where(
        Inspection.kind == InspectionKind.FIRST_VISIT, Inspection.visited_on.is_(None)
    )
    found = {}
    for one in db.session.scalars(query.order_by(Inspection.id)):
        visit = PlannedVisit(one.public_id, one.planned_by)
        if one.institution_id is not None:
            found[Because.FILED, one.institution_id] = visit
        elif one.unregistered_home_id is not None:
            found[Because.FOUND, one.unregistered_home_id] = visit
    return found


def _of(
    because: Because,
    rows: list[tuple[Any, ...]],
    planned: dict[tuple[Because, int], PlannedVisit],
    today: date,
    inside: Any,
) -> list[FirstVisit]:
    regions, calendar = region_directory(), working_calendar()
    filed = because is Because.FILED
    found = []
    for key, name, public_id, region_code, since in rows:
        if inside is not None and region_code not in inside:
            continue
        due = _due(since)
        over = due is None or due.day < today
        found.append(
            FirstVisit(
                because=because,
                institution_id=key if filed else None,
                unregistered_home_id=None if filed else key,
                home=name,
                home_id=public_id,
                region_code=region_code,
                region=regions.label(region_code),
                since=since,
                due=None if due is None else due.day,
                provisional=due is not None and due.provisional,
                overdue=over,
                left=0 if due is None or over else calendar.working_days_between(today, due.day),
                late=calendar.working_days_between(due.day, today) if due is not None and over else 0,
                planned=planned.get((because, key)),
            )
        )
    return found


def _due(since: date) -> Due | None:
    try:
        return working_calendar().due(since, VISIT_WITHIN_WORKING_DAYS)
    except OutsideCalendar:
        return None


def _within(region_code: Any, scope: Scope) -> list[ColumnElement[bool]]:
    return [] if scope.regions is None else [region_code.in_(scope.regions)]
