"""Staff for the tests of complaints: accounts by name, and doing things as one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from portal import clock
from portal.accounts.identity import actor_of, scope_of
from portal.accounts.models import StaffMember
from portal.audit.acting import Acting, acting_as
from portal.complaints.kinds import Finding
from portal.complaints.models import Case, CaseRound, CaseStep
from portal.complaints.reach import Reach
from portal.complaints.service import handling, replying
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import COUNTY, NOON, lodge_case
from tests.surfaces.staff import make_staff

CITY, OTHER_COUNTY, FAR = "350400", "350421", "110101"
NEXT_DAY = clock.at(date(2026, 3, 3), 10)
CIVIL, FIRE = Department.CIVIL_AFFAIRS, Department.FIRE


PEOPLE: dict[str, tuple[Role, Department, str | None]] = {
    "甲小明": (Role.CLERK, CIVIL, COUNTY),
    "乙小红": (Role.CLERK, CIVIL, COUNTY),
    "审大力": (Role.REVIEWER, CIVIL, COUNTY),
    "核小心": (Role.REVIEWER, CIVIL, COUNTY),
    "督小平": (Role.SUPERVISOR, CIVIL, COUNTY),
    "纪小正": (Role.DISCIPLINE, CIVIL, COUNTY),
    "管小家": (Role.ADMINISTRATOR, CIVIL, COUNTY),
    "消小防": (Role.CLERK, FIRE, COUNTY),
    "邻小近": (Role.CLERK, CIVIL, OTHER_COUNTY),
    "市小远": (Role.CLERK, CIVIL, CITY),
    "国大江": (Role.REVIEWER, CIVIL, None),
}
"""Who is who; an account is made when it is first spoken of."""


class _Hired(dict[str, int]):
    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._app = app

    def __missing__(self, name: str) -> int:
        self[name] = make_staff(self._app, *PEOPLE[name], name=name).id
        return self[name]


class Office:
    """The staff of a county and around it, by their names; and what they do."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.ids = _Hired(app)

    def hire(self, *names: str) -> None:
        """Make accounts now, in this order."""
        for name in names:
            assert self.ids[name]

    def reach(self, who: str) -> Reach:
        """Return how far somebody reaches, within an application context."""
        staff = db.session.get_one(StaffMember, self.ids[who])
        return Reach(actor_of(staff), scope_of(staff), staff.role)

    def do(
        self, who: str, work: Callable[..., Any], number: int, *arguments: Any, at: datetime = NEXT_DAY
    ) -> Any:
        """Let somebody do something to a case as they see it now, in a unit of work."""
        self.hire(who)
        with self.app.app_context(), clock.moved_to(at):
            reach = self.reach(who)
            with acting_as(Acting(reach.actor, "test", COUNTY)), unit_of_work():
                case = db.session.get_one(Case, number)
                given = [
                    db.session.get_one(Case, one.id) if isinstance(one, Ref) else one for one in arguments
                ]
                return work(case, *given, reach, case.version)

    def ask(self, who: str, query: Callable[..., Any], *arguments: Any, at: datetime = NEXT_DAY) -> Any:
        """Let somebody look at something."""
        self.hire(who)
        with self.app.app_context(), clock.moved_to(at):
            return query(*arguments, self.reach(who))


@dataclass(frozen=True)
class Ref:
    """A case by its id, to be looked up where it is used."""

    id: int


@dataclass(frozen=True)
class Standing:
    """What a case looks like in the database."""

    case: Case
    current: CaseRound
    steps: list[CaseStep]

    @property
    def events(self) -> list[str]:
        return [step.event.value for step in self.steps]


def standing(app: Flask, number: int) -> Standing:
    """Return a case with its log; all loaded, to be looked at after the context is gone."""
    with app.app_context():
        case = db.session.get_one(Case, number)
        rounds = select(CaseRound).where(CaseRound.case_id == number, CaseRound.number == case.round_number)
        steps = select(CaseStep).where(CaseStep.case_id == number).order_by(CaseStep.id)
        found = Standing(case, db.session.scalars(rounds).one(), list(db.session.scalars(steps)))
        db.session.expunge_all()
        return found


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


def lodged(app: Flask, **changes: Any) -> int:
    """Lodge a case on Monday noon; return its id."""
    return lodge_case(app, NOON, **changes)[0]


def in_progress(office: Office, who: str = "甲小明", **changes: Any) -> int:
    """A case that somebody accepted and began."""
    number = lodged(office.app, **changes)
    office.do(who, handling.accept, number)
    office.do(who, handling.start, number)
    return number


def replied(office: Office, finding: Finding = Finding.NOT_TRUE) -> int:
    number = in_progress(office)
    office.do("甲小明", replying.reply, number, "查过了，没有这回事。", finding)
    return number
