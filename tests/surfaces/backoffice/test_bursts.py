"""Suspicious bursts in the back office: seen with reasons, decided with a reason, exported, in the audit."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.domain.permissions import Role
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from portal.voices.kinds import VoiceKind
from portal.voices.service import give, tally
from portal.voices.visitor import Visitor
from tests.surfaces.backoffice.county_voices import make_voices
from tests.surfaces.conftest import CountQueries
from tests.surfaces.staff import make_staff, signed_in

COUNTY = "350404"


@pytest.fixture
def subject(sqlite_app: Flask) -> int:
    """A vote of which five stand apart: ten of fifteen from one address count."""
    return int(make_voices(sqlite_app, COUNTY)["burst"]["subject_id"])


@pytest.fixture
def reviewer(sqlite_app: Flask, subject: int) -> FlaskClient:
    return signed_in(sqlite_app, make_staff(sqlite_app, Role.REVIEWER))


def field(page: str, name: str, nth: int = 0) -> str:
    return re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page)[nth]


def persons(app: Flask, subject: int) -> tuple[int, int]:
    with app.app_context():
        found = tally(VoiceKind.POOL, subject)
        return found.persons, found.apart_persons


def test_a_burst_is_seen_put_back_and_kept_in_the_audit(
    sqlite_app: Flask, reviewer: FlaskClient, subject: int
) -> None:
    assert "计票审看" in reviewer.get("/staff").text
    listed = reviewer.get("/staff/bursts").text
    assert "同一条线路来得多5人" in listed
    assert "一年一次的投票" in listed
    place = f"/staff/bursts/pool/{subject}"
    page = reviewer.get(place).text
    for words in ("来自1个网络、1条线路", "第一次来的浏览器5个", "等待审看", "198.51"):
        assert (words in page) is (words != "198.51")
    which, version = field(page, "decide-which"), field(page, "decide-version")
    form = {"decide-which": which, "decide-version": version, "decide-counted": "1"}
    missing = reviewer.post(f"{place}/decide", data=form)
    assert missing.status_code == 422
    assert "请写明理由" in missing.text
    done = reviewer.post(
        f"{place}/decide", data={**form, "decide-words": "院里的老人"}, follow_redirects=True
    )
    assert "已并入总数" in done.text
    assert "院里的老人" in done.text
    assert persons(sqlite_app, subject) == (15, 0)
    late = reviewer.post(f"{place}/decide", data={**form, "decide-words": "再来一次"})
    assert late.status_code == 409
    assert "再来一次" in late.text
    assert "没有等待审看的" in reviewer.get("/staff/bursts").text
    assert "一年一次的投票" in reviewer.get("/staff/bursts?stage=decided").text
    with sqlite_app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "decide_burst")).one()
        assert "院里的老人" in entry.content
    read = reviewer.get("/staff/audit").text
    assert "审看单独列出的票" in read


def test_a_network_is_set_apart_and_all_that_waits_decided_at_once(
    sqlite_app: Flask, reviewer: FlaskClient, subject: int
) -> None:
    with sqlite_app.app_context(), unit_of_work():
        for number in range(12):
            other = Visitor(f"{100 + number:032x}", None, "203.0.113.5")
            give(VoiceKind.POOL, subject, "1", other, clock.now())
    place = f"/staff/bursts/pool/{subject}"
    page = reviewer.get(place).text
    network = field(page, "apart-network")
    asked = {"apart-network": network, "apart-words": "像机器"}
    assert reviewer.post(f"{place}/apart", data=asked).status_code == 303
    assert persons(sqlite_app, subject) == (10, 17)
    nothing = reviewer.post(f"{place}/apart", data=asked)
    assert nothing.status_code == 409
    assert "没有计入的" in nothing.text
    for odd in ({"apart-network": "%"}, {"apart-since": "x"}, {"apart-since": "2026-01-01T10:00"}):
        assert reviewer.post(f"{place}/apart", data={"apart-words": "像机器", **odd}).status_code in (
            409,
            422,
        )
    all_of_it = {"decide-which": "", "decide-counted": "1", "decide-words": "都核实过"}
    seen = re.search(r'name="decide-which" value=""><input[^>]*name="decide-version" value="(\d+)"', page)
    assert seen is not None
    done = reviewer.post(f"{place}/decide", data={**all_of_it, "decide-version": seen[1]})
    assert done.status_code == 303
    assert persons(sqlite_app, subject) == (17, 10)


def test_what_is_none_is_none(sqlite_app: Flask, reviewer: FlaskClient, subject: int) -> None:
    for place in (f"nothing/{subject}", f"pool/{subject + 1}", f"verdict/{subject}"):
        assert reviewer.get(f"/staff/bursts/{place}").status_code == 404
    answer = reviewer.post(
        f"/staff/bursts/pool/{subject}/decide",
        data={"decide-which": "9" * 12, "decide-counted": "1", "decide-words": "好"},
    )
    assert answer.status_code == 404


def test_the_list_goes_out_as_a_file(reviewer: FlaskClient) -> None:
    text = reviewer.get("/staff/bursts.csv").get_data().decode("utf-8-sig")
    assert "年度点题投票,一年一次的投票" in text


def test_a_clerk_sees_and_decides_nothing(sqlite_app: Flask, subject: int) -> None:
    clerk = signed_in(sqlite_app, make_staff(sqlite_app, Role.CLERK))
    page = clerk.get(f"/staff/bursts/pool/{subject}").text
    assert "同一条线路来得多：5人" in page
    assert "decide-words" not in page
    assert "计票审看" not in clerk.get("/staff").text.split("<main")[1]


def test_many_bursts_cost_no_more_queries(
    sqlite_app: Flask, reviewer: FlaskClient, subject: int, count_queries: CountQueries
) -> None:
    costs = []
    for round_ in range(2):
        for place in ("/staff/bursts", f"/staff/bursts/pool/{subject}"):
            reviewer.get(place)
            with count_queries(sqlite_app) as statements:
                reviewer.get(place)
            costs.append(len(statements))
        if round_ == 0:
            with sqlite_app.app_context(), unit_of_work():
                for number in range(120):
                    other = Visitor(f"{1000 + number:032x}", None, f"203.0.{number % 8}.5")
                    give(VoiceKind.POOL, subject, "1", other, clock.now())
    assert costs[:2] == costs[2:]
