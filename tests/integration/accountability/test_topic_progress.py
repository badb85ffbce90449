"""Targets of topics, measured live, against a count by hand; the same queries for one topic and for many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from flask import Flask

from portal import clock
from portal.accountability.queries.topic_progress import Ask, measure, progress_of
from portal.domain.rectification import ProblemStatus
from portal.domain.topic_progress import Progress
from portal.domain.topic_targets import TopicMetric
from portal.extensions import db
from portal.institutions.models import Compliance, ComplianceResult, Standard
from portal.supervision.kinds import InspectionResult, ProblemCategory, Severity
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.topics.topic_models import Topic
from portal.unit_of_work import unit_of_work
from tests.integration.accountability.column_rows import target, topic
from tests.integration.accountability.records import (
    COUNTY,
    OTHER,
    TODAY,
    counted,
    enter_problem,
    home,
    visit,
)
from tests.integration.complaints.office import counted as sent_statements
from tests.integration.supervision.event_rows import notice

CITY = "350400"
SINCES = (date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 18), date(2026, 6, 30))
UNTILS = (None, date(2026, 5, 31), date(2026, 6, 12), date(2026, 3, 20), date(2026, 3, 31))


@pytest.fixture
def city(sqlite_app: Flask) -> Iterator[Random]:
    """Half a year of problems and notices in two counties and elsewhere, counted by the worker."""
    drawn = Random(46)
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 10)):
        with unit_of_work():
            places = [home(f"{place}号养老院", place) for place in (COUNTY, COUNTY, OTHER, "110101")]
            for _ in range(150):
                found = date(2025, 12, 20) + timedelta(days=drawn.randrange(205))
                major = drawn.random() < 0.3
                cleared = found + timedelta(days=drawn.randrange(60))
                enter_problem(
                    drawn.choice(places),
                    found,
                    cleared if drawn.random() < 0.5 and cleared <= TODAY else None,
                    category=drawn.choice((ProblemCategory.FIRE, ProblemCategory.FOOD)),
                    severity=Severity.MAJOR if major else Severity.MINOR,
                    criterion="1" if major else None,
                )
            enter_problem(places[0], date(2026, 4, 1), status=ProblemStatus.VOID)
            for _ in range(40):
                issued = clock.at(date(2026, 1, 1) + timedelta(days=drawn.randrange(190)))
                cleared_at = issued + timedelta(days=3) if drawn.random() < 0.5 else None
                notice(drawn.choice(places), issued, cleared=cleared_at)
        counted()
        yield drawn


def within(area: str, code: str) -> bool:
    return code == area or (area == CITY and code in (COUNTY, OTHER))


def test_problems_and_notices_against_a_plain_count(city: Random) -> None:
    problems = db.session.query(Problem).all()
    notices = db.session.query(RectificationNotice).all()
    asks = [
        Ask(metric, area, category, since, until)
        for area in (COUNTY, OTHER, CITY)
        for category in (None, "fire", "food", "care")
        for since in SINCES
        for until in UNTILS
        for metric in (
            TopicMetric.PROBLEMS_CLEARED, TopicMetric.MAJOR_CLEARED, TopicMetric.NOTICES_CLEARED,
        )
    ]  # fmt: skip
    for ask, found in zip(asks, measure(asks), strict=True):
        if ask.metric is TopicMetric.NOTICES_CLEARED:
            about = {
                one.notice_id
                for one in problems
                if ask.category is None or one.category.value == ask.category
            }
            mine = [
                one.cleared_at is not None
                for one in notices
                if within(ask.region_code, one.region_code)
                and ask.since <= one.issued_on <= (ask.until or TODAY)
                and one.id in about
            ]
        else:
            mine = [
                one.status is ProblemStatus.CLEARED
                for one in problems
                if within(ask.region_code, one.region_code)
                and ask.since <= one.found_on <= (ask.until or TODAY)
                and one.status is not ProblemStatus.VOID
                and (ask.category is None or one.category.value == ask.category)
                and (ask.metric is TopicMetric.PROBLEMS_CLEARED or one.severity is Severity.MAJOR)
            ]
        assert found == Progress(sum(mine), len(mine)), ask


def test_homes_brought_to_standard_visited_and_not_known(city: Random) -> None:
    with unit_of_work():
        passed, failed, unknown = (home(f"{name}养老院", OTHER) for name in "丙丁戊")
        for where, result in ((passed, ComplianceResult.PASSED), (failed, ComplianceResult.FAILED)):
            db.session.add(
                Compliance(
                    institution_id=where.id,
                    standard=Standard.SERVICE_SAFETY,
                    result=result,
                    assessed_on=date(2026, 4, 1),
                )
            )
        visit(passed, date(2026, 5, 2))
        visit(failed, date(2026, 2, 2))
        visit(unknown, date(2026, 6, 1), InspectionResult.REFUSED)
    counted()
    asks = [
        Ask(TopicMetric.HOMES_TO_STANDARD, OTHER, None, SINCES[0]),
        Ask(TopicMetric.HOMES_INSPECTED, OTHER, None, date(2026, 3, 1)),
        Ask(TopicMetric.HOMES_INSPECTED, OTHER, None, date(2026, 1, 1)),
        Ask(TopicMetric.HOMES_GRADED, OTHER, None, SINCES[0]),
    ]
    safe, spring, year, graded = measure(asks)
    assert safe == Progress(1, 4, 2)
    assert spring == Progress(1, 4)
    assert year == Progress(2, 4)
    assert graded == Progress(0, 4)


def test_targets_stand_by_their_topic_and_cost_the_same_for_many(city: Random) -> None:
    def cost(topics: list[Topic]) -> int:
        progress_of(topics)
        with sent_statements() as sent:
            progress_of(topics)
        return len(sent)

    with unit_of_work():
        topics = [topic(place, "fire") for place in (COUNTY, OTHER, CITY) for _ in range(4)]
        for one in topics:
            for metric in TopicMetric:
                if metric is not TopicMetric.BY_HAND:
                    target(one, metric, 80, SINCES[2])
            by_hand = target(
                one, TopicMetric.BY_HAND, 5, SINCES[0], percent=False, value=5, as_of=TODAY, source="月报"
            )
    found = progress_of(topics)
    assert {number: len(targets) for number, targets in found.items()} == {
        one.id: len(TopicMetric) for one in topics
    }
    last = found[topics[-1].id][-1]
    assert (last.id, last.standing.progress, last.standing.reached) == (by_hand.id, Progress(5), True)
    assert (last.as_of, last.source) == (TODAY, "月报")
    assert cost(topics) == cost(topics[:1]) <= 8
    assert progress_of([]) == {}


def test_what_is_not_entered_yet_is_not_nothing(city: Random) -> None:
    with unit_of_work():
        one = topic(COUNTY)
        target(one, TopicMetric.BY_HAND, 5, SINCES[0], percent=False)
    (shown,) = progress_of([one])[one.id]
    assert shown.standing.progress is None
    assert not shown.standing.reached
