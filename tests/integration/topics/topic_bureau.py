"""A city and a county that run the column, for the tests of topics: accounts by name, and a year's dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from flask import Flask

from portal import clock
from portal.accounts.identity import actor_of, scope_of
from portal.accounts.models import StaffMember
from portal.audit.acting import Acting, acting_as
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.topics.kinds import TopicScope, Verdict, VerdictReason
from portal.topics.service import choosing, closing, judging, pools, topics, work
from portal.topics.service.pools import Pool
from portal.topics.service.topics import Draft
from portal.topics.topic_models import Topic, TopicPool
from portal.unit_of_work import unit_of_work
from portal.voices.service import Given
from portal.voices.visitor import Visitor
from tests.surfaces.staff import make_staff

CITY, COUNTY, OTHER_COUNTY = "350400", "350404", "350421"
CIVIL, FIRE, HOUSING = Department.CIVIL_AFFAIRS, Department.FIRE, Department.HOUSING
INSTANT = timedelta(microseconds=1)
SPRING = clock.at(date(2026, 3, 2))
OPENS = clock.at(date(2026, 4, 1), 9)
CLOSES = clock.at(date(2026, 4, 15), 18)
AFTER_VOTE = clock.at(date(2026, 4, 17))
WORK = clock.at(date(2026, 5, 6), 0)
AT_WORK = clock.at(date(2026, 7, 1))
JUDGED_FROM = clock.at(date(2026, 11, 2), 0)
JUDGED_UNTIL = clock.at(date(2026, 11, 16), 0)
AFTER_JUDGING = clock.at(date(2026, 11, 18))

PEOPLE: dict[str, tuple[Role, Department, str | None]] = {
    "市经办": (Role.CLERK, CIVIL, CITY),
    "市审核": (Role.REVIEWER, CIVIL, CITY),
    "县经办": (Role.CLERK, CIVIL, COUNTY),
    "县审核": (Role.REVIEWER, CIVIL, COUNTY),
    "邻审核": (Role.REVIEWER, CIVIL, OTHER_COUNTY),
    "市消防": (Role.REVIEWER, FIRE, CITY),
    "市住建": (Role.CLERK, HOUSING, CITY),
    "市监督": (Role.SUPERVISOR, CIVIL, CITY),
}
_numbers = count(1)


def pool_of_2026(region: str = CITY, **given: Any) -> Pool:
    """Return what an office settles about the year's vote."""
    values: dict[str, Any] = {
        "year": 2026,
        "region_code": region,
        "title": "2026年群众点题整治项目征集",
        "explanation": "先征集，再投票，票多的优先列入。",
        "choices_most": 3,
        "collecting_from": date(2026, 3, 1),
        "vote_opens_at": OPENS,
        "vote_closes_at": CLOSES,
    }
    return Pool(**{**values, **given})


def draft_of(pool: TopicPool | None, title: str, **given: Any) -> Draft:
    """Return what an office writes for a topic."""
    region = given.get("region_code", pool.region_code if pool else CITY)
    values: dict[str, Any] = {
        "year": 2026,
        "scope": TopicScope.COMMON if region.endswith("00") else TopicScope.OWN,
        "region_code": region,
        "department": CIVIL,
        "why": "群众反映多。",
        "demands": "年内全部改好。",
    }
    return Draft(pool, title=title, **{**values, **given})


def visitor(address: str | None = None) -> Visitor:
    """Return somebody new, from a network of their own unless told otherwise."""
    number = next(_numbers)
    found = address or f"10.{number // 250}.{number % 250}.7"
    return Visitor(f"{number:032x}", clock.at(date(2026, 1, 1)), found)


