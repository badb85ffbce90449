"""A try to move the first answer's clock by every single thing that staff can do to a case (R31)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.complaints.kinds import Channel, DraftKind, Finding, WhyExcluded
from portal.complaints.models import CaseRound
from portal.complaints.office_models import CaseDraft
from portal.complaints.service import (
    citizen,
    handling,
    hearing,
    moving,
    publication,
    replying,
    retention,
    review,
    triage,
)
from portal.complaints.service.drafts import save_draft
from portal.extensions import db
from tests.integration.complaints.cases import COUNTY, NOON, acting_at, case_of
from tests.integration.complaints.office import CIVIL, FIRE, Office, Ref, lodged

FIRST, FINAL = date(2026, 3, 9), date(2026, 3, 30)
ELSEWHERE = {"redate", "refuse"}
"""A receipt is set back only, tests/…/test_clocks.py; refusing is an answer, below."""
ANSWERS = {"first_answer", "reply", "refuse", "approve"}
STAFF = (handling, hearing, moving, publication, replying, retention, review, triage)


def deeds_of(module: ModuleType) -> set[str]:
    """Return the names of what a module lets staff do: each is guarded against who was quicker."""
    return {
        name
        for name, deed in vars(module).items()
        if hasattr(deed, "__wrapped__") and deed.__module__ == module.__name__
    }


def first_clocks(app: Flask, number: int) -> tuple[Any, ...]:
    """Return all there is to the first answer's clock of a case's first handling, and its last final day."""
    with app.app_context():
        one = db.session.scalars(
            select(CaseRound).where(CaseRound.case_id == number, CaseRound.number == 1)
        ).one()
        return one.received_at, one.received_on, one.first_due, one.first_answered_at, one.final_due


def draft(office: Office, number: int) -> int:
    """Let 甲 write the final answer; return the draft's id."""
    fields = {"words": "已经查过，责令改正。", "finding": Finding.TRUE.value}

    def write(case: Any, reach: Any, _seen: int) -> None:
        save_draft(case, DraftKind.REPLY, fields, reach)

    office.do("甲小明", write, number)
    with office.app.app_context():
        return db.session.scalars(select(CaseDraft.id).where(CaseDraft.case_id == number)).one()


def test_nothing_that_staff_do_before_the_answer_moves_its_clock(office: Office) -> None:
    app, number, other = office.app, lodged(office.app, consent_publish=True), lodged(office.app)
    first, second = office.ids["甲小明"], office.ids["乙小红"]
    done: set[str] = set()
    start = clock.at(date(2026, 3, 3))

    def do(who: str, deed: Any, *arguments: Any, at: datetime = start) -> None:
        office.do(who, deed, number, *arguments, at=at)
        done.add(deed.__name__)
        assert first_clocks(app, number)[:4] == (NOON, NOON.date(), FIRST, None), deed.__name__
        assert first_clocks(app, other) == (NOON, NOON.date(), FIRST, None, FINAL), deed.__name__

    do("甲小明", handling.accept)
    do("甲小明", handling.note, "先打电话问一下。")
    do("甲小明", hearing.hear, "来电说夜里也没人。", Channel.PHONE)
    do("甲小明", triage.triage, True, "老人还在危险里。")
    do("甲小明", moving.transfer, COUNTY, FIRE, "涉及消防通道。")
    do("消小防", moving.acknowledge)
    do("消小防", moving.transfer, COUNTY, CIVIL, "主要是照护问题。")
    do("甲小明", handling.assign, first)
    do("甲小明", handling.start)
    do("审大力", handling.exclude, second, WhyExcluded.RELATED)
    do("审大力", handling.readmit, second, "不是亲属。")
    do("甲小明", moving.merge, Ref(other))
    do("甲小明", moving.unmerge)
    do("甲小明", handling.assign, first)
    do("甲小明", triage.hand_over_clue, "有人收红包。")
    do("甲小明", replying.interim_reply, "正在查。")
    draft_id = draft(office, number)
    do("甲小明", review.submit_reply, DraftKind.REPLY)
    do("甲小明", review.take_back, DraftKind.REPLY)
    do("甲小明", review.submit_reply, DraftKind.REPLY)
    do("审大力", review.return_reply, draft_id, "写清楚夜班几个人。")
    do("审大力", retention.hold, "有诉讼。")
    do("审大力", retention.release_hold, "诉讼结束。")
    assert first_clocks(app, number)[4] == FINAL  # nor did any of these move the final one
    do("甲小明", replying.ask, "夜班几个人？", at=clock.at(date(2026, 3, 4)))
    do("甲小明", replying.extend, 10, "要等检验结果。", at=clock.at(date(2026, 3, 4)))
    assert first_clocks(app, number)[4] > FINAL
    with acting_at(app, clock.at(date(2026, 3, 6))):
        citizen.answer_question(case_of(number), "一个人。")
    assert first_clocks(app, number)[3] is None
    after_the_answer = {"close", "publish", "change", "unpublish", "erase"}
    everything = {name for module in STAFF for name in deeds_of(module)}
    assert everything - done == ANSWERS | ELSEWHERE | after_the_answer


def test_nothing_moves_either_clock_once_there_are_answers(office: Office) -> None:
    app, number = office.app, lodged(office.app, consent_publish=True)
    answered = NOON + timedelta(days=1)
    office.do("甲小明", handling.accept, number)
    office.do("甲小明", replying.first_answer, number, "已经派人去看。", at=answered)
    draft_id = draft(office, number)
    office.do("甲小明", review.submit_reply, number, DraftKind.REPLY)
    office.do("审大力", review.approve, number, draft_id, at=clock.at(date(2026, 3, 12)))
    before = first_clocks(app, number)
    assert before == (NOON, NOON.date(), FIRST, answered, FINAL)
    later = clock.at(date(2026, 3, 20))
    text, reply = "夜里没有人照看，老人摔倒。", "已经核实，责令增加夜班人员。"
    for who, deed, *arguments in (
        ("甲小明", handling.close),
        ("审大力", publication.publish, "夜间照看不到位", text, reply, False),
        ("审大力", publication.change, "夜间照看不足", text, reply, False),
        ("审大力", publication.unpublish, "要再核对。"),
        ("审大力", retention.erase),
    ):
        office.do(who, deed, number, *arguments, at=later)
        assert first_clocks(app, number) == before, deed.__name__


def test_refusing_is_an_answer_to_both(office: Office) -> None:
    number = lodged(office.app)
    office.do("审大力", replying.refuse, number, "这件事已经由法院审理。", at=clock.at(date(2026, 3, 10)))
    with office.app.app_context():
        one = db.session.scalars(select(CaseRound).where(CaseRound.case_id == number)).one()
        assert one.first_answered_at == one.final_answered_at == clock.at(date(2026, 3, 10))
        assert (one.first_due, one.final_due) == (FIRST, FINAL)
