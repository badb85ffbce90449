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

    A fee stated for this level goes before one stated for every level. An all-in price stands for bed,
    care and meals together. Where only an item common to all levels is known (say, meals), that is no
    price for this level: None, never a misleading small number.
    """
    monthly = [fee for fee in fees if fee.in_force_on(day) and fee.unit is not FeeUnit.ONCE]
    all_in = _for_level(monthly, FeeItem.ALL_IN, care_level)
    if all_in:
        least, most = _range(all_in)
        return MonthlyTotal(care_level, least, most, (FeeItem.ALL_IN,), ())
    parts = {item: _for_level(monthly, item, care_level) for item in ESSENTIAL_ITEMS}
    if not parts[FeeItem.BED] and not any(fee.care_level is care_level for fee in parts[FeeItem.CARE]):
        return None
    contains = tuple(item for item in ESSENTIAL_ITEMS if parts[item])
    lacks = tuple(item for item in ESSENTIAL_ITEMS if not parts[item])
    ranges = [_range(parts[item]) for item in contains]
    least = sum(least for least, _ in ranges)
    return MonthlyTotal(care_level, least, _sum_known([most for _, most in ranges]), contains, lacks)


def _for_level(fees: list[Fee], item: FeeItem, level: CareLevel) -> list[Fee]:
    of_item = [fee for fee in fees if fee.item is item]
    own = [fee for fee in of_item if fee.care_level is level]
    return own or [fee for fee in of_item if fee.care_level is None]


def _range(fees: list[Fee]) -> tuple[int, int | None]:
    amounts = [fee.monthly_fen() for fee in fees]
    upper = [most for _, most in amounts]
    known = [most for most in upper if most is not None]
    return min(least for least, _ in amounts), max(known) if len(known) == len(upper) else None


def _sum_known(amounts: list[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None
