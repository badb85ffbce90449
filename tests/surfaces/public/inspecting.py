"""Visits, draws and credit made through their services, for pages to show, by one office."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.actor import IMPORTER
from portal.domain.permissions import Department
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.models import Institution, UnregisteredHome
from portal.supervision.credit_models import CreditRecord
from portal.supervision.kinds import (
    CreditKind,
    InspectionKind,
    InspectionResult,
    ItemFinding,
    ProblemCategory,
    Severity,
)
from portal.supervision.models import Inspection, RandomDraw
from portal.supervision.problem_models import Problem
from portal.supervision.service import credit, draws, inspections
from portal.unit_of_work import unit_of_work
from tests.surfaces.public.rectifying import OFFICE, REGION, Office

MET, UNMET, SKIPPED = ItemFinding.MET, ItemFinding.NOT_MET, ItemFinding.NOT_CHECKED
SEEN = (("A1", MET), ("A2", MET), ("B3", UNMET), ("C1", SKIPPED), ("E13", UNMET), ("E14", MET))


@dataclass(frozen=True, slots=True)
class Inspectors:
    """One department of one region that goes to homes."""

    app: Flask
    department: Department = Department.CIVIL_AFFAIRS

    @property
    def office(self) -> Office:
        """Who works on what they find."""
        return Office(self.app, self.department)

    def visit(
        self,
        home: str | None,
        on: date,
        result: InspectionResult = InspectionResult.CLEAN,
        summary: str | None = "查看了厨房和通道。",
        *,
        kind: InspectionKind = InspectionKind.THEMATIC,
        theme: str | None = "消防",
        departments: Sequence[Department] = (),
        items: Sequence[tuple[str, ItemFinding]] = (),
        found: Sequence[inspections.FoundProblem] = (),
        unregistered: str | None = None,
        follows: str | None = None,
        found_again: bool | None = None,
    ) -> str:
        """Plan, make and publish a visit (``summary`` None: not published); return its public id."""
        with self.at(on):
            plan = inspections.Plan(
                kind=kind,
                departments=departments or (self.department,),
                institution_id=None if home is None else _id(Institution, home),
                unregistered_home_id=None if unregistered is None else _id(UnregisteredHome, unregistered),
                theme=theme,
                follows_problem_id=None if follows is None else _id(Problem, follows),
            )
            row = inspections.plan_inspection(plan, OFFICE, self.office.scope)
            self._record(row, on, result, items, found, found_again)
            if summary is not None:
                inspections.publish_inspection(row, summary, OFFICE, self.office.scope, row.version)
            return row.public_id

    def make_drawn(self, draw: str, on: date) -> list[str]:
        """Make and publish every visit of a draw; return their public ids."""
        made = []
        with self.at(on):
            draw_id = _id(RandomDraw, draw)
            rows = db.session.scalars(
                select(Inspection).where(Inspection.draw_id == draw_id).order_by(Inspection.id)
            ).all()
            for row in rows:
                self._record(row, on, InspectionResult.CLEAN, (), (), None)
                inspections.publish_inspection(row, "都符合。", OFFICE, self.office.scope, row.version)
                made.append(row.public_id)
        return made

    def withdraw(self, visit: str, on: date) -> None:
        """Take a visit out of public."""
        with self.at(on):
            row = _row(Inspection, visit)
            inspections.withdraw_inspection(row, "写错了。", OFFICE, self.office.scope, row.version)

    def problems_of(self, visit: str) -> list[str]:
        """Return the public ids of what a visit found."""
        with self.app.app_context():
            ref = f"inspection/{_id(Inspection, visit)}"
            query = select(Problem.public_id).where(Problem.origin_ref == ref).order_by(Problem.id)
            return list(db.session.scalars(query))

    def announce(self, homes: Sequence[str], on: date, due: datetime, **said: Any) -> str:
        """Announce a draw; return its public id."""
        with self.at(on):
            values: dict[str, Any] = {
                "title": "下半年消防抽查",
                "region_code": REGION,
                "institution_ids": [_id(Institution, home) for home in homes],
                "inspectors": ["350404001", "350404002", "350404003"],
                "homes_drawn": 2,
                "inspectors_each": 2,
                "number_name": "双色球第2026141期开奖号码",
                "number_where": "中国福利彩票网",
                "number_due_at": due,
            }
            announced = draws.Announcement(**{**values, **said})
            return draws.announce(announced, OFFICE, self.office.scope).public_id

    def draw(self, draw: str, on: date, number: str = "03 08 12 19 22 30 + 07") -> None:
        """Enter the number."""
        with self.at(on):
            row = _row(RandomDraw, draw)
            draws.enter_number(row, number, OFFICE, self.office.scope, row.version)

    def reveal(self, draw: str, on: date) -> None:
        """Publish the list."""
        with self.at(on):
            row = _row(RandomDraw, draw)
            draws.reveal(row, OFFICE, self.office.scope, row.version)

    def abandon(self, draw: str, on: date) -> None:
        """Give a draw up."""
        with self.at(on):
            row = _row(RandomDraw, draw)
            draws.abandon(row, "检查人员名单有误，重新公告。", OFFICE, self.office.scope, row.version)

    def credit(
        self, home: str, on: date, until: date | None, title: str = "擅自改变用途", **said: Any
    ) -> str:
        """Enter an entry and publish it; return its public id."""
        with self.at(on):
            values: dict[str, Any] = {
                "kind": CreditKind.PENALTY,
                "institution_id": _id(Institution, home),
                "title": title,
                "reason": "把老人活动室出租做库房。",
                "legal_basis": "《养老机构管理办法》第四十六条",
                "authority": "三元区民政局",
                "decided_on": on,
                "until": until,
                "document_number": "三元民罚〔2026〕3号",
                "amount_fen": 2_000_000,
            }
            entry = credit.CreditEntry(**{**values, **said})
            row = credit.enter_credit(entry, OFFICE, self.office.scope)
            credit.publish_credit(row, OFFICE, self.office.scope, row.version)
            return row.public_id

    def repair(self, entry: str, on: date) -> None:
        """Repair a home's credit."""
        with self.at(on):
            row = _row(CreditRecord, entry)
            credit.repair(row, "已经改正，履行完毕。", OFFICE, self.office.scope, row.version)

    def _record(
        self,
        row: Inspection,
        on: date,
        result: InspectionResult,
        items: Sequence[tuple[str, ItemFinding]],
        found: Sequence[inspections.FoundProblem],
        found_again: bool | None,
    ) -> None:
        seen = [inspections.ItemSeen(code, finding, "厨房老张说") for code, finding in items]
        visit = inspections.Visit(
            visited_on=on, result=result, summary="只给同事看的话。", items=seen, found_again=found_again
        )
        inspections.record_visit(row, visit, OFFICE, self.office.scope, row.version, found)

    @contextmanager
    def at(self, on: date, hour: int = 10) -> Iterator[None]:
        """A unit of work on a day."""
        with self.app.app_context(), clock.moved_to(clock.at(on, hour)), unit_of_work():
            yield


