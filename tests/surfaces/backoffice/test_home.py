"""The first page: what waits, the most urgent first, and an honest word where nothing does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.accounts.identity import Identity
from portal.alerts.about import About
from portal.alerts.kinds import AlertTopic
from portal.backoffice import queues
from portal.backoffice.queues import Queue, Waiting
from portal.domain.permissions import Capability, Role
from tests.integration.alerts.reading import subscribe
from tests.surfaces.staff import make_staff, signed_in


def test_nothing_waits(sqlite_app: Flask) -> None:
    page = signed_in(sqlite_app, make_staff(sqlite_app, Role.ADMINISTRATOR)).get("/staff")
    assert "没有等您处理的事" in page.text


def test_queues_stand_in_the_order_of_what_is_due(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    today = clock.today()

    def of(title: str, due: date | None, overdue: int = 0) -> queues.Source:
        waiting = Waiting(f"{title}的第一件", "/staff/me", due)
        return lambda _who, _day: Queue(title, "/staff/me", 3, (waiting,), overdue)

    def empty(_who: Identity, _day: date) -> Queue:
        return Queue("空的", "/staff/me", 0, ())

    sources = [
        (Capability.SEE_RECORDS, of("无期限", None)),
        (Capability.SEE_RECORDS, of("下周", today + timedelta(days=7))),
        (Capability.SEE_RECORDS, of("超期", today - timedelta(days=1), overdue=2)),
        (Capability.MANAGE_STAFF, of("管理员的", today)),
        (Capability.SEE_RECORDS, empty),
    ]
    monkeypatch.setattr(queues, "_SOURCES", sources)
    page = signed_in(sqlite_app, make_staff(sqlite_app)).get("/staff").text
    assert page.index("超期2件") < page.index("下周的第一件") < page.index("无期限的第一件")
    assert "管理员的" not in page
    assert "空的" not in page


def test_how_many_read_along_by_mail_and_not_who(sqlite_app: Flask) -> None:
    client = signed_in(sqlite_app, make_staff(sqlite_app))
    assert "还没有人订阅" in client.get("/staff").text
    with sqlite_app.app_context():
        for who in ("zhang@example.cn", "li@example.cn"):
            subscribe(About(AlertTopic.REGION, region_code="350404"), who)
    page = client.get("/staff").text
    assert "2个邮箱，共2项" in page
    assert "example.cn" not in page
