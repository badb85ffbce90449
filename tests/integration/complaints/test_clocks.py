"""The clocks of a case: nothing moves the first; the second pauses once and is extended once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.complaints.kinds import Channel
from portal.complaints.models import CaseRound, CaseStep
from portal.complaints.service import citizen
from portal.complaints.service.clocks import (
    begin_pause,
    end_pauses,
    extend_round,
    redate_round,
)
from portal.complaints.service.steps import CITIZEN, round_of, step
from portal.domain.case_status import (
    BY_CITIZEN,
    FINAL_ANSWERS,
    FIRST_ANSWERS,
    TRANSITIONS,
    CaseEvent,
    CaseStatus,
)
from portal.domain.response_clock import ClockRefused
from portal.extensions import db
from portal.unit_of_work import trial_run
from tests.integration.complaints.cases import CLERK, NOON, acting_at, case_of, lodge_case

FIRST, FINAL = date(2026, 3, 9), date(2026, 3, 30)


def day(month: int, number: int, hour: int = 10) -> datetime:
    return clock.at(date(2026, month, number), hour)


def put(app: Flask, number: int, status: CaseStatus) -> None:
    """Put a case into a status, whatever leads there."""
    with acting_at(app, NOON):
        case_of(number).status = status


def dues(app: Flask, number: int) -> tuple[date, date, date | None]:
    """Return both last days of the handling that runs, and what is due next."""
    with app.app_context():
        case = case_of(number)
        current = round_of(case)
        return current.first_due, current.final_due, case.next_due


def ask(app: Flask, number: int, at: datetime) -> bool:
    with acting_at(app, at):
        case = case_of(number)
        pauses = begin_pause(case)
        step(case, CaseEvent.ASK, CLERK, words="夜班有几个人？", to_citizen=True)
        return pauses


@pytest.mark.parametrize("event", CaseEvent)
def test_no_step_moves_a_last_day_and_only_answers_answer(sqlite_app: Flask, event: CaseEvent) -> None:
    number, _ = lodge_case(sqlite_app)
    later = NOON + timedelta(days=3)
    statuses = [status for status in CaseStatus if (status, event) in TRANSITIONS]
    assert bool(statuses) is (event is not CaseEvent.LODGE)
    for status in statuses:
        with sqlite_app.app_context(), clock.moved_to(later), trial_run():
            case = case_of(number)
            case.status = status
            step(case, event, CITIZEN if event in BY_CITIZEN else CLERK, words="说明")
            current = round_of(case)
            db.session.refresh(current)
            assert (current.received_on, current.first_due, current.final_due) == (NOON.date(), FIRST, FINAL)
            assert current.first_answered_at == (later if event in FIRST_ANSWERS else None)
            assert current.final_answered_at == (later if event in FINAL_ANSWERS else None)
            owed = FINAL if event is CaseEvent.FIRST_ANSWER else FIRST
            assert case.next_due == (None if event in FINAL_ANSWERS or event is CaseEvent.WITHDRAW else owed)


def test_a_second_answer_does_not_overwrite_the_first_ones_moment(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    put(sqlite_app, number, CaseStatus.IN_PROGRESS)
    for days, event in ((1, CaseEvent.FIRST_ANSWER), (2, CaseEvent.FIRST_ANSWER), (8, CaseEvent.REPLY)):
        with acting_at(sqlite_app, NOON + timedelta(days=days)):
            step(case_of(number), event, CLERK, words="答复", to_citizen=True)
    with sqlite_app.app_context():
        current = round_of(case_of(number))
        assert current.first_answered_at == NOON + timedelta(days=1)
        assert current.final_answered_at == NOON + timedelta(days=8)


def test_a_pause_lasts_from_the_question_to_the_answer(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    put(sqlite_app, number, CaseStatus.IN_PROGRESS)
    assert ask(sqlite_app, number, day(3, 9))
    # as if no answer came: day 6 of 20 is 23 March then; 6 April is Tomb-Sweeping Day's
    assert dues(sqlite_app, number) == (FIRST, date(2026, 4, 13), FIRST)
    with acting_at(sqlite_app, day(3, 16, 23)):
        citizen.answer_question(case_of(number), "两个人。")
    assert dues(sqlite_app, number) == (FIRST, date(2026, 4, 3), FIRST)
    with sqlite_app.app_context():
        assert case_of(number).status is CaseStatus.IN_PROGRESS
    assert ask(sqlite_app, number, day(3, 20)) is False  # a clock pauses once
    assert dues(sqlite_app, number) == (FIRST, date(2026, 4, 3), FIRST)
    with acting_at(sqlite_app, day(3, 25)):
        citizen.answer_question(case_of(number), "还是两个人。")
    assert dues(sqlite_app, number) == (FIRST, date(2026, 4, 3), FIRST)


def test_on_the_last_day_there_is_nothing_left_to_pause(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    put(sqlite_app, number, CaseStatus.IN_PROGRESS)
    assert ask(sqlite_app, number, day(3, 30)) is False
    assert dues(sqlite_app, number)[1] == FINAL


def test_a_pause_ends_by_itself_on_its_tenth_working_day(app: Flask) -> None:
    number, _ = lodge_case(app)
    other, _ = lodge_case(app)
    for each in (number, other):
        put(app, each, CaseStatus.IN_PROGRESS)
    ask(app, number, day(3, 9))
    ask(app, other, day(3, 10))
    for at, ended in ((day(3, 22), 0), (day(3, 23, 0), 1), (day(3, 23), 0), (day(3, 24, 0), 1)):
        with acting_at(app, at):
            assert end_pauses(at) == ended
    with app.app_context():
        assert case_of(number).status is CaseStatus.IN_PROGRESS
        last = db.session.scalars(
            select(CaseStep).where(CaseStep.case_id == number).order_by(CaseStep.id.desc())
        ).first()
        assert last is not None
        assert (last.event, last.actor, last.to_citizen) == (CaseEvent.END_PAUSE, "系统", True)
    assert dues(app, number)[1] == date(2026, 4, 13)


def test_a_question_that_did_not_pause_is_not_waited_for_longer(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    put(sqlite_app, number, CaseStatus.IN_PROGRESS)
    ask(sqlite_app, number, day(3, 9))
    with acting_at(sqlite_app, day(3, 10)):
        citizen.answer_question(case_of(number), "两个人。")
    ask(sqlite_app, number, day(3, 11))
    due = dues(sqlite_app, number)
    for at, ended in ((day(3, 24), 0), (day(3, 25), 1)):
        with acting_at(sqlite_app, at):
            assert end_pauses(at) == ended
    assert dues(sqlite_app, number) == due


def test_an_extension_is_granted_once_up_to_the_most_and_in_time(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    for days, reason, at in ((11, "要检验", 3), (0, "要检验", 3), (5, "  ", 3), (5, "要检验", 31)):
        with pytest.raises(ClockRefused), acting_at(sqlite_app, day(3, at)):
            extend_round(case_of(number), days, reason)
    with acting_at(sqlite_app, day(3, 30, 23)):
        extend_round(case_of(number), 10, " 要等检验结果 ")
    assert dues(sqlite_app, number) == (FIRST, date(2026, 4, 14), FIRST)
    with pytest.raises(ClockRefused, match="已经延长过"), acting_at(sqlite_app, day(4, 1)):
        extend_round(case_of(number), 1, "还要等")
    with sqlite_app.app_context():
        assert round_of(case_of(number)).extension_reason == "要等检验结果"


def test_an_extension_can_be_forbidden_and_a_limit_set_otherwise(sqlite_app: Flask) -> None:
    settings = sqlite_app.config["PORTAL"]
    number, _ = lodge_case(sqlite_app)
    sqlite_app.config["PORTAL"] = settings.model_copy(
        update={"extension_days_most": 0, "final_answer_days": 15}
    )
    with pytest.raises(ClockRefused, match="不能延长"), acting_at(sqlite_app, day(3, 3)):
        extend_round(case_of(number), 1, "要检验")
    other, _ = lodge_case(sqlite_app)
    assert dues(sqlite_app, other)[1] == date(2026, 3, 23)
    put(sqlite_app, number, CaseStatus.IN_PROGRESS)
    ask(sqlite_app, number, day(3, 9))
    assert dues(sqlite_app, number)[1] == date(2026, 4, 13)  # still of twenty days, as it began


def test_a_receipt_is_set_back_only_and_never_of_the_web_form(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app, channel=Channel.LETTER, by=CLERK)
    web, _ = lodge_case(sqlite_app)
    for which, received in ((number, NOON), (number, NOON + timedelta(minutes=1)), (web, day(2, 24))):
        with pytest.raises(ClockRefused), acting_at(sqlite_app, day(3, 3)):
            redate_round(case_of(which), received)
    with acting_at(sqlite_app, day(3, 3)):
        redate_round(case_of(number), day(2, 24))
    # 28 February was worked
    assert dues(sqlite_app, number) == (date(2026, 3, 2), date(2026, 3, 23), date(2026, 3, 2))
    with sqlite_app.app_context():
        assert case_of(number).received_on == date(2026, 2, 24)


def test_a_second_handling_has_clocks_of_its_own_and_leaves_the_first_ones(app: Flask) -> None:
    number, _ = lodge_case(app)
    put(app, number, CaseStatus.IN_PROGRESS)
    with acting_at(app, day(3, 11)):  # the first answer was late
        step(case_of(number), CaseEvent.REPLY, CLERK, words="查过了。", to_citizen=True)
    with acting_at(app, day(4, 20)):
        citizen.ask_again(case_of(number), "没有说夜班几个人。")
    # 1 to 5 May are free, Saturday the 9th is worked for them
    assert dues(app, number) == (date(2026, 4, 27), date(2026, 5, 20), date(2026, 4, 27))
    with app.app_context():
        first, second = db.session.scalars(
            select(CaseRound).where(CaseRound.case_id == number).order_by(CaseRound.number)
        )
        assert (first.first_due, first.final_due) == (FIRST, FINAL)
        assert first.first_answered_at == first.final_answered_at == day(3, 11)
        assert (second.number, second.received_at, second.first_answered_at) == (2, day(4, 20), None)


@pytest.mark.parametrize(
    "deed",
    [
        lambda case: citizen.add(case, "补充一张照片的说明"),
        lambda case: citizen.withdraw(case),
        lambda case: begin_pause(case),
        lambda case: extend_round(case, 3, "要检验"),
    ],
)
def test_no_deed_moves_the_first_answers_clock(sqlite_app: Flask, deed: Callable[..., object]) -> None:
    number, _ = lodge_case(sqlite_app)
    put(sqlite_app, number, CaseStatus.IN_PROGRESS)
    with acting_at(sqlite_app, day(3, 4)):
        deed(case_of(number))
    with sqlite_app.app_context():
        current = round_of(case_of(number))
        assert (current.first_due, current.first_answered_at, current.received_at) == (FIRST, None, NOON)
