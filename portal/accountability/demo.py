"""The four lists of some months in the demo city: most in time, one late, one not submitted yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import delete, func, select

from portal import clock
from portal.accountability.demo_reviews import wipe_reviews
from portal.accountability.kinds import ListKind
from portal.accountability.models import (
    AccountabilityOffice,
    ListEntry,
    ListReminder,
    MonthlyLists,
    SupervisionMonth,
    Target,
    VisitRank,
)
from portal.accountability.service import lists
from portal.accountability.service.targets import SHIPPED, load_targets, read_targets
from portal.accounts.demo_desks import Desk, demo_desks
from portal.domain.monthly_lists import month_before
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.institutions.demo.regions import CITY_CODE, COUNTIES

MONTHS = 13
"""Back to the first month that the reviews of the quarters tell of."""
_WITH_RULES = 3
_LENDER = "350400"
"""Whose targets the demo city borrows."""
_PUBLISHING = (0, 1, 7)
"""Counties that let everybody read their lists."""
_LATE, _FORGOT = 3, 6
"""One submitted the oldest of the months late; one has not submitted last month's."""
_RULES = (
    ("养老机构夜间值班抽查办法", "每月夜查一次，查值班、翻身、报警三件事。"),
    ("养老机构食堂留样检查要点", "市场监管、民政两家一起查，一张表。"),
    ("问题反弹的处理办法", "销号以后反弹的，直接列入重点检查，不再发第二次提醒。"),
)


def load_accountability() -> int:
    """Compile and submit the lists of the last months after supervision; return how many. Flushes."""
    _load_targets()
    desks, month, now = demo_desks(), month_before(clock.today()), clock.now()
    for ago in range(MONTHS):
        for number, county in enumerate(COUNTIES):
            desk = desks.of(county.code, Department.CIVIL_AFFAIRS, Role.REVIEWER)
            if ago == 0 and number in _PUBLISHING:
                lists.set_publishing(county.code, True, desk.actor, desk.scope)
            following = _following(month)
            with clock.moved_to(clock.at(following, 0, 20)):
                made = lists.compile_lists(county.code, month)
            last = number == _LATE and ago == MONTHS - 1
            day = following + timedelta(days=22 if last else 8 + number)
            moment = clock.at(day, 15, 10 + number)
            if moment < now and not (number == _FORGOT and ago == 0):
                with clock.moved_to(moment):
                    _submit(made, ago, desk, day)
        month = month_before(month)
    return db.session.scalar(select(func.count()).select_from(MonthlyLists)) or 0


def wipe_accountability() -> None:
    """Take lists, reviews, figures and ranks of the demo city out again, before the problems they name."""
    wipe_reviews()
    for model in (ListReminder, ListEntry, MonthlyLists, AccountabilityOffice, VisitRank, SupervisionMonth):
        db.session.execute(delete(model))
    db.session.execute(delete(Target).where(Target.area == CITY_CODE))


def _load_targets() -> None:
    """Give the demo city the targets of a real one, said to be borrowed; and what is shipped."""
    shipped = read_targets(SHIPPED.read_text(encoding="utf-8"))
    borrowed = [
        replace(row, area=CITY_CODE, source=f"（演示：借用）{row.source}")
        for row in shipped
        if row.area == _LENDER
    ]
    load_targets([*shipped, *borrowed])


def _submit(made: MonthlyLists, ago: int, desk: Desk, day: date) -> None:
    if ago < _WITH_RULES:
        title, remark = _RULES[ago]
        lists.add_entry(
            made,
            ListKind.RULES,
            title,
            remark,
            "本月新立的制度",
            desk.actor,
            desk.scope,
            made.version,
            issued_on=day - timedelta(days=12),
        )
    lists.submit_lists(made, desk.actor, desk.scope, made.version)


def _following(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
