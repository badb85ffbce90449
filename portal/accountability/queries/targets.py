"""The targets of the policy papers beside what the records say (part E): each with its true population."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from portal import clock
from portal.accountability.models import SupervisionMonth, Target
from portal.accountability.queries.figures import coverage_by_region
from portal.domain.actor import PUBLIC, Scope
from portal.domain.grading import GradeScale
from portal.domain.registration import RegistrationState
from portal.domain.supervision_figures import SupervisionCounts
from portal.domain.targets import MEANINGS, Meaning, Measured, TargetKey, Verdict, added, verdict
from portal.extensions import db
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import (
    Compliance,
    ComplianceResult,
    Institution,
    InstitutionKind,
    OperationMode,
    Standard,
)
from portal.institutions.queries.places import RegionFilter, known_region, region_filter
from portal.reference.directory import region_directory

_PRIVATE = (OperationMode.PRIVATE, OperationMode.PRIVATE_SUBSIDISED)
Counts = dict[TargetKey, dict[str, Measured]]
"""By key and region."""


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target and how it stands. ``measured`` None: nothing on record measures it."""

    year: int
    area_label: str
    key: TargetKey
    meaning: Meaning
    value: int
    unit: str
    source: str
    measured: Measured | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class CountyRow:
    """How one region beneath stands to each key that is shown."""

    code: str
    label: str
    measured: Mapping[TargetKey, Measured]


@dataclass(frozen=True, slots=True)
class TargetsPage:
    """The targets that hold for a region, measured on it, and the regions beneath."""

    regions: RegionFilter
    targets: tuple[TargetView, ...]
    keys: tuple[TargetKey, ...]
    """Those that records measure, of which some target is shown."""
    counties: tuple[CountyRow, ...]


def targets_page(region: str | None, scope: Scope, today: date | None = None) -> TargetsPage:
    """Return the targets of a region and all above it, newest first, measured on that region.

    Without a region: those of the whole country and of the regions that hold some listed home. Five queries.
    """
    today, listed = today or clock.today(), catalogue(PUBLIC)
    region = known_region(listed, region)
    counts = _counts(listed, scope, today)
    found = [_view(target, region, counts) for target in _targets(region, listed)]
    keys = tuple(key for key in TargetKey if MEANINGS[key].measured and any(one.key is key for one in found))
    places = _homes_by_region(listed)
    filters = region_filter(listed, places, region)
    beneath = [one.code for one in filters.choices if region is None or one.code != region]
    directory = region_directory()
    return TargetsPage(
        filters,
        tuple(found),
        keys,
        tuple(
            CountyRow(code, directory.label(code), {key: _within(counts[key], code) for key in keys})
            for code in beneath
        ),
    )


def every_target() -> list[Target]:
    """Return all targets there are, newest first."""
    return list(db.session.scalars(select(Target).order_by(Target.year.desc(), Target.area, Target.id)))


def _targets(region: str | None, listed: Catalogue) -> Iterator[Target]:
    directory = region_directory()
    if region is not None:
        areas = {region, *(row.code for row in directory.ancestors(region))}
    else:
        places = _homes_by_region(listed)
        areas = {row.code for code in places for row in directory.ancestors(code)} | set(places)
    query = select(Target).where(or_(Target.area.is_(None), Target.area.in_(areas)))
    yield from db.session.scalars(query.order_by(Target.year.desc(), Target.area, Target.id))


def _view(target: Target, region: str | None, counts: Counts) -> TargetView:
    key = TargetKey(target.key)
    meaning = MEANINGS[key]
    area = region or target.area
    measured = _within(counts[key], area) if meaning.measured else None
    label = "全国" if target.area is None else region_directory().label(target.area)
    return TargetView(
        target.year,
        label,
        key,
        meaning,
        target.value,
        target.unit,
        target.source,
        measured,
        verdict(measured, target.value),
    )


def _within(counts: Mapping[str, Measured], area: str | None) -> Measured:
    if area is None:
        return added(counts.values())
    codes = region_directory().within(area)
    return added(one for code, one in counts.items() if code in codes)


def _counts(listed: Catalogue, scope: Scope, today: date) -> Counts:
    counts: Counts = dict(home_counts(listed))
    counts[TargetKey.MAJOR_CLEARED] = _majors(scope, today)
    counts[TargetKey.INSPECTED] = {
        code: Measured(one.visited, one.operating) for code, one in coverage_by_region(scope, today).items()
    }
    if scope.regions is not None:
        counts = {
            key: {code: one for code, one in found.items() if scope.covers(code)}
            for key, found in counts.items()
        }
    return counts


def home_counts(listed: Catalogue) -> Counts:
    """Return what the homes in operation tell, by key and region; kept with the catalogue."""
    return listed.derived("target counts", _of_homes)


