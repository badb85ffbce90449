"""A county's departments for the tests of supervision: accounts by name, and doing things as one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from itertools import count
from typing import Any, TypeVar

from flask import Flask
from PIL import Image
from sqlalchemy import event, select

from portal import clock
from portal.accounts.identity import actor_of, scope_of
from portal.accounts.models import StaffMember
from portal.audit.acting import Acting, acting_as
from portal.domain.actor import IMPORTER, Actor, Scope
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.models import FoundHow, Institution, UnregisteredHome
from portal.intake.attachments import Prepared
from portal.intake.models import FileKind
from portal.supervision.kinds import PhotoStage, ProblemCategory, ServiceMethod, Severity
from portal.supervision.problem_models import Problem, ProblemStep, RectificationNotice
from portal.supervision.service import notices, photos, problems, publication
from portal.supervision.service.notices import Draft
from portal.supervision.service.problems import Entry
from portal.unit_of_work import unit_of_work
from tests.surfaces.staff import make_staff

COUNTY, CITY, OTHER_COUNTY = "350404", "350400", "350421"
CIVIL, FIRE = Department.CIVIL_AFFAIRS, Department.FIRE
MONDAY = date(2026, 3, 2)

PEOPLE: dict[str, tuple[Role, Department, str | None]] = {
    "甲小明": (Role.CLERK, CIVIL, COUNTY),
    "审大力": (Role.REVIEWER, CIVIL, COUNTY),
    "核小心": (Role.REVIEWER, CIVIL, COUNTY),
    "督小平": (Role.SUPERVISOR, CIVIL, COUNTY),
    "消小防": (Role.REVIEWER, FIRE, COUNTY),
    "邻小近": (Role.REVIEWER, CIVIL, OTHER_COUNTY),
}
"""Who is who; an account is made when it is first spoken of."""

T = TypeVar("T", Problem, RectificationNotice)
_numbers = count(1)


def noon(day: date) -> datetime:
    """Return a moment of a day."""
    return clock.at(day, 12)


def picture() -> Prepared:
    """Return a photo as it comes out of its rebuilding."""
    out = BytesIO()
    Image.new("RGB", (8, 8), (next(_numbers) % 256, 90, 30)).save(out, "JPEG")
    return Prepared(FileKind.PHOTO, out.getvalue())


def draft_of(*ids: int, **given: Any) -> Draft:
    """Return what a clerk writes for these problems."""
    values: dict[str, Any] = {
        "title": "关于疏散通道的整改通知",
        "demands": "立即清空疏散通道，并保持畅通。",
        "legal_basis": "《养老机构管理办法》第二十七条",
        "days": 10,
        "contact": "三元区民政局养老服务股 0598-8000000",
    }
    return Draft(problem_ids=ids, **{**values, **given})


class Bureau:
    """The staff of a county, by their names, and what they do. Deeds return keys, to be looked up again."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._ids: dict[str, int] = {}
        self._home: int | None = None

    @property
    def home(self) -> int:
        """A listed home of the county."""
        if self._home is None:
            self._home = self.enter_home("示例敬老院")
        return self._home

    def enter_home(self, name: str, region: str = COUNTY) -> int:
        """Enter a listed home."""
        with self.app.app_context(), unit_of_work():
            made: Institution = service.register_institution({"name": name, "region_code": region}, source())
            return made.id

    def enter_unregistered(self, name: str = "某托老点", **steps: Any) -> int:
        """Enter an unregistered home; without ``steps`` it is not named in public."""
        number = next(_numbers)
        facts: dict[str, Any] = {
            "public_id": f"unreg{number:03}",
            "region_code": COUNTY,
            "address": "暗巷十八号",
            "found_on": date(2026, 1, 5),
            "found_how": FoundHow.SURVEY,
        }
        with self.app.app_context(), unit_of_work():
            return service.enter(UnregisteredHome(name=name, **facts, **steps), source()).id

    def staff_id(self, who: str) -> int:
        """Return somebody's account."""
        if who not in self._ids:
            self._ids[who] = make_staff(self.app, *PEOPLE[who], name=who).id
        return self._ids[who]

    @contextmanager
    def acting(self, who: str, on: date) -> Iterator[tuple[Actor, Scope]]:
        """Open a unit of work of somebody's on a day."""
        number = self.staff_id(who)
        with self.app.app_context(), clock.moved_to(noon(on)):
            staff = db.session.get_one(StaffMember, number)
            actor = actor_of(staff)
            with acting_as(Acting(actor, "test", COUNTY)), unit_of_work():
                yield actor, scope_of(staff)

    def do(
        self, who: str, work: Callable[..., Any], row: tuple[type[T], int], *given: Any, on: date, **more: Any
    ) -> Any:
        """Let somebody do something to a record as they see it now."""
        with self.acting(who, on) as (actor, scope):
            found = db.session.get_one(*row)
            return work(found, *given, actor=actor, scope=scope, seen=found.version, **more)

    def enter(self, on: date = MONDAY, who: str = "甲小明", **given: Any) -> int:
        """Enter a problem of the home."""
        home = {} if {"institution_id", "unregistered_home_id", "place"} & set(given) else {"home": self.home}
        with self.acting(who, on) as (actor, scope):
            values: dict[str, Any] = {
                "institution_id": home.get("home"),
                "region_code": COUNTY,
                "department": scope.department,
                "category": ProblemCategory.FIRE,
                "severity": Severity.SERIOUS,
                "title": "疏散通道堆放杂物",
                "description": "三楼东侧疏散通道堆放轮椅和纸箱。",
                "responsible": "示例敬老院",
                "measure": "清空通道",
                "found_on": on,
            }
            return problems.enter_problem(Entry(**{**values, **given}), actor, scope).id

    def draft(self, *ids: int, on: date = MONDAY, who: str = "甲小明", **given: Any) -> int:
        """Draft a notice."""
        with self.acting(who, on) as (actor, scope):
            return notices.draft_notice(draft_of(*ids, **given), actor, scope).id

    def issue(self, *ids: int, on: date = MONDAY, **given: Any) -> int:
        """Draft, submit and issue a notice on one day."""
        number = self.draft(*ids, on=on, **given)
        self.do("甲小明", notices.submit_draft, (RectificationNotice, number), on=on)
        self.do("审大力", notices.issue, (RectificationNotice, number), on=on)
        return number

    def serve(self, number: int, on: date = MONDAY) -> int:
        """Enter that a notice was served."""
        row = (RectificationNotice, number)
        self.do("甲小明", notices.serve, row, on, ServiceMethod.IN_PERSON, on=on)
        return number

    def publish(self, number: int, on: date = MONDAY, **parts: str) -> int:
        """Publish a notice, its words as proposed but for ``parts``."""
        with self.acting("审大力", on) as (actor, scope):
            notice = db.session.get_one(RectificationNotice, number)
            said = {name: one.redacted for name, one in publication.propose_notice(notice).parts.items()}
            publication.publish_notice(notice, {**said, **parts}, actor, scope, notice.version)
        return number

    def publish_problem(self, number: int, on: date = MONDAY) -> int:
        """Publish a problem, its words as proposed."""
        with self.acting("审大力", on) as (actor, scope):
            row = db.session.get_one(Problem, number)
            said = publication.propose_problem(row)
            publication.publish_problem(
                row, said.text.redacted, said.title.redacted, actor, scope, row.version
            )
        return number

    def photo(self, number: int, on: date, stage: PhotoStage = PhotoStage.AFTER) -> int:
        """Add a photo to a problem."""
        with self.acting("甲小明", on) as (actor, scope):
            row = db.session.get_one(Problem, number)
            return photos.add_photo(row, picture(), stage, "通道", on, actor, scope, row.version).id

    def clear(self, number: int, on: date) -> None:
        """Submit a problem with a photo, and accept it, on one day."""
        self.photo(number, on)
        self.do("甲小明", problems.submit, (Problem, number), "通道已经清空。", on, on=on)
        self.do("审大力", problems.clear, (Problem, number), "现场看过，畅通。", on, on=on)

    def problem(self, number: int) -> Problem:
        """Return a problem as it stands, to be looked at after the context is gone."""
        return self._row(Problem, number)

    def notice(self, number: int) -> RectificationNotice:
        """Return a notice as it stands."""
        return self._row(RectificationNotice, number)

    def steps(self, number: int) -> list[ProblemStep]:
        """Return a problem's log."""
        with self.app.app_context():
            query = select(ProblemStep).where(ProblemStep.problem_id == number).order_by(ProblemStep.id)
            found = list(db.session.scalars(query))
            db.session.expunge_all()
            return found

    def events(self, number: int) -> list[str]:
        """Return the events of a problem's log."""
        return [one.event.value for one in self.steps(number)]

    def ask(self, query: Callable[..., Any], *given: Any, on: date, **more: Any) -> Any:
        """Ask a query on a day."""
        with self.app.app_context(), clock.moved_to(noon(on)):
            return query(*given, **more)

    def withdraw(self, model: type[Institution] | type[UnregisteredHome], number: int) -> None:
        """Withdraw a home's record."""
        with self.app.app_context(), unit_of_work():
            service.withdraw(db.session.get_one(model, number), source())

    def _row(self, model: type[T], number: int) -> T:
        with self.app.app_context():
            found = db.session.get_one(model, number)
            db.session.expunge_all()
            return found


def source() -> Provenance:
    """Return where the facts of a test come from."""
    made = enter_source(f"月报{next(_numbers)}", date(2026, 1, 5), SourceKind.SPREADSHEET)
    return Provenance(made, date(2026, 1, 5), IMPORTER, None)


def staff_scope(scope: Scope | None = None) -> Scope:
    """Return the scope of the county's staff."""
    return scope or replace(Scope(False), regions=frozenset({COUNTY}), department=CIVIL)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Give the statements that the block sends to the database."""
    sent: list[str] = []

    def note(*call: Any) -> None:
        sent.append(call[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
