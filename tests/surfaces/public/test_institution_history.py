"""The trail in plain words, and the state of a day as it was shown then."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.fees import FeeItem, FeeUnit
from portal.extensions import db
from portal.history import keeper
from portal.institutions import service
from portal.institutions.models import FeeStandard, Institution, Registration
from portal.unit_of_work import unit_of_work

Enter = Callable[..., Any]
JAN, MAR, JUN = date(2026, 1, 10), date(2026, 3, 10), date(2026, 6, 10)


def plain(html: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


@pytest.fixture
def home(app: Flask, enter_home: Enter, provenance: Enter) -> str:
    """A home of January whose beds were corrected in June, as of March."""
    public_id: str = enter_home("纠正养老院", on=JAN, beds_total=100, phone="0598-1234567")
    with app.app_context(), clock.moved_to(clock.at(JUN)), unit_of_work():
        row = db.session.scalars(select(Institution).where(Institution.public_id == public_id)).one()
        service.amend_institution(row, {"beds_total": 80}, provenance(MAR, reason="一层已经拆除"))
        keeper.confirm(row, provenance(JUN, title="六月月报").source)
    return public_id


def text_of(app: Flask, public_id: str, query: str = "") -> str:
    response = app.test_client().get(f"/institutions/{public_id}/history{query}")
    assert response.status_code == 200
    return plain(response.text)


def test_a_correction_is_told_with_before_after_and_why(app: Flask, home: str) -> None:
    text = text_of(app, home)
    assert "更正：床位与入住" in text
    assert "床位总数原来是100张→改为80张" in text
    assert "原因：一层已经拆除" in text
    assert "数据日期：2026年3月10日" in text
    assert "写上时间：2026年6月10日9:00" in text
    assert "新写上：机构" in text
    assert "2026年6月10日核对过" in text
    assert text.index("更正") < text.index("新写上")


def test_a_block_can_be_asked_for_alone(app: Flask, home: str, enter_record: Enter) -> None:
    enter_record(Registration, home, on=MAR, number="登字第7号")
    text = text_of(app, home, "?about=registration")
    assert "登字第7号" in text
    assert "更正" not in text
    assert "更正" in text_of(app, home, "?about=nonsense")


def test_truth_and_what_was_shown_are_told_apart(app: Flask, home: str) -> None:
    assert "床位总数80张" in text_of(app, home, "?true_on=2026-03-15")
    assert "床位总数100张" in text_of(app, home, "?true_on=2026-03-15&known_on=2026-05-01")
    assert "床位总数100张" in text_of(app, home, "?true_on=2026年2月1日")
    assert "床位总数100张" in text_of(app, home, "?known_on=20260501")
    assert "没有这家机构在2025年12月1日的资料" in text_of(app, home, "?true_on=2025-12-01")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-02-30", "日历上没有2026年2月30日这一天"),
        ("昨天", "这个日期读不出来"),
        ("2999-01-01", "这一天还没有到"),
        ("1900-01-01", "这个日期太早了"),
        ("0000-00-00", "日历上没有"),
        ("<b>", "这个日期读不出来"),
    ],
)
def test_a_wrong_date_is_answered_at_its_field(app: Flask, home: str, typed: str, said: str) -> None:
    response = app.test_client().get(f"/institutions/{home}/history", query_string={"true_on": typed})
    assert response.status_code == 200
    assert response.text.count(said) == 2
    assert 'aria-invalid="true"' in response.text
    assert f'value="{typed.replace("<", "&lt;").replace(">", "&gt;")}"' in response.text


def test_a_withdrawn_record_is_told_without_its_contents(
    app: Flask, home: str, enter_record: Enter, provenance: Enter
) -> None:
    fee_id = enter_record(
        FeeStandard,
        home,
        on=MAR,
        item=FeeItem.OTHER,
        item_name="误登的费用",
        amount_min_fen=123456700,
        unit=FeeUnit.MONTH,
    )
    assert "误登的费用" in text_of(app, home)
    with app.app_context(), clock.moved_to(clock.at(JUN)), unit_of_work():
        row = db.session.get(FeeStandard, fee_id)
        assert row is not None
        service.withdraw(row, provenance(JUN, reason="登错了机构"))
    text = text_of(app, home)
    assert "撤下一条记录：收费标准" in text
    assert "登错了机构" not in text, "a reason may say what should never have been said"
    assert "误登的费用" not in text
    assert "1,234,567" not in text
    assert "1,234,567" not in text_of(app, home, "?known_on=2026-04-01")


def test_long_trails_are_paged(app: Flask, home: str, enter_records: Enter) -> None:
    enter_records(home, [Registration(number=f"第{n:03d}号") for n in range(60)], on=MAR)
    first, second = text_of(app, home), text_of(app, home, "?page=2")
    assert "上一页" not in first
    assert "下一页" in first
    assert "新写上：机构" in second
