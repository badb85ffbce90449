"""The four lists of a topic: only public problems of its area and category since its work began."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from portal import clock
from portal.accountability.kinds import ListKind
from portal.accountability.queries.topic_lists import TopicLists, topic_lists
from portal.accountability.service import lists
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemStatus
from portal.extensions import db
from portal.supervision.kinds import ProblemCategory, ProblemOrigin
from portal.topics.topic_models import Topic
from portal.unit_of_work import unit_of_work
from tests.integration.accountability.column_rows import topic
from tests.integration.accountability.records import COUNTY, OTHER, TODAY, enter_problem, home
from tests.integration.complaints.office import counted as sent_statements

CIVIL = Scope(False, None, Department.CIVIL_AFFAIRS)
PORTAL = Actor("审核")


@pytest.fixture
def fire(sqlite_app: Flask) -> Iterator[Topic]:
    """A topic on fire safety of one county, worked on since March."""
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 10)):
        with unit_of_work():
            where, elsewhere = home("甲养老院"), home("乙养老院", OTHER)
            enter_problem(where, date(2026, 4, 1), title="通道堵了", deadline=date(2026, 5, 1))
            enter_problem(where, date(2026, 4, 2), date(2026, 4, 9), title="改好了")
            enter_problem(where, date(2026, 4, 3), title="还没公开", published_at=None)
            enter_problem(where, date(2026, 4, 4), title="群众说的", origin=ProblemOrigin.COMPLAINT,
                          department=Department.CIVIL_AFFAIRS)  # fmt: skip
            enter_problem(where, date(2026, 2, 28), title="以前的")
            enter_problem(where, date(2026, 4, 5), title="吃的", category=ProblemCategory.FOOD)
            enter_problem(where, date(2026, 4, 6), title="登错了", status=ProblemStatus.VOID)
            enter_problem(elsewhere, date(2026, 4, 7), title="别处的")
            made = topic(COUNTY, "fire")
        yield made


def read(one: Topic) -> TopicLists:
    found = topic_lists(one)
    assert found is not None
    return found


def test_each_list_holds_what_its_name_says(fire: Topic) -> None:
    found = read(fire)
    assert [one.title for one in found.problems] == ["群众说的", "改好了", "通道堵了"]
    assert (found.problems_public, found.problems_all) == (3, 4)
    assert [one.title for one in found.rectifications] == ["通道堵了", "群众说的"]
    assert (found.rectifications_public, found.rectifications_all) == (2, 3)
    assert [(one.department, one.found, one.open, one.overdue) for one in found.duties] == [
        (Department.FIRE, 3, 2, 1),
        (Department.CIVIL_AFFAIRS, 1, 1, 0),
    ]
    told = {one.title: one.found_on for one in found.problems}
    assert told == {"群众说的": None, "改好了": date(2026, 4, 2), "通道堵了": date(2026, 4, 1)}
    assert [one.overdue for one in found.rectifications] == [True, False]
    assert found.problems[0].home.name == "甲养老院"


def test_rules_come_from_lists_that_the_county_publishes(fire: Topic) -> None:
    with unit_of_work():
        made = lists.compile_lists(COUNTY, date(2026, 4, 1))
        lists.add_entry(made, ListKind.RULES, "巡查办法", "每天巡查", "新定的", PORTAL, CIVIL, made.version,
                        document="三民〔2026〕9号", issued_on=date(2026, 4, 20))  # fmt: skip
    assert read(fire).rules == ()
    with unit_of_work():
        lists.submit_lists(made, PORTAL, CIVIL, made.version)
    assert read(fire).rules == ()  # sent upward, not yet for everybody
    with unit_of_work():
        lists.set_publishing(COUNTY, True, PORTAL, CIVIL)
    (rule,) = read(fire).rules
    assert (rule.title, rule.document, rule.issued_on) == ("巡查办法", "三民〔2026〕9号", date(2026, 4, 20))
    with unit_of_work():  # a correction shows once it is sent, and then instead
        again = lists.correct_lists(made, "名字错了", PORTAL, CIVIL, made.version)
    assert len(read(fire).rules) == 1
    with unit_of_work():
        lists.submit_lists(again, PORTAL, CIVIL, again.version)
    assert len(read(fire).rules) == 1


def test_nothing_before_the_work_begins_and_the_same_queries_whatever_there_is(fire: Topic) -> None:
    def cost() -> int:
        read(fire)
        with sent_statements() as sent:
            read(fire)
        return len(sent)

    few = cost()
    with unit_of_work():
        where = home("丙养老院")
        for _ in range(40):
            enter_problem(where, date(2026, 5, 1))
    db.session.refresh(fire)
    assert cost() == few
    assert len(read(fire).problems) == 20
    assert read(fire).problems_public == 43
    fire.closed_at = clock.at(date(2026, 4, 3))  # what is found after its conclusion is not the topic's
    assert [one.title for one in read(fire).problems] == ["改好了", "通道堵了"]
    fire.work_from = clock.at(date(2026, 8, 1))
    assert topic_lists(fire) is None
    fire.work_from = None
    assert topic_lists(fire) is None
    db.session.rollback()
