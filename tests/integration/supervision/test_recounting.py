"""Deadlines of notices after the calendar was amended: later, never earlier, and only while they run."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from portal import clock
from portal.extensions import db
from portal.supervision.jobs import recount_deadlines
from portal.supervision.problem_models import NoticeDeadline
from tests.integration.complaints.test_recompute import amend
from tests.integration.supervision.bureau import Bureau, noon
from tests.integration.supervision.test_notices import deadlines

DUE, LATER = date(2026, 3, 16), date(2026, 3, 17)


def night(app: Flask, on: date) -> None:
    """Let the worker do its nightly work."""
    with app.app_context(), clock.moved_to(noon(on)):
        recount_deadlines()


def test_a_running_deadline_moves_with_a_rest_day_once(bureau: Bureau) -> None:
    one = bureau.enter()
    number = bureau.serve(bureau.issue(one))
    amend(bureau.app, "--rest", "2026-03-06=示例节")
    for _ in range(2):
        night(bureau.app, date(2026, 3, 5))
    assert deadlines(bureau, number) == [(1, DUE, False), (2, LATER, True)]
    assert (bureau.notice(number).deadline, bureau.problem(one).deadline) == (LATER, LATER)
    line = bureau.steps(one)[-1]
    assert (line.event.value, line.actor) == ("extend", "系统")
    assert line.words == "放假安排公布，按新的日历重新推算工作日。"


def test_a_working_saturday_takes_no_day_from_whoever_was_told_one(bureau: Bureau) -> None:
    number = bureau.serve(bureau.issue(bureau.enter()))
    amend(bureau.app, "--work", "2026-03-07=示例调休")
    with bureau.app.app_context():
        before = db.session.get_one(NoticeDeadline, (number, 1)).calendar
    night(bureau.app, date(2026, 3, 5))
    assert deadlines(bureau, number) == [(1, DUE, True)]
    with bureau.app.app_context():
        assert db.session.get_one(NoticeDeadline, (number, 1)).calendar != before


@pytest.mark.parametrize("case", ["cleared", "over", "by the calendar"])
def test_what_does_not_run_by_working_days_stays(bureau: Bureau, case: str) -> None:
    one = bureau.enter()
    number = bureau.serve(bureau.issue(one, working_days=case != "by the calendar"))
    if case == "cleared":
        bureau.clear(one, date(2026, 3, 4))
    before = deadlines(bureau, number)
    amend(bureau.app, "--rest", "2026-03-06=示例节")
    night(bureau.app, date(2026, 3, 20) if case == "over" else date(2026, 3, 5))
    assert deadlines(bureau, number) == before
    assert bureau.notice(number).deadline == (date(2026, 3, 12) if case == "by the calendar" else DUE)
