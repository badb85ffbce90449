"""The public figures of supervision: read from the counted months alone, so 100 000 notices cost no more.

Months by regions, a calendar year at a time: years add up without overlapping. What is too small to be shown:
``domain.small_numbers``; only the number of problems told by the public can tell of a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from portal import clock
from portal.accountability.models import SupervisionMonth, VisitRank
from portal.accountability.queries.month_table import MonthTable
from portal.domain.actor import Scope
from portal.domain.small_numbers import hidden_cells
from portal.domain.supervision_figures import (
    SupervisionCounts,
    SupervisionTally,
    tally_supervision,
)
from portal.extensions import db
from portal.institutions.queries.places import RegionChoice, RegionFilter
from portal.reference.region_groups import Groups

_LONG_ENOUGH = 3
"""Months of the present year from which on it is shown by itself; before that, the last one with it."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the homes in operation were visited this year."""

    operating: int = 0
    visited: int = 0

    @property
    def percent(self) -> int | None:
        """The share, rounded down; None where there is no home."""
        return 100 * self.visited // self.operating if self.operating else None


@dataclass(frozen=True, slots=True)
class SupervisionFigures:
    """The figures of one region and time. ``told`` None: too few to be told."""

    counts: SupervisionCounts
    tally: SupervisionTally
    told: int | None


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """The figures of one region, what is open of any time, and its coverage this year."""

    code: str
    label: str
    figures: SupervisionFigures
    open_now: int
    overdue_now: int
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The figures of one month; ``region_label`` for lists of several regions."""

    month: date
    region_label: str
    figures: SupervisionFigures


@dataclass(frozen=True, slots=True)
class FiguresChoice:
    """What somebody asks for. ``year`` None: the present one."""

    region: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """All that the page shows of the figures."""

    regions: RegionFilter
    years: tuple[int, ...]
    year: int | None
    recent: bool
    """True if without choosing that is more than the present year: the last one too, while it is young."""
    begins: date
    ends: date
    here: PlaceFigures
    places: tuple[PlaceFigures, ...]
    """Beneath the chosen region, best first; those of too few judged problems after them, unranked."""
    months: tuple[MonthFigures, ...]
    """Of the chosen region, newest first."""
    counted_at: datetime | None
    waits: bool
    """True if something changed that is not counted yet."""


def figures_of(choice: FiguresChoice, scope: Scope, today: date | None = None) -> FiguresPage:
    """Return the figures within the scope, as they stand on ``today``; three queries, whatever there is."""
    today = today or clock.today()
    years = tuple(range(today.year, _first_year(scope, today) - 1, -1))
    year = choice.year if choice.year in years else None
    begins, ends = _period(year, today)
    rows = _rows(scope, begins, ends)
    table = MonthTable(rows, begins, ends)
    region = choice.region if choice.region and table.regions.get(choice.region) else None
    covered = coverage_by_region(scope, today)
    groups = table.groups(region)
    small = _hidden_totals(table, groups)
    places = [
        _place(table, code, codes, today, covered, (code, "") in small) for code, codes in groups.items()
    ]
    return FiguresPage(
        _filter(table, region),
        years,
        year,
        _period(None, today)[0].year < today.year,
        begins,
        ends,
        _here(table, region, today, covered),
        tuple(sorted(places, key=_rank)),
        _months(table, region, begins, min(ends, today), today),
        max((row.counted_at for row in rows if row.counted_at is not None), default=None),
        any(row.stale for row in rows),
    )


def every_month(choice: FiguresChoice, scope: Scope, today: date | None = None) -> list[MonthFigures]:
    """Return every region and month of the chosen time in which something happened."""
    today = today or clock.today()
    begins, ends = _period(choice.year, today)
    table = MonthTable(_rows(scope, begins, ends), begins, ends)
    region = choice.region if choice.region and table.regions.get(choice.region) else None
    small = table.hidden_rows()
    listed = [
        MonthFigures(month, table.regions.path_label(code, ""), _figures(one, today, (code, month) in small))
        for (code, month), one in table.cells(table.beneath(region))
        if not one.nothing
    ]
    return sorted(listed, key=lambda one: (-one.month.toordinal(), one.region_label))


def coverage_by_region(scope: Scope, today: date) -> dict[str, Coverage]:
    """Return, by region, how many homes in operation were visited this year; one query over the ranks.

    A visit on which the inspectors were not let in covers nothing (``accountability.ranking``).
    """
    seen = func.count(VisitRank.last_visit).filter(VisitRank.last_visit >= today.replace(month=1, day=1))
    query = select(VisitRank.region_code, func.count(), seen).group_by(VisitRank.region_code)
    if scope.regions is not None:
        query = query.where(VisitRank.region_code.in_(scope.regions))
    return {code: Coverage(count, visited) for code, count, visited in db.session.execute(query)}


def figures_version() -> str:
    """Return what changes whenever figures were counted: pages depend on it."""
    count, newest = db.session.execute(select(func.count(), func.max(SupervisionMonth.counted_at))).one()
    waits = db.session.scalar(select(SupervisionMonth.month).where(SupervisionMonth.stale).limit(1))
    return f"{count}.{newest.timestamp() if newest else 0}.{int(waits is not None)}"


def _first_year(scope: Scope, today: date) -> int:
    query = select(func.min(SupervisionMonth.month))
    if scope.regions is not None:
        query = query.where(SupervisionMonth.region_code.in_(scope.regions))
    first = db.session.scalar(query)
    return today.year if first is None else min(first.year, today.year)


def _rows(scope: Scope, begins: date, ends: date) -> list[SupervisionMonth]:
    """Return the months of a time, and any other ones with a problem still open."""
    month = SupervisionMonth.month
    query = select(SupervisionMonth).where(month.between(begins, ends) | (SupervisionMonth.open > 0))
    if scope.regions is not None:
        query = query.where(SupervisionMonth.region_code.in_(scope.regions))
    return list(db.session.scalars(query.order_by(SupervisionMonth.region_code, month)))


def _period(year: int | None, today: date) -> tuple[date, date]:
    if year is not None:
        return date(year, 1, 1), date(year, 12, 31)
    return date(today.year - (today.month <= _LONG_ENOUGH), 1, 1), today


def _here(
    table: MonthTable, region: str | None, today: date, covered: Mapping[str, Coverage]
) -> PlaceFigures:
    codes = table.beneath(region)
    # left out here too where it is left out beside its sisters: else it would give one of them away
    small = region is not None and (region, "") in _hidden_totals(table, table.sisters(region))
    return _place(table, region or "", codes, today, covered, small)


def _hidden_totals(table: MonthTable, groups: Groups) -> frozenset[tuple[str, str]]:
    """Return which of these regions' numbers of problems told by the public are left out (R32)."""
    return hidden_cells({(code, ""): table.total(codes).told for code, codes in groups.items()})


