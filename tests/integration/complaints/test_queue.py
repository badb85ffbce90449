"""The queue: its order, its filters, its caps, who sees which cases, and what a page costs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.complaints.kinds import Category, Channel, Finding, WhyExcluded
from portal.complaints.models import Case
from portal.complaints.queries import queue
from portal.complaints.queries.queue import (
    QueueChoice,
    QueueGroup,
    queue_count,
    queue_counts,
    queue_first,
    queue_page,
)
from portal.complaints.service import handling, moving, replying, triage
from portal.complaints.service.words import Told
from portal.domain.response_clock import Judgement
from portal.extensions import db
from tests.integration.complaints.cases import CLERK, COUNTY, NOON, enter_home, lodge_case
from tests.integration.complaints.office import (
    CITY,
    CIVIL,
    FAR,
    FIRE,
    NEXT_DAY,
    OTHER_COUNTY,
    Office,
    counted,
    lodged,
    standing,
)

EVERYBODY = ("甲小明", "审大力", "督小平", "纪小正", "管小家", "消小防", "邻小近", "市小远", "国大江")


def ids(
    office: Office, who: str, choice: QueueChoice | None = None, *page: int, at: Any = NEXT_DAY
) -> list[int]:
    rows, _ = office.ask(who, lambda reach: queue_page(choice or QueueChoice(), reach, *page), at=at)
    return [row.id for row in rows]


def test_each_sees_the_own_departments_cases_in_the_own_regions(office: Office) -> None:
    near, fire = lodged(office.app), lodged(office.app, category=Category.FIRE)
    next_door, far = lodged(office.app, region_code=OTHER_COUNTY), lodged(office.app, region_code=FAR)
    seen = {who: set(ids(office, who)) for who in EVERYBODY}
    assert seen == {
        "甲小明": {near},
        "审大力": {near},
        "督小平": {near, fire},
        "纪小正": {near, fire},
        "管小家": set(),
        "消小防": {fire},
        "邻小近": {next_door},
        "市小远": {near, next_door},
        "国大江": {near, next_door, far},
    }
    for who in EVERYBODY:
        receipts = {
            standing(office.app, number).case.receipt: number for number in (near, fire, next_door, far)
        }
        by_number = {
            number
            for receipt, number in receipts.items()
            if ids(office, who, QueueChoice(text=receipt)) == [number]
        }
        assert by_number == seen[who]
        assert office.ask(who, lambda reach: queue_counts(reach)).open == len(seen[who])


def test_whom_a_case_excludes_does_not_see_it_but_a_reviewer_knows_that_it_is_there(office: Office) -> None:
    number = lodged(office.app)
    receipt = standing(office.app, number).case.receipt
    for who in ("甲小明", "审大力"):
        office.do("核小心", handling.exclude, number, office.ids[who], WhyExcluded.RELATED)
    assert ids(office, "甲小明") == []
    assert ids(office, "甲小明", QueueChoice(text=receipt)) == []
    assert office.ask("甲小明", lambda reach: queue_counts(reach)).open == 0
    assert ids(office, "审大力") == [number]


def test_what_is_to_be_closed_comes_in_the_order_in_which_it_was_lodged(office: Office) -> None:
    first, second, third = (lodged(office.app) for _ in range(3))
    for number in (third, first, second):  # whichever was answered first
        office.do("甲小明", handling.accept, number)
        office.do("甲小明", handling.start, number)
        office.do("甲小明", replying.reply, number, "查过了。", Finding.NOT_TRUE)
    assert ids(office, "甲小明", QueueChoice(QueueGroup.TO_CLOSE)) == [first, second, third]
    assert ids(office, "国大江", QueueChoice(QueueGroup.TO_CLOSE)) == [first, second, third]


def test_what_is_due_first_comes_first_and_what_is_to_be_closed_last(office: Office) -> None:
    def at(day: int, **changes: Any) -> int:
        return lodge_case(office.app, clock.at(date(2026, 3, day), 12), **changes)[0]

    late, early, same = at(4), at(2), at(2, category=Category.ABUSE)
    answered, done = at(2), at(2)
    for number in (answered, done):
        office.do("甲小明", handling.accept, number)
        office.do("甲小明", handling.start, number)
    office.do("甲小明", replying.first_answer, answered, "正在查。")
    office.do("甲小明", replying.reply, done, "查过了。", Finding.NOT_TRUE)
    order = [early, same, late, answered, done]
    assert ids(office, "甲小明") == order
    assert ids(office, "国大江") == order
    for start in range(6):  # pages meet without a gap, also where the two runs of cases meet
        assert ids(office, "甲小明", None, start, 2) == order[start : start + 2]
    rows, total = office.ask("甲小明", lambda reach: queue_page(QueueChoice(), reach))
    assert total == 5
    assert [(row.due, row.first, row.judgement) for row in rows][2:] == [
        (date(2026, 3, 11), True, Judgement.RUNNING),
        (date(2026, 3, 30), False, Judgement.RUNNING),
        (None, False, None),
    ]
    assert [row.id for row in office.ask("甲小明", lambda reach: queue_first(reach, 2))] == order[:2]


def test_the_filters(office: Office) -> None:
    home = enter_home(office.app)
    plain, urgent = lodged(office.app), lodged(office.app, institution_id=home)
    office.do("甲小明", triage.triage, urgent, True, "有人受伤")
    letter = lodge_case(office.app, NOON, channel=Channel.LETTER, received_at=NOON, by=CLERK)[0]
    abuse = lodged(office.app, category=Category.ABUSE, region_code=OTHER_COUNTY)
    office.do("市小远", handling.accept, abuse)
    office.do("市小远", handling.assign, abuse, office.ids["市小远"])
    refused = lodged(office.app)
    office.do("审大力", replying.refuse, refused, "不归这里管。")
    sent = lodged(office.app, category=Category.FIRE)
    office.do("消小防", moving.transfer, sent, COUNTY, CIVIL, "归民政")
    mine = office.ids["市小远"]
    for choice, expected in (
        (QueueChoice(), {plain, urgent, letter, abuse, sent}),
        (QueueChoice(urgent=True), {urgent}),
        (QueueChoice(channel=Channel.LETTER), {letter}),
        (QueueChoice(category=Category.ABUSE), {abuse}),
        (QueueChoice(mine=True), {abuse}),
        (QueueChoice(handler=mine), {abuse}),
        (QueueChoice(handler=999), set()),
        (QueueChoice(unassigned=True), {plain, urgent, letter, sent}),
        (QueueChoice(unacknowledged=True), {sent}),
        (QueueChoice(region=OTHER_COUNTY), {abuse}),
        (QueueChoice(region=CITY), {plain, urgent, letter, abuse, sent}),
        (QueueChoice(region=FAR), set()),
        (QueueChoice(QueueGroup.NEW), {plain, urgent, letter, sent}),
        (QueueChoice(QueueGroup.WAITING), set()),
        (QueueChoice(QueueGroup.ENDED), {refused}),
        (QueueChoice(QueueGroup.TO_CLOSE), set()),
        (QueueChoice(late=True), set()),
        (QueueChoice(text="nonsense"), set()),
    ):
        assert set(ids(office, "市小远", choice)) == expected, choice
        if not choice.text:
            assert office.ask("市小远", lambda reach, choice=choice: queue_count(choice, reach)) == len(
                expected
            )
    assert ids(office, "市小远", QueueChoice(late=True), at=clock.at(date(2026, 3, 10), 0)) != []
    assert ids(office, "市小远", QueueChoice(late=True), at=clock.at(date(2026, 3, 9), 23, 59)) == []
    watched = ids(office, "督小平", QueueChoice(department=FIRE))
    assert watched == []
    row = next(
        row
        for row in office.ask("甲小明", lambda reach: queue_page(QueueChoice(), reach))[0]
        if row.id == urgent
    )
    assert (row.home, row.region, row.urgent, row.merged, row.handler) == (
        "示例敬老院",
        "三元区",
        True,
        False,
        None,
    )


def test_what_ended_last_comes_first(office: Office) -> None:
    numbers = [lodged(office.app) for _ in range(3)]
    for ago, number in enumerate(numbers):
        office.do("审大力", replying.refuse, number, "不归这里管。", at=NEXT_DAY - timedelta(hours=ago))
    assert ids(office, "审大力", QueueChoice(QueueGroup.ENDED)) == numbers
    assert ids(office, "国大江", QueueChoice(QueueGroup.ENDED), 1, 1) == numbers[1:2]


def test_counting_and_paging_stop_at_the_cap(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST", 2)
    numbers = [lodged(office.app) for _ in range(4)]
    for who in ("甲小明", "国大江", "督小平"):
        rows, total = office.ask(who, lambda reach: queue_page(QueueChoice(), reach, 0, 50))
        assert total == 3  # "2+"
        assert [row.id for row in rows] == numbers
        rows, _ = office.ask(who, lambda reach: queue_page(QueueChoice(), reach, 50, 1))
        assert [row.id for row in rows] == numbers[2:3]
    assert office.ask("甲小明", lambda reach: queue_counts(reach)).open == 3


def test_a_page_costs_the_same_few_queries_however_many_cases(office: Office) -> None:
    def cost(who: str, work: Any) -> int:
        office.hire(who)
        with office.app.app_context(), clock.moved_to(NEXT_DAY):
            reach = office.reach(who)
            with counted() as sent:
                work(reach)
            return len(sent)

    works = (lambda reach: queue_page(QueueChoice(), reach), queue_counts)
    office.do("甲小明", handling.accept, lodged(office.app))
    few = [cost(who, work) for who in ("甲小明", "国大江", "督小平") for work in works]
    for _ in range(6):
        number = lodged(office.app)
        office.do("甲小明", handling.accept, number)
        office.do("乙小红", handling.start, number)
    assert [cost(who, work) for who in ("甲小明", "国大江", "督小平") for work in works] == [
        number + (2 if at % 2 == 0 else 0) for at, number in enumerate(few)
    ]  # the two of the handlers' names, once there are any
    assert max(few) <= 12


def test_counts_of_the_day(office: Office) -> None:
    numbers = [lodged(office.app) for _ in range(2)]
    office.do("甲小明", handling.accept, numbers[0])
    office.do("甲小明", handling.start, numbers[0])
    lodge_case(office.app, clock.at(date(2026, 3, 5), 12))

    def counts(day: int) -> tuple[int, ...]:
        found = office.ask("甲小明", lambda reach: queue_counts(reach), at=clock.at(date(2026, 3, day), 9))
        return found.open, found.overdue, found.today, found.soon, found.mine, found.unassigned

    assert counts(5) == (3, 0, 0, 2, 1, 2)
    assert counts(9) == (3, 0, 2, 0, 1, 2)
    assert counts(10) == (3, 2, 0, 1, 1, 2)


def test_each_page_is_a_walk_along_an_index(sqlite_app: Flask) -> None:
    """No sorting of all that is open: the plan of SQLite says so for a county and for the country."""
    office = Office(sqlite_app)
    lodged(sqlite_app)
    for who in ("甲小明", "国大江", "督小平"):
        office.hire(who)
        with sqlite_app.app_context(), clock.moved_to(NEXT_DAY):
            reach = office.reach(who)
            for group in (QueueGroup.OPEN, QueueGroup.ENDED):
                part = queue._part(QueueChoice(group), reach)
                for one in part.groups:
                    query = part._ordered(part._select(one), part.order).limit(50)
                    text = query.compile(db.engine, compile_kwargs={"literal_binds": True})
                    plan = " ".join(
                        row[3]
                        for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")
                    )
                    assert "USING" in plan
                    assert "INDEX ix_complaint_case_" in plan
                    assert "SCAN complaint_case" not in plan.replace("SCAN complaint_case USING", "")
                    assert "TEMP B-TREE" not in plan


def test_both_databases_put_the_regions_together(app: Flask) -> None:
    office = Office(app)
    first = lodge_case(app, NOON - timedelta(days=7), region_code=OTHER_COUNTY)[0]
    second = lodge_case(app, NOON)[0]
    third = lodge_case(app, NOON, region_code=OTHER_COUNTY, told=Told("另一件事。"))[0]
    ended = lodge_case(app, NOON)[0]
    office.do("审大力", replying.refuse, ended, "不归这里管。")
    for who in ("市小远", "国大江"):
        assert ids(office, who) == [first, second, third]
        assert ids(office, who, QueueChoice(), 1, 1) == [second]
        assert ids(office, who, QueueChoice(QueueGroup.ENDED)) == [ended]
        assert office.ask(who, lambda reach: queue_counts(reach)).open == 3
        with app.app_context():
            assert db.session.get_one(Case, ended).next_due is None
