"""Fees: honest counts, no middle of two figures, prices that lack an item never look cheap, changes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.domain.actor import PUBLIC
from portal.domain.fees import CareLevel, FeeBasis, FeeItem, FeeUnit, Room
from portal.institutions.models import FeeStandard, OperatingState
from portal.institutions.queries.fee_changes import fee_changes
from portal.institutions.queries.fees import FeeChoice, FeeOrder, FeePage, Published, monthly_prices
from portal.public.charts import Range, bar_chart, range_chart

TODAY = clock.today()
SELF = CareLevel.SELF_CARE


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def fee(enter_record: Callable[..., int], home: str, item: FeeItem, yuan: int, **columns: object) -> int:
    values: dict[str, object] = {
        "item": item,
        "amount_min_fen": yuan * 100,
        "amount_max_fen": yuan * 100,
        "unit": FeeUnit.MONTH,
        "in_force_from": days(-800),
        **columns,
    }
    return enter_record(FeeStandard, home, **values)


def all_in(enter_record: Callable[..., int], home: str, yuan: int, **columns: object) -> int:
    return fee(enter_record, home, FeeItem.ALL_IN, yuan, **{"care_level": SELF, **columns})


def prices(app: Flask, **choice: object) -> FeePage:
    with app.test_request_context("/"):
        return monthly_prices(FeeChoice(**choice), PUBLIC)  # type: ignore[arg-type]


def test_with_two_homes_there_is_no_middle_but_the_two_figures(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    for yuan in (1500, 2300):
        all_in(enter_record, enter_home(f"{yuan}养老院"), yuan)
    span = prices(app).here[SELF].span
    assert span is not None
    assert span.middle_fen is None
    assert [total.least_fen for total in span.totals] == [150_000, 230_000]
    page = app.test_client().get("/fees").get_data(as_text=True)
    assert "¥1,500、¥2,300" in page
    assert "中间值 ¥" not in page
    all_in(enter_record, enter_home("1600养老院"), 1600)
    span = prices(app).here[SELF].span
    assert span is not None
    assert (span.least_fen, span.middle_fen, span.most_fen) == (150_000, 160_000, 230_000)
    assert "中间值 ¥1,600" in app.test_client().get("/fees").get_data(as_text=True)


def test_every_open_home_is_counted_and_a_price_without_meals_comes_last(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    all_in(enter_record, enter_home("齐全养老院"), 2000)
    partial = enter_home("缺膳食养老院")
    fee(enter_record, partial, FeeItem.BED, 500)
    fee(enter_record, partial, FeeItem.CARE, 300, care_level=SELF)
    enter_home("未公布养老院", takes_self_care=True)
    all_in(enter_record, enter_home("关停养老院", operating_state=OperatingState.CLOSED), 100)
    all_in(enter_record, enter_home("只有明年价养老院"), 900, in_force_from=days(60))
    found = prices(app)
    assert found.counts == {Published.COMPLETE: 1, Published.PARTIAL: 1, Published.NONE: 2}
    assert [home.name for home in found.homes] == ["齐全养老院", "缺膳食养老院"]
    down = prices(app, order=FeeOrder.PRICE_DOWN)
    assert [home.name for home in down.homes] == ["齐全养老院", "缺膳食养老院"]
    span = found.here[SELF].span
    assert span is not None
    assert span.least_fen == 200_000
    client = app.test_client()
    page = client.get("/fees").get_data(as_text=True)
    assert "不含膳食费" in page
    assert "实际要花的比表里多" in page
    assert "关停养老院" not in page
    missing = client.get("/fees?published=none").get_data(as_text=True)
    assert "未公布养老院" in missing
    assert "不是免费" in missing
    assert "其中1家写明收住自理老人" in missing


def test_lines_in_force_stand_with_their_days_and_deposits_apart(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    home = enter_home()
    fee(enter_record, home, FeeItem.BED, 800, room=Room.DOUBLE, basis=FeeBasis.MARKET)
    fee(enter_record, home, FeeItem.CARE, 400, care_level=SELF)
    fee(enter_record, home, FeeItem.CARE, 1400, care_level=CareLevel.FULL)
    fee(enter_record, home, FeeItem.MEALS, 600)
    fee(enter_record, home, FeeItem.DEPOSIT, 5000, unit=FeeUnit.ONCE)
    fee(enter_record, home, FeeItem.MEALS, 500, in_force_from=days(-1600), in_force_to=days(-801))
    client = app.test_client()
    page = client.get("/fees").get_data(as_text=True)
    start = days(-800)
    for words in (
        "¥1,800",
        "¥5,000",
        "双人间",
        "市场调节价",
        f"{start.year}年{start.month}月{start.day}日起",
    ):
        assert words in page
    assert "¥500/" not in page
    assert "¥1,400" not in page
    lines = list(csv.DictReader(io.StringIO(client.get("/fees/lines.csv").data.decode("utf-8-sig"))))
    assert len(lines) == 5
    assert {line["来源"] for line in lines} == {"养老机构月报"}
    rows = list(csv.DictReader(io.StringIO(client.get("/fees.csv").data.decode("utf-8-sig"))))
    assert [(row["每月最低（元）"], row["押金（元）"], row["起执行日期"]) for row in rows] == [
        ("1800.0", "5000", start.isoformat())
    ]


def test_a_change_shows_the_month_before_and_after(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    home = enter_home("涨价养老院")
    all_in(enter_record, home, 2000, in_force_to=days(-31))
    all_in(enter_record, home, 2160, in_force_from=days(-30), in_force_to=days(29))
    all_in(enter_record, home, 2300, in_force_from=days(30))
    long_ago = enter_home("早涨养老院")
    all_in(enter_record, long_ago, 1000, in_force_to=days(-501))
    all_in(enter_record, long_ago, 1100, in_force_from=days(-500))
    all_in(enter_record, enter_home("新公布养老院"), 1900, in_force_from=days(-10))
    with app.test_request_context("/"):
        found = fee_changes(SELF, None, PUBLIC)
    assert [(each.on, each.before.least_fen, each.after.least_fen, each.to_come) for each in found] == [
        (days(30), 216_000, 230_000, True),
        (days(-30), 200_000, 216_000, False),
    ]
    page = app.test_client().get("/fees").get_data(as_text=True)
    assert "涨¥160" in page
    assert "将要调整" in page


def test_an_amount_stated_anew_is_a_change_and_a_correction_is_none(
    app: Flask,
    enter_home: Callable[..., str],
    enter_record: Callable[..., int],
    amend_record: Callable[..., None],
) -> None:
    raised = all_in(enter_record, enter_home("改价养老院"), 2000, on=days(-200))
    amend_record(FeeStandard, raised, on=days(-20), amount_min_fen=230_000, amount_max_fen=230_000)
    wrong = all_in(enter_record, enter_home("录错养老院"), 200, on=days(-200))
    amend_record(
        FeeStandard, wrong, on=days(-20), reason="少录一个零", amount_min_fen=200_000, amount_max_fen=200_000
    )
    with app.test_request_context("/"):
        found = fee_changes(SELF, None, PUBLIC)
    assert [(each.home.name, each.on, each.before.least_fen, each.after.least_fen) for each in found] == [
        ("改价养老院", days(-20), 200_000, 230_000)
    ]


def test_nothing_published_yet(app: Flask, enter_home: Callable[..., str]) -> None:
    assert "书面的价目表" in app.test_client().get("/fees").get_data(as_text=True)
    enter_home()
    page = app.test_client().get("/fees?care=full").get_data(as_text=True)
    assert "还没有机构公布失能老人的完整价格" in page


def test_regions_stand_beside_each_other(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    all_in(enter_record, enter_home("甲养老院"), 3000)
    all_in(enter_record, enter_home("乙养老院", region_code="350421"), 1000)
    found = prices(app)
    assert [each.label for each in found.regions] == ["明溪县", "三元区"]
    page = app.test_client().get("/fees?region=350421").get_data(as_text=True)
    table = page[page.index('id="list"') : page.index('id="changes"')]
    assert "乙养老院" in table
    assert "甲养老院" not in table


def test_charts_share_one_scale_from_zero_and_letters_are_not_squeezed() -> None:
    chart = range_chart(
        [
            Range("短", "¥1,000–3,000", 100_000, 300_000, 200_000),
            Range("双江拉祜族佤族布朗族傣族自治县", "¥1,500", 150_000, 150_000, None, (150_000,)),
        ]
    )
    first, second = chart.rows
    assert first.middle_x == pytest.approx((first.low_x + first.high_x) / 2, abs=0.1)
    assert chart.ticks[0].value == 0
    assert chart.ticks[-1].value >= 300_000
    assert second.points == (second.low_x,)
    assert all(0 <= tick.x <= chart.width for tick in chart.ticks)
    assert range_chart([]).rows == ()
    assert [bar.width for bar in bar_chart([("五级", 0), ("四级", 4)]).bars] == [0.0, 230.0]


def test_many_homes_cost_as_many_queries_as_one(
    app: Flask,
    enter_home: Callable[..., str],
    enter_record: Callable[..., int],
    count_queries: Any,
) -> None:
    client = app.test_client()
    counts = []
    for batch in (1, 15):
        for number in range(batch):
            all_in(enter_record, enter_home(f"第{batch}{number}养老院"), 1000 + number)
        client.get("/fees")
        with count_queries(app) as statements:
            client.get("/fees")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6
