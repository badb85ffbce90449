"""The four lists in the back office: overview, lines, sending, correcting, public switch, workbook."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.accountability.jobs import compile_last_month
from portal.accountability.models import MonthlyLists
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.supervision.problem_models import Problem
from portal.unit_of_work import unit_of_work
from tests.integration.accountability.records import COUNTY, OTHER, enter_problem, home
from tests.surfaces.conftest import CountQueries
from tests.surfaces.staff import make_staff, signed_in

NONSENSE = ("350404/2026-13", "350404/2026-6", "35040/2026-06", "x/y", "999999/2026-06")
NOW = clock.at(date(2026, 7, 2), 10)
FORMULA = '=HYPERLINK("https://bad.example")'


@pytest.fixture
def june(sqlite_app: Flask) -> Iterator[int]:
    """The lists of June of one county; every request is made on 2 July."""
    with clock.moved_to(NOW):
        with sqlite_app.app_context():
            with unit_of_work():
                where, elsewhere = home("甲养老院"), home("乙养老院", OTHER)
                enter_problem(where, date(2026, 6, 1), title="楼梯没有扶手")
                enter_problem(where, date(2026, 6, 9), date(2026, 6, 12), title=FORMULA)
                hidden = enter_problem(where, date(2026, 6, 20), title="没有公开的问题")
                hidden.published_at = None
                enter_problem(elsewhere, date(2026, 6, 6), title="别处的问题")
            compile_last_month()
            found = db.session.scalar(select(MonthlyLists.id).where(MonthlyLists.region_code == COUNTY))
        yield found or 0


@pytest.fixture
def reviewer(june: int, sqlite_app: Flask) -> FlaskClient:
    return signed_in(sqlite_app, make_staff(sqlite_app, Role.REVIEWER))


def version(client: FlaskClient, page: str, address: str) -> dict[str, str]:
    """Return the version that the form of a page holds that goes to an address."""
    form = client.get(page).text.split(f'action="{address}"')[1].split("</form>")[0]
    found = re.search(r'name="([a-z-]*version)"[^>]*value="(\d+)"', form)
    assert found is not None, form
    return {found[1]: found[2]}


def sent(client: FlaskClient, page: str, address: str, **values: str) -> tuple[int, str]:
    """Fill in the form of a page that goes to an address, send it; return (status, page that follows)."""
    answer = client.post(address, data={**version(client, page, address), **values}, follow_redirects=True)
    return answer.status_code, answer.text


def line_id(page: str, title: str) -> str:
    found = re.search(rf'id="line-(\d+)"[^>]*>\s*<p><strong>(?:<s>|<a [^>]*>)?{re.escape(title)}', page)
    assert found is not None, title
    return found[1]


def test_the_overview_shows_each_county_and_what_is_owed(reviewer: FlaskClient) -> None:
    page = reviewer.get("/staff/lists").text
    assert "福建省三明市三元区" in page
    assert "明溪县" not in page
    assert "还没报送" in page
    assert "2026年7月20日" in page
    assert "报送2026年6月的清单" in reviewer.get("/staff").text


def test_lines_are_reworded_left_out_put_back_and_added(reviewer: FlaskClient, june: int) -> None:
    place = f"/staff/lists/{june}"
    page = reviewer.get(place).text
    line = line_id(page, "楼梯没有扶手")
    edit, out = f"{place}/lines/{line}/edit", f"{place}/lines/{line}/leave-out"
    at = f"{place}/lines/{line}"
    status, page = sent(reviewer, at, edit, **{"edit-title": "东侧楼梯没有扶手", "edit-reason": ""})
    assert status == 422
    assert "请写明理由" in page
    assert "东侧楼梯没有扶手" in page  # nothing typed is lost
    status, page = sent(reviewer, at, edit, **{"edit-title": "东侧楼梯没有扶手", "edit-reason": "更准确"})
    assert status == 200
    assert "理由：更准确" in page
    _, page = sent(reviewer, at, out, **{"leave-out-reason": "登了两次"})
    assert "拿掉了" in page
    _, page = sent(reviewer, at, f"{at}/put-back", **{"put-back-reason": "没有两次"})
    assert "拿掉了" not in page
    rule = {
        "add-kind": "rules",
        "add-title": "消防巡查办法",
        "add-document": "三民〔2026〕9号",
        "add-issued_on": "2026-06-15",
        "add-url": "https://example.cn/9",
        "add-reason": "新定的",
    }
    status, page = sent(reviewer, place, f"{place}/lines", **{**rule, "add-url": "javascript:alert(1)"})
    assert status in (409, 422)
    assert "链接要以" in page
    assert 'href="javascript' not in page
    status, page = sent(reviewer, place, f"{place}/lines", **rule)
    assert status == 200
    assert 'href="https://example.cn/9"' in page
    assert "三民〔2026〕9号" in page


def test_a_line_leads_to_its_problem(reviewer: FlaskClient, june: int) -> None:
    found = re.search(
        r'href="(/staff/problems/\w{8})">楼梯没有扶手', reviewer.get(f"/staff/lists/{june}").text
    )
    assert found is not None
    assert "楼梯没有扶手" in reviewer.get(found[1]).text


def test_sending_needs_a_tick_and_then_nothing_changes(reviewer: FlaskClient, june: int) -> None:
    place = f"/staff/lists/{june}"
    status, page = sent(reviewer, place, f"{place}/submit")
    assert status == 422
    assert "请先勾选" in page
    line = line_id(reviewer.get(place).text, "楼梯没有扶手")
    status, page = sent(reviewer, place, f"{place}/submit", **{"submit-sure": "y"})
    assert status == 200
    assert "按时报送" in page
    assert "手工列入一条" not in page
    late = {"leave-out-version": "2", "leave-out-reason": "不该列"}
    answer = reviewer.post(f"{place}/lines/{line}/leave-out", data=late)
    assert answer.status_code == 409
    status, page = sent(reviewer, place, f"{place}/correct", **{"correct-reason": "漏了一条"})
    assert status == 200
    assert "第2版" in page
    assert "漏了一条" in page
    assert "看最新的一版" in reviewer.get(place).text


def test_who_came_second_sees_that_somebody_was_quicker(reviewer: FlaskClient, june: int) -> None:
    place = f"/staff/lists/{june}"
    stale = version(reviewer, place, f"{place}/submit")
    sent(reviewer, place, f"{place}/compile")
    answer = reviewer.post(f"{place}/submit", data={**stale, "submit-sure": "y"})
    assert answer.status_code == 409
    assert "别人刚刚改动了" in answer.text


def test_only_reviewers_of_civil_affairs_are_offered_anything(sqlite_app: Flask, june: int) -> None:
    for role, department in ((Role.CLERK, Department.CIVIL_AFFAIRS), (Role.REVIEWER, Department.FIRE)):
        client = signed_in(sqlite_app, make_staff(sqlite_app, role, department))
        page = client.get(f"/staff/lists/{june}").text
        assert "楼梯没有扶手" in page
        assert "<form" not in page.split("<main")[1].replace("sign-out", "")
        assert client.post(f"/staff/lists/{june}/submit", data={"submit-sure": "y"}).status_code in (403, 404)
        assert "四张清单" not in client.get("/staff").text.split("<main")[1]


def test_the_public_reads_it_once_the_county_says_so(
    reviewer: FlaskClient, june: int, sqlite_app: Flask
) -> None:
    visitor, place = sqlite_app.test_client(), f"/staff/lists/{june}"
    address = f"/accountability/lists/{COUNTY}/2026-06"
    sent(reviewer, place, f"{place}/submit", **{"submit-sure": "y"})
    assert visitor.get(address).status_code == 404
    publish = {"region": COUNTY, "on": "1"}
    assert reviewer.post("/staff/lists/publishing", data=publish).status_code == 303
    page = visitor.get(address).text
    assert "楼梯没有扶手" in page
    assert "没有公开的问题" not in page
    assert "另有1条的问题还没有公开" in page
    assert "甲养老院" in page
    assert address in visitor.get("/accountability/lists").text
    assert "按时" in visitor.get("/accountability/lists").text
    book = openpyxl.load_workbook(io.BytesIO(visitor.get(f"{address}.xlsx").data))
    assert [sheet.title for sheet in book] == ["问题清单", "整改清单", "制度清单", "成果清单", "说明"]
    assert "没有公开的问题" not in str([cell.value for row in book["问题清单"] for cell in row])
    with sqlite_app.app_context(), unit_of_work():
        db.session.scalars(select(Problem).where(Problem.title == "楼梯没有扶手")).one().published_at = None
        db.session.execute(db.text("UPDATE data_set SET version = version + 1"))
    assert "楼梯没有扶手" not in visitor.get(address).text
    reviewer.post("/staff/lists/publishing", data={"region": COUNTY, "on": ""})
    assert visitor.get(address).status_code == 404
    assert address not in visitor.get("/accountability/lists").text


@pytest.mark.parametrize("place", NONSENSE)
def test_nonsense_is_no_page(sqlite_app: Flask, place: str) -> None:
    client = sqlite_app.test_client()
    assert client.get(f"/accountability/lists/{place}").status_code == 404
    assert client.get(f"/accountability/lists/{place}.xlsx").status_code == 404


def test_the_workbook_holds_four_sheets_and_runs_nothing(reviewer: FlaskClient, june: int) -> None:
    answer = reviewer.get(f"/staff/lists/{june}.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert [sheet.title for sheet in book] == ["问题清单", "整改清单", "制度清单", "成果清单", "说明"]
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert {cell.value: cell.data_type for cell in cells}[FORMULA] == "s"
    assert not any(cell.data_type == "f" for cell in cells)
    header = [cell.value for cell in book["成果清单"][1]]
    result = dict(zip(header, [cell.value for cell in book["成果清单"][2]], strict=True))
    assert result["用了几个工作日"] == 3
    assert result["机构或场所"] == "甲养老院"


def test_the_overview_goes_out_as_a_file(reviewer: FlaskClient, june: int) -> None:
    text = reviewer.get("/staff/lists.csv?month=2026-06").data.decode("utf-8-sig")
    assert "福建省三明市三元区,2026-06,还没报送,2026-07-20,,1,3,2,0,1,否" in text


def test_a_month_is_compiled_on_demand(reviewer: FlaskClient, june: int) -> None:
    page = reviewer.get("/staff/lists?month=2026-05").text
    assert "现在编" in page
    answer = reviewer.post("/staff/lists/compile", data={"region": COUNTY, "month": "2026-05"})
    assert answer.status_code == 303
    assert "2026年5月四张清单" in reviewer.get(answer.location).text
    for region, month in ((OTHER, "2026-05"), (COUNTY, "x"), ("999999", "2026-05")):
        wrong = {"region": region, "month": month}
        assert reviewer.post("/staff/lists/compile", data=wrong).status_code == 404
    running = {"region": COUNTY, "month": "2026-07"}
    early = reviewer.post("/staff/lists/compile", data=running, follow_redirects=True)
    assert "还没有过完" in early.text


def test_a_page_costs_the_same_however_many_lines(
    reviewer: FlaskClient, june: int, sqlite_app: Flask, count_queries: CountQueries
) -> None:
    def cost() -> int:
        reviewer.get(f"/staff/lists/{june}")
        with count_queries(sqlite_app) as statements:
            assert reviewer.get(f"/staff/lists/{june}").status_code == 200
        return len(statements)

    few = cost()
    with sqlite_app.app_context(), unit_of_work():
        where = home("丙养老院")
        for _ in range(30):
            enter_problem(where, date(2026, 6, 3))
    sent(reviewer, f"/staff/lists/{june}", f"/staff/lists/{june}/compile")
    assert cost() == few
