"""The working-day calendar in the back office: seen before it is entered, taken back with a reason."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.domain.permissions import Role
from portal.extensions import db
from portal.reference.calendar import working_calendar
from tests.surfaces.staff import make_staff, signed_in

NOTICE = {
    "title": "国务院办公厅关于调整的通知",
    "number": "国办发明电〔2026〕9号",
    "days": "2026-12-14,放假,抗洪\n2026-12-19,上班,抗洪",
}


def due(app: Flask) -> date:
    with app.app_context():
        return working_calendar().due(date(2026, 12, 11), 5).day


def test_a_notice_is_shown_entered_and_withdrawn(app: Flask) -> None:
    client = signed_in(app, make_staff(app, Role.ADMINISTRATOR, region_code=None))
    before = due(app)
    shown = client.post("/staff/calendar", data={**NOTICE, "step": "preview"})
    assert shown.status_code == 200
    assert "其中2天算法不同" in shown.text
    assert "2026年12月14日（周一）" in shown.text
    assert due(app) == before, "a preview writes nothing"
    assert client.post("/staff/calendar", data={**NOTICE, "step": "enter"}).location == "/staff/calendar"
    assert due(app) == date(2026, 12, 19)
    listed = client.get("/staff/calendar").text
    assert "国办发明电〔2026〕9号" in listed
    exported = client.get("/staff/calendar.csv").text.splitlines()
    assert [line.split(",")[4:7] for line in exported[1:]] == [
        ["2026-12-14", "放假", "抗洪"],
        ["2026-12-19", "上班", "抗洪"],
    ]
    refused = client.post("/staff/calendar/1/withdraw", data={"reason": " "})
    assert refused.status_code == 422
    assert "请写明为什么撤下" in refused.text
    assert client.post("/staff/calendar/1/withdraw", data={"reason": "录错了"}).location == "/staff/calendar"
    assert due(app) == before
    with app.app_context():
        actions = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)))
    assert actions[-3:] == ["calendar", "export", "withdraw_notice"]


def test_what_cannot_be_read_is_said_by_line_and_stays(sqlite_app: Flask) -> None:
    client = signed_in(sqlite_app, make_staff(sqlite_app, Role.ADMINISTRATOR, region_code=None))
    refused = client.post("/staff/calendar", data={**NOTICE, "days": "2026-12-14,放假,抗洪\n某日,上班,抗洪"})
    assert refused.status_code == 422
    assert "第2行" in refused.text
    assert "某日,上班,抗洪" in refused.text


def test_who_is_not_responsible_for_all_may_not_change_what_holds_for_all(app: Flask) -> None:
    county = signed_in(app, make_staff(app, Role.ADMINISTRATOR, region_code="350404"))
    make_staff(app, Role.ADMINISTRATOR, region_code="350400")
    assert "只有负责全部地区的管理员能改" in county.get("/staff/calendar").text
    assert county.post("/staff/calendar", data={**NOTICE, "step": "enter"}).status_code == 403
    assert county.post("/staff/calendar/1/withdraw", data={"reason": "x"}).status_code == 403
    with app.app_context():
        assert working_calendar().is_working_day(date(2026, 12, 14))