def _of_homes(listed: Catalogue) -> Counts:
    passed, beds = _service_safety(), _beds()
    found: dict[TargetKey, dict[str, Measured]] = {key: defaultdict(Measured) for key in TargetKey}

    def count(key: TargetKey, home: Entry, one: Measured) -> None:
        found[key][home.region_code] = found[key][home.region_code].plus(one)

    for home in listed.entries:
        if not home.open_now:
            continue
        for key, measure in _MEASURES.items():
            if (one := measure(home)) is not None:
                count(key, home, one)
        result = passed.get(home.id)
        safe = Measured(int(result is ComplianceResult.PASSED), 1, int(result is None))
        count(TargetKey.SERVICE_SAFETY, home, safe)
        if home.kind is InstitutionKind.TOWNSHIP_HOME or "destitute" in home.takes:
            count(TargetKey.NURSING_BEDS, home, _nursing(*beds.get(home.id, (None, None))))
    return {key: dict(places) for key, places in found.items()}


def _graded(home: Entry, least: int) -> int:
    grade = home.grade
    return int(
        grade is not None
        and grade.in_force
        and grade.scale is GradeScale.NATIONAL
        and (grade.level or 0) >= least
    )


def _if_public(home: Entry, kind: InstitutionKind, least: int) -> Measured | None:
    """Measure a public home of a kind; one whose mode nobody published counts as public, as the kind is."""
    if home.kind is not kind or home.mode in _PRIVATE:
        return None
    return Measured(_graded(home, least), 1)


def _legal(home: Entry) -> Measured | None:
    if home.kind is not InstitutionKind.TOWNSHIP_HOME:
        return None
    registered = home.registration in (RegistrationState.FILED, RegistrationState.REGISTERED)
    return Measured(int(registered), 1)


_MEASURES: dict[TargetKey, Callable[[Entry], Measured | None]] = {
    TargetKey.GRADED: lambda home: Measured(_graded(home, 1), 1),
    TargetKey.FILED: lambda home: Measured(int(home.registration is RegistrationState.FILED), 1),
    TargetKey.TOWNSHIP_GRADED: lambda home: _if_public(home, InstitutionKind.TOWNSHIP_HOME, 1),
    TargetKey.COUNTY_GRADED: lambda home: _if_public(home, InstitutionKind.WELFARE_HOME, 2),
    TargetKey.TOWNSHIP_LEGAL: _legal,
}
"""What the list of homes alone tells."""


def _nursing(total: int | None, nursing: int | None) -> Measured:
    """Measure a home's beds; one that does not publish both stands outside."""
    if not total or nursing is None:
        return Measured(outside=1)
    return Measured(min(nursing, total), total)


def _service_safety() -> dict[int, ComplianceResult]:
    """Return each home's latest result under GB 38600."""
    query = (
        select(Compliance.institution_id, Compliance.result)
        .where(Compliance.standard == Standard.SERVICE_SAFETY, Compliance.withdrawn.is_(False))
        .order_by(Compliance.assessed_on, Compliance.id)
    )
    return {home: result for home, result in db.session.execute(query)}  # noqa: C416 -- a result has keys


def _beds() -> dict[int, tuple[int | None, int | None]]:
    query = select(Institution.id, Institution.beds_total, Institution.beds_nursing).where(
        Institution.withdrawn.is_(False)
    )
    return {home: (total, nursing) for home, total, nursing in db.session.execute(query)}


def _majors(scope: Scope, today: date) -> dict[str, Measured]:
    """Return the major hazards found this year and cleared by now, from the counted months.

    What was found earlier and is open still counts too: a new year removes no hazard.
    """
    begins = today.replace(month=1, day=1)
    query = select(SupervisionMonth.region_code, SupervisionMonth.month, SupervisionMonth.counts).where(
        or_(SupervisionMonth.month >= begins, SupervisionMonth.open > 0)
    )
    if scope.regions is not None:
        query = query.where(SupervisionMonth.region_code.in_(scope.regions))
    found: dict[str, Measured] = defaultdict(Measured)
    for code, month, kept in db.session.execute(query):
        counts = SupervisionCounts.load(kept)
        met = counts.major_cleared if month >= begins else 0
        left = counts.major - counts.major_cleared
        found[code] = found[code].plus(Measured(met, met + left))
    return dict(found)


def _homes_by_region(listed: Catalogue) -> dict[str, int]:
    def count(made: Catalogue) -> dict[str, int]:
        places: dict[str, int] = defaultdict(int)
        for entry in made.entries:
            places[entry.region_code] += 1
        return dict(places)

    return listed.derived("homes by region", count)
