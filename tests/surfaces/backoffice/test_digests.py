"""The monthly digests in the back office: who runs the column, writing, publishing, correcting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.topics.digest_jobs import compile_missing_digests
from portal.topics.digest_models import Digest
from portal.unit_of_work import unit_of_work
from tests.integration.topics.digest_rows import CITY, COUNTY, OTHER
from tests.surfaces.public.digesting import JUDGEMENT, fill
from tests.surfaces.staff import make_staff, signed_in

NOW = clock.at(date(2026, 11, 3), 10)
MONTH = {"region": CITY, "since": "2026-09"}


@pytest.fixture
def city(sqlite_app: Flask) -> Iterator[Flask]:
    """A city that has just said that it runs the column since September; every request is on 3 November."""
    with clock.moved_to(NOW):
        with sqlite_app.app_context(), unit_of_work():
            fill()
        reviewer = person(sqlite_app, Role.REVIEWER)
        assert sent(reviewer, "/staff/digests", "/staff/digests/offices", **MONTH)[0] == 200
        with sqlite_app.app_context():
            assert compile_missing_digests() == 2
        yield sqlite_app


def person(
    app: Flask, role: Role, region: str = CITY, department: Department = Department.CIVIL_AFFAIRS
) -> FlaskClient:
    return signed_in(app, make_staff(app, role, department, region))


def page_of(app: Flask, month: date = date(2026, 10, 1)) -> str:
    """Return where the newest edition of a month is worked on."""
    with app.app_context():
        query = select(Digest.id).where(Digest.month == month).order_by(Digest.edition.desc())
        return f"/staff/digests/{db.session.scalars(query).first()}"


def sent(client: FlaskClient, page: str, address: str, **values: object) -> tuple[int, str]:
    """Fill in the form of a page that goes to an address and send it; return (status, page that follows)."""
    form = client.get(page).text.split(f'action="{address}"')[1].split("</form>")[0]
    version = re.search(r'name="([a-z-]*version)"[^>]*value="(\d+)"', form)
    seen = {version[1]: version[2]} if version else {}
    answer = client.post(address, data={**seen, **values}, follow_redirects=True)
    return answer.status_code, answer.text


def written(client: FlaskClient, place: str, **also: object) -> None:
    status, page = sent(client, place, f"{place}/write", **{"write-words": JUDGEMENT, **also})
    assert status == 200, page
    assert sent(client, place, f"{place}/submit")[0] == 200


def test_a_digest_goes_from_one_person_to_another_and_into_the_open(city: Flask) -> None:
    clerk, reviewer, place = person(city, Role.CLERK), person(city, Role.REVIEWER), page_of(city)
    assert "写2026年10月的汇总" in clerk.get("/staff").text
    assert f'action="{place}/submit"' not in clerk.get(place).text  # nothing is written yet
    status, page = sent(clerk, place, f"{place}/write", **{"write-words": "找张三，13800138000"})
    assert status == 422
    assert "这里不能写身份证号、银行卡号、手机号或邮箱" in page
    assert "找张三，13800138000" in page  # nothing typed is lost
    written(clerk, place, **{"write-left_out": ["电动车", "从来没有的词"]})
    assert "审核2026年10月的汇总" in reviewer.get("/staff").text
    assert "2026年10月的汇总" not in clerk.get("/staff").text
    assert "等审核人员发布" in clerk.get(place).text
    assert (
        "还没有发布" in clerk.get("/suggestions/digests").text
        or "最晚" in clerk.get("/suggestions/digests").text
    )
    assert clerk.get(f"/suggestions/digests/{CITY}/2026-10").status_code == 404
    status, page = sent(reviewer, place, f"{place}/return", **{"return-words": "写上月底的期限"})
    assert "审核人员退回：写上月底的期限" in clerk.get(place).text
    assert "改2026年10月的汇总" in clerk.get("/staff").text
    written(clerk, place, **{"write-left_out": ["电动车"]})
    status, page = sent(reviewer, place, f"{place}/publish")
    assert status == 422
    assert "请先勾选" in page
    status, page = sent(reviewer, place, f"{place}/publish", **{"publish-sure": "y"})
    assert status == 200
    assert "看公众页面" in page
    public = clerk.get(f"/suggestions/digests/{CITY}/2026-10").text
    assert "群众最担心电动车进楼道。" in public
    assert "另有1个词没有意思" in public
    status, page = sent(clerk, place, f"{place}/correct", **{"correct-reason": "漏了来信"})
    assert status == 200
    assert "第2版" in page
    assert "漏了来信" in page
    assert "看最新的一版" in clerk.get(place).text
    assert "漏了来信" not in clerk.get(f"/suggestions/digests/{CITY}/2026-10").text


def test_who_wrote_it_does_not_publish_it(city: Flask) -> None:
    one, other, place = person(city, Role.REVIEWER), person(city, Role.REVIEWER), page_of(city)
    written(one, place)
    assert f'action="{place}/publish"' not in one.get(place).text
    assert "要由另一位审核人员来发布" in one.get(place).text
    version = re.search(r'name="return-version"[^>]*value="(\d+)"', one.get(place).text)
    assert version is not None
    answer = one.post(f"{place}/publish", data={"publish-version": version[1], "publish-sure": "y"})
    assert answer.status_code == 409
    assert "要由另一位审核人员来发布" in answer.text
    assert sent(other, place, f"{place}/publish", **{"publish-sure": "y"})[0] == 200


def test_who_came_second_sees_what_the_first_wrote(city: Flask) -> None:
    clerk, other, place = person(city, Role.CLERK), person(city, Role.CLERK), page_of(city)
    version = re.search(r'name="write-version"[^>]*value="(\d+)"', other.get(place).text)
    assert version is not None
    sent(clerk, place, f"{place}/write", **{"write-words": "先写的分析"})
    data = {"write-version": version[1], "write-words": "后写的分析"}
    answer = other.post(f"{place}/write", data=data)
    assert answer.status_code == 409
    assert "先写的分析" in answer.text
    assert "后写的分析" in answer.text


def test_records_that_changed_are_taken_in_and_the_words_stay(city: Flask) -> None:
    clerk, place = person(city, Role.CLERK), page_of(city)
    sent(clerk, place, f"{place}/write", **{"write-words": JUDGEMENT, "write-left_out": ["电动车"]})
    with city.app_context(), unit_of_work():
        fill()
    status, page = sent(clerk, place, f"{place}/compile")
    assert status == 200
    assert "这个月收到点题24条" in page
    assert "群众最担心电动车进楼道" in page
    assert re.search(r'checked[^>]*value="电动车"|value="电动车"[^>]*checked', page)


def test_it_is_civil_affairs_of_the_region_that_keeps_it(city: Flask) -> None:
    place = page_of(city)
    for role, region, department in (
        (Role.CLERK, CITY, Department.FIRE),
        (Role.SUPERVISOR, CITY, Department.CIVIL_AFFAIRS),
    ):
        client = person(city, role, region, department)
        shown = client.get(place)
        assert shown.status_code == 200
        assert f'action="{place}/' not in shown.text
    near = person(city, Role.REVIEWER, COUNTY)
    assert near.get(place).status_code == 404
    assert "2026年10月" not in near.get("/staff/digests").text
    data = {"region": CITY, "since": "2026-09"}
    assert near.post("/staff/digests/offices", data=data).status_code == 404
    clerk = person(city, Role.CLERK)
    assert clerk.post("/staff/digests/offices", data=data).status_code == 403


def test_the_column_begins_in_a_month_that_was(city: Flask) -> None:
    reviewer = person(city, Role.REVIEWER)
    for since, said in (
        ("2026-12", "不能是以后的月份"),
        ("九月", "请写成"),
        ("2026-10", "已经有更早月份的汇总"),
    ):
        status, page = sent(reviewer, "/staff/digests", "/staff/digests/offices", region=CITY, since=since)
        assert status == 422, since
        assert said in page
    status, page = sent(reviewer, "/staff/digests", "/staff/digests/offices", region=OTHER, since="2026-10")
    assert status == 200
    assert "明溪县，从2026年10月起" in page
    address = "/staff/digests/compile"
    answer = reviewer.post(address, data={"region": OTHER, "month": "2026-10"}, follow_redirects=True)
    assert "明溪县2026年10月点题汇总" in answer.text
    answer = reviewer.post(address, data={"region": OTHER, "month": "2026-11"}, follow_redirects=True)
    assert "这个月还没有过完" in answer.text


def test_the_list_goes_out_as_a_file(city: Flask) -> None:
    lines = person(city, Role.SUPERVISOR).get("/staff/digests.csv").text.splitlines()
    assert lines[1] == "2026-10,三明市,还没发布,2026-11-20,,0,1,待撰写"
    assert lines[2] == "2026-09,三明市,过期没发布,2026-10-20,,14,1,待撰写"
