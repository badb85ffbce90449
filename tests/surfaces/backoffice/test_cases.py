"""The queue of complaints: its filters, its keyboard, several given to one person, the list as a file."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from portal import clock
from portal.audit.models import AuditEntry
from portal.complaints.kinds import Category, Channel
from portal.domain.permissions import Department, Role
from portal.extensions import db
from tests.integration.complaints.cases import CLERK, enter_home
from tests.surfaces.backoffice.casework import (
    PERSON,
    PHONE,
    TEXT,
    Client,
    case_of,
    do,
    done,
    lodged,
    version,
)
from tests.surfaces.conftest import CountQueries
from tests.surfaces.staff import make_staff, signed_in


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


def numbers(page: str) -> list[str]:
    """Return the receipt numbers of a list, in order."""
    return list(dict.fromkeys(re.findall(r'href="/staff/cases/(T\d{4}-\w{8})"', page)))


def ticked(app: Flask, *receipts: str) -> list[str]:
    """Return what the boxes of these cases send."""
    return [f"{receipt}.{case_of(app, receipt).version}" for receipt in receipts]


def test_what_is_due_first_is_first_in_word_shape_and_days(app: Flask, staff_client: Client) -> None:
    late, soon, fresh = lodged(app, 20), lodged(app, 6), lodged(app, 0)
    clerk = staff_client()
    page = clerk.get("/staff/cases").text
    assert numbers(page) == [late, soon, fresh]
    assert re.search(r'state--bad">超期\d+个工作日', page)
    assert re.search(r'state--good">还剩\d个工作日', page)
    assert TEXT not in page
    assert PERSON not in page
    home = clerk.get("/staff").text
    assert '投诉</a> <span class="tag">3件' in home
    assert re.search(r"超期[12]件", home)


def test_every_filter_is_in_the_address(app: Flask, staff_client: Client) -> None:
    home = enter_home(app)
    plain = lodged(app, institution_id=home)
    call = lodged(app, channel=Channel.PHONE, by=CLERK)
    fees = lodged(app, category=Category.CONTRACT)
    late = lodged(app, 25)
    clerk, reviewer = staff_client(), staff_client(Role.REVIEWER)
    done(clerk, call, "urgent", reason="很急")
    done(clerk, fees, "accept")
    done(clerk, fees, "start")
    done(reviewer, late, "refuse", words="不归民政管。")
    handler = case_of(app, fees).handler_id
    for query, expected in {
        "": {plain, call, fees},
        "state=new": {plain, call},
        "state=waiting": set(),
        "state=ended": {late},
        "channel=phone": {call},
        "category=contract": {fees},
        "urgent=1": {call},
        "late=1": set(),
        "unassigned=1": {plain, call},
        "mine=1": {fees},
        f"handler={handler}": {fees},
        "region=350404": {plain, call, fees},
        "region=110101": {plain, call, fees},
        f"receipt={plain.replace('-', ' ').lower()}": {plain},
        f"receipt={late}": {late},
        "receipt=12345": set(),
        "category=nonsense&channel=x&page=zz&handler=-1&state=odd": {plain, call, fees},
        "channel=web&category=care&unassigned=1": {plain},
    }.items():
        assert set(numbers(clerk.get(f"/staff/cases?{query}").text)) == expected, query
    page = clerk.get("/staff/cases?channel=phone&urgent=1").text
    assert 'href="/staff/cases?channel=phone&amp;urgent=1&amp;state=new"' in page
    assert '<input type="hidden" name="urgent" value="1">' in page
    assert "没有符合条件的投诉" in clerk.get("/staff/cases?late=1").text


def test_the_queue_costs_the_same_for_one_and_for_many(
    app: Flask, staff_client: Client, count_queries: CountQueries
) -> None:
    clerk = staff_client()
    lodged(app)
    clerk.get("/staff/cases")
    with count_queries(app) as one:
        clerk.get("/staff/cases")
    for _ in range(8):
        lodged(app)
    with count_queries(app) as many:
        clerk.get("/staff/cases")
    assert len(many) == len(one)


def test_several_are_given_to_one_person(app: Flask, staff_client: Client) -> None:
    first, second, third = lodged(app, 5), lodged(app, 4), lodged(app, 3)
    clerk, reviewer = staff_client(), staff_client(Role.REVIEWER)
    other = make_staff(app, name="王小二")
    page = clerk.get("/staff/cases").text
    assert "王小二" in page
    assert page.count('type="checkbox" name="case"') == 3
    for data, said in (
        ({"handler": str(other.id)}, "请先勾选"),
        ({"case": ticked(app, first)}, "请选择交给谁"),
    ):
        refused = clerk.post("/staff/cases/assign", data=data)
        assert refused.status_code == 422
        assert said in refused.text
    chosen = ticked(app, first, second, third)
    done(reviewer, third, "refuse", words="不归民政管。")
    refused = clerk.post("/staff/cases/assign", data={"case": chosen, "handler": str(other.id)})
    assert refused.status_code == 409
    assert "一件也没有交办" in refused.text
    assert f'<span class="code">{third}</span>：' in refused.text
    assert refused.text.count("checked>") == 2
    assert case_of(app, first).handler_id is None
    again = ticked(app, first, second)
    answer = clerk.post(
        "/staff/cases/assign", data={"case": again, "handler": str(other.id), "back": "/staff/cases?late=1"}
    )
    assert (answer.status_code, answer.location) == (303, "/staff/cases?late=1")
    assert "已交办2件" in clerk.get("/staff/cases").text
    assert {case_of(app, one).handler_id for one in (first, second)} == {other.id}
    assert set(numbers(signed_in(app, other).get("/staff/cases?mine=1").text)) == {first, second}
    assert clerk.post("/staff/cases/assign", data={"case": "x.y", "handler": "1"}).status_code == 400
    foreign = clerk.post("/staff/cases/assign", data={"case": "T2026-7KFM3XQP.1", "handler": str(other.id)})
    assert foreign.status_code == 409
    assert staff_client(Role.SUPERVISOR).post("/staff/cases/assign").status_code == 403


def test_who_watches_sees_clocks_and_no_names(app: Flask, staff_client: Client) -> None:
    receipt = lodged(app)
    handler = make_staff(app, name="王小二")
    clerk = signed_in(app, handler)
    done(clerk, receipt, "accept")
    done(clerk, receipt, "start")
    done(clerk, receipt, "note", words="内部的话")
    for role in (Role.SUPERVISOR, Role.DISCIPLINE):
        client = staff_client(role)
        page = client.get("/staff/cases").text
        assert receipt in page
        assert "王小二" not in page
        assert 'name="case"' not in page
        assert '<select id="department"' in page
        assert numbers(client.get("/staff/cases?department=fire").text) == []
        assert numbers(client.get("/staff/cases?mine=1").text) == [receipt]
        page = client.get(f"/staff/cases/{receipt}").text
        for secret in (TEXT, PERSON, PHONE, "内部的话", "王小二"):
            assert secret not in page
        assert "开始办理" in page
        assert "期限是怎样数的" in page
        assert "<form" not in page.split("<main")[1]
    assert staff_client(Role.ADMINISTRATOR).get("/staff/cases").status_code == 403
    assert receipt not in staff_client(Role.CLERK, Department.FIRE).get("/staff/cases").text


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_list_goes_out_without_words_or_persons(
    app: Flask, staff_client: Client, file_format: str
) -> None:
    receipt = lodged(app, institution_id=enter_home(app))
    call = lodged(app, channel=Channel.PHONE, by=CLERK)
    clerk = staff_client()
    answer = clerk.get(f"/staff/cases.{file_format}?channel=web")
    assert answer.status_code == 200
    if file_format == "csv":
        rows = answer.get_data().decode("utf-8-sig").splitlines()
        assert len(rows) == 2
        assert rows[1].startswith(f"{receipt},")
        assert call not in answer.text
        assert "示例敬老院" in rows[1]
        assert all(secret not in answer.text for secret in (TEXT, PERSON, PHONE))
    with app.app_context():
        entry = db.session.query(AuditEntry).order_by(AuditEntry.sequence.desc()).first()
        assert entry is not None
        assert entry.action == "export"
        assert "网上" in entry.content


def test_keys_are_told_on_the_page(app: Flask, staff_client: Client) -> None:
    lodged(app)
    page = staff_client().get("/staff/cases").text
    for words in ("用键盘看这张表", "<kbd>j</kbd>", "<kbd>x</kbd>", "data-queue", "data-row"):
        assert words in page


def test_a_case_moves_up_when_its_day_of_receipt_is_put_right(app: Flask, staff_client: Client) -> None:
    older = lodged(app, 4)
    call = lodged(app, 1, channel=Channel.PHONE, by=CLERK)
    clerk = staff_client()
    assert numbers(clerk.get("/staff/cases").text) == [older, call]
    day = clock.today() - timedelta(days=9)
    assert version(clerk, call)
    assert do(clerk, call, "redate", received_at=f"{day}T10:00", reason="邮戳").status_code == 303
    assert numbers(clerk.get("/staff/cases").text) == [call, older]
