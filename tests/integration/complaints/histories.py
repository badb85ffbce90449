"""A random history of complaints, written as it would stand: for counting it by two hands."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import func, insert, select

from portal import clock
from portal.complaints import figures
from portal.complaints.kinds import Appearance, Category, Channel, Rating
from portal.complaints.models import Case, CaseRound
from portal.domain.case_status import CaseStatus
from portal.domain.permissions import Department
from portal.domain.working_days import WorkingCalendar
from portal.extensions import db
from portal.reference.calendar import working_calendar
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import COUNTY
from tests.integration.complaints.office import OTHER_COUNTY

TODAY = date(2026, 7, 15)
PLACES = (COUNTY, OTHER_COUNTY, "350425", "110101")


@dataclass
class Handling:
    """One handling as it was drawn, and nothing but plain days in it."""

    place: str
    number: int
    received: datetime
    first_due: date
    final_due: date
    first: datetime | None
    final: datetime | None
    asked: date | None
    answered: date | None
    withdrawn: datetime | None
    rating: Rating | None = None
    again: bool = False


def history(seed: int, count: int) -> list[Handling]:
    """Draw handlings of half a year: answered in time, late, not at all, taken back, handled twice."""
    drawn, made = random.Random(seed), []
    for _ in range(count):
        place = drawn.choices(PLACES, (60, 20, 5, 15))[0]
        start = datetime(2026, 1, 1, 9, tzinfo=clock.SHANGHAI) + timedelta(hours=drawn.randrange(24 * 190))
        one = handling(drawn, place, 1, start)
        made.append(one)
        if one.final is not None:
            one.rating = drawn.choice((None, *Rating))
            if one.rating is Rating.UNSATISFIED and one.final.date() < date(2026, 6, 20):
                one.again = True
                made.append(handling(drawn, place, 2, one.final + timedelta(days=2)))
    return made


def handling(drawn: random.Random, place: str, number: int, start: datetime) -> Handling:
    def due(days: int) -> date:
        day, left = start.date(), days
        while left:
            day += timedelta(days=1)
            left -= works(day)
        return day

    first = final = withdrawn = asked = answered = None
    if drawn.random() < 0.85:
        first = start + timedelta(hours=drawn.randrange(24 * 11))
        if drawn.random() < 0.8:
            final = first + timedelta(hours=drawn.randrange(24 * 30))
            if drawn.random() < 0.3 and (final - first).days > 14:
                asked = first.date()
                answered = asked + timedelta(days=drawn.randrange(3, 9))
    if final is None and drawn.random() < 0.2:
        withdrawn = start + timedelta(days=12)
    return Handling(place, number, start, due(5), due(20), first, final, asked, answered, withdrawn)


def works(day: date) -> bool:
    """Asked of the calendar's days one by one, never of its sums."""
    return _calendar().why(day).works


@cache
def _calendar() -> WorkingCalendar:
    return working_calendar()


def enter(made: Iterable[Handling]) -> None:
    """Write the history as it would stand, without living through it."""
    number = db.session.scalar(select(func.max(Case.id))) or 0
    cases, rounds = [], []
    for one in made:
        if one.number == 1:
            number += 1
            case = {
                "id": number, "receipt": f"T2026-{number:08}", "access_hash": "x", "submission": f"s{number}",
                "channel": Channel.WEB, "received_at": one.received, "received_on": one.received.date(),
                "entered_at": one.received, "entered_by": "群众", "region_code": one.place,
                "department": Department.CIVIL_AFFAIRS, "category": Category.CARE,
                "appearance": Appearance.NAMED, "words_sealed": "", "has_mail": False,
                "consent_health": False, "consent_publish": False, "privacy_version": "x",
                "status": CaseStatus.IN_PROGRESS,
                "acknowledged": True, "round_number": 2 if one.again else 1, "next_due": None,
                "rating": one.rating, "rated_at": one.final if one.rating else None, "version": 1,
            }  # fmt: skip
            cases.append(case)
        rounds.append(
                {
                    "case_id": number, "number": one.number, "region_code": one.place,
                    "received_at": one.received, "received_on": one.received.date(),
                    "first_due": one.first_due, "first_provisional": False, "first_answered_at": one.first,
                    "final_due": one.final_due, "final_provisional": False, "final_answered_at": one.final,
                    "first_calendar": "x", "final_calendar": "x", "final_days": 20,
                    "asked_on": one.asked, "answered_on": one.answered, "withdrawn_at": one.withdrawn,
                }
        )  # fmt: skip
    db.session.execute(insert(Case), cases)
    db.session.execute(insert(CaseRound), rounds)


def enter_counted(made: Iterable[Handling]) -> None:
    """Write the history and count it."""
    with unit_of_work():
        enter(made)
        figures.recount()
    while figures.refresh_stale():
        pass