def _place(
    table: MonthTable,
    code: str,
    codes: frozenset[str],
    today: date,
    covered: Mapping[str, Coverage],
    small: bool,
) -> PlaceFigures:
    within = table.regions.within(code) if code else covered.keys()
    seen = [one for each, one in covered.items() if each in within]
    coverage = Coverage(sum(one.operating for one in seen), sum(one.visited for one in seen))
    label = table.regions.label(code) if code else ""
    return PlaceFigures(
        code, label, _figures(table.total(codes), today, small), *table.open_now(codes, today), coverage
    )


def _rank(place: PlaceFigures) -> tuple[int, str]:
    percent = place.figures.tally.percent
    return (1 if percent is None else -percent, place.code)


def _months(
    table: MonthTable, region: str | None, begins: date, ends: date, today: date
) -> tuple[MonthFigures, ...]:
    groups = table.sisters(region) if region else {"": table.codes}
    small = table.hidden(groups)
    label = table.regions.label(region) if region else ""
    by_month = table.by_month(table.beneath(region))
    found, month = [], begins
    while month <= ends:
        counts = by_month.get(month, SupervisionCounts())
        found.append(MonthFigures(month, label, _figures(counts, today, (region or "", month) in small)))
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return tuple(reversed(found))


def _figures(counts: SupervisionCounts, today: date, small: bool) -> SupervisionFigures:
    return SupervisionFigures(counts, tally_supervision(counts, today), None if small else counts.told)


def _filter(table: MonthTable, region: str | None) -> RegionFilter:
    def choice(code: str) -> RegionChoice:
        return RegionChoice(code, table.regions.label(code), table.total(table.beneath(code)).found)

    beneath = table.groups(region)
    if region and set(beneath) <= {region}:
        beneath = table.sisters(region)
    above = [one.code for one in table.regions.ancestors(region)] if region else []
    return RegionFilter(
        region,
        table.regions.label(region) if region else None,
        tuple(choice(code) for code in above if code not in table.top),
        tuple(choice(code) for code in beneath),
    )
