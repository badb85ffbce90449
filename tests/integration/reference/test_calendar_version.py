"""Which calendar made a due date: one word, the same until some day counts otherwise."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import event

from portal.domain.actor import Actor
from portal.domain.working_days import Arranged, DayFact
from portal.extensions import db
from portal.reference.calendar import calendar_version, working_calendar
from portal.reference.calendar_service import NoticeDocument, amend_calendar, withdraw_amendment
from portal.reference.calendar_source import source_calendar
from portal.unit_of_work import unit_of_work

CLERK = Actor("经办")
DECEMBER = {date(2026, 12, 27): DayFact(Arranged.WORK, "元旦")}


def test_a_notice_changes_the_version_and_its_withdrawal_brings_the_old_one_back(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        first = calendar_version()
        assert first == source_calendar().version
        with unit_of_work():
            number = amend_calendar(DECEMBER, NoticeDocument("通知"), CLERK).notice_id
        second = calendar_version()
        assert second == working_calendar().version != first
        with unit_of_work():
            withdraw_amendment(number, "录错了", CLERK)
        assert calendar_version() == first
        assert max(len(first), len(second)) <= 32


def test_it_costs_no_query_beside_the_calendars_own(sqlite_app: Flask) -> None:
    asked: list[str] = []
    with sqlite_app.test_request_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        working_calendar()
        for _ in range(3):
            calendar_version()
    assert len(asked) == 1
