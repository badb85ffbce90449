"""The calendar is amended: open clocks are counted anew, in one transaction, and those answered are not."""

from __future__ import annotations

import json
import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import RowMapping, select, update

from portal import clock
from portal.audit.checking import verify
from portal.audit.models import AuditEntry
from portal.complaints.models import CaseRound, CaseStep
from portal.complaints.office_models import CaseMonth
from portal.complaints.service import citizen
from portal.complaints.service import recompute as module
from portal.complaints.service.clocks import begin_pause, extend_round
from portal.complaints.service.recompute import Recomputed, recompute
from portal.complaints.service.steps import ChangedMeanwhile, round_of, step
from portal.domain.actor import SYSTEM
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.response_clock import Judgement, judge
from portal.domain.working_days import Due, WorkingCalendar
from portal.extensions import db
from portal.reference.calendar import calendar_version, working_calendar
from tests.integration.complaints.cases import CLERK, NOON, acting_at, case_of, lodge_case

FIRST, FINAL = date(2026, 3, 9), date(2026, 3, 30)
LATER = clock.at(date(2026, 3, 5))


def amend(app: Flask, *options: str) -> str:
    """Enter a notice as an operator does; return what the command says."""
    with clock.moved_to(LATER):
        done = app.test_cli_runner().invoke(
            args=["calendar", "amend", *options, "--document", "国务院办公厅通知", "--commit"]
        )
    assert done.exit_code == 0, done.output
    return done.output


def closed_office(app: Flask) -> str:
    """Make Friday 6 March a rest day: both clocks of a case of 2 March end a working day later."""
    return amend(app, "--rest", "2026-03-06=示例节")


def answered(app: Flask, number: int, event: CaseEvent, at: date) -> None:
    with acting_at(app, clock.at(at)):
        case_of(number).status = CaseStatus.IN_PROGRESS
        step(case_of(number), event, CLERK, words="答复", to_citizen=True)


def clocks(app: Flask, number: int) -> tuple[date, date, date | None]:
    with app.app_context():
        case = case_of(number)
        current = round_of(case)
        return current.first_due, current.final_due, case.next_due


def test_an_open_case_moves_with_its_trace_and_an_answered_one_does_not(app: Flask) -> None:
    open_case, _ = lodge_case(app)
    first_answered, _ = lodge_case(app)
    replied, _ = lodge_case(app)
    withdrawn, _ = lodge_case(app)
    answered(app, first_answered, CaseEvent.FIRST_ANSWER, date(2026, 3, 4))
    answered(app, replied, CaseEvent.REPLY, date(2026, 3, 4))
    with acting_at(app, clock.at(date(2026, 3, 4))):
        citizen.withdraw(case_of(withdrawn))
        db.session.execute(update(CaseMonth).values(stale=False))
        versions = {number: case_of(number).version for number in (open_case, replied)}
    told = closed_office(app)
    assert "重新推算了2件没有办完的投诉，其中2件的到期日变了" in told
    day, day20 = date(2026, 3, 10), date(2026, 3, 31)
    assert clocks(app, open_case) == (day, day20, day)
    assert clocks(app, first_answered) == (FIRST, day20, day20)
    assert clocks(app, replied) == (FIRST, FINAL, None)
    assert clocks(app, withdrawn) == (FIRST, FINAL, None)
    with app.app_context():
        version = calendar_version()
        current = round_of(case_of(first_answered))
        assert (current.first_calendar == version, current.final_calendar == version) == (False, True)
        assert case_of(open_case).version == versions[open_case] + 1
        assert case_of(replied).version == versions[replied]
        lines = db.session.scalars(select(CaseStep).where(CaseStep.event == CaseEvent.RECOMPUTE)).all()
        assert [(line.case_id, line.to_citizen) for line in lines] == [
            (open_case, True),
            (first_answered, True),
        ]
        assert json.loads(lines[0].said or "") == {
            "first": [FIRST.isoformat(), day.isoformat()],
            "final": [FINAL.isoformat(), day20.isoformat()],
        }
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "calendar_recompute"))
        assert [entry.subject for entry in entries] == [
            f"complaint/{open_case}",
            f"complaint/{first_answered}",
        ]
        assert db.session.scalars(
            select(AuditEntry.subject).where(AuditEntry.action == "calendar_amend")
        ).all() == ["calendar_notice/1"]
        assert db.session.scalars(select(CaseMonth.stale)).all() == [True]
        assert verify().holds