def blocked_way(severity: Severity = Severity.SERIOUS, **said: Any) -> inspections.FoundProblem:
    """Return a problem that a visit found."""
    values: dict[str, Any] = {
        "category": ProblemCategory.FIRE,
        "severity": severity,
        "title": "疏散通道上锁",
        "description": "三楼东侧疏散门用铁链锁住。",
        "responsible": "示例敬老院",
        "criterion": "4.2" if severity is Severity.MAJOR else None,
        "basis": "《中华人民共和国消防法》第二十八条",
    }
    return inspections.FoundProblem(**{**values, **said})


def _id(model: Any, public_id: str) -> int:
    found: int = db.session.scalars(select(model.id).where(model.public_id == public_id)).one()
    return found


def _row(model: Any, public_id: str) -> Any:
    return db.session.scalars(select(model).where(model.public_id == public_id)).one()


def list_home(app: Flask, name: str, on: date, records: Sequence[Any] = (), **facts: Any) -> str:
    """Enter a listed home with records of its own; return its public id."""
    with app.app_context(), clock.moved_to(clock.at(on)), unit_of_work():
        told = Provenance(enter_source("养老机构月报", on, SourceKind.SPREADSHEET), on, IMPORTER, None)
        home: Institution = service.register_institution({"name": name, "region_code": REGION, **facts}, told)
        for record in records:
            record.institution_id = home.id
            service.enter(record, told)
        return home.public_id


def unlist_home(app: Flask, home: str, on: date) -> None:
    """Withdraw a listed home."""
    with app.app_context(), clock.moved_to(clock.at(on)), unit_of_work():
        told = Provenance(enter_source("更正", on, SourceKind.SPREADSHEET), on, IMPORTER, "录错了")
        service.withdraw(_row(Institution, home), told)


def read(app: Flask, path: str, on: date, status: int = 200) -> str:
    """Return a page as everybody reads it on a day."""
    with clock.moved_to(clock.at(on, 12)):
        answer = app.test_client().get(path)
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)
