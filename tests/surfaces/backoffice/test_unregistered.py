"""Unregistered homes in the back office: one step after the other, by who may, seen by nobody too soon."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock
from portal.audit.models import AuditEntry
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.institutions.models import UnregisteredHome
from tests.surfaces.staff import make_staff, signed_in

TODAY = clock.today()
SOURCE = {"source_kind": "inspection", "source_title": "现场检查记录", "as_of": TODAY.isoformat()}
NEW = {
    **SOURCE,
    "name": "暗巷托老所",
    "region_code": "350404",
    "township": "列西街道",
    "address": "暗巷里九十九号",
    "found_on": (TODAY - timedelta(days=60)).isoformat(),
    "found_how": "inspection",
    "residents": "7",
}


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    return signed_in(app, make_staff(app, Role.CLERK))


@pytest.fixture
def reviewer(app: Flask) -> FlaskClient:
    return signed_in(app, make_staff(app, Role.REVIEWER))


@pytest.fixture
def home(clerk: FlaskClient) -> str:
    """A home that a clerk has entered: its address in the back office."""
    answer = clerk.post("/staff/unregistered/new", data=NEW)
    assert answer.status_code == 303
    return answer.location


def take(client: FlaskClient, home: str, step: str, day: str, **more: str) -> TestResponse:
    return client.post(f"{home}/steps/{step}", data={**SOURCE, "day": day, **more})


def told(client: FlaskClient, home: str) -> None:
    for step, day in (("verify", 50), ("tell", 40)):
        assert take(client, home, step, ago(day)).status_code == 303


def test_the_whole_way_from_found_to_removed(
    app: Flask, clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    public = home.replace("/staff/unregistered/", "/institutions/unregistered/")
    visitor = app.test_client()
    assert "上门核实" in clerk.get(home).text
    assert take(clerk, home, "inspect", ago(55)).status_code == 303
    told(clerk, home)
    assert visitor.get(public).status_code == 404
    page = clerk.get(home).text
    assert "异议期满后由审核人员公开" in page
    assert f"{home}/steps/publish" not in page

    form = reviewer.get(f"{home}/steps/publish").text
    assert "公众将看到" in form
    assert "暗巷里九十九号" in form
    unread = take(reviewer, home, "publish", ago(20))
    assert unread.status_code == 422
    assert "请核对后勾选确认" in unread.text
    assert visitor.get(public).status_code == 404
    assert take(reviewer, home, "publish", ago(20), confirmed="y").status_code == 303
    assert "暗巷托老所" in visitor.get(public).text

    assert take(clerk, home, "decide", ago(10), disposition="shut").status_code == 303
    assert "已关停" in visitor.get(public).text
    gone = take(reviewer, home, "remove", ago(1), confirmed="y", removed_reason="关停满期")
    assert gone.status_code == 303
    assert visitor.get(public).status_code == 404
    page = reviewer.get(home).text
    assert "关停满期" in page
    assert "/steps/" not in page
    with app.app_context():
        actions = [entry.action for entry in db.session.scalars(db.select(AuditEntry))]
    assert actions.count("unregistered_step") == 6


def test_a_step_is_not_skipped(clerk: FlaskClient, reviewer: FlaskClient, home: str) -> None:
    for client, step in ((clerk, "tell"), (reviewer, "publish"), (reviewer, "remove")):
        answer = take(client, home, step, ago(1), confirmed="y", removed_reason="x")
        assert answer.status_code == 303
        assert "现在不能" in client.get(answer.location).text
    assert "还没有核实，不能作出" in take(clerk, home, "decide", ago(1), disposition="shut").text


def test_dates_stand_in_order_and_what_was_typed_stays(clerk: FlaskClient, home: str) -> None:
    early = take(clerk, home, "verify", ago(61))
    assert early.status_code == 422
    assert "核实不能早于发现的那天" in early.text
    assert f'value="{ago(61)}"' in early.text
    assert "现场检查记录" in early.text
    assert 'href="#day"' in early.text
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    assert "日期晚于今天" in take(clerk, home, "verify", tomorrow).text
    stale = take(clerk, home, "verify", ago(50), as_of=ago(51))
    assert "数据日期不能早于这一步发生的那天" in stale.text
    assert "请写明来源" in take(clerk, home, "verify", ago(50), source_title="").text
    told(clerk, home)


def test_publishing_on_the_day_of_the_notice_is_refused(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    told(clerk, home)
    answer = take(reviewer, home, "publish", ago(40), confirmed="y")
    assert answer.status_code == 422
    assert "等于没有异议期" in answer.text


def test_no_address_of_a_private_dwelling(app: Flask, clerk: FlaskClient) -> None:
    answer = clerk.post("/staff/unregistered/new", data={**NEW, "private_dwelling": "y"})
    assert answer.status_code == 422
    assert "私人住宅不登记具体地址" in answer.text
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(UnregisteredHome.id))) == 0


def test_publishing_and_removing_are_the_reviewers(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    told(clerk, home)
    assert take(clerk, home, "publish", ago(20), confirmed="y").status_code == 403
    assert take(reviewer, home, "publish", ago(20), confirmed="y").status_code == 303
    assert take(clerk, home, "remove", ago(1), confirmed="y", removed_reason="x").status_code == 403
    # a decision that takes it off the public list is as much as removing it
    answer = take(clerk, home, "decide", ago(1), disposition="not_a_home")
    assert answer.status_code == 422
    assert "由审核人员办理" in answer.text
    assert clerk.get(f"{home}/correct").status_code == 403
    assert take(reviewer, home, "decide", ago(1), disposition="not_a_home").status_code == 303


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DISCIPLINE, Role.ADMINISTRATOR])
def test_who_only_looks_writes_nothing(app: Flask, home: str, role: Role) -> None:
    client = signed_in(app, make_staff(app, role))
    page = client.get(home)
    assert page.status_code == 200
    assert "/steps/" not in page.text
    assert take(client, home, "verify", ago(50)).status_code == 403
    assert client.post("/staff/unregistered/new", data=NEW).status_code == 403
    assert client.post(f"{home}/correct", data=NEW).status_code == 403


def test_a_foreign_region_knows_nothing_of_it(app: Flask, home: str) -> None:
    client = signed_in(app, make_staff(app, Role.REVIEWER, region_code="350423"))
    for address in (home, f"{home}/correct", f"{home}/steps/verify"):
        assert client.get(address).status_code == 404
    assert take(client, home, "verify", ago(50)).status_code == 404
    assert "暗巷" not in client.get("/staff/unregistered").text
    assert "暗巷" not in client.get("/staff/unregistered.csv").text
    inside = client.post("/staff/unregistered/new", data=NEW)
    assert inside.status_code == 422


def test_a_department_that_does_not_keep_them_reads_only(app: Flask, home: str) -> None:
    client = signed_in(app, make_staff(app, Role.REVIEWER, Department.HEALTH))
    assert "暗巷托老所" in client.get("/staff/unregistered").text
    assert take(client, home, "verify", ago(50)).status_code == 403
    assert client.post("/staff/unregistered/new", data=NEW).status_code == 403
    fire = signed_in(app, make_staff(app, Role.CLERK, Department.FIRE))
    assert take(fire, home, "verify", ago(50)).status_code == 303


def test_a_correction_changes_what_was_entered_and_keeps_the_order(
    app: Flask, clerk: FlaskClient, home: str
) -> None:
    told(clerk, home)
    seen = _seen(clerk, home)
    form = {**NEW, "verified_on": ago(50), "operator_told_on": ago(40), "seen": seen, "reason": "笔误"}
    wrong = clerk.post(f"{home}/correct", data={**form, "verified_on": ago(30)})
    assert wrong.status_code == 422
    assert "告知经营者不能早于核实的那天" in wrong.text
    done = clerk.post(f"{home}/correct", data={**form, "name": "明巷托老所", "verified_on": ago(48)})
    assert done.status_code == 303
    page = clerk.get(home).text
    assert "明巷托老所" in page
    assert "笔误" in page
    with app.app_context():
        assert db.session.scalars(db.select(UnregisteredHome)).one().verified_on == date.fromisoformat(
            ago(48)
        )


def test_two_clerks_on_one_home_the_second_is_told(clerk: FlaskClient, home: str) -> None:
    seen = _seen(clerk, home)
    assert take(clerk, home, "verify", ago(50)).status_code == 303
    second = clerk.post(f"{home}/correct", data={**NEW, "name": "另一个名字", "seen": seen})
    assert second.status_code == 422
    assert "别人改过这条记录" in second.text
    assert 'value="另一个名字"' in second.text


def test_what_it_became_is_linked(
    app: Flask, clerk: FlaskClient, home: str, enter_home: Callable[..., str]
) -> None:
    became = enter_home("明巷养老院")
    step = {"disposition": "registered", "became": "zzzzzzzz"}
    assert "没有这个编号的机构" in take(clerk, home, "decide", ago(5), **step).text
    only = take(clerk, home, "decide", ago(5), disposition="not_a_home", became=became)
    assert "只有“已补办登记”" in only.text
    assert take(clerk, home, "decide", ago(5), **{**step, "became": became}).status_code == 303
    assert "明巷养老院" in clerk.get(home).text


def test_the_list_counts_by_stage_and_shows_what_is_late(clerk: FlaskClient, home: str) -> None:
    page = clerk.get("/staff/unregistered").text
    assert "已发现 1" in page
    assert "超期，最迟应在" in page
    assert "暗巷托老所" not in clerk.get("/staff/unregistered?stage=listed").text
    assert clerk.get("/staff/unregistered?stage=nonsense&page=99").status_code == 200


def test_the_list_goes_out_with_its_formulas_tamed(clerk: FlaskClient) -> None:
    assert clerk.post("/staff/unregistered/new", data={**NEW, "name": "=HYPERLINK(1)"}).status_code == 303
    text = clerk.get("/staff/unregistered.csv").get_data().decode("utf-8-sig")
    assert ",'=HYPERLINK(1)," in text
    book = openpyxl.load_workbook(io.BytesIO(clerk.get("/staff/unregistered.xlsx").get_data()))
    headings, row = book["数据"].iter_rows(max_row=2)
    cells = {heading.value: cell for heading, cell in zip(headings, row, strict=True)}
    assert (cells["名称"].value, cells["名称"].data_type) == ("=HYPERLINK(1)", "s")
    assert cells["发现日期"].is_date


def _seen(client: FlaskClient, home: str) -> str:
    page = client.get(f"{home}/correct").text
    return page.split('name="seen"')[1].split('value="')[1].split('"')[0]
