"""Suggestions for tests: lodged, published, and doing things as somebody of a county's office."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.accounts.identity import actor_of, scope_of
from portal.accounts.models import StaffMember
from portal.audit.acting import Acting, acting_as
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department, Role
from portal.domain.suggestion_status import SuggestionStatus
from portal.extensions import db
from portal.topics.kinds import PRIVACY_VERSION, SuggestionChannel, SuggestionKind
from portal.topics.models import Suggestion, SuggestionStep
from portal.topics.service import moderating
from portal.topics.service.likeness import keep_terms
from portal.topics.service.lodging import Lodged, Wish, lodge
from portal.topics.service.words import Contact
from portal.unit_of_work import unit_of_work
from tests.surfaces.staff import make_staff

COUNTY, CITY, OTHER_COUNTY = "350404", "350400", "350421"
NOON = clock.at(date(2026, 3, 2), 12)
"""A Monday; with no holiday near: looked through by 9 March, answered by 30 March if published at once."""
NEXT_DAY = clock.at(date(2026, 3, 3), 10)
CLERK = Actor("示例县民政经办")
CIVIL_SCOPE = Scope(False, frozenset({COUNTY, CITY, OTHER_COUNTY}), Department.CIVIL_AFFAIRS)
"""Of an office that keeps every suggestion of the tests' city."""

WISH = Wish(
    text="长者食堂离我们小区太远，走过去要半个钟头，冬天路滑不敢去。能不能在小区里开一个助餐点？",
    person=Contact("13800138000", "lin@example.cn"),
    region_code=COUNTY,
    kind=SuggestionKind.CANTEEN,
    privacy_version=PRIVACY_VERSION,
)
TITLE = "在小区里开长者助餐点"
TEXT = "长者食堂离小区太远，冬天路滑不敢去，希望在小区里开一个助餐点。"


def lodged(
    app: Flask,
    at: datetime = NOON,
    token: str | None = None,
    *,
    channel: SuggestionChannel = SuggestionChannel.WEB,
    received_at: datetime | None = None,
    by: Actor | None = None,
    **changes: Any,
) -> tuple[int, Lodged]:
    """Lodge ``WISH`` with ``changes`` and commit; return the suggestion's id and what lodging gave."""
    with app.app_context(), clock.moved_to(at), unit_of_work():
        wish = replace(WISH, **changes)
        done = lodge(wish, token or uuid.uuid4().hex, channel=channel, received_at=received_at, by=by)
        return done.suggestion.id, done


def published(
    app: Flask, at: datetime = NOON, *, title: str = TITLE, text: str = TEXT, **changes: Any
) -> int:
    """Lodge and, an hour later, publish a suggestion; return its id."""
    number, _ = lodged(app, at, **changes)
    do(app, moderating.publish, number, title, text, at=at + timedelta(hours=1))
    return number


def do(
    app: Flask,
    work: Callable[..., Any],
    number: int,
    *arguments: Any,
    at: datetime = NEXT_DAY,
    actor: Actor = CLERK,
    scope: Scope = CIVIL_SCOPE,
) -> Any:
    """Do something to a suggestion as an office without an account would, in a unit of work.

    An argument of type ``Ref`` stands for another suggestion.
    """
    with _acting(app, at, actor):
        one = db.session.get_one(Suggestion, number)
        given = [
            db.session.get_one(Suggestion, each.id) if isinstance(each, Ref) else each for each in arguments
        ]
        return work(one, *given, actor, scope, one.version)


def entered(app: Flask, words: Sequence[tuple[str, str]], **columns: Any) -> list[int]:
    """Enter public suggestions of (title, text) as rows, past the services: for tests that need many to read.

    They have the terms of look-alikes and are not counted.
    """
    with app.app_context(), unit_of_work():
        made = []
        for place, (title, text) in enumerate(words):
            row = {
                "public_id": uuid.uuid4().hex[:8],
                "receipt": uuid.uuid4().hex[:20],
                "access_hash": "0" * 64,
                "submission": uuid.uuid4().hex,
                "channel": SuggestionChannel.WEB,
                "received_at": NOON,
                "received_on": NOON.date(),
                "entered_by": "群众",
                "region_code": COUNTY,
                "department": Department.CIVIL_AFFAIRS,
                "kind": SuggestionKind.OTHER,
                "words_sealed": "",
                "has_mail": False,
                "privacy_version": PRIVACY_VERSION,
                "status": SuggestionStatus.PUBLISHED,
                "look_due": NOON.date(),
                "title": title,
                "text": text,
                "published_at": NOON + timedelta(minutes=place),
                "changed_at": NOON,
                "answer_due": NOON.date(),
                "supports": 0,
            }
            one = Suggestion(**row | columns)
            db.session.add(one)
            made.append(one)
        db.session.flush()
        for one in made:
            keep_terms(one)
        return [one.id for one in made]


class Ref:
    """A suggestion by its id, to be looked up where it is used."""

    def __init__(self, id: int) -> None:
        self.id = id


class Staff:
    """Accounts by what they are, made when first asked for; each does things within its own reach."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._ids: dict[tuple[Any, ...], int] = {}

    def hire(
        self,
        role: Role = Role.CLERK,
        department: Department = Department.CIVIL_AFFAIRS,
        region: str | None = COUNTY,
        name: str = "测试人员",
    ) -> int:
        """Return the account."""
        key = (role, department, region, name)
        if key not in self._ids:
            self._ids[key] = make_staff(self._app, role, department, region, name=name).id
        return self._ids[key]

    def do(
        self, staff_id: int, work: Callable[..., Any], number: int, *arguments: Any, at: datetime = NEXT_DAY
    ) -> Any:
        """Let somebody do something to a suggestion as they see it now."""
        with self._app.app_context():
            member = db.session.get_one(StaffMember, staff_id)
            actor, scope = actor_of(member), scope_of(member)
        return do(self._app, work, number, *arguments, at=at, actor=actor, scope=scope)

    def who(self, staff_id: int) -> tuple[Actor, Scope]:
        """Return who acts and how far they reach."""
        with self._app.app_context():
            member = db.session.get_one(StaffMember, staff_id)
            return actor_of(member), scope_of(member)


def standing(app: Flask, number: int) -> tuple[Suggestion, list[SuggestionStep]]:
    """Return a suggestion with its log, to be looked at after the context is gone."""
    with app.app_context():
        one = db.session.get_one(Suggestion, number)
        query = select(SuggestionStep).where(SuggestionStep.suggestion_id == number)
        steps = list(db.session.scalars(query.order_by(SuggestionStep.id)))
        db.session.expunge_all()
        return one, steps


@contextmanager
def _acting(app: Flask, at: datetime, actor: Actor) -> Iterator[None]:
    with app.app_context(), clock.moved_to(at), acting_as(Acting(actor, "test", COUNTY)), unit_of_work():
        yield
