"""Unregistered homes as staff see them (R2, R24): all within their scope, at every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from portal import clock
from portal.domain.actor import PUBLIC, Scope
from portal.domain.unregistered_home import VISIT_WITHIN_WORKING_DAYS, Event, Stage
from portal.domain.working_days import OutsideCalendar
from portal.extensions import db
from portal.history.queries import SourceLine, Trail, trail_of
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import Institution, UnregisteredHome
from portal.institutions.queries.list_sources import lines_of
from portal.institutions.queries.scoping import visible
from portal.institutions.queries.standing import newest_revision
from portal.institutions.queries.unregistered import UnregisteredView, view_of
from portal.institutions.unregistered_homes import steps_of
from portal.reference.calendar import working_calendar
from portal.reference.directory import region_directory


@dataclass(frozen=True, slots=True)
class StaffHome:
    """One home with how far it has come. ``visit_due``: the last day for the first visit, None once made."""

    record: UnregisteredHome
    stage: Stage
    region_label: str
    visit_due: date | None
    visit_late: bool
    became: tuple[str, str] | None
    """Public id and name of the institution it became."""

    @property
    def newest(self) -> int:
        """The record's newest revision."""
        return newest_revision(self.record)

    def allows(self, event: Event) -> bool:
        """True if the event may be entered next."""
        return steps_of(self.record).allows(event, clock.today())


@dataclass(frozen=True, slots=True)
class StaffHomes:
    """The homes of one choice, with how many there are at each stage of the whole scope."""

    homes: Sequence[StaffHome]
    by_stage: Counter[Stage]


def staff_homes(scope: Scope, stage: Stage | None = None) -> StaffHomes:
    """Return the homes within the scope, at one ``stage`` or all: what is due first comes first."""
    records = db.session.scalars(
        select(UnregisteredHome).where(
            UnregisteredHome.withdrawn.is_(False), *visible(UnregisteredHome, scope)
        )
    ).all()
    every = _views(records)
    chosen = [home for home in every if stage is None or home.stage is stage]
    chosen.sort(
        key=lambda home: (
            _ORDER[home.stage],
            home.visit_due or date.max,
            -home.record.found_on.toordinal(),
            home.record.id,
        )
    )
    return StaffHomes(chosen, Counter(home.stage for home in every))


def staff_home(public_id: str, scope: Scope) -> StaffHome | None:
    """Return one home of the scope, None if there is none there."""
    record = db.session.scalar(
        select(UnregisteredHome).where(
            UnregisteredHome.public_id == public_id,
            UnregisteredHome.withdrawn.is_(False),
            *visible(UnregisteredHome, scope),
        )
    )
    return None if record is None else _views([record])[0]


def sources_of(homes: Sequence[StaffHome]) -> dict[int, SourceLine]:
    """Return the source line of each home by its ``record.id``."""
    return lines_of([home.record for home in homes])


def history_of(home: StaffHome) -> Trail:
    """Return everything stated about one home, newest first."""
    subject = home.record.subject()
    return trail_of([subject])[subject]


def public_preview(home: StaffHome, ended_on: date) -> UnregisteredView:
    """Return the home as the public would read of it, had its time to object ended on ``ended_on``."""
    return replace(view_of(home.record, catalogue(PUBLIC)), objection_ended_on=ended_on)


_ORDER = {
    Stage.FOUND: 0,
    Stage.VERIFIED: 0,
    Stage.TOLD: 0,
    Stage.LISTED: 1,
    Stage.SETTLED: 2,
    Stage.REMOVED: 3,
}


def _views(records: Sequence[UnregisteredHome]) -> list[StaffHome]:
    regions, today = region_directory(), clock.today()
    became = _institutions({record.institution_id for record in records if record.institution_id})
    found = []
    for record in records:
        stage = steps_of(record).stage_on(today)
        due = None
        if record.inspected_on is None and stage not in (Stage.SETTLED, Stage.REMOVED):
            due = visit_due(record.found_on)
        found.append(
            StaffHome(
                record,
                stage,
                regions.label(record.region_code),
                due,
                due is not None and due < today,
                became.get(record.institution_id) if record.institution_id else None,
            )
        )
    return found


def visit_due(since: date) -> date:
    """Return the last day for the first on-site visit after a finding or filing (R24).

    Of days before the calendar begins, which nobody waits for any more, the day itself.
    """
    try:
        return working_calendar().due(since, VISIT_WITHIN_WORKING_DAYS).day
    except OutsideCalendar:
        return since


def _institutions(ids: set[int]) -> dict[int, tuple[str, str]]:
    if not ids:
        return {}
    columns = (Institution.id, Institution.public_id, Institution.name)
    rows = db.session.execute(select(*columns).where(Institution.id.in_(ids)))
    return {key: (public_id, name) for key, public_id, name in rows}
