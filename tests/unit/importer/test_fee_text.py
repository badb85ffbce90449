"""Fee texts are understood whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import UnreadableValue
from portal.domain.fee_text import read_fee_text
from portal.domain.fees import CareLevel, FeeItem, FeeUnit, Room
from portal.institutions.importer.fee_headings import Bound, read_fee_heading
from portal.institutions.importer.vocabulary import squeeze


def _read(text: str, item: FeeItem = FeeItem.ALL_IN) -> list[tuple[object, ...]]:
    lines = read_fee_text(text, item, FeeUnit.MONTH)
    return [
        (line.item, line.care_level, line.room, line.amount_min_fen, line.amount_max_fen, line.unit)
        for line in lines
    ]


ALL, BED, CARE, MEALS = FeeItem.ALL_IN, FeeItem.BED, FeeItem.CARE, FeeItem.MEALS
MONTH = FeeUnit.MONTH


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("1500", [(ALL, None, None, 150_000, 150_000, MONTH)]),
        ("1999.5", [(ALL, None, None, 199_950, 199_950, MONTH)]),
        ("1430-1580-1940", [(ALL, None, None, 143_000, 194_000, MONTH)]),
        ("200\\400\\700", [(ALL, None, None, 20_000, 70_000, MONTH)]),
        ("１，５００～２，８００元", [(ALL, None, None, 150_000, 280_000, MONTH)]),
        ("2600—1200", [(ALL, None, None, 120_000, 260_000, MONTH)]),
        ("100元/天", [(ALL, None, None, 10_000, 10_000, FeeUnit.DAY)]),
        ("2.4万元/年", [(ALL, None, None, 2_400_000, 2_400_000, FeeUnit.YEAR)]),
        ("1-2万元/年", [(ALL, None, None, 1_000_000, 2_000_000, FeeUnit.YEAR)]),
        ("5000-1万", [(ALL, None, None, 500_000, 1_000_000, MONTH)]),
        ("每月1500元", [(ALL, None, None, 150_000, 150_000, MONTH)]),
        ("1800元起", [(ALL, None, None, 180_000, None, MONTH)]),
        (
            "自理1200、半自理1800、全护理2600",
            [
                (ALL, CareLevel.SELF_CARE, None, 120_000, 120_000, MONTH),
                (ALL, CareLevel.PARTIAL, None, 180_000, 180_000, MONTH),
                (ALL, CareLevel.FULL, None, 260_000, 260_000, MONTH),
            ],
        ),
        (
            "单人间2800，双人间1900",
            [
                (ALL, None, Room.SINGLE, 280_000, 280_000, MONTH),
                (ALL, None, Room.DOUBLE, 190_000, 190_000, MONTH),
            ],
        ),
        (
            "床位费：800元；护理费：600～1500元；餐费500元/月",
            [
                (BED, None, None, 80_000, 80_000, MONTH),
                (CARE, None, None, 60_000, 150_000, MONTH),
                (MEALS, None, None, 50_000, 50_000, MONTH),
            ],
        ),
        ("面议", []),
    ],
)
def test_texts_that_can_be_taken_apart(text: str, lines: list[tuple[object, ...]]) -> None:
    assert _read(text) == lines


@pytest.mark.parametrize(
    "text",
    [
        "自理300、半自理、500-1000",
        "按政府指导价执行",
        "1200元，另有900元",
        "床位费、护理费、餐费共1500",
        "0",
        "自理1200、自理1500",
        "约1500",
        "99999999999",
        "",
        "。",
    ],
)
def test_texts_that_cannot_be_told_are_refused_whole(text: str) -> None:
    with pytest.raises(UnreadableValue):
        _read(text)


def test_a_deposit_is_paid_once() -> None:
    assert _read("5000元", FeeItem.DEPOSIT) == [(FeeItem.DEPOSIT, None, None, 500_000, 500_000, FeeUnit.ONCE)]


@given(st.integers(1, 9_999_999), st.integers(1, 9_999_999))
def test_a_range_is_read_back_whichever_way_round(one: int, other: int) -> None:
    low, high = sorted((one, other))
    for text in (f"{low}-{high}", f"{high}～{low}元/月", f"{low}元-{high}元", f"{low}至{high}元"):
        assert _read(text) == [(ALL, None, None, low * 100, high * 100, MONTH)]


@given(st.text(alphabet="0123456789元月天万、，-自理半护失能床位费起/面议", max_size=30))
def test_no_text_ever_gives_a_price_of_nothing(text: str) -> None:
    try:
        lines = read_fee_text(text, ALL, MONTH)
    except UnreadableValue:
        return
    assert all(line.amount_min_fen > 0 for line in lines)
    assert all(line.amount_max_fen is None or line.amount_max_fen >= line.amount_min_fen for line in lines)


@pytest.mark.parametrize(
    ("parts", "item", "bound"),
    [
        (["收费标准（元/月）"], ALL, Bound.WHOLE),
        (["价格(元/月)"], ALL, Bound.WHOLE),
        (["床位费（最低）"], BED, Bound.LEAST),
        (["押金/备用金（最高）"], FeeItem.DEPOSIT, Bound.MOST),
        (["收费标准（元/月）", "膳食费", "最低"], MEALS, Bound.LEAST),
        (["收费标准", "自理"], ALL, Bound.WHOLE),
        (["其他收费（最低）"], FeeItem.OTHER, Bound.LEAST),
        (["单人间（元/月）"], BED, Bound.WHOLE),
    ],
)
def test_fee_headings(parts: list[str], item: FeeItem, bound: Bound) -> None:
    column = read_fee_heading([squeeze(part) for part in parts])
    assert column is not None
    assert (column.item, column.bound) == (item, bound)


@pytest.mark.parametrize(
    "heading", ["收费方式", "床位", "护理型床位", "是否采用会员制方式收费", "护理员", "自理", "合计"]
)
def test_headings_that_are_no_fees(heading: str) -> None:
    assert read_fee_heading([squeeze(heading)]) is None
