"""Credit in the back office: entered, published, put right; repaired, it is gone from everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.domain.permissions import Role
from portal.extensions import db
from tests.surfaces.backoffice.records import inputs
from tests.surfaces.backoffice.supervising import hidden, make_home, version
from tests.surfaces.backoffice.visiting import CREDIT, field
from tests.surfaces.staff import make_staff, signed_in

TODAY = clock.today()
WORDS = {
    "kind": "penalty", "title": "罚款三万元", "reason": "三次责令改正，仍不改正。", "amount": "3万",
    "legal_basis": "《消防法》第六十条", "authority": "示例县消防救援大队",
    "decided_on": TODAY.isoformat(), "until": (TODAY + timedelta(days=20)).isoformat(),
}  # fmt: skip


@pytest.fixture
def clerk(sqlite_app: Flask) -> FlaskClient:
    return signed_in(sqlite_app, make_staff(sqlite_app))


@pytest.fixture
def reviewer(sqlite_app: Flask) -> FlaskClient:
    return signed_in(sqlite_app, make_staff(sqlite_app, Role.REVIEWER))


@pytest.fixture
def home(sqlite_app: Flask) -> str:
    return make_home(sqlite_app)


def entered(client: FlaskClient, home: str, **changes: str) -> str:
    """Enter one; return its page."""
    form = {**WORDS, "amount": "30000", "home": f"i-{home}", **changes}
    answer = client.post(f"{CREDIT}/new", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def published(reviewer: FlaskClient, page: str) -> None:
    form = {"publish-version": version(reviewer, page), "publish-sure": "y"}
    assert reviewer.post(f"{page}/publish", data=form).status_code == 303


def test_an_entry_is_entered_published_and_told_of_before_it_ends(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    page = entered(clerk, home)
    assert "¥30,000" in clerk.get(page).text
    assert "罚款三万元" not in clerk.get("/credit").text
    assert "等您公开的信用记录" in reviewer.get("/staff").text
    published(reviewer, page)
    assert "罚款三万元" in clerk.get("/credit").text
    assert "快到期、要自动删除的信用记录" in clerk.get("/staff").text
    assert "罚款三万元" in clerk.get(f"{CREDIT}?state=ending").text


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({}, "amount"),
        ({"amount": "", "until": ""}, "until"),
        ({"amount": "300", "kind": "exposure"}, "amount"),
        ({"amount": "", "decided_on": (TODAY + timedelta(days=1)).isoformat()}, "decided_on"),
        ({"amount": "", "problem": "W2026-000000"}, "problem"),
        ({"amount": "", "home": "i-nothere2"}, "q"),
        ({"amount": "", "reason": "院长身份证11010519491231002X"}, "reason"),
    ],
)
def test_what_cannot_be_entered_stands_at_its_field(
    clerk: FlaskClient, home: str, said: dict[str, str], where: str
) -> None:
    answer = clerk.post(f"{CREDIT}/new", data={**WORDS, "home": f"i-{home}", **said})
    assert answer.status_code == 422
    assert f'<a href="#{where}">' in answer.text
    assert field(answer.text, "title") == "罚款三万元"


def test_who_comes_second_sees_what_the_first_wrote(sqlite_app: Flask, clerk: FlaskClient, home: str) -> None:
    second = signed_in(sqlite_app, make_staff(sqlite_app))
    page = entered(clerk, home)
    shown = second.get(f"{page}/edit").text
    assert field(shown, "amount") == "30000"
    mine = {**inputs(shown), **hidden(shown), "reason": "第二个人写的"}
    first = {**mine, "reason": "第一个人写的"}
    assert clerk.post(f"{page}/edit", data=first).status_code == 303
    answer = second.post(f"{page}/edit", data=mine)
    assert answer.status_code == 409
    assert "第一个人写的" in answer.text
    assert field(answer.text, "reason") == "第二个人写的"
    assert second.post(f"{page}/edit", data={**mine, **hidden(answer.text)}).status_code == 303
    assert "第二个人写的" in clerk.get(page).text


def test_what_is_public_is_put_right_by_a_reviewer_alone(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    page = entered(clerk, home)
    published(reviewer, page)
    assert clerk.get(f"{page}/edit").status_code == 403
    assert f"{page}/edit" not in clerk.get(page).text
    assert f"{page}/edit" in reviewer.get(page).text


@pytest.mark.parametrize("deed", ["repair", "revoke"])
def test_repaired_or_revoked_it_is_gone_from_all_but_the_audit(
    sqlite_app: Flask, clerk: FlaskClient, reviewer: FlaskClient, home: str, deed: str
) -> None:
    page = entered(clerk, home)
    published(reviewer, page)
    assert "网站、历史、搜索、导出里都不再有" in reviewer.get(page).text
    form = {f"{deed}-version": version(reviewer, page), f"{deed}-reason": "准予修复决定书"}
    assert reviewer.post(f"{page}/{deed}", data=form).status_code == 422  # the tick is missing
    assert clerk.post(f"{page}/{deed}", data={**form, f"{deed}-sure": "y"}).status_code == 403
    assert reviewer.post(f"{page}/{deed}", data={**form, f"{deed}-sure": "y"}).status_code == 303
    for address in (CREDIT, f"{CREDIT}.csv", "/credit", "/credit.csv", f"/institutions/{home}"):
        assert "罚款三万元" not in clerk.get(address).get_data(as_text=True), address
    assert clerk.get(page).status_code == 404
    told = reviewer.get("/staff/audit").text
    assert "三次责令改正，仍不改正。" in told
    assert "amount_fen" not in told
    with sqlite_app.app_context():
        every = [one.content for one in db.session.scalars(select(AuditEntry))]
    assert any("罚款三万元" in content and "准予修复决定书" in content for content in every)


def test_a_commendation_has_no_term_and_nothing_to_repair(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    page = entered(clerk, home, kind="commendation", title="敬老文明号", amount="", until="")
    shown = reviewer.get(page).text
    assert "没有期限" in shown
    assert f"{page}/repair" not in shown
    assert f"{page}/revoke" in shown


def test_what_looks_personal_is_marked_for_the_reviewer(
    clerk: FlaskClient, reviewer: FlaskClient, home: str
) -> None:
    page = entered(clerk, home, reason="护理员王小丽把206房的老人独自留下。")
    assert "<mark>" in reviewer.get(page).text


def test_what_was_typed_survives_the_search_for_a_home(clerk: FlaskClient, home: str) -> None:
    answer = clerk.post(f"{CREDIT}/new", data={**WORDS, "q": "示例", "do": "find"})
    assert answer.status_code == 200
    assert f'value="i-{home}"' in answer.text
    assert field(answer.text, "reason") == "三次责令改正，仍不改正。"
