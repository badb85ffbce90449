"""A question asked while the calendar is being counted anew keeps its pause (PostgreSQL: two connections)."""

from __future__ import annotations

import threading
from datetime import date

from flask import Flask

from portal import clock
from portal.complaints.service.clocks import begin_pause
from portal.complaints.service.steps import round_of, step
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.response_clock import Pause, final_answer_due
from portal.reference.calendar import calendar_version, working_calendar
from tests.integration.complaints.cases import CLERK, NOON, acting_at, case_of, lodge_case
from tests.integration.complaints.test_recompute import closed_office


def test_a_question_that_is_not_yet_committed_is_waited_for_and_counted_in(postgres_app: Flask) -> None:
    number, _ = lodge_case(postgres_app)
    with acting_at(postgres_app, NOON):
        case_of(number).status = CaseStatus.IN_PROGRESS
    operator = threading.Thread(target=closed_office, args=(postgres_app,))
    with acting_at(postgres_app, clock.at(date(2026, 3, 4))):
        assert begin_pause(case_of(number))
        step(case_of(number), CaseEvent.ASK, CLERK, words="问", to_citizen=True)
        operator.start()
        operator.join(1)
        assert operator.is_alive()  # it waits for the handling that was asked about
    operator.join(120)
    with postgres_app.app_context():
        found = round_of(case_of(number))
        assert found.final_calendar == calendar_version()
        pause = Pause(date(2026, 3, 4), None)
        due = final_answer_due(working_calendar(), NOON, found.final_days, pause, 0)
        assert found.final_due == due.day
        assert due.day > final_answer_due(working_calendar(), NOON, found.final_days, None, 0).day
