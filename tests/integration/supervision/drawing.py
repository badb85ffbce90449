"""Draws as tests announce, draw and reveal them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from portal import clock
from portal.accounts.digest_mail import publish_closed_days
from portal.domain.draw_check import DrawFile, Flaw, verify
from portal.extensions import db
from portal.supervision.kinds import InspectionResult
from portal.supervision.models import Inspection, RandomDraw
from portal.supervision.queries.draws import chain_of, draw_file
from portal.supervision.service import draws, inspections
from portal.supervision.service.draws import Announcement
from portal.unit_of_work import unit_of_work
from tests.integration.supervision.bureau import COUNTY, MONDAY, Bureau, staff_scope

DUE_DAY = MONDAY + timedelta(days=7)
DUE = clock.at(DUE_DAY, 10)
"""Before noon, when people in tests act: on that day the number is known."""
NUMBER = "03 08 12 19 22 30 + 07"
STAFF = staff_scope()
PEOPLE = ("350404001", "350404002", "350404003")


def announcement(homes: list[int], **given: Any) -> Announcement:
    """Return an announcement of a draw of two homes with two inspectors each."""
    values: dict[str, Any] = {
        "title": "上半年消防抽查",
        "region_code": COUNTY,
        "institution_ids": homes,
        "inspectors": PEOPLE,
        "homes_drawn": 2,
        "inspectors_each": 2,
        "number_name": "福利彩票双色球第2026026期开奖号码",
        "number_where": "中国福彩网",
        "number_due_at": DUE,
    }
    return Announcement(**{**values, **given})


class Drawing:
    """A county's draw, step by step."""

    def __init__(self, bureau: Bureau, homes: int = 4) -> None:
        self.bureau = bureau
        self.homes = [bureau.enter_home(f"第{number}敬老院") for number in range(homes)]

    def announce(self, on: date = MONDAY, who: str = "甲小明", **given: Any) -> int:
        """Announce a draw."""
        homes = given.pop("homes", self.homes)
        with self.bureau.acting(who, on) as (actor, scope):
            return draws.announce(announcement(homes, **given), actor, scope).id

    def close_days(self, on: date) -> None:
        """Close the days before one, as the night does."""
        with self.bureau.app.app_context(), clock.moved_to(clock.at(on, 0, 10)), unit_of_work():
            publish_closed_days()

    def draw(self, number: int, on: date = DUE_DAY, who: str = "甲小明", public: str = NUMBER) -> list[int]:
        """Enter the number; return the visits that follow, in their order."""
        with self.bureau.acting(who, on) as (actor, scope):
            row = db.session.get_one(RandomDraw, number)
            return [one.id for one in draws.enter_number(row, public, actor, scope, row.version)]

    def visit(self, visits: list[int], on: date = DUE_DAY) -> None:
        """Make the visits."""
        for number in visits:
            with self.bureau.acting("甲小明", on) as (actor, scope):
                row = db.session.get_one(Inspection, number)
                made = inspections.Visit(
                    visited_on=on, result=InspectionResult.CLEAN, summary="逐项查看，未见问题。"
                )
                inspections.record_visit(row, made, actor, scope, row.version)

    def reveal(self, number: int, on: date = DUE_DAY, who: str = "审大力") -> None:
        """Publish the list."""
        with self.bureau.acting(who, on) as (actor, scope):
            row = db.session.get_one(RandomDraw, number)
            draws.reveal(row, actor, scope, row.version)

    def abandon(
        self, number: int, reason: str = "参加人员变动", on: date = MONDAY, who: str = "审大力"
    ) -> None:
        """Give a draw up."""
        with self.bureau.acting(who, on) as (actor, scope):
            row = db.session.get_one(RandomDraw, number)
            draws.abandon(row, reason, actor, scope, row.version)

    def whole(self) -> int:
        """Announce, close the day, draw, visit and reveal."""
        number = self.announce()
        self.close_days(MONDAY + timedelta(1))
        self.visit(self.draw(number))
        self.reveal(number)
        return number

    def row(self, number: int) -> RandomDraw:
        """Return a draw as it stands."""
        with self.bureau.app.app_context():
            found = db.session.get_one(RandomDraw, number)
            db.session.expunge_all()
            return found

    def file(self, number: int) -> DrawFile:
        """Return what is published of a draw."""
        found = self.bureau.ask(draw_file, self.row(number).public_id, STAFF, on=DUE_DAY)
        assert isinstance(found, DrawFile)
        return found

    def flaws(self, number: int, at: datetime | None = None, **known: Any) -> set[Flaw]:
        """Return what checking a draw against the audit finds."""
        public_id = self.row(number).public_id
        with self.bureau.app.app_context(), clock.moved_to(at or clock.at(DUE_DAY, 20)):
            found = draw_file(public_id, STAFF)
            assert found is not None
            told = verify(found, chain=chain_of(public_id, holds=True), **known)
            return {one.flaw for one in told.findings}
