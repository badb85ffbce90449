"""Reading what a family would pay (收费标准, R4): ranges by county, each home's total, its fee lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median_low
from typing import TypeVar

from sqlalchemy import select

from portal import clock
from portal.domain.actor import Scope
from portal.domain.fees import CareLevel, FeeItem, FeeUnit, MonthlyTotal
from portal.extensions import db
from portal.history.queries import SourceLine
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import FeeStandard
from portal.institutions.queries.derived import derived
from portal.institutions.queries.list_sources import lines_of
from portal.institutions.queries.places import RegionFilter, covered, known_region, region_filter
from portal.institutions.queries.scoping import visible

T = TypeVar("T")

FEWEST_FOR_A_MIDDLE = 3
"""Below this many homes a middle would be one home's price under another name: the figures stand alone."""


class FeeOrder(StrEnum):
    """Orders of the list."""

    PRICE = "price"
    PRICE_DOWN = "price_down"
    NAME = "name"
    NAME_DOWN = "name_down"


class Published(StrEnum):
    """How much of its monthly price a home has published for one care level."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PriceSpan:
    """What one care level costs in one region, over the open homes whose price is complete. Fen.

    ``middle``: half the homes start at this or below; None for fewer than three homes, whose single
    ``totals`` stand alone. ``open_end``: the dearest is published only as "from … upwards".
    """

    code: str | None
    label: str
    totals: tuple[MonthlyTotal, ...]
    least_fen: int
    most_fen: int
    middle_fen: int | None
    open_end: bool


@dataclass(frozen=True, slots=True)
class RegionPrices:
    """A region's span (None: no home has a complete price) and how many homes have published how much."""

    code: str | None
    label: str
    span: PriceSpan | None
    complete: int
    partial: int
    none: int


@dataclass(frozen=True, slots=True)
class FeeChoice:
    """What a person asks for. ``published`` None: every home with some price."""

    care: CareLevel = CareLevel.SELF_CARE
    region: str | None = None
    published: Published | None = None
    order: FeeOrder = FeeOrder.PRICE


@dataclass(frozen=True, slots=True)
class FeePage:
    """The answer: the region's prices per care level, its neighbours' for the chosen one, the homes."""

    here: dict[CareLevel, RegionPrices]
    regions: Sequence[RegionPrices]
    homes: Sequence[Entry]
    counts: dict[Published, int]
    filter: RegionFilter
    unpublished_but_takes: int
    everywhere: int


@dataclass(frozen=True, slots=True)
class HomeFees:
    """One home's fee lines in force today."""

    lines: tuple[FeeStandard, ...]
    source: SourceLine | None

    @property
    def deposits(self) -> tuple[FeeStandard, ...]:
        """Paid once on moving in, paid back on leaving."""
        return tuple(line for line in self.lines if line.item is FeeItem.DEPOSIT)

    def monthly(self, care: CareLevel) -> tuple[FeeStandard, ...]:
        """Running fees that apply at a care level."""
        return tuple(
            line
            for line in self.lines
            if line.item is not FeeItem.DEPOSIT and line.care_level in (care, None)
        )

    @property
    def since(self) -> date | None:
        """The newest day from which one of its running fees applies."""
        days = [
            each.in_force_from for each in self.lines if each.in_force_from and each.unit is not FeeUnit.ONCE
        ]
        return max(days, default=None)


def published(entry: Entry, care: CareLevel) -> Published:
    """Return how much the home has published of its monthly price at a care level."""
    total = entry.totals.get(care)
    if total is None:
        return Published.NONE
    return Published.COMPLETE if total.complete else Published.PARTIAL


def monthly_prices(choice: FeeChoice, scope: Scope) -> FeePage:
    """Return the prices of the open homes in the chosen region."""
    shown, care = catalogue(scope), choice.care
    region = known_region(shown, choice.region)
    wanted = (Published.COMPLETE, Published.PARTIAL) if choice.published is None else (choice.published,)
    homes = _kept(
        shown, scope, f"{care}/{choice.order}/{wanted}", lambda: _ordered(shown, scope, choice, wanted)
    )
    by_region = _kept(shown, scope, f"{care}/{wanted}", lambda: Counter(entry.region_code for entry in homes))
    filter_ = region_filter(shown, by_region, region)
    label, codes = filter_.chosen_label or "", [each.code for each in filter_.choices]
    here = _kept(shown, scope, f"here/{region}", lambda: _every_level(shown, scope, region, label))
    mine = here[care]
    inside = [e for e in homes if region is None or covered(shown, scope, region, e.region_code)]
    return FeePage(
        here,
        _kept(shown, scope, f"{care}/{','.join(codes)}", lambda: _neighbours(shown, scope, care, codes)),
        inside,
        {Published.COMPLETE: mine.complete, Published.PARTIAL: mine.partial, Published.NONE: mine.none},
        filter_,
        sum(1 for e in inside if care.value in e.takes) if choice.published is Published.NONE else 0,
        len(_kept(shown, scope, "open", lambda: _open(shown, scope))),
    )


