"""The list of institutions within the scope, and everything known about one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.fees import CareLevel, FeeItem, FeeUnit
from portal.domain.grading import GradeScale
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.institutions.models import (
    ClosureKind,
    ClosureNotice,
    Compliance,
    ComplianceResult,
    FeeStandard,
    Filing,
    Registration,
    Standard,
    StarGrade,
)
from portal.search.indexing import rebuild
from portal.search.registry import current_search
from tests.surfaces.conftest import CountQueries
from tests.surfaces.staff import make_staff, signed_in

DAY = date(2026, 1, 1)
Enter = Callable[..., str]


def test_only_the_own_region_is_listed(app: Flask, enter_home: Enter) -> None:
    enter_home("本县敬老院", on=DAY)
    enter_home("外县敬老院", on=DAY, region_code="350481")
    page = signed_in(app, make_staff(app)).get("/staff/institutions").text
    assert "本县敬老院" in page
    assert "外县敬老院" not in page
    assert "共1家" in page
    whole = (
        signed_in(app, make_staff(app, Role.REVIEWER, region_code="350400")).get("/staff/institutions").text
    )
    assert "共2家" in whole
    narrowed = signed_in(app, make_staff(app, Role.REVIEWER, region_code="350400")).get(
        "/staff/institutions?region=350481"
    )
    assert "外县敬老院" in narrowed.text
    assert "本县敬老院" not in narrowed.text


def test_a_region_in_the_address_does_not_widen_the_scope(app: Flask, enter_home: Enter) -> None:
    enter_home("外县敬老院", on=DAY, region_code="350481")
    clerk = signed_in(app, make_staff(app))
    for address in (
        "?region=350481",
        "?q=外县",
        "?missing=price&region=350481",
        "?show=withdrawn&region=350481",
    ):
        assert "外县敬老院" not in clerk.get(f"/staff/institutions{address}").text


def test_what_is_missing_is_counted_and_filtered(app: Flask, enter_home: Enter, enter_records: Enter) -> None:
    full = enter_home("齐全敬老院", on=clock.today(), beds_total=10, phone="0598-1", address="一号")
    fee = {"item": FeeItem.ALL_IN, "care_level": CareLevel.FULL, "unit": FeeUnit.MONTH}
    enter_records(
        full, [FeeStandard(**fee, amount_min_fen=100), Registration(number="1"), Filing(number="2")]
    )
    enter_home("残缺敬老院", on=date(2024, 1, 1))
    clerk = signed_in(app, make_staff(app))
    for missing in ("price", "beds", "phone", "address", "registration", "old"):
        page = clerk.get(f"/staff/institutions?missing={missing}").text
        assert "残缺敬老院" in page, missing
        assert "齐全敬老院" not in page, missing
    oldest = clerk.get("/staff/institutions?sort=oldest").text
    assert oldest.index("残缺敬老院") < oldest.index("齐全敬老院")
    fresh = clerk.get("/staff/institutions?sort=fresh").text
    assert fresh.index("齐全敬老院") < fresh.index("残缺敬老院")


def test_words_are_looked_for_by_search_and_without_it(app: Flask, enter_home: Enter) -> None:
    enter_home("福海养老院", on=DAY)
    other = enter_home("长青敬老院", on=DAY)
    clerk = signed_in(app, make_staff(app))
    for _ in range(2):
        page = clerk.get("/staff/institutions?q=福海").text
        assert "福海养老院" in page
        assert "长青敬老院" not in page
        assert "长青敬老院" in clerk.get(f"/staff/institutions?q={other}").text
        with app.app_context():
            rebuild(current_search())


def test_withdrawn_ones_are_found_by_those_who_keep_them(app: Flask, enter_home: Enter) -> None:
    gone = enter_home("撤下敬老院", on=DAY, withdrawn=True)
    clerk = signed_in(app, make_staff(app))
    assert "撤下敬老院" not in clerk.get("/staff/institutions").text
    assert "撤下敬老院" in clerk.get("/staff/institutions?show=withdrawn").text
    assert "撤下敬老院" in clerk.get("/staff/institutions?show=withdrawn&q=撤下").text
    assert "公众看不到" in clerk.get(f"/staff/institutions/{gone}").text
    assert app.test_client().get(f"/institutions/{gone}").status_code == 404


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=99999999", "?page=x", "?sort=x&missing=x&region=x&show=x", "?q=" + "长" * 500]
)
def test_odd_addresses_are_answered(app: Flask, enter_home: Enter, query: str) -> None:
    enter_home(on=DAY)
    assert signed_in(app, make_staff(app)).get(f"/staff/institutions{query}").status_code == 200


def test_the_list_goes_out_as_a_file(app: Flask, enter_home: Enter) -> None:
    enter_home("=cmd|敬老院", on=DAY)
    enter_home("外县敬老院", on=DAY, region_code="350481")
    clerk = signed_in(app, make_staff(app))
    answer = clerk.get("/staff/institutions.csv").text
    assert "'=cmd|敬老院" in answer
    assert "外县" not in answer
    assert clerk.get("/staff/institutions.xlsx").status_code == 200


def records() -> list[object]:
    return [
        Registration(authority="示例县民政局", registered_on=DAY),
        Filing(number="示备1", filed_on=DAY),
        StarGrade(scale=GradeScale.NATIONAL, level=3, body="示例市民政局"),
        StarGrade(scale=GradeScale.LOCAL, as_written="四叶级", withdrawn=True),
        Compliance(standard=Standard.FIRE_SAFETY, result=ComplianceResult.PASSED, assessed_on=DAY),
        ClosureNotice(public_id="abc23456", kind=ClosureKind.SUSPENSION, announced_on=DAY, effective_on=DAY),
        FeeStandard(item=FeeItem.BED, unit=FeeUnit.MONTH, amount_min_fen=100_000),
    ]


def test_everything_is_shown_withdrawn_records_marked(
    app: Flask, enter_home: Enter, enter_records: Enter
) -> None:
    home = enter_home(on=DAY, beds_total=50)
    enter_records(home, records(), on=DAY)
    page = signed_in(app, make_staff(app)).get(f"/staff/institutions/{home}").text
    for words in ("示备1", "三级", "四叶级", "已撤下", "50张", "消防安全", "¥1,000", "养老机构月报"):
        assert words in page, words
    assert f"/institutions/{home}/history?about=beds" in page
    assert f'href="/institutions/{home}"' in page
    assert "/records/compliance/" not in page.replace(
        "/records/compliance/new", ""
    )  # fire safety is not theirs
    fire = signed_in(app, make_staff(app, department=Department.FIRE)).get(f"/staff/institutions/{home}").text
    assert "/records/compliance/1" in fire
    assert "/records/star_grade/" not in fire
    assert "/edit" not in fire


def test_many_homes_and_records_cost_no_more_queries(
    app: Flask, enter_home: Enter, enter_records: Enter, count_queries: CountQueries
) -> None:
    home = enter_home(on=DAY)
    enter_records(home, records(), on=DAY)
    clerk = signed_in(app, make_staff(app, Role.REVIEWER))
    pages = (
        "/staff/institutions",
        "/staff/institutions?missing=price&sort=oldest",
        "/staff/institutions?show=withdrawn",
        f"/staff/institutions/{home}",
        f"/staff/institutions/{home}/edit",
    )

    def costs() -> list[int]:
        counted = []
        for page in pages:
            clerk.get(page)
            with count_queries(app) as statements:
                assert clerk.get(page).status_code == 200
            counted.append(len(statements))
        return counted

    few = costs()
    for number in range(12):
        enter_home(f"邻居{number}", on=DAY, withdrawn=number % 2 == 0)
    more = records()
    more[5].public_id = "abc34567"  # type: ignore[attr-defined]
    enter_records(home, more, on=DAY)
    enter_records(
        home, [FeeStandard(item=FeeItem.CARE, unit=FeeUnit.MONTH, amount_min_fen=1) for _ in range(20)]
    )
    assert costs() == few
    assert max(few) <= 20


def test_nothing_is_written_by_reading(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY)
    clerk = signed_in(app, make_staff(app, Role.REVIEWER))
    with app.app_context():
        before = db.session.execute(select(Registration.id)).all()
    for tail in ("", "/edit", "/edit/beds", "/records/filing/new", "/withdraw"):
        assert clerk.get(f"/staff/institutions/{home}{tail}").status_code == 200
    with app.app_context():
        assert db.session.execute(select(Registration.id)).all() == before
