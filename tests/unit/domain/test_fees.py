"""What a family would really pay in a month, and what the sum contains and lacks (R4)."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.fees import CareLevel, Fee, FeeItem, FeeUnit, Room, monthly_total

DAY = date(2026, 6, 1)


def fee(
    item: FeeItem,
    low: int,
    high: int | None = -1,
    *,
    level: CareLevel | None = None,
    room: Room | None = None,
    unit: FeeUnit = FeeUnit.MONTH,
    since: date | None = None,
    until: date | None = None,
) -> Fee:
    """Amounts in yuan; ``high`` left out: the same as ``low``."""
    top = low if high == -1 else high
    return Fee(item, level, room, low * 100, None if top is None else top * 100, unit, since, until)


BED, CARE, MEALS = FeeItem.BED, FeeItem.CARE, FeeItem.MEALS
FULL, PARTIAL, SELF = CareLevel.FULL, CareLevel.PARTIAL, CareLevel.SELF_CARE


def test_bed_care_and_meals_add_up() -> None:
    total = monthly_total([fee(BED, 1000), fee(CARE, 1500, level=FULL), fee(MEALS, 600)], FULL, DAY)
    assert total is not None
    assert (total.least_fen, total.most_fen) == (310_000, 310_000)
    assert total.contains == (BED, CARE, MEALS)
    assert total.complete


def test_what_is_not_published_is_named_never_zero() -> None:
    total = monthly_total([fee(BED, 1000), fee(MEALS, 600)], FULL, DAY)
    assert total is not None
    assert total.lacks == (CARE,)
    assert not total.complete


def test_rooms_make_a_range() -> None:
    fees = [
        fee(BED, 2000, room=Room.SINGLE),
        fee(BED, 900, 1200, room=Room.DOUBLE),
        fee(CARE, 500, 800, level=PARTIAL),
    ]
    total = monthly_total(fees, PARTIAL, DAY)
    assert total is not None
    assert (total.least_fen, total.most_fen) == (140_000, 280_000)


def test_the_level_s_own_fee_goes_before_the_general_one() -> None:
    fees = [fee(BED, 1000), fee(CARE, 300), fee(CARE, 1500, level=FULL)]
    full, own = monthly_total(fees, FULL, DAY), monthly_total(fees, SELF, DAY)
    assert full is not None
    assert own is not None
    assert full.least_fen == 250_000
    assert own.least_fen == 130_000


def test_an_all_in_price_stands_for_the_parts() -> None:
    total = monthly_total([fee(FeeItem.ALL_IN, 2800, level=FULL), fee(BED, 1000), fee(MEALS, 500)], FULL, DAY)
    assert total is not None
    assert (total.least_fen, total.contains, total.lacks) == (280_000, (FeeItem.ALL_IN,), ())


@pytest.mark.parametrize(
    "fees",
    [
        [],
        [fee(MEALS, 600)],
        [fee(MEALS, 600), fee(CARE, 500)],
        [fee(CARE, 500, level=PARTIAL)],
        [fee(FeeItem.DEPOSIT, 5000, unit=FeeUnit.ONCE)],
        [fee(FeeItem.OTHER, 100)],
        [fee(BED, 1000, unit=FeeUnit.ONCE)],
    ],
)
def test_no_price_rather_than_a_misleading_one(fees: list[Fee]) -> None:
    assert monthly_total(fees, FULL, DAY) is None


def test_days_and_years_become_months() -> None:
    fees = [fee(BED, 40, unit=FeeUnit.DAY), fee(CARE, 12_000, level=FULL, unit=FeeUnit.YEAR)]
    total = monthly_total(fees, FULL, DAY)
    assert total is not None
    assert total.least_fen == 40 * 30 * 100 + 100_000


def test_an_open_upper_end_stays_open() -> None:
    total = monthly_total([fee(BED, 1800, None), fee(MEALS, 500)], SELF, DAY)
    assert total is not None
    assert (total.least_fen, total.most_fen) == (230_000, None)
    daily = monthly_total([fee(BED, 60, None, unit=FeeUnit.DAY)], SELF, DAY)
    assert daily is not None
    assert daily.most_fen is None


def test_only_standards_in_force_count_first_and_last_day_included() -> None:
    old = fee(BED, 1000, until=date(2026, 5, 31))
    new = fee(BED, 1300, since=DAY, until=date(2026, 12, 31))
    for day, least in [(date(2026, 5, 31), 100_000), (DAY, 130_000), (date(2026, 12, 31), 130_000)]:
        total = monthly_total([old, new], SELF, day)
        assert total is not None
        assert total.least_fen == least
    assert monthly_total([old, new], SELF, date(2027, 1, 1)) is None
