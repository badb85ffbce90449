"""One institution's page: what a family reads first, what is unknown, what is past, and what is hidden."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.fees import CareLevel, FeeItem, FeeUnit, Room
from portal.domain.grading import GradeScale
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.recorded import Recorded, recorded_fields
from portal.institutions import service
from portal.institutions.field_labels import FIELDS
from portal.institutions.models import (
    ClosureKind,
    ClosureNotice,
    CommitmentLetter,
    Compliance,
    ComplianceResult,
    ConcentratedCare,
    FeeStandard,
    Filing,
    Institution,
    OperatingState,
    OperationMode,
    Registration,
    Standard,
    StarGrade,
)
from portal.institutions.queries.trail import MODELS
from portal.unit_of_work import unit_of_work

Enter = Callable[..., Any]


def days_ago(days: int) -> Any:
    return clock.today() - timedelta(days=days)


def page(app: Flask, public_id: str) -> str:
    response = app.test_client().get(f"/institutions/{public_id}")
    assert response.status_code == 200
    return response.text


def plain(html: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def fee(item: FeeItem, yuan: int, level: CareLevel | None = None, **more: Any) -> dict[str, Any]:
    return {
        "item": item,
        "care_level": level,
        "amount_min_fen": yuan * 100,
        "amount_max_fen": yuan * 100,
        "unit": FeeUnit.MONTH,
        **more,
    }


def test_the_first_screen_answers(app: Flask, enter_home: Enter, enter_record: Enter) -> None:
    home = enter_home(
        "桂花养老院",
        phone="0598-8221111转2、8000001",
        address="城关路1号",
        beds_free=3,
        beds_free_as_of=days_ago(40),
        operating_state=OperatingState.OPERATING,
    )
    enter_record(Registration, home, registered_on=days_ago(900), number="登字1号")
    enter_record(Filing, home, filed_on=days_ago(800))
    enter_record(
        StarGrade, home, scale=GradeScale.NATIONAL, level=3, valid_from=days_ago(9), valid_to=days_ago(-900)
    )
    enter_record(FeeStandard, home, **fee(FeeItem.BED, 1000))
    enter_record(FeeStandard, home, **fee(FeeItem.CARE, 800, CareLevel.FULL))
    enter_record(FeeStandard, home, **fee(FeeItem.DEPOSIT, 3000, unit=FeeUnit.ONCE))
    html, text = page(app, home), plain(page(app, home))
    first = text[: text.index("基本情况")]
    assert "已登记备案" in first
    assert "三级" in first
    assert "失能老人¥1,800/月不含膳食费" in first
    assert "押金¥3,000" in first
    assert "3张" in first
    assert "去之前先打电话" in first
    assert 'href="tel:05988221111"' in html
    assert "城关路1号" in first


def test_what_is_not_published_is_said_softly_and_never_as_nought(app: Flask, enter_home: Enter) -> None:
    text = plain(page(app, enter_home()))
    assert "没有公布可以算出每月费用的价格" in text
    assert "空床未公布" in text
    assert "¥0" not in text
    assert "0张" not in text
    assert "以下未公布：" in text
    assert text.count("未公布") < 12


def test_a_deregistered_home_says_so_first(app: Flask, enter_home: Enter, enter_record: Enter) -> None:
    home = enter_home("已去养老院")
    enter_record(Registration, home, registered_on=days_ago(900), deregistered_on=days_ago(10))
    html, text = page(app, home), plain(page(app, home))
    assert html.index("已去养老院已经注销") < html.index("<h1>")
    day = days_ago(10)
    assert f"{day.year}年{day.month}月{day.day}日起不再是养老机构" in text


def test_a_suspension_heads_the_page_until_it_is_over(
    app: Flask, enter_home: Enter, enter_record: Enter
) -> None:
    home = enter_home(operating_state=OperatingState.SUSPENDED)
    heir = enter_home("接收养老院")
    with app.app_context():
        heir_id = db.session.scalars(select(Institution.id).where(Institution.public_id == heir)).one()
    enter_record(
        ClosureNotice,
        home,
        public_id="notice22",
        kind=ClosureKind.SUSPENSION,
        announced_on=days_ago(30),
        effective_on=days_ago(20),
        successor_id=heir_id,
    )
    html = page(app, home)
    assert html.index("仍在暂停") < html.index("<h1>")
    assert f"/institutions/{heir}" in html
    assert "接收过" in page(app, heir)


def test_a_contract_that_has_run_out_is_called_so(app: Flask, enter_home: Enter) -> None:
    contract = {"operation_mode": OperationMode.PUBLIC_PRIVATE, "contract_to": days_ago(70)}
    assert "已过期2个月" in plain(page(app, enter_home(**contract)))
    private = {"operation_mode": OperationMode.PRIVATE, "contract_to": days_ago(70)}
    html = page(app, enter_home("民办养老院", **private))
    assert "合同到期" not in html
    assert "公建民营" not in html


def test_facts_of_different_age_have_their_own_source_lines(
    app: Flask, enter_home: Enter, provenance: Enter
) -> None:
    home = enter_home(on=days_ago(400), beds_total=100, residents=50)
    with app.app_context(), unit_of_work():
        row = db.session.scalars(select(Institution).where(Institution.public_id == home)).one()
        service.amend_institution(row, {"residents": 60}, provenance(days_ago(5), title="新月报"))
    text = plain(page(app, home))
    old, new = days_ago(400), days_ago(5)
    assert f"床位总数来源：养老机构月报数据日期：{old.year}年{old.month}月{old.day}日" in text
    assert f"入住老人来源：新月报数据日期：{new.year}年{new.month}月{new.day}日" in text


def test_past_and_coming_fees_stand_apart(app: Flask, enter_home: Enter, enter_record: Enter) -> None:
    home = enter_home()
    enter_record(FeeStandard, home, **fee(FeeItem.ALL_IN, 900, CareLevel.FULL, in_force_to=days_ago(10)))
    enter_record(FeeStandard, home, **fee(FeeItem.ALL_IN, 1200, CareLevel.FULL, in_force_from=days_ago(9)))
    enter_record(FeeStandard, home, **fee(FeeItem.ALL_IN, 1500, CareLevel.FULL, in_force_from=days_ago(-30)))
    text = plain(page(app, home))
    assert "失能老人¥1,200/月" in text
    assert "将要执行的新标准综合收费·失能¥1,500/月" in text
    assert "以前的收费标准（1项）" in text


def test_a_level_the_home_refuses_gets_no_price_on_the_first_screen(
    app: Flask, enter_home: Enter, enter_record: Enter
) -> None:
    home = enter_home(takes_dementia=False)
    enter_record(FeeStandard, home, **fee(FeeItem.BED, 1000))
    text = plain(page(app, home))
    assert "自理老人¥1,000/月" in text
    assert "失智老人¥" not in text


def test_what_is_withdrawn_is_gone(
    app: Flask, enter_home: Enter, enter_records: Enter, provenance: Callable[..., Provenance]
) -> None:
    home = enter_home(on=days_ago(3))
    enter_records(home, [CommitmentLetter(public_id="letter22", title="承诺书", body="一、如实。")])
    client = app.test_client()
    assert "letter22" in page(app, home)
    assert client.get("/letters/letter22").status_code == 200
    with app.app_context(), unit_of_work():
        service.withdraw(db.session.scalars(select(CommitmentLetter)).one(), provenance(days_ago(0)))
    assert "letter22" not in page(app, home)
    assert client.get("/letters/letter22").status_code == 404
    with app.app_context(), unit_of_work():
        record = db.session.scalars(select(Institution).where(Institution.public_id == home)).one()
        service.withdraw(record, provenance(days_ago(0)))
    for tail in ("", "/history", "/qr.svg", ".csv"):
        assert client.get(f"/institutions/{home}{tail}").status_code == 404, tail


def test_unknown_homes_are_not_found(app: Flask) -> None:
    for path in ("/institutions/zzzzzzzz", "/institutions/zzzzzzzz/history", "/letters/zzzzzzzz"):
        assert app.test_client().get(path).status_code == 404


def test_the_qr_code_and_the_file(app: Flask, enter_home: Enter) -> None:
    home = enter_home("=危险养老院", beds_total=120, phone="+86 0598-1")
    client = app.test_client()
    drawing = client.get(f"/institutions/{home}/qr.svg")
    assert drawing.content_type.startswith("image/svg+xml")
    assert b"<svg" in drawing.data
    rows = list(csv.reader(io.StringIO(client.get(f"/institutions/{home}.csv").data.decode("utf-8-sig"))))
    facts = {row[2]: row for row in rows[1:]}
    assert facts["床位总数"][3] == "120张"
    assert facts["床位总数"][4] == "养老机构月报"
    assert facts["床位总数"][6] == clock.today().isoformat()
    assert facts["名称"][3] == "'=危险养老院"
    assert facts["电话"][3].startswith("'+86")


def test_the_cost_does_not_grow_with_the_records(
    app: Flask, enter_home: Enter, enter_records: Enter, count_queries: Enter
) -> None:
    few, many = enter_home("一条养老院", on=days_ago(50)), enter_home("许多养老院", on=days_ago(50))
    for home, number in ((few, 1), (many, 30)):
        enter_records(home, [record for n in range(number) for record in one_of_each(home, n)])
    client = app.test_client()
    client.get("/visit-checklist")  # builds the catalogue
    costs = {}
    for tail in ("", "/history", ".csv"):
        counts = []
        for home in (few, many):
            with count_queries(app) as statements:
                assert client.get(f"/institutions/{home}{tail}").status_code == 200
            counts.append(len(statements))
        costs[tail] = counts
    assert all(one == thirty for one, thirty in costs.values()), costs
    assert max(thirty for _, thirty in costs.values()) <= 17, costs


def one_of_each(home: str, n: int) -> list[Recorded]:
    """Return one record of every kind that stands on an institution's page."""
    day = days_ago(40 - n)
    return [
        Registration(registered_on=day),
        Filing(filed_on=day),
        CommitmentLetter(public_id=f"{home}{n}", title="承诺书", body="如实"),
        StarGrade(scale=GradeScale.NATIONAL, level=1, valid_from=day),
        FeeStandard(**fee(FeeItem.BED, 1000 + n, room=Room.DOUBLE)),
        ConcentratedCare(designated_on=day),
        ClosureNotice(
            public_id=f"c{home[:6]}{n}",
            kind=ClosureKind.SUSPENSION,
            announced_on=day,
            effective_on=day,
            resumes_on=day + timedelta(days=1),
        ),
        Compliance(standard=Standard.FIRE_SAFETY, result=ComplianceResult.PASSED, assessed_on=day),
    ]


def test_every_fact_has_a_label() -> None:
    missing = [
        (kind, name)
        for kind, model in MODELS.items()
        for name in recorded_fields(model)
        if (kind, name) not in FIELDS
    ]
    assert missing == []
