"""Fee standards and what a family would really pay in a month (R4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class FeeItem(StrEnum):
    """What is charged for."""

    BED = "bed"
    CARE = "care"
    MEALS = "meals"
    ALL_IN = "all_in"
    DEPOSIT = "deposit"
    OTHER = "other"


class CareLevel(StrEnum):
    """How much help the elder needs, as fee lists name it."""

    SELF_CARE = "self_care"
    PARTIAL = "partial"
    FULL = "full"
    DEMENTIA = "dementia"


class Room(StrEnum):
    """Room type."""

    SINGLE = "single"
    DOUBLE = "double"
    MULTI = "multi"


class FeeUnit(StrEnum):
    """The period an amount is for."""

    MONTH = "month"
    DAY = "day"
    YEAR = "year"
    ONCE = "once"


class FeeBasis(StrEnum):
    """Who sets the price."""

    GOVERNMENT_SET = "government_set"
    GOVERNMENT_GUIDED = "government_guided"
    MARKET = "market"


DAYS_IN_A_MONTH = 30
"""Daily fees are shown per month of 30 days, as fee lists themselves do."""

ESSENTIAL_ITEMS = (FeeItem.BED, FeeItem.CARE, FeeItem.MEALS)


@dataclass(frozen=True, slots=True)
class Fee:
    """One line of a fee list. Amounts are fen; ``care_level`` or ``room`` None: for every level or room.

    ``amount_max_fen`` None: "from … upwards" (1800元起), the upper end is not published.
    In force from ``since`` through ``until`` (both included; None: open).
    """

    item: FeeItem
    care_level: CareLevel | None
    room: Room | None
    amount_min_fen: int
    amount_max_fen: int | None
    unit: FeeUnit
    since: date | None = None
    until: date | None = None

    def in_force_on(self, day: date) -> bool:
        """True on the days the standard applies."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def monthly_fen(self) -> tuple[int, int | None]:
        """Return (least, most) fen a month. A one-off fee has no monthly amount: ValueError."""
        most = self.amount_max_fen
        match self.unit:
            case FeeUnit.MONTH:
                return self.amount_min_fen, most
            case FeeUnit.DAY:
                return self.amount_min_fen * DAYS_IN_A_MONTH, most and most * DAYS_IN_A_MONTH
            case FeeUnit.YEAR:
                return self.amount_min_fen // 12, most and most // 12
            case FeeUnit.ONCE:
                raise ValueError("a one-off fee is no monthly cost")


@dataclass(frozen=True, slots=True)
class MonthlyTotal:
    """What a month costs at one care level: from least to most fen, what that contains and what it lacks.

    ``most_fen`` None: some part is published only as "from … upwards". ``lacks`` names the essential
    items for which no amount is published: the true bill is higher.
    """

    care_level: CareLevel
    least_fen: int
    most_fen: int | None
    contains: tuple[FeeItem, ...]
    lacks: tuple[FeeItem, ...]

    @property
    def complete(self) -> bool:
        """True if nothing essential is missing."""
        return not self.lacks


def monthly_total(fees: Iterable[Fee], care_level: CareLevel, day: date) -> MonthlyTotal | None:
    """Return the monthly total for ``care_level`` on ``day``, or None where it is not published.

    A fee stated for this level goes before one stated for every level: an all-in price for all levels
    gives way to a care fee of this level. An all-in price stands for bed, care and meals together. Where
    only an item common to all levels is known (say, meals), that is no price for this level: None, never
    a misleading small number.
    """
    return monthly_totals(fees, day).get(care_level)


def monthly_totals(fees: Iterable[Fee], day: date) -> dict[CareLevel, MonthlyTotal]:
    """Return the monthly total of every care level for which one is published on ``day``."""
    spans: dict[CareLevel | None, _Spans] = {}
    for fee in fees:
        if fee.unit is not FeeUnit.ONCE and fee.in_force_on(day):
            own = spans.setdefault(fee.care_level, {})
            own[fee.item] = _widened(own.get(fee.item), *fee.monthly_fen())
    common = spans.get(None, {})
    totals = ((level, _total(level, spans.get(level, {}), common)) for level in CareLevel) if spans else ()
    return {level: total for level, total in totals if total is not None}


_Span = tuple[int, int | None]
"""Least and most fen a month; most None: open upwards."""

_Spans = dict[FeeItem, _Span]


def _widened(span: _Span | None, least: int, most: int | None) -> _Span:
    if span is None:
        return least, most
    known_least, known_most = span
    top = None if most is None or known_most is None else max(most, known_most)
    return min(least, known_least), top


def _total(level: CareLevel, own: _Spans, common: _Spans) -> MonthlyTotal | None:
    """Return the total of a level from its ``own`` fees and those ``common`` to every level."""
    own_care = FeeItem.CARE in own
    all_in = own.get(FeeItem.ALL_IN) or (None if own_care else common.get(FeeItem.ALL_IN))
    if all_in is not None:
        return MonthlyTotal(level, *all_in, (FeeItem.ALL_IN,), ())
    parts = [(item, own.get(item) or common.get(item)) for item in ESSENTIAL_ITEMS]
    if not own_care and not (FeeItem.BED in own or FeeItem.BED in common):
        return None
    known = [(item, part) for item, part in parts if part is not None]
    tops = [most for _, (_, most) in known if most is not None]
    return MonthlyTotal(
        level,
        sum(least for _, (least, _) in known),
        sum(tops) if len(tops) == len(known) else None,
        tuple(item for item, _ in known),
        tuple(item for item, part in parts if part is None),
    )