class Column:
    """The staff of a city, by their names, and what they do. Deeds return keys, to be looked up again."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._ids: dict[str, int] = {}

    @contextmanager
    def acting(self, who: str, at: datetime) -> Iterator[tuple[Actor, Scope]]:
        """Open a unit of work of somebody's at a moment."""
        if who not in self._ids:
            self._ids[who] = make_staff(self.app, *PEOPLE[who], name=who).id
        with self.app.app_context(), clock.moved_to(at):
            staff = db.session.get_one(StaffMember, self._ids[who])
            actor = actor_of(staff)
            with acting_as(Acting(actor, "test", staff.region_code)), unit_of_work():
                yield actor, scope_of(staff)

    @contextmanager
    def open_at(self, at: datetime) -> Iterator[None]:
        """Open a unit of work of nobody's, as a visitor's request is."""
        with self.app.app_context(), clock.moved_to(at), unit_of_work():
            yield

    def do(
        self, who: str, at: datetime, work_on: Callable[..., Any], row: tuple[type[Any], int], *given: Any,
        **more: Any,
    ) -> Any:  # fmt: skip
        """Let somebody do something to a pool or topic as they see it now; return the key of the outcome."""
        with self.acting(who, at) as (actor, scope):
            found = db.session.get_one(*row)
            done = work_on(found, *given, actor=actor, scope=scope, seen=found.version, **more)
            return getattr(done, "id", done)

    def topic(self, number: int, at: datetime, work_on: Callable[..., Any], *given: Any, **more: Any) -> Any:
        """Let the city's reviewer do something to a topic."""
        return self.do("市审核", at, work_on, (Topic, number), *given, **more)

    def open_pool(self, at: datetime = SPRING, *, publish: bool = True, **given: Any) -> int:
        """Enter the city's pool of the year, and publish it."""
        with self.acting("市审核", at) as (actor, scope):
            row = pools.open_pool(pool_of_2026(**given), actor, scope)
            if publish:
                pools.publish_pool(row, actor, scope, row.version)
            return row.id

    def candidate(self, pool_id: int, title: str, at: datetime = SPRING, **given: Any) -> int:
        """Enter a topic and propose it."""
        with self.acting("市审核", at) as (actor, scope):
            row = topics.draft_topic(
                draft_of(db.session.get_one(TopicPool, pool_id), title, **given), actor, scope
            )
            topics.propose(row, actor, scope, row.version)
            return row.id

    def vote(self, pool_id: int, *topic_ids: int, at: datetime = OPENS, who: Visitor | None = None) -> Given:
        """Cast a visitor's ballot."""
        with self.open_at(at):
            ids = [db.session.get_one(Topic, number).public_id for number in topic_ids]
            return judging.cast_ballot(db.session.get_one(TopicPool, pool_id), ids, who or visitor())

    def counted_pool(self, votes: dict[str, int]) -> tuple[int, dict[str, int]]:
        """Return a pool after its vote, its result public, and its candidates by title."""
        pool_id = self.open_pool()
        ids = {title: self.candidate(pool_id, title) for title in votes}
        for title, number in votes.items():
            for _ in range(number):
                self.vote(pool_id, ids[title])
        self.do("市审核", AFTER_VOTE, closing.publish_result, (TopicPool, pool_id), "投票顺利结束。")
        return pool_id, ids

    def at_work(self, **given: Any) -> int:
        """Return a topic set without a vote, whose work has begun."""
        with self.acting("市审核", SPRING) as (actor, scope):
            row = topics.draft_topic(draft_of(None, given.pop("title", "消防通道"), **given), actor, scope)
            choosing.publish_topic(row, actor, scope, row.version, why="按上级统一部署列入。", work_from=WORK)
            return row.id

    def being_judged(self, **given: Any) -> int:
        """Return a topic that the public judges from JUDGED_FROM to JUDGED_UNTIL."""
        number = self.at_work(**given)
        self.topic(number, AT_WORK, work.set_judging, JUDGED_FROM, JUDGED_UNTIL, "")
        return number

    def judge(
        self, topic_id: int, verdict: Verdict, *reasons: VerdictReason, words: str | None = None,
        at: datetime = JUDGED_FROM, who: Visitor | None = None,
    ) -> Given:  # fmt: skip
        """Give a visitor's verdict."""
        with self.open_at(at):
            return judging.give_verdict(
                db.session.get_one(Topic, topic_id), verdict, reasons, words, who or visitor()
            )