def _open(shown: Catalogue, scope: Scope) -> list[Entry]:
    return [entry for entry in shown.entries if entry.open_now and scope.covers(entry.region_code)]


def _kept(shown: Catalogue, scope: Scope, name: str, build: Callable[[], T]) -> T:
    """Compute the country's figures once per state of the data; a narrower scope's are never kept."""
    return derived(shown, f"fees/{name}", lambda _: build()) if scope.regions is None else build()


def _every_level(
    shown: Catalogue, scope: Scope, region: str | None, label: str
) -> dict[CareLevel, RegionPrices]:
    inside = [e for e in _open(shown, scope) if covered(shown, scope, region, e.region_code)]
    return {level: _prices(inside, level, region, label) for level in CareLevel}


def fees_in_force(entries: Sequence[Entry], scope: Scope) -> dict[int, HomeFees]:
    """Return the fee lines in force today of each home by its id, with their newest source."""
    lines = _lines([entry.id for entry in entries], scope)
    sources = lines_of([line for own in lines.values() for line in own])
    return {key: HomeFees(tuple(own), _newest(own, sources)) for key, own in lines.items()}


def every_line_in_force(entries: Iterable[Entry], scope: Scope) -> list[tuple[Entry, FeeStandard]]:
    """Return each line in force today with its home, for a download: one query, whatever the number."""
    lines = _lines(None, scope)
    return [(entry, line) for entry in entries for line in lines.get(entry.id, ())]


def _lines(ids: Collection[int] | None, scope: Scope) -> dict[int, list[FeeStandard]]:
    query = select(FeeStandard).where(*visible(FeeStandard, scope)).order_by(FeeStandard.id)
    if ids is not None:
        query = query.where(FeeStandard.institution_id.in_(ids))
    day, found = clock.today(), defaultdict(list)
    for line in db.session.scalars(query):
        if line.as_fee().in_force_on(day):
            found[line.institution_id].append(line)
    for own in found.values():
        own.sort(key=_line_order)
    return found


def _line_order(line: FeeStandard) -> tuple[int, int, int, int]:
    items, levels = list(FeeItem), list(CareLevel)
    level = -1 if line.care_level is None else levels.index(line.care_level)
    return items.index(line.item), level, line.amount_min_fen, line.id


def _newest(lines: Sequence[FeeStandard], sources: dict[int, SourceLine]) -> SourceLine | None:
    own = [sources[line.id] for line in lines if line.id in sources]
    return max(own, key=lambda line: (line.as_of, line.last_confirmed), default=None)


def _neighbours(shown: Catalogue, scope: Scope, care: CareLevel, codes: Sequence[str]) -> list[RegionPrices]:
    """Return the prices of each region, in order of their middle; those without a span come last."""
    by_code: dict[str, list[Entry]] = defaultdict(list)
    for entry in _open(shown, scope):
        by_code[entry.region_code].append(entry)
    found = []
    for code in codes:
        own = [entry for each in shown.regions.within(code) for entry in by_code.get(each, ())]
        found.append(_prices(own, care, code, shown.regions.label(code)))
    return sorted(found, key=lambda each: _middle(each.span))


def _middle(span: PriceSpan | None) -> int:
    if span is None:
        return 1 << 60
    return span.middle_fen if span.middle_fen is not None else span.least_fen


def _prices(entries: Sequence[Entry], care: CareLevel, code: str | None, label: str) -> RegionPrices:
    counts = Counter(published(entry, care) for entry in entries)
    totals = sorted(
        (total for entry in entries if (total := entry.totals.get(care)) is not None and total.complete),
        key=lambda total: (total.least_fen, total.most_fen or total.least_fen),
    )
    return RegionPrices(
        code,
        label,
        _span(totals, code, label) if totals else None,
        counts[Published.COMPLETE],
        counts[Published.PARTIAL],
        counts[Published.NONE],
    )


def _span(totals: Sequence[MonthlyTotal], code: str | None, label: str) -> PriceSpan:
    starts = [total.least_fen for total in totals]
    most = max(total.most_fen or total.least_fen for total in totals)
    few = len(totals) < FEWEST_FOR_A_MIDDLE
    return PriceSpan(
        code,
        label,
        tuple(totals) if few else (),
        starts[0],
        most,
        None if few else median_low(starts),
        any(total.most_fen is None and total.least_fen == most for total in totals),
    )


def _ordered(shown: Catalogue, scope: Scope, choice: FeeChoice, wanted: Collection[Published]) -> list[Entry]:
    """Return the open homes in order. Prices that lack an item come last: they only look cheap."""
    care, order = choice.care, choice.order
    homes = [entry for entry in _open(shown, scope) if published(entry, care) in wanted]
    by_name = sorted(homes, key=lambda entry: entry.name.encode("gb18030"))
    if order is FeeOrder.NAME:
        return by_name
    if order is FeeOrder.NAME_DOWN:
        return by_name[::-1]
    sign = 1 if order is FeeOrder.PRICE else -1

    def price(entry: Entry) -> tuple[bool, int]:
        total = entry.totals.get(care)
        return (False, 0) if total is None else (not total.complete, sign * total.least_fen)

    return sorted(by_name, key=price)
