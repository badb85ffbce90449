"""What each action of staff does to a case, who may do it, and that none moves the first clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.audit.models import AuditEntry
from portal.complaints.kinds import Channel, Finding, WhyExcluded
from portal.complaints.models import Case, CaseExclusion
from portal.complaints.service import handling, moving, outcome, replying, retention, triage
from portal.complaints.service.rights import ReviewerNeeded
from portal.complaints.service.steps import ChangedMeanwhile, Excluded, NotTheirs, WordsMissing
from portal.complaints.service.words import step_words
from portal.domain.case_status import CaseEvent, CaseRefused, CaseStatus
from portal.domain.response_clock import ClockRefused
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import CLERK, NOON, lodge_case
from tests.integration.complaints.office import NEXT_DAY, Office, in_progress, lodged, replied, standing

FIRST_DUE, FINAL_DUE = date(2026, 3, 9), date(2026, 3, 30)


def test_a_case_from_acceptance_to_closing(office: Office) -> None:
    number = lodged(office.app)
    office.do("甲小明", handling.accept, number)
    office.do("审大力", handling.assign, number, office.ids["乙小红"])
    office.do("乙小红", handling.start, number)
    office.do("乙小红", replying.first_answer, number, "已到现场，正在核对排班表，3月20日前答复。")
    found = standing(office.app, number)
    assert found.case.handler_id == office.ids["乙小红"]
    assert found.current.first_answered_at == NEXT_DAY
    assert found.case.next_due == FINAL_DUE
    office.do("乙小红", replying.interim_reply, number, "排班表已取回。")
    office.do("乙小红", replying.reply, number, "夜班只有一人，已责令整改。", Finding.PARTLY)
    office.do("乙小红", handling.close, number)
    found = standing(office.app, number)
    assert found.events == [
        "lodge", "accept", "assign", "start", "first_answer", "interim_reply", "reply", "find_true", "close",
    ]  # fmt: skip
    assert found.case.status is CaseStatus.CLOSED
    assert found.case.finding is Finding.PARTLY
    assert found.case.next_due is None
    assert found.case.ended_at == NEXT_DAY
    assert [step.to_citizen for step in found.steps] == [True] * 7 + [False, True]
    with office.app.app_context():
        assert step_words(found.steps[4]) == "已到现场，正在核对排班表，3月20日前答复。"
        assert "排班表" not in (found.steps[4].words_sealed or "")


def test_starting_makes_whoever_starts_the_handler_and_no_one_else_afterwards(office: Office) -> None:
    number = in_progress(office)
    assert standing(office.app, number).case.handler_id == office.ids["甲小明"]
    office.do("乙小红", replying.first_answer, number, "正在查。")
    assert standing(office.app, number).case.handler_id == office.ids["甲小明"]


Act = tuple[Callable[..., Any], list[Any]]
EVERY_ACT: dict[str, Act] = {
    "accept": (handling.accept, []),
    "start": (handling.start, []),
    "note": (handling.note, ["记一笔"]),
    "first_answer": (replying.first_answer, ["正在查"]),
    "interim_reply": (replying.interim_reply, ["有进展"]),
    "ask": (replying.ask, ["是哪一天？"]),
    "extend": (replying.extend, [5, "要等鉴定"]),
    "reply": (replying.reply, ["查过了", Finding.UNCLEAR]),
    "close": (handling.close, []),
    "triage": (triage.triage, [True, "有人受伤"]),
    "redate": (triage.redate, [NOON - timedelta(days=3), "信封上的邮戳"]),
    "clue": (triage.hand_over_clue, ["收了红包"]),
    "acknowledge": (moving.acknowledge, []),
    "unmerge": (moving.unmerge, []),
    "refuse": (replying.refuse, ["不归这里管"]),
    "hold": (retention.hold, ["有诉讼"]),
    "release": (retention.release_hold, ["诉讼结束"]),
    "erase": (retention.erase, []),
}


FOR_REVIEWERS = ("refuse", "hold", "release", "erase")


def test_nobody_else_may_do_anything_and_nothing_changes(office: Office) -> None:
    number = lodged(office.app)
    before = standing(office.app, number)
    for work, arguments in EVERY_ACT.values():
        for who in ("消小防", "邻小近", "督小平", "纪小正", "管小家"):
            with pytest.raises(NotTheirs):
                office.do(who, work, number, *arguments)
    office.hire("甲小明", "审大力")
    with office.app.app_context(), unit_of_work():
        for who in ("甲小明", "审大力"):
            db.session.add(CaseExclusion(case_id=number, staff_id=office.ids[who], why=WhyExcluded.NAMED))
    for name, (work, arguments) in EVERY_ACT.items():
        with pytest.raises(ReviewerNeeded if name in FOR_REVIEWERS else Excluded):
            office.do("甲小明", work, number, *arguments)
        with pytest.raises(Excluded):
            office.do("审大力", work, number, *arguments)
    after = standing(office.app, number)
    assert after.events == before.events
    assert after.case.version == before.case.version


@pytest.mark.parametrize("act", FOR_REVIEWERS)
def test_what_ends_or_exposes_needs_a_reviewer(office: Office, act: str) -> None:
    number = lodged(office.app)
    work, arguments = EVERY_ACT[act]
    with pytest.raises(ReviewerNeeded):
        office.do("甲小明", work, number, *arguments)


def test_nothing_but_an_answer_moves_or_stops_the_first_clock(office: Office) -> None:
    number = in_progress(office)
    for act in ("note", "interim_reply", "extend", "triage", "clue", "hold", "ask", "note", "triage"):
        work, arguments = EVERY_ACT[act]
        office.do("审大力", work, number, *arguments)
        found = standing(office.app, number)
        assert found.steps[-1].event.value == ("hand_over_clue" if act == "clue" else act)
        assert (found.current.first_due, found.current.first_answered_at) == (FIRST_DUE, None)
        assert found.case.next_due == FIRST_DUE


def test_a_question_pauses_the_final_clock_alone(office: Office) -> None:
    number = in_progress(office)
    assert office.do("甲小明", replying.ask, number, "是哪一天？") is True
    found = standing(office.app, number)
    assert found.case.status is CaseStatus.WAITING
    assert found.current.asked_on == NEXT_DAY.date()
    assert found.current.final_due > FINAL_DUE
    assert found.case.next_due == FIRST_DUE


def test_an_extension_is_granted_once_and_its_reason_is_no_place_for_a_number(office: Office) -> None:
    number = in_progress(office)
    with pytest.raises(WordsMissing):
        office.do("甲小明", replying.extend, number, 5, "等13800138000回电")
    office.do("甲小明", replying.extend, number, 5, "要等鉴定")
    found = standing(office.app, number)
    assert found.current.final_due == date(2026, 4, 7)  # 6 April is Qingming's day off
    assert found.current.extension_reason == "要等鉴定"
    with pytest.raises(ClockRefused):
        office.do("甲小明", replying.extend, number, 5, "还要等")


def test_a_refusal_answers_both_clocks(office: Office) -> None:
    number = lodged(office.app)
    office.do("审大力", replying.refuse, number, "这是工资纠纷，请找人社部门。")
    found = standing(office.app, number)
    assert found.case.status is CaseStatus.NOT_ACCEPTED
    assert found.current.first_answered_at == found.current.final_answered_at == NEXT_DAY
    assert found.case.ended_at == NEXT_DAY


def test_only_one_first_answer(office: Office) -> None:
    number = in_progress(office)
    office.do("甲小明", replying.first_answer, number, "正在查。")
    with pytest.raises(CaseRefused):
        office.do("甲小明", replying.first_answer, number, "还在查。")


@pytest.mark.parametrize("words", ["", "  \n ", "长" * 5001])
def test_words_are_written_and_not_too_many(office: Office, words: str) -> None:
    number = in_progress(office)
    for work, more in ((replying.reply, [Finding.TRUE]), (replying.first_answer, []), (handling.note, [])):
        with pytest.raises(WordsMissing):
            office.do("甲小明", work, number, words, *more)


def test_a_reply_says_what_was_found(office: Office) -> None:
    number = in_progress(office)
    with pytest.raises(WordsMissing):
        office.do("甲小明", replying.reply, number, "查过了", None)


@pytest.mark.parametrize(
    ("finding", "told"), [(Finding.TRUE, 1), (Finding.PARTLY, 1), (Finding.NOT_TRUE, 0), (Finding.UNCLEAR, 0)]
)
def test_what_proves_true_is_told_once_to_whoever_registered(
    office: Office, monkeypatch: pytest.MonkeyPatch, finding: Finding, told: int
) -> None:
    calls: list[tuple[int, str]] = []
    monkeypatch.setattr(outcome, "_HOOKS", [])

    def hook(case: Case, actor: object) -> None:
        calls.append((case.id, str(case.finding)))

    outcome.on_proved_true(hook)
    outcome.on_proved_true(hook)
    number = replied(office, finding)
    assert calls == [(number, finding.value)] * told
    assert standing(office.app, number).events.count("find_true") == told


def test_what_a_hook_refuses_takes_the_reply_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_case: Case, _actor: object) -> None:
        raise RuntimeError("no problem could be entered")

    monkeypatch.setattr(outcome, "_HOOKS", [broken])
    number = in_progress(office)
    with pytest.raises(RuntimeError):
        office.do("甲小明", replying.reply, number, "属实", Finding.TRUE)
    assert standing(office.app, number).case.status is CaseStatus.IN_PROGRESS


def test_of_two_who_act_at_once_the_second_is_told_by_whom(office: Office) -> None:
    number = lodged(office.app)
    with office.app.app_context():
        seen = db.session.get_one(Case, number).version
    office.do("甲小明", handling.note, number, "我在看")
    with (
        office.app.app_context(),
        clock.moved_to(NEXT_DAY),
        pytest.raises(ChangedMeanwhile, match="民政经办"),
    ):
        handling.accept(db.session.get_one(Case, number), office.reach("乙小红"), seen)


def test_a_change_between_the_look_and_the_word_is_told_too(office: Office) -> None:
    number = lodged(office.app)
    with office.app.app_context(), clock.moved_to(NEXT_DAY):
        case, reach = db.session.get_one(Case, number), office.reach("乙小红")
        seen = case.version
        office.do("甲小明", handling.accept, number)
        with pytest.raises(ChangedMeanwhile):
            handling.assign(case, office.ids["乙小红"], reach, seen)
    assert standing(office.app, number).events == ["lodge", "accept"]


def test_urgency_is_marked_with_a_reason(office: Office) -> None:
    number = lodged(office.app)
    office.do("甲小明", triage.triage, number, True, "老人受伤")
    assert standing(office.app, number).case.urgent
    office.do("甲小明", triage.triage, number, False, "已经送医")
    assert not standing(office.app, number).case.urgent


def test_receipt_is_set_back_only_and_marked_and_audited(office: Office) -> None:
    number = lodge_case(office.app, NOON, channel=Channel.LETTER, received_at=NOON, by=CLERK)[0]
    office.do("甲小明", handling.accept, number)
    for moment in (NOON, NOON + timedelta(hours=1), NEXT_DAY + timedelta(days=1), NOON - timedelta(days=400)):
        with pytest.raises(ClockRefused):
            office.do("甲小明", triage.redate, number, moment, "邮戳")
    earlier = NOON - timedelta(days=3)
    office.do("甲小明", triage.redate, number, earlier, "邮戳是27号")
    with pytest.raises(ClockRefused):  # a year before it was typed in, however often it is set back
        office.do("甲小明", triage.redate, number, NOON - timedelta(days=367), "邮戳")
    found = standing(office.app, number)
    assert found.case.received_on == found.current.received_on == date(2026, 2, 27)
    assert found.current.first_due == date(2026, 3, 5)  # the worked Saturday, 28 February, is day 1
    assert found.case.next_due == found.current.first_due
    assert found.steps[-1].event is CaseEvent.REDATE
    assert found.steps[-1].to_citizen
    with office.app.app_context():
        noted = select(func.count()).where(AuditEntry.action == "case_redated")
        assert db.session.scalar(noted) == 1
    web = lodged(office.app)
    with pytest.raises(ClockRefused):
        office.do("甲小明", triage.redate, web, earlier, "弄错了")


def test_both_databases_tell_the_second_of_two_at_once(app: Flask) -> None:
    office = Office(app)
    office.hire("甲小明")
    number = lodged(app)
    with app.app_context(), clock.moved_to(NEXT_DAY):
        case, reach = db.session.get_one(Case, number), office.reach("甲小明")
        seen = case.version
        office.do("审大力", replying.refuse, number, "不归这里管")
        with pytest.raises(ChangedMeanwhile):
            handling.accept(case, reach, seen)
        db.session.rollback()
    assert standing(app, number).case.status is CaseStatus.NOT_ACCEPTED
