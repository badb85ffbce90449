"""Accounts: an administrator reaches as far as the own region, and no further."""

from __future__ import annotations

import io

from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from portal.accounts.models import StaffMember
from portal.accounts.staff import email_of, name_of
from portal.audit.models import AuditEntry
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.notify.models import Mail
from tests.surfaces.staff import make_staff, signed_in

NEW = {"name": "林一", "email": "lin@example.cn", "role": "clerk", "department": "fire", "region": "350404"}


def test_an_invitation_is_an_account_a_sealed_mail_and_an_audit_entry(app: Flask) -> None:
    client = signed_in(app, make_staff(app, Role.ADMINISTRATOR, region_code="350400"))
    assert client.get("/staff/people").status_code == 200
    assert client.post("/staff/people/new", data=NEW).location == "/staff/people"
    listed = client.get("/staff/people").text
    assert "林一" in listed
    assert "已邀请，未设密码" in listed
    with app.app_context():
        made = db.session.scalars(select(StaffMember).order_by(StaffMember.id.desc())).first()
        assert made is not None
        assert (name_of(made), email_of(made), made.department) == ("林一", "lin@example.cn", Department.FIRE)
        assert "林一" not in made.name_sealed
        mail = db.session.scalars(select(Mail)).one()
        assert mail.kind == "invitation"
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
        assert entry is not None
        assert entry.action == "invite"
        assert entry.subject == f"staff/{made.id}"
        assert "林一" not in entry.content
        assert "lin@example.cn" not in entry.content


def test_what_was_typed_stays_when_the_address_is_taken(sqlite_app: Flask) -> None:
    client = signed_in(sqlite_app, make_staff(sqlite_app, Role.ADMINISTRATOR, region_code="350400"))
    client.post("/staff/people/new", data=NEW)
    again = client.post("/staff/people/new", data={**NEW, "name": "林二"})
    assert again.status_code == 422
    assert "已经有账号了" in again.text
    assert 'value="林二"' in again.text
    odd = client.post("/staff/people/new", data={**NEW, "email": "林一", "name": ""})
    assert "这不是邮箱地址" in odd.text
    assert "请填写姓名" in odd.text


def test_nobody_is_given_a_region_outside_of_reach(app: Flask) -> None:
    client = signed_in(app, make_staff(app, Role.ADMINISTRATOR, region_code="350404"))
    for region in ("350400", "110101", "all", ""):
        assert client.post("/staff/people/new", data={**NEW, "region": region}).status_code == 422, region
    with app.app_context():
        assert len(list(db.session.scalars(select(StaffMember.id)))) == 1


def test_people_of_another_region_are_not_there(app: Flask) -> None:
    client = signed_in(app, make_staff(app, Role.ADMINISTRATOR, region_code="350404"))
    city = make_staff(app, Role.ADMINISTRATOR, region_code="350400", name="市管理员")
    other = make_staff(app, Role.CLERK, region_code="110101", name="外地人")
    nation = make_staff(app, Role.ADMINISTRATOR, region_code=None, name="部里人")
    listed = client.get("/staff/people").text
    assert "市管理员" not in listed
    assert "外地人" not in listed
    assert "部里人" not in listed
    for who in (city, other, nation):
        address = f"/staff/people/{who.id}"
        assert client.get(address).status_code == 404
        assert client.post(address, data=NEW).status_code == 404
        assert client.post(f"{address}/reset").status_code == 404
        assert client.post(f"{address}/reset-second-factor").status_code == 404
    with app.app_context():
        assert db.session.scalars(select(Mail)).all() == []


def test_less_reach_or_a_shut_account_ends_every_session(sqlite_app: Flask) -> None:
    boss = signed_in(sqlite_app, make_staff(sqlite_app, Role.ADMINISTRATOR, region_code="350400"))
    who = make_staff(sqlite_app)
    theirs = signed_in(sqlite_app, who)
    same = {
        "name": "测试人员",
        "role": "clerk",
        "department": "civil_affairs",
        "region": "350404",
        "active": "y",
    }
    assert boss.post(f"/staff/people/{who.id}", data=same).status_code == 303
    assert theirs.get("/staff").status_code == 200
    boss.post(f"/staff/people/{who.id}", data={**same, "department": "fire"})
    assert theirs.get("/staff").status_code == 303
    again = signed_in(sqlite_app, who)
    del same["active"]
    boss.post(f"/staff/people/{who.id}", data=same)
    assert again.get("/staff").status_code == 303


def test_nobody_shuts_the_own_account(sqlite_app: Flask) -> None:
    me = make_staff(sqlite_app, Role.ADMINISTRATOR, region_code="350400")
    client = signed_in(sqlite_app, me)
    form = {
        "name": "测试人员",
        "role": "clerk",
        "department": "civil_affairs",
        "region": "350400",
        "active": "y",
    }
    refused = client.post(f"/staff/people/{me.id}", data=form)
    assert refused.status_code == 422
    assert "不能停用自己的账号" in refused.text
    assert client.get("/staff/people").status_code == 200


def test_the_list_goes_out_as_a_file_and_the_audit_says_so(sqlite_app: Flask) -> None:
    client = signed_in(
        sqlite_app, make_staff(sqlite_app, Role.ADMINISTRATOR, region_code="350400", name="=1+1")
    )
    make_staff(sqlite_app, Role.CLERK, region_code="110101", name="外地人")
    listed = client.get("/staff/people.csv").data.decode("utf-8-sig")
    assert "'=1+1" in listed
    assert "外地人" not in listed
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/staff/people.xlsx").data))
    assert any("=1+1" in map(str, row) for row in book.get_sheet_by_index(0).to_python())
    log = client.get("/staff/audit.csv").data.decode("utf-8-sig")
    assert log.count("导出") >= 2
    assert client.get("/staff/people.pdf").status_code == 404
