"""Whom to visit next: each line counts what it says, once, within its time; kept in step; one go for all."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import clock
from portal.accountability import ranking
from portal.accountability.models import VisitRank
from portal.complaints.kinds import Finding
from portal.complaints.models import Case
from portal.domain.grading import GradeScale
from portal.domain.rectification import ProblemStatus
from portal.domain.visit_points import RULE, Line
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.history.keeper import count_change
from portal.institutions.models import (
    Compliance,
    ComplianceResult,
    Institution,
    OperatingState,
    Standard,
    StarGrade,
)
from portal.supervision.kinds import CreditKind, InspectionResult, Severity
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem
from portal.unit_of_work import unit_of_work
from tests.integration.accountability.records import TODAY, credit, enter_problem, home, visit
from tests.integration.complaints.cases import lodge_case
from tests.integration.complaints.office import counted as sent_statements

DAY = timedelta(days=1)
YEAR_AGO = TODAY - timedelta(days=365)


def lines(where: Institution) -> dict[Line, int]:
    """Return what counts of a home, as it is kept."""
    kept = db.session.scalar(select(VisitRank.reasons).where(VisitRank.institution_id == where.id))
    return {Line(line): count for line, count, _ in json.loads(kept or "[]")}


@pytest.fixture
def seen(sqlite_app: Flask) -> Any:
    """A home that was visited last week, on the day of these tests."""
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            where = home("甲养老院")
            visit(where, TODAY - 7 * DAY)
        yield where


def ranked(where: Institution) -> dict[Line, int]:
    with unit_of_work():
        pass
    ranking.rank_all()
    return lines(where)


def test_nothing_against_a_home_makes_no_points(seen: Institution) -> None:
    assert ranked(seen) == {}
    assert db.session.scalar(select(VisitRank.points)) == 0


def test_problems_count_by_what_is_open_overdue_major_and_back(seen: Institution) -> None:
    first = enter_problem(seen, date(2026, 1, 5), date(2026, 1, 9))
    open_ones: list[dict[str, Any]] = [
        {"severity": Severity.MAJOR, "criterion": "一（一）"},  # major, no last day yet
        {"severity": Severity.MAJOR, "criterion": "一（一）", "deadline": TODAY - DAY},  # major and overdue
        {"deadline": TODAY},  # its last day is still one
        {},
        {"deadline": TODAY - DAY, "first_entry_id": first.id},
        {"status": ProblemStatus.VOID},
    ]
    for given in open_ones:
        enter_problem(seen, date(2026, 5, 4), **given)
    enter_problem(seen, date(2024, 7, 14), date(2024, 8, 1), first_entry_id=first.id)  # over two years ago
    assert ranked(seen) == {Line.MAJOR_OPEN: 2, Line.OVERDUE: 2, Line.OPEN: 2, Line.RECURRED: 1}
    points = db.session.scalar(select(VisitRank.points))
    assert points == 2 * 30 + 2 * 15 + 2 * 3 + 15


def test_visits_count_by_their_age_and_refusals_within_a_year(seen: Institution) -> None:
    homes = {name: home(name) for name in ("从未", "整年", "一年多", "两年多", "拒绝", "早拒绝", "撤回")}
    visit(homes["整年"], date(2025, 7, 15))
    visit(homes["一年多"], date(2025, 7, 14))
    visit(homes["两年多"], date(2024, 7, 14))
    visit(homes["拒绝"], TODAY - DAY, InspectionResult.REFUSED)
    visit(homes["早拒绝"], YEAR_AGO - DAY, InspectionResult.REFUSED)
    visit(homes["撤回"], TODAY, withdrawn_at=clock.now(), withdrawn_reason="错")
    with unit_of_work():
        pass
    ranking.rank_all()
    assert {name: lines(where) for name, where in homes.items()} == {
        "从未": {Line.NEVER: 1},
        "整年": {},
        "一年多": {Line.LONG: 1},
        "两年多": {Line.VERY_LONG: 1},
        "拒绝": {Line.NEVER: 1, Line.REFUSED: 1},
        "早拒绝": {Line.NEVER: 1},
        "撤回": {Line.NEVER: 1},
    }


def test_credit_counts_while_it_stands(seen: Institution) -> None:
    later = TODAY + 100 * DAY
    credit(seen, CreditKind.PENALTY, TODAY - DAY, later)
    credit(seen, CreditKind.PENALTY, YEAR_AGO - DAY, later)  # over a year ago
    credit(seen, CreditKind.PENALTY, TODAY - 50 * DAY, TODAY - DAY)  # expired
    credit(seen, CreditKind.DISCREDIT, date(2024, 1, 1), TODAY)
    credit(seen, CreditKind.COMMENDATION, TODAY - DAY, later)
    assert ranked(seen) == {Line.PENALTY: 1, Line.DISCREDIT: 1}


def test_the_latest_assessment_counts_and_a_grade_that_ended(seen: Institution) -> None:
    for standard, results in (
        (Standard.SERVICE_SAFETY, (ComplianceResult.FAILED, ComplianceResult.PASSED)),
        (Standard.FIRE_SAFETY, (ComplianceResult.PASSED, ComplianceResult.FAILED)),
    ):
        for month, result in enumerate(results, 1):
            day = date(2026, month, 1)
            db.session.add(
                Compliance(institution_id=seen.id, standard=standard, result=result, assessed_on=day)
            )
    db.session.add(
        StarGrade(
            institution_id=seen.id,
            scale=GradeScale.NATIONAL,
            level=3,
            valid_from=date(2023, 1, 1),
            valid_to=date(2025, 12, 31),
        )
    )
    with unit_of_work():
        count_change()
    assert ranked(seen) == {Line.FIRE_FAILED: 1, Line.GRADE_ENDED: 1}


def test_upheld_complaints_are_counted_and_those_handled_together_once(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)), unit_of_work():
        where = home("甲养老院")
        key = where.id
    numbers = [lodge_case(sqlite_app, clock.at(TODAY - 30 * DAY, 9), institution_id=key)[0] for _ in range(4)]
    old, _ = lodge_case(sqlite_app, clock.at(YEAR_AGO - DAY, 9), institution_id=key)
    with sqlite_app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            findings = (Finding.TRUE, Finding.PARTLY, Finding.NOT_TRUE, Finding.TRUE, Finding.TRUE)
            for number, finding in zip((*numbers, old), findings, strict=True):
                db.session.get_one(Case, number).finding = finding
            db.session.get_one(Case, numbers[3]).merged_into_id = numbers[0]
        ranking.rank_all()
        assert lines(db.session.get_one(Institution, key)) == {Line.UPHELD: 2, Line.NEVER: 1}


def test_what_is_above_the_most_counts_no_more(seen: Institution) -> None:
    for _ in range(9):
        enter_problem(seen, date(2026, 5, 4))
    assert ranked(seen) == {Line.OPEN: 9}
    assert db.session.scalar(select(VisitRank.points)) == RULE[Line.OPEN].most_points


def test_a_change_marks_its_home_and_the_worker_looks_again(seen: Institution, sqlite_app: Flask) -> None:
    ranking.rank_all()
    assert ranking.rank_stale() == 0
    with unit_of_work():
        row = enter_problem(seen, date(2026, 5, 4))
        number = row.id
    assert ranking.rank_stale() == 1
    assert lines(seen) == {Line.OPEN: 1}
    version = data_set_state().version
    with unit_of_work():
        row = db.session.get_one(Problem, number)
        row.status, row.cleared_on = ProblemStatus.CLEARED, TODAY
    assert ranking.rank_stale() == 1
    assert lines(seen) == {}
    assert data_set_state().version == version  # nothing that pages show
    with unit_of_work():
        db.session.execute(update(Inspection).values(visited_on=TODAY))
        made = db.session.scalars(select(Inspection)).one()
        made.summary = "补记"
    assert ranking.rank_stale() == 1
    assert data_set_state().version == version + 1  # coverage


def test_a_home_that_closes_is_ranked_no_more(seen: Institution) -> None:
    ranking.rank_all()
    with unit_of_work():
        db.session.get_one(Institution, seen.id).operating_state = OperatingState.CLOSED
        count_change()
    assert ranking.rank_stale() == 1
    assert db.session.scalars(select(VisitRank)).all() == []


def test_time_alone_makes_points(seen: Institution, sqlite_app: Flask) -> None:
    ranking.rank_all()
    with clock.moved_to(clock.at(date(2027, 8, 1), 0)):
        ranking.rank_all()
    assert lines(seen) == {Line.LONG: 1}


def test_what_changes_while_all_are_ranked_stays_marked(
    seen: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranking.rank_all()
    write = ranking._write

    def quicker(rows: list[dict[str, Any]]) -> None:
        enter_problem(seen, date(2026, 5, 4))
        db.session.commit()
        write(rows)

    with clock.moved_to(clock.at(date(2027, 8, 1), 0)):
        monkeypatch.setattr(ranking, "_write", quicker)
        ranking.rank_all()
        monkeypatch.setattr(ranking, "_write", write)
        assert lines(seen) == {Line.LONG: 1}
        assert ranking.rank_stale() == 1
        assert lines(seen) == {Line.LONG: 1, Line.OPEN: 1}


def test_many_homes_cost_as_many_queries_as_one(app: Flask) -> None:
    def cost() -> int:
        with sent_statements() as sent:
            ranking.rank_all()
        return len(sent)

    with app.app_context(), clock.moved_to(clock.at(TODAY, 12)):
        with unit_of_work():
            home("甲养老院")
        ranking.rank_all()
        one = cost()
        with unit_of_work():
            for number in range(30):
                where = home(f"{number}号养老院")
                enter_problem(where, date(2026, 5, 4))
                visit(where, date(2026, 5, 4))
        ranking.rank_all()
        assert cost() == one
