"""Reading homes known to be unregistered (R1, R2): only those whose steps let the public see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal import clock
from portal.domain.actor import Scope
from portal.domain.registration import RegistrationState, UnregisteredSteps
from portal.extensions import db
from portal.history.queries import SourceLine
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import (
    Disposition,
    FoundHow,
    InstitutionKind,
    OperatingState,
    OperationMode,
    UnregisteredHome,
)
from portal.institutions.queries.derived import entries_by_id
from portal.institutions.queries.list_sources import lines_of
from portal.institutions.queries.places import RegionFilter, covered, known_region, region_filter
from portal.institutions.queries.scoping import visible

_GOVERNMENT = (OperationMode.PUBLIC_PUBLIC, OperationMode.PUBLIC_PRIVATE)
_GONE = (OperatingState.CLOSED, OperatingState.MERGED)


@dataclass(frozen=True, slots=True)
class UnregisteredView:
    """One such home as it may be shown: no operator, and no address of anybody's dwelling."""

    id: int
    public_id: str
    name: str
    region_code: str
    region_label: str
    township: str | None
    address: str | None
    private_dwelling: bool
    found_on: date | None
    """None where citizens reported it: the day could tell the operator who they were (R32)."""
    found_how: FoundHow
    verified_on: date | None
    operator_told_on: date | None
    objection_ended_on: date | None
    inspected_on: date | None
    residents: int | None
    disposition: Disposition | None
    disposition_on: date | None
    note: str | None
    became: Entry | None
    """The institution it became, where it registered."""


@dataclass(frozen=True, slots=True)
class UnregisteredList:
    """The homes of one region, those decided last first."""

    homes: Sequence[UnregisteredView]
    regions: RegionFilter
    everywhere: int


@dataclass(frozen=True, slots=True)
class NotFiledList:
    """Institutions registered but not filed, and how many public township homes are no legal person."""

    entries: Sequence[Entry]
    everywhere: int
    township_homes: int
    """Counted, never listed: their township runs them, and that alone is no offence."""


def unregistered_homes(region: str | None, scope: Scope) -> UnregisteredList:
    """Return the homes within ``region`` (None: everywhere) that the holder of the scope may see."""
    shown = catalogue(scope)
    chosen = known_region(shown, region)
    homes = [view_of(record, shown) for record in _visible(scope)]
    places = Counter(home.region_code for home in homes)
    return UnregisteredList(
        [home for home in homes if covered(shown, scope, chosen, home.region_code)],
        region_filter(shown, places, chosen),
        len(homes),
    )


def unregistered_home(public_id: str, scope: Scope) -> UnregisteredView | None:
    """Return one such home, or None if there is none that the holder of the scope may see."""
    found = next((each for each in _visible(scope, public_id)), None)
    return None if found is None else view_of(found, catalogue(scope))


def unregistered_homes_of(ids: Collection[int] | None, scope: Scope) -> Sequence[UnregisteredView]:
    """Return these homes (None: all), as far as the holder of the scope may see them, in one query."""
    shown = catalogue(scope)
    return [view_of(record, shown) for record in _visible(scope, ids=ids)]


def unregistered_sources(views: Sequence[UnregisteredView]) -> dict[int, SourceLine]:
    """Return the source line of each home by its ``id``."""
    ids = [view.id for view in views]
    return lines_of(db.session.scalars(select(UnregisteredHome).where(UnregisteredHome.id.in_(ids))).all())


def not_filed(region: str | None, scope: Scope) -> NotFiledList:
    """Return the institutions in state "registered" within ``region``, by region and name."""
    shown = catalogue(scope)
    chosen = known_region(shown, region)
    there = [entry for entry in shown.entries if entry.operating not in _GONE]
    every = [entry for entry in there if entry.registration is RegistrationState.REGISTERED]
    inside = [entry for entry in every if covered(shown, scope, chosen, entry.region_code)]
    townships = [
        entry
        for entry in there
        if entry.kind is InstitutionKind.TOWNSHIP_HOME
        and entry.mode in (*_GOVERNMENT, None)
        and entry.registration is RegistrationState.UNREGISTERED
        and covered(shown, scope, chosen, entry.region_code)
    ]
    inside.sort(key=lambda entry: (entry.region_code, entry.name.encode("gb18030")))
    return NotFiledList(inside, len(every), len(townships))


def _visible(
    scope: Scope, public_id: str | None = None, ids: Collection[int] | None = None
) -> Iterable[UnregisteredHome]:
    """Yield the records the holder may see. What is public is decided by ``UnregisteredSteps`` alone."""
    query = select(UnregisteredHome).where(*visible(UnregisteredHome, scope))
    if public_id is not None:
        query = query.where(UnregisteredHome.public_id == public_id)
    if ids is not None:
        query = query.where(UnregisteredHome.id.in_(ids))
    day = clock.today()
    records = [record for record in db.session.scalars(query) if scope.covers(record.region_code)]
    if scope.public_only:
        records = [record for record in records if _public_on(record, day)]
    latest = [(record.disposition_on or record.objection_ended_on or record.found_on) for record in records]
    order = sorted(range(len(records)), key=lambda index: (latest[index], records[index].id), reverse=True)
    return [records[index] for index in order]


def _public_on(record: UnregisteredHome, day: date) -> bool:
    steps = UnregisteredSteps(
        record.verified_on,
        record.operator_told_on,
        record.objection_ended_on,
        record.removed_on,
        settled=record.disposition in (Disposition.NOT_A_HOME, Disposition.REGISTERED),
    )
    return steps.public_on(day)


def view_of(record: UnregisteredHome, shown: Catalogue) -> UnregisteredView:
    """Return a home as it may be shown; whether it may be is for the caller to know."""
    currents = shown.regions.currents(record.region_code)
    region = currents[0] if len(currents) == 1 else record.region_code
    reported = record.found_how is FoundHow.PUBLIC_REPORT
    return UnregisteredView(
        id=record.id,
        public_id=record.public_id,
        name=record.name,
        region_code=region,
        region_label=shown.regions.label(region),
        township=record.township,
        address=None if record.private_dwelling else record.address,
        private_dwelling=record.private_dwelling,
        found_on=None if reported else record.found_on,
        found_how=record.found_how,
        verified_on=record.verified_on,
        operator_told_on=record.operator_told_on,
        objection_ended_on=record.objection_ended_on,
        inspected_on=None if reported else record.inspected_on,
        residents=record.residents,
        disposition=record.disposition,
        disposition_on=record.disposition_on,
        note=record.public_note,
        became=entries_by_id(shown).get(record.institution_id) if record.institution_id is not None else None,
    )
