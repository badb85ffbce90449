"""The public figures of complaints: read from the counted months alone, so a million cases cost no more.

Months by regions, a calendar year at a time: years add up without overlapping, so no two answers can be
subtracted from each other to single out a month. What is too small to be shown: ``domain.small_numbers``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from portal import clock
from portal.complaints.office_models import CaseMonth
from portal.complaints.queries.figure_table import FigureTable
from portal.domain.actor import Scope
from portal.domain.case_figures import HandlingCounts, MonthCounts, Tally, overdue_on, tally
from portal.domain.small_numbers import FEW
from portal.extensions import db
from portal.institutions.queries.places import RegionChoice, RegionFilter

_LONG_ENOUGH = 3
"""Months of the present year from which on it is shown by itself; before that, the last one with it."""


@dataclass(frozen=True, slots=True)
class Handlings:
    """First or second handlings of some cases, as they stand today."""

    received: int
    first: Tally
    final: Tally


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one region and time. ``small``: 1 or 2 complaints, or told by others' smallness."""

    once: Handlings
    again: Handlings
    reopened: int
    ratings: Mapping[str, int]
    open_now: int
    overdue_now: int
    small: bool = False

    @property
    def few(self) -> bool:
        """True where it is left out because it holds 1 or 2, not because of another."""
        return self.small and 0 < self.once.received < FEW


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """The figures of one region."""

    code: str
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The figures of one month of receipt; ``region_label`` for lists of several regions."""

    month: date
    region_label: str
    figures: Figures


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
    """Those that there are figures of, newest first."""
    year: int | None
    """The chosen one; None: what is shown without choosing."""
    recent: bool
    """True if that is more than the present year: the last one with it, while this one is young."""
    begins: date
    ends: date
    """First and last day of receipt."""
    here: Figures
    places: tuple[PlaceFigures, ...]
    """Beneath the chosen region, best first; those of too few judged cases after them, unranked."""
    months: tuple[MonthFigures, ...]
    """Of the chosen region, newest first."""
    counted_at: datetime | None
    """When the newest of it was counted; None: there is nothing yet."""
    waits: bool
    """True if something changed that is not counted yet."""


def figures_of(choice: FiguresChoice, scope: Scope, today: date | None = None) -> FiguresPage:
    """Return the figures within the scope, as they stand on ``today``; two queries, whatever there is."""
    today = today or clock.today()
    years = tuple(range(today.year, _first_year(scope, today) - 1, -1))
    year = choice.year if choice.year in years else None
    begins, ends = _period(year, today)
    rows = _rows(scope, begins, ends)
    table = FigureTable(rows, begins, ends)
    region = choice.region if choice.region and table.regions.get(choice.region) else None
    places = [_place(table, code, codes, today) for code, codes in table.groups(region).items()]
    return FiguresPage(
        _filter(table, region),
        years,
        year,
        _period(None, today)[0].year < today.year,
        begins,
        ends,
        _here(table, region, today),
        tuple(sorted(places, key=_rank)),
        _months(table, region, begins, min(ends, today), today),
        max((row.counted_at for row in rows if row.counted_at is not None), default=None),
        any(row.stale for row in rows),
    )


def every_month(choice: FiguresChoice, scope: Scope, today: date | None = None) -> list[MonthFigures]:
    """Return every region and month of the chosen time that something was received in, small ones marked."""
    today = today or clock.today()
    begins, ends = _period(choice.year, today)
    table = FigureTable(_rows(scope, begins, ends), begins, ends)
    region = choice.region if choice.region and table.regions.get(choice.region) else None
    small = table.hidden_rows()
    listed = [
        MonthFigures(month, table.regions.path_label(code, ""), _figures(one, today, (code, month) in small))
        for (code, month), one in table.cells(table.beneath(region))
        if one.once.received + one.again.received
    ]
    return sorted(listed, key=lambda one: (-one.month.toordinal(), one.region_label))


def figures_version() -> str:
    """Return what changes whenever figures were counted: pages depend on it."""
    count, newest = db.session.execute(select(func.count(), func.max(CaseMonth.counted_at))).one()
    waits = db.session.scalar(select(CaseMonth.month).where(CaseMonth.stale).limit(1)) is not None
    return f"{count}.{newest.timestamp() if newest else 0}.{int(waits)}"


def _first_year(scope: Scope, today: date) -> int:
    query = select(func.min(CaseMonth.month))
    if scope.regions is not None:
        query = query.where(CaseMonth.region_code.in_(scope.regions))
    first = db.session.scalar(query)
    return today.year if first is None else min(first.year, today.year)


def _rows(scope: Scope, begins: date, ends: date) -> list[CaseMonth]:
    """Return the months of a time, and any older ones with an answer still owed."""
    query = select(CaseMonth).where(CaseMonth.month.between(begins, ends) | (CaseMonth.open > 0))
    if scope.regions is not None:
        query = query.where(CaseMonth.region_code.in_(scope.regions))
    return list(db.session.scalars(query.order_by(CaseMonth.region_code, CaseMonth.month)))


def _period(year: int | None, today: date) -> tuple[date, date]:
    if year is not None:
        return date(year, 1, 1), date(year, 12, 31)
    return date(today.year - (today.month <= _LONG_ENOUGH), 1, 1), today


def _here(table: FigureTable, region: str | None, today: date) -> Figures:
    """Return the whole of what was asked for; of one region no more than the list of regions tells of it."""
    summed = table.total(table.beneath(region))
    return _figures(summed, today, region is not None and 0 < summed.once.received < FEW)


def _place(table: FigureTable, code: str, codes: frozenset[str], today: date) -> PlaceFigures:
    summed = table.total(codes)
    few = 0 < summed.once.received < FEW
    return PlaceFigures(code, table.regions.label(code), _figures(summed, today, few))


def _rank(place: PlaceFigures) -> tuple[int, str]:
    percent = place.figures.once.first.percent
    return (1 if percent is None else -percent, place.code)


def _months(
    table: FigureTable, region: str | None, begins: date, ends: date, today: date
) -> tuple[MonthFigures, ...]:
    groups = table.sisters(region) if region else {"": table.codes}
    small = table.hidden(groups)
    label = table.regions.label(region) if region else ""
    by_month = table.by_month(table.beneath(region))
    found, month = [], begins
    while month <= ends:
        figures = _figures(by_month.get(month, MonthCounts()), today, (region or "", month) in small)
        found.append(MonthFigures(month, label, figures))
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return tuple(reversed(found))


def _figures(counts: MonthCounts, today: date, small: bool = False) -> Figures:
    return Figures(
        _handlings(counts.once, today),
        _handlings(counts.again, today),
        counts.reopened,
        dict(counts.ratings),
        counts.owed.total(),
        overdue_on(counts.owed, today),
        small,
    )


def _handlings(counts: HandlingCounts, today: date) -> Handlings:
    return Handlings(counts.received, tally(counts.first, today), tally(counts.final, today))


def _filter(table: FigureTable, region: str | None) -> RegionFilter:
    def choice(code: str) -> RegionChoice:
        received = sum(one.once.received for _, one in table.cells(table.beneath(code)))
        return RegionChoice(code, table.regions.label(code), received)

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
