"""Reading concentrated care (集中照护, R5): current designations by county, and each county's guide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal import clock
from portal.domain.actor import Scope
from portal.domain.registration import DatedFact
from portal.extensions import db
from portal.history.queries import SourceLine
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import CareGuide, ConcentratedCare
from portal.institutions.queries.derived import entries_by_id
from portal.institutions.queries.list_sources import lines_of
from portal.institutions.queries.places import RegionFilter, covered, known_region, region_filter
from portal.institutions.queries.present import is_old
from portal.institutions.queries.scoping import visible
from portal.reference.gb2260 import RegionLevel


@dataclass(frozen=True, slots=True)
class DesignationView:
    """A home designated today. ``free_is_old``: ask by telephone before relying on the free places."""

    id: int
    home: Entry
    authority: str | None
    document_number: str | None
    designated_on: date
    quota: int | None
    free_places: int | None
    free_as_of: date | None
    free_is_old: bool
    fee_text: str | None


@dataclass(frozen=True, slots=True)
class CountyCare:
    """What one county offers: its designated homes, and whether its guide is published."""

    code: str
    label: str
    homes: tuple[DesignationView, ...]
    has_guide: bool

    @property
    def quota(self) -> int:
        """Places in all, as far as published."""
        return sum(home.quota or 0 for home in self.homes)

    @property
    def free_places(self) -> int | None:
        """Free places in all, None where no home has published any."""
        known = [home.free_places for home in self.homes if home.free_places is not None]
        return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class CareDirectory:
    """Every county of the chosen region that has a designated home, a guide, or merely institutions."""

    counties: tuple[CountyCare, ...]
    regions: RegionFilter
    everywhere: int

    @property
    def offering(self) -> tuple[CountyCare, ...]:
        """Counties with at least one designated home."""
        return tuple(county for county in self.counties if county.homes)

    @property
    def without_guide(self) -> tuple[CountyCare, ...]:
        """Counties that have not published how to apply."""
        return tuple(county for county in self.counties if not county.has_guide)

    @property
    def with_guide(self) -> tuple[CountyCare, ...]:
        """Counties that have."""
        return tuple(county for county in self.counties if county.has_guide)

    @property
    def homes(self) -> int:
        """Designated homes in all."""
        return sum(len(county.homes) for county in self.counties)


@dataclass(frozen=True, slots=True)
class GuideView:
    """A county's guide; None or an empty tuple where the county has not said."""

    who_may_apply: tuple[str, ...]
    steps: tuple[str, ...]
    papers: tuple[str, ...]
    office: str | None
    office_address: str | None
    phone: str | None
    time_limit_working_days: int | None
    fee_standard: str | None
    subsidy: str | None
    source: SourceLine | None


@dataclass(frozen=True, slots=True)
class CountyGuide:
    """One county's page."""

    county: CountyCare
    path: str
    guide: GuideView | None


def care_directory(region: str | None, scope: Scope) -> CareDirectory:
    """Return the counties within ``region`` (None: everywhere)."""
    shown = catalogue(scope)
    chosen = known_region(shown, region)
    current = _current(shown, scope)
    guides = _guide_codes(shown, scope)
    codes = sorted(_counties(shown, scope) | set(current) | guides)
    counties = tuple(
        _county(shown, code, current.get(code, ()), code in guides)
        for code in codes
        if covered(shown, scope, chosen, code)
    )
    filter_ = region_filter(shown, {code: len(homes) for code, homes in current.items()}, chosen)
    return CareDirectory(counties, filter_, sum(len(homes) for homes in current.values()))


def county_guide(region_code: str, scope: Scope) -> CountyGuide | None:
    """Return one county's page; None unless it has a designated home, a guide or any institution."""
    shown = catalogue(scope)
    if known_region(shown, region_code) is None or not scope.covers(region_code):
        return None
    current = _current(shown, scope).get(region_code, ())
    record = db.session.scalars(
        select(CareGuide).where(CareGuide.region_code == region_code, *visible(CareGuide, scope))
    ).one_or_none()
    if record is None and not current and region_code not in _counties(shown, scope):
        return None
    guide = None if record is None else _guide(record, lines_of([record]).get(record.id))
    county = _county(shown, region_code, current, record is not None)
    return CountyGuide(county, shown.regions.path_label(region_code, sep=""), guide)


def designation_sources(views: Sequence[DesignationView]) -> dict[int, SourceLine]:
    """Return the source line of each designation by its ``id``."""
    ids = [view.id for view in views]
    return lines_of(db.session.scalars(select(ConcentratedCare).where(ConcentratedCare.id.in_(ids))).all())


def _current(shown: Catalogue, scope: Scope) -> dict[str, tuple[DesignationView, ...]]:
    """Return the designations that hold today, by county; one a home, the newest."""
    homes, day = entries_by_id(shown), clock.today()
    newest: dict[int, ConcentratedCare] = {}
    query = select(ConcentratedCare).where(*visible(ConcentratedCare, scope))
    for record in db.session.scalars(query.order_by(ConcentratedCare.designated_on, ConcentratedCare.id)):
        home = homes.get(record.institution_id)
        if home is None or not scope.covers(home.region_code):
            continue
        if DatedFact(record.designated_on, record.ended_on).holds_on(day):
            newest[record.institution_id] = record
    found: dict[str, list[DesignationView]] = defaultdict(list)
    for record in newest.values():
        home = homes[record.institution_id]
        found[home.region_code].append(_designation(record, home, day))
    return {
        code: tuple(sorted(views, key=lambda view: (-(view.free_places or 0), view.home.name)))
        for code, views in found.items()
    }


def _designation(record: ConcentratedCare, home: Entry, day: date) -> DesignationView:
    known = record.free_as_of
    return DesignationView(
        id=record.id,
        home=home,
        authority=record.authority,
        document_number=record.document_number,
        designated_on=record.designated_on,
        quota=record.quota,
        free_places=record.free_places,
        free_as_of=known,
        free_is_old=record.free_places is not None and (known is None or is_old(known, day)),
        fee_text=record.fee_text,
    )


def _guide_codes(shown: Catalogue, scope: Scope) -> set[str]:
    query = select(CareGuide.region_code).where(*visible(CareGuide, scope))
    return {code for code in db.session.scalars(query) if scope.covers(code) and shown.regions.get(code)}


def _counties(shown: Catalogue, scope: Scope) -> set[str]:
    """Return the counties that have any public institution: those whose guide is to be expected."""
    codes = {entry.region_code for entry in shown.entries if scope.covers(entry.region_code)}
    rows = ((code, shown.regions.get(code)) for code in codes)
    return {code for code, row in rows if row is not None and row.level is RegionLevel.COUNTY}


def _county(shown: Catalogue, code: str, homes: Sequence[DesignationView], has_guide: bool) -> CountyCare:
    return CountyCare(code, shown.regions.label(code), tuple(homes), has_guide)


def _guide(record: CareGuide, source: SourceLine | None) -> GuideView:
    return GuideView(
        who_may_apply=_lines(record.who_may_apply),
        steps=_lines(record.steps),
        papers=_lines(record.papers),
        office=record.office.strip() or None,
        office_address=record.office_address,
        phone=record.phone,
        time_limit_working_days=record.time_limit_working_days,
        fee_standard=record.fee_standard,
        subsidy=record.subsidy,
        source=source,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