def test_an_answer_in_time_never_turns_late(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    answered(sqlite_app, number, CaseEvent.FIRST_ANSWER, FIRST)
    amend(sqlite_app, "--work", "2026-03-07=示例节")  # a Saturday that counts: 9 March would be too late
    with sqlite_app.app_context():
        current = round_of(case_of(number))
        assert current.first_due == FIRST
        assert judge(working_calendar(), current.first_due, current.first_answered_at, LATER) is (
            Judgement.IN_TIME
        )
        assert current.final_due == date(2026, 3, 27)


def test_withdrawing_the_notice_brings_the_days_back(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    closed_office(sqlite_app)
    done = sqlite_app.test_cli_runner().invoke(
        args=["calendar", "amend", "--withdraw", "1", "--reason", "录错了", "--commit"]
    )
    assert "其中1件的到期日变了" in done.output
    assert clocks(sqlite_app, number) == (FIRST, FINAL, FIRST)


def test_pause_and_extension_are_counted_in(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    with acting_at(sqlite_app, clock.at(date(2026, 3, 4))):
        case_of(number).status = CaseStatus.IN_PROGRESS
        begin_pause(case_of(number))
        extend_round(case_of(number), 2, "要检验")
        step(case_of(number), CaseEvent.ASK, CLERK, words="问", to_citizen=True)
    with sqlite_app.app_context():
        before = round_of(case_of(number)).final_due
    closed_office(sqlite_app)
    # 2 of 22 days had run; the pause ends by itself on 18 March, and with the day off on the 19th
    assert before == date(2026, 4, 15)
    assert clocks(sqlite_app, number)[1] == date(2026, 4, 16)


def test_a_calendar_that_moves_no_day_leaves_no_trace_but_its_version(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    amend(sqlite_app, "--rest", "2026-11-02=示例节")
    with sqlite_app.app_context():
        assert round_of(case_of(number)).first_calendar == calendar_version()
        assert db.session.scalars(select(CaseStep.event)).all() == [CaseEvent.LODGE]


def test_the_command_does_what_is_left_to_do_and_then_nothing(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    with acting_at(sqlite_app, NOON):  # as an upgrade leaves it: counted by an older package's calendar
        stale = {"first_calendar": "2026-old", "first_due": date(2026, 3, 6), "first_provisional": True}
        db.session.execute(update(CaseRound).values(**stale))
    runner = sqlite_app.test_cli_runner()
    assert "其中1件的到期日变了" in runner.invoke(args=["calendar", "recompute"]).output
    assert clocks(sqlite_app, number) == (FIRST, FINAL, FIRST)
    assert "没有要重新推算的投诉" in runner.invoke(args=["calendar", "recompute"]).output


def test_many_cases_are_done_in_lots(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    for _ in range(5):
        lodge_case(sqlite_app)
    with acting_at(sqlite_app, NOON):
        db.session.execute(update(CaseRound).values(first_calendar="2026-old", final_due=date(2026, 3, 31)))
        assert recompute(SYSTEM) == Recomputed(5, 5)
        assert recompute(SYSTEM) == Recomputed(0, 0)


def test_who_had_the_case_open_is_told(app: Flask) -> None:
    number, _ = lodge_case(app)
    with pytest.raises(ChangedMeanwhile, match="服务器管理员"), acting_at(app, LATER):
        case = case_of(number)
        operator = threading.Thread(target=closed_office, args=(app,))
        operator.start()
        operator.join()
        step(case, CaseEvent.ACCEPT, CLERK)


def test_an_answer_given_while_days_are_counted_keeps_its_day(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = lodge_case(sqlite_app)
    counted = module._counted

    def count_slowly(one: RowMapping, calendar: WorkingCalendar) -> dict[str, Due]:
        dues = counted(one, calendar)
        db.session.execute(update(CaseRound).values(first_answered_at=LATER))
        return dues

    monkeypatch.setattr(module, "_counted", count_slowly)
    closed_office(sqlite_app)
    assert clocks(sqlite_app, number) == (FIRST, date(2026, 3, 31), date(2026, 3, 31))
