"""到期与异常: every list finds its own, and nothing else; within the scope; at the same cost however many."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.backoffice.attention_words import BY_NAME
from portal.domain.fees import CareLevel, FeeItem, FeeUnit
from portal.domain.grading import GradeScale
from portal.domain.permissions import Department, Role
from portal.history.keeper import Provenance
from portal.institutions import service
from portal.institutions.models import (
    ClosureKind,
    ClosureNotice,
    Compliance,
    ComplianceResult,
    ConcentratedCare,
    FeeStandard,
    Filing,
    FoundHow,
    OperatingState,
    PositionPrecision,
    PositionSystem,
    Standard,
    StarGrade,
    UnregisteredHome,
)
from portal.institutions.queries.attention.lists import LISTS
from portal.reference.boundaries import BoundarySource, enter_boundary
from portal.unit_of_work import unit_of_work
from tests.surfaces.conftest import CountQueries
from tests.surfaces.public.test_query_growth import enter_homes
from tests.surfaces.staff import make_staff, signed_in

TODAY = clock.today()


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def grade(**facts: object) -> StarGrade:
    values = {"scale": GradeScale.NATIONAL, "level": 3, "body": "评定委员会", "certificate_number": "示-1"}
    return StarGrade(**{**values, **facts})


def fee(**facts: object) -> FeeStandard:
    values = {"item": FeeItem.ALL_IN, "care_level": CareLevel.FULL, "unit": FeeUnit.MONTH}
    return FeeStandard(**{**values, "amount_min_fen": 200_000, "in_force_from": days(-400), **facts})


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    return signed_in(app, make_staff(app))


@pytest.fixture
def named(clerk: FlaskClient) -> Callable[..., list[str]]:
    """The names on a list, in its order."""

    def read(name: str, query: str = "") -> list[str]:
        text = clerk.get(f"/staff/attention/{name}/export.csv{query}").get_data().decode("utf-8-sig")
        return [line.split(",")[1] for line in text.splitlines()[1:]]

    return read


def test_every_list_there_is_has_a_page() -> None:
    assert LISTS.keys() == BY_NAME.keys()


def test_ends_and_what_follows_them(
    enter_home: Callable[..., str], enter_records: Callable[..., None], named: Callable[..., list[str]]
) -> None:
    old = days(-3)
    enter_records(enter_home("甲等级快到期"), [grade(valid_to=days(60))], on=old)
    enter_records(enter_home("乙已换新证"), [grade(valid_to=days(60)), grade(valid_to=days(900))], on=old)
    enter_records(enter_home("丙过期"), [grade(valid_to=days(-1))], on=old)
    enter_records(enter_home("丁撤销"), [grade(valid_to=days(-1), revoked_on=days(-9))], on=old)
    enter_records(enter_home("戊无期"), [grade(valid_to=None)], on=old)
    enter_records(
        enter_home("己关停", operating_state=OperatingState.CLOSED), [grade(valid_to=days(60))], on=old
    )
    assert named("grades-ending") == ["甲等级快到期"]
    assert named("grades-ending", "?days=30") == []
    assert named("grades-ended") == ["丙过期"]
    assert named("grades-undated") == ["戊无期"]

    enter_home("合同快到期", contract_to=days(89))
    enter_home("合同今天到期", contract_to=TODAY)
    enter_home("合同已过期", contract_to=days(-1))
    enter_home("合同还早", contract_to=days(91))
    assert named("contracts-ending") == ["合同今天到期", "合同快到期"]
    assert named("contracts-ending", "?days=180&sort=-ends") == ["合同还早", "合同快到期", "合同今天到期"]
    assert named("contracts-ended") == ["合同已过期"]


def test_fees_care_and_suspensions(
    enter_home: Callable[..., str], enter_records: Callable[..., None], named: Callable[..., list[str]]
) -> None:
    old = days(-3)
    enter_records(enter_home("价快到期"), [fee(in_force_to=days(20))], on=old)
    followed = [fee(in_force_to=days(20)), fee(in_force_from=days(21))]
    enter_records(enter_home("价有下文"), followed, on=old)
    other_level = [fee(in_force_to=days(-1)), fee(care_level=CareLevel.PARTIAL)]
    enter_records(enter_home("价过期"), other_level, on=old)
    enter_records(enter_home("价无日期"), [fee(in_force_from=None)], on=old)
    assert named("fees-ending") == ["价快到期"]
    assert named("fees-ended") == ["价过期"]
    assert named("fees-undated") == ["价无日期"]

    care = ConcentratedCare(designated_on=days(-300), ended_on=days(30))
    enter_records(enter_home("照护快到期"), [care], on=old)
    assert named("care-ending") == ["照护快到期"]

    def notice(resumes: date, ident: str) -> ClosureNotice:
        return ClosureNotice(
            public_id=ident, kind=ClosureKind.SUSPENSION, announced_on=days(-60), effective_on=days(-50),
            resumes_on=resumes,
        )  # fmt: skip

    suspended = {"operating_state": OperatingState.SUSPENDED}
    enter_records(enter_home("快恢复", **suspended), [notice(days(10), "bbbb2222")], on=old)
    enter_records(enter_home("没恢复", **suspended), [notice(days(-10), "bbbb3333")], on=old)
    enter_records(enter_home("恢复了"), [notice(days(-10), "bbbb4444")], on=old)
    assert named("suspensions-ending") == ["快恢复"]
    assert named("suspensions-ended") == ["没恢复"]


def test_what_has_no_date_or_is_stale(
    enter_home: Callable[..., str], named: Callable[..., list[str]]
) -> None:
    enter_home("空床无日期", beds_free=3, beds_total=9)
    enter_home("空床有日期", beds_free=3, beds_free_as_of=TODAY)
    enter_home("半年前的", on=days(-200))
    enter_home("一年前的", on=days(-400))
    assert named("beds-undated") == ["空床无日期"]
    assert named("stale") == ["一年前的", "半年前的"]
    assert named("stale", "?months=12") == ["一年前的"]


def test_visits_that_are_not_recorded(
    app: Flask,
    clerk: FlaskClient,
    enter_home: Callable[..., str],
    enter_records: Callable[..., None],
    provenance: Callable[..., Provenance],
    named: Callable[..., list[str]],
) -> None:
    assessed = Compliance(
        standard=Standard.FIRE_SAFETY, result=ComplianceResult.PASSED, assessed_on=days(-40)
    )
    enter_records(enter_home("没去"), [Filing(filed_on=days(-60))])
    enter_records(enter_home("去过"), [Filing(filed_on=days(-60)), assessed])
    enter_records(enter_home("刚备案"), [Filing(filed_on=days(-1))])
    enter_records(enter_home("多年前备案"), [Filing(filed_on=days(-900))])
    enter_records(enter_home("已经关了", operating_state=OperatingState.CLOSED), [Filing(filed_on=days(-60))])
    with app.app_context(), unit_of_work():
        for name, found, facts in (
            ("没去的场所", days(-60), {}),
            ("去过的场所", days(-60), {"inspected_on": days(-59)}),
            ("外地的场所", days(-60), {"region_code": "350423"}),
        ):
            values = {"region_code": "350404", "found_how": FoundHow.SURVEY, **facts}
            one = UnregisteredHome(public_id=service.new_public_id(), name=name, found_on=found, **values)
            service.enter(one, provenance(TODAY))
    assert named("visits-filed") == ["没去"]
    assert named("visits-found") == ["没去的场所"]

    waiting = clerk.get("/staff").text
    assert "要首次上门检查的机构" in waiting
    assert waiting.count("超期2件") == 1
    assert "没去的场所" in waiting
    assert "外地的场所" not in waiting
    # fire keeps unregistered homes, not the bureau's visits after filing
    fire = signed_in(app, make_staff(app, Role.CLERK, Department.FIRE)).get("/staff").text
    assert fire.count("超期1件") == 1
    assert "没去的场所" in fire
    assert "上门检查" not in signed_in(app, make_staff(app, Role.SUPERVISOR)).get("/staff").text


def test_what_was_published_late(
    enter_home: Callable[..., str], enter_records: Callable[..., None], named: Callable[..., list[str]]
) -> None:
    enter_home("最早的一家", on=days(-200))
    enter_records(enter_home("迟了", on=days(-100)), [Filing(filed_on=days(-100))], on=days(-10))
    enter_records(enter_home("及时", on=days(-100)), [Filing(filed_on=days(-100))], on=days(-90))
    enter_records(enter_home("建站以前", on=days(-100)), [Filing(filed_on=days(-300))], on=days(-10))
    assert named("published-late") == ["迟了"]


def test_prices_far_from_the_county(
    enter_home: Callable[..., str], enter_records: Callable[..., None], named: Callable[..., list[str]]
) -> None:
    for number, amount in enumerate((190_000, 200_000, 210_000, 220_000)):
        enter_records(enter_home(f"普通{number}"), [fee(amount_min_fen=amount)])
    far = enter_home("多一个零")
    enter_records(far, [fee(amount_min_fen=2_000_000)])
    assert named("prices-far") == ["多一个零"]
    enter_records(enter_home("外县四家不够比", region_code="350423"), [fee(amount_min_fen=1)])
    assert named("prices-far") == ["多一个零"]


def test_positions_outside_their_county(
    app: Flask, enter_home: Callable[..., str], named: Callable[..., list[str]]
) -> None:
    square = [[117.0, 26.0], [117.2, 26.0], [117.2, 26.2], [117.0, 26.2], [117.0, 26.0]]
    with app.app_context(), unit_of_work():
        enter_boundary("350404", [[square]], BoundarySource())
    exact = {"position_precision": PositionPrecision.EXACT, "position_system": PositionSystem.WGS84}
    enter_home("界内", longitude=117.1, latitude=26.1, **exact)
    enter_home("界外", longitude=118.0, latitude=26.1, **exact)
    rough = {**exact, "position_precision": PositionPrecision.CITY}
    enter_home("只知道在哪个市", longitude=118.0, latitude=26.1, **rough)
    assert named("positions-outside") == ["界外"]


def test_grades_beds_and_codes(
    enter_home: Callable[..., str], enter_records: Callable[..., None], named: Callable[..., list[str]]
) -> None:
    enter_records(enter_home("没证书号"), [grade(valid_to=days(900), certificate_number=None)])
    enter_records(enter_home("没机构"), [grade(valid_to=None, body="")])
    enter_records(enter_home("齐全"), [grade(valid_to=days(900))])
    local = grade(scale=GradeScale.LOCAL, level=None, as_written="四叶级", certificate_number=None)
    enter_records(enter_home("地方的"), [local])
    assert sorted(named("grades-unproven")) == sorted(["没证书号", "没机构"])

    enter_home("护理床多", beds_total=10, beds_nursing=11)
    enter_home("人多", beds_total=10, residents=11)
    enter_home("对", beds_total=10, residents=10, beds_nursing=10)
    enter_home("不详", residents=10)
    assert sorted(named("beds-impossible")) == sorted(["护理床多", "人多"])

    valid = "52350429MJTE2607XP"
    enter_home("同码甲", credit_code=valid)
    enter_home("同码乙", credit_code=valid, region_code="350423")
    assert named("codes-shared") == ["同码甲"]


def test_a_foreign_region_sees_none_of_it(
    app: Flask, enter_home: Callable[..., str], enter_records: Callable[..., None]
) -> None:
    home = enter_home("别处看不到", contract_to=days(5), beds_free=2, on=days(-400))
    enter_records(home, [grade(valid_to=days(60), body=None), fee(in_force_from=None)])
    client = signed_in(app, make_staff(app, region_code="350423"))
    for name in BY_NAME:
        assert "别处看不到" not in client.get(f"/staff/attention/{name}").text
        assert "别处看不到" not in client.get(f"/staff/attention/{name}/export.csv").text
    assert "1条" not in client.get("/staff/attention").text


def test_every_list_as_page_and_file(app: Flask, enter_home: Callable[..., str]) -> None:
    enter_home("=1+1", contract_to=days(5))
    client = signed_in(app, make_staff(app, Role.SUPERVISOR))
    assert client.get("/staff/attention").status_code == 200
    for name in BY_NAME:
        for query in ("", "?sort=-region&page=3", "?sort=nonsense&days=x&months=999"):
            assert client.get(f"/staff/attention/{name}{query}").status_code == 200
        assert client.get(f"/staff/attention/{name}/export.xlsx").status_code == 200
    data = client.get("/staff/attention/contracts-ending/export.xlsx").get_data()
    cell = openpyxl.load_workbook(io.BytesIO(data))["数据"]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert client.get("/staff/attention/nonsense").status_code == 404
    assert client.get("/staff/attention/stale/export.exe").status_code == 404


def test_lists_cost_the_same_for_one_and_for_thousands(
    app: Flask, provenance: Callable[..., Provenance], count_queries: CountQueries
) -> None:
    client = signed_in(app, make_staff(app))
    pages = ["/staff/attention", *(f"/staff/attention/{name}" for name in BY_NAME), "/staff/unregistered"]

    def costs() -> dict[str, int]:
        counted = {}
        for page in pages:
            client.get(page)
            with count_queries(app) as statements:
                assert client.get(page).status_code == 200, page
            counted[page] = len(statements)
        return counted

    enter_homes(app, provenance, 0, 1)
    few = costs()
    enter_homes(app, provenance, 1, 1_999)
    many = costs()
    assert few == many
    assert many["/staff/attention"] <= 50
    assert max(cost for page, cost in many.items() if page != "/staff/attention") <= 15
