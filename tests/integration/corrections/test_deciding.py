"""Lodging and deciding on both databases: who may, on what ground, and what two at once are told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.corrections import queries, service
from portal.corrections.changes import changes_since
from portal.corrections.models import CorrectionReport, CorrectionStep
from portal.corrections.service import Words
from portal.domain.actor import PUBLIC, Actor, Scope
from portal.domain.correction_state import CorrectionRefused, CorrectionState
from portal.domain.permissions import Department
from portal.domain.receipts import parse_receipt
from portal.extensions import db
from portal.institutions.field_forms import Block
from portal.unit_of_work import unit_of_work
from portal.vault import sealing

COUNTY = "350404"
NOON = clock.at(date(2026, 3, 2), 12)
LATER = NOON + timedelta(days=3)
CLERK = Actor("示例县民政经办", 7)
OFFICE = Scope(False, frozenset({COUNTY}), Department.CIVIL_AFFAIRS)


def decide(app: Flask, report_id: int, event: str, *arguments: object, scope: Scope = OFFICE) -> None:
    """Do what a clerk does who has the newest version before them."""
    with app.app_context(), clock.moved_to(LATER), unit_of_work():
        report = db.session.get_one(CorrectionReport, report_id)
        getattr(service, event)(report, *arguments, CLERK, scope, report.version)


def view(app: Flask, report_id: int, scope: Scope = OFFICE) -> queries.ReportView:
    with app.app_context(), clock.moved_to(LATER):
        found = queries.report(report_id, scope)
        assert found is not None
        return found


def test_the_words_are_sealed_and_only_staff_read_them(app: Flask, lodged: Callable[..., int]) -> None:
    number = lodged(words=Words("张三说床位写多了", ""))
    with app.app_context():
        record = db.session.get_one(CorrectionReport, number)
        assert "张三" not in record.words_sealed
        assert parse_receipt(record.receipt) == record.receipt
        assert record.receipt.startswith("J2026-")
        assert queries.words_of(number, OFFICE) == Words("张三说床位写多了", "")
        assert queries.words_of(number, PUBLIC) is None
        assert queries.words_of(number, Scope(False, frozenset({"110101"}), None)) is None


def test_erasing_leaves_the_report_and_not_its_words(app: Flask, lodged: Callable[..., int]) -> None:
    number = lodged()
    with app.app_context(), unit_of_work():
        sealing.erase(f"correction/{number}")
    with app.app_context():
        assert queries.words_of(number, OFFICE) is None
    assert view(app, number).snapshot == "床位总数：80张"


def test_a_form_sent_twice_is_one_report(app: Flask, lodged: Callable[..., int]) -> None:
    assert lodged(submission="a" * 32) == lodged(submission="a" * 32)
    assert lodged(submission="b" * 32) != lodged(submission="a" * 32)


def test_two_sendings_at_one_moment_are_one_report(app: Flask, lodged: Callable[..., int]) -> None:
    start, found = threading.Barrier(2), []

    def send() -> None:
        start.wait()
        found.append(lodged(submission="c" * 32))

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(found) == 2
    assert found[0] == found[1]


def test_due_is_twenty_working_days_after_receipt_and_computed(
    app: Flask, lodged: Callable[..., int]
) -> None:
    number = lodged(at=clock.at(date(2026, 3, 2), 23, 59))
    found = view(app, number)
    assert found.due is not None
    assert (found.due.day, found.due.provisional) == (date(2026, 3, 30), False)
    for day, overdue in ((date(2026, 3, 30), False), (date(2026, 3, 31), True)):
        with app.app_context(), clock.moved_to(clock.at(day, 8)):
            one = queries.report(number, OFFICE)
            assert one is not None
            assert one.overdue is overdue
            assert queries.waiting(PUBLIC) == queries.Counts(1, int(overdue))
            assert queries.waiting_for(OFFICE).overdue == int(overdue)


@pytest.mark.parametrize(
    "start", [date(2026, 1, 28), date(2026, 4, 27), date(2026, 9, 18), date(2026, 12, 20)]
)
def test_counting_the_overdue_agrees_with_each_due_day(
    app: Flask, lodged: Callable[..., int], start: date
) -> None:
    for ahead in range(0, 12, 2):
        lodged(at=clock.at(start + timedelta(days=ahead), 0 if ahead % 4 else 23, 30))
    with app.app_context():
        for ahead in range(15, 60, 3):
            with clock.moved_to(clock.at(start + timedelta(days=ahead), 9)):
                found, _ = queries.queue_page(queries.QueueChoice(), OFFICE, 0, 50)
                assert queries.waiting(PUBLIC).overdue == sum(one.overdue for one in found)


def test_accepting_needs_a_change_since_the_report(
    app: Flask, lodged: Callable[..., int], amended: Callable[..., int]
) -> None:
    before = amended(NOON - timedelta(days=1), beds_total=70)
    number = lodged()
    for unfit in (None, before, 999_999):
        with pytest.raises(service.RevisionUnfit):
            decide(app, number, "accept", "已按现场核对更正", unfit)
    after = amended(NOON + timedelta(days=1), beds_total=60)
    with app.app_context():
        listed = changes_since(db.session.get_one(CorrectionReport, number))
    assert [(one.id, one.fits) for one in listed] == [(after, True)]
    decide(app, number, "accept", "已按现场核对更正", after)
    found = view(app, number)
    assert (found.state, found.reason, found.decided_by) == (
        CorrectionState.ACCEPTED,
        "已按现场核对更正",
        CLERK.name,
    )
    assert found.due is None
    assert found.revision_id == after


def test_a_report_on_another_block_may_still_point_to_a_change_that_is_marked(
    app: Flask, lodged: Callable[..., int], amended: Callable[..., int]
) -> None:
    number = lodged(Block.BASICS)
    amended(NOON + timedelta(days=1), beds_total=60)
    with app.app_context():
        assert [one.fits for one in changes_since(db.session.get_one(CorrectionReport, number))] == [False]


@pytest.mark.parametrize(
    ("about", "item", "may"),
    [
        (Block.BEDS, None, {Department.CIVIL_AFFAIRS}),
        (None, None, {Department.CIVIL_AFFAIRS}),
        (Block.FEES, "fee_standard.bed", {Department.CIVIL_AFFAIRS, Department.MARKET}),
        (Block.FEES, "institution.refund_rule", {Department.CIVIL_AFFAIRS}),
        (Block.REGISTRATION, None, {Department.CIVIL_AFFAIRS, Department.MARKET}),
        (Block.SAFETY, "compliance.fire_safety", {Department.FIRE, Department.HOUSING}),
        (Block.SAFETY, "compliance.service_safety", {Department.CIVIL_AFFAIRS}),
        (Block.SAFETY, "compliance.nonsense", {Department.CIVIL_AFFAIRS}),
    ],
)
def test_the_department_that_keeps_the_fact_answers(
    app: Flask, lodged: Callable[..., int], about: Block | None, item: str | None, may: set[Department]
) -> None:
    number = lodged(about, item)
    for department in Department:
        scope = Scope(False, frozenset({COUNTY}), department)
        with app.app_context(), clock.moved_to(LATER):
            mine, count = queries.queue_page(queries.QueueChoice(mine=True), scope, 0, 5)
            assert count == len(mine) == (department in may)
            assert queries.waiting_for(scope).open == (department in may)
        if department not in may:
            with pytest.raises(service.NotTheirs):
                decide(app, number, "reject", "核对无误", scope=scope)
    decide(app, number, "reject", "核对无误", scope=Scope(False, None, min(may)))


@pytest.mark.parametrize(
    "scope",
    [Scope(False, frozenset({"110101"}), Department.CIVIL_AFFAIRS), Scope(False, None, None), PUBLIC],
)
def test_nobody_else_decides(app: Flask, lodged: Callable[..., int], scope: Scope) -> None:
    number = lodged()
    with pytest.raises(service.NotTheirs):
        decide(app, number, "reject", "核对无误", scope=scope)
    assert view(app, number).state is CorrectionState.OPEN


def test_another_region_sees_nothing(app: Flask, lodged: Callable[..., int]) -> None:
    number = lodged()
    foreign = Scope(False, frozenset({"110101"}), Department.CIVIL_AFFAIRS)
    with app.app_context(), clock.moved_to(LATER):
        assert queries.report(number, foreign) is None
        assert queries.record_of(number, foreign) is None
        assert queries.queue_page(queries.QueueChoice(), foreign, 0, 9) == ([], 0)


@pytest.mark.parametrize(
    ("reason", "names"),
    [("", "理由"), ("  \n", "理由"), ("请找张三13800138000", "手机号"), ("证110101194901010017", "身份证号")],
)
def test_a_public_reason_is_there_and_holds_nothing_personal(
    app: Flask, lodged: Callable[..., int], reason: str, names: str
) -> None:
    number = lodged()
    with pytest.raises(service.ReasonUnfit, match=names):
        decide(app, number, "reject", reason)


def test_reopening_keeps_the_first_answer_and_starts_the_term_anew(
    app: Flask, lodged: Callable[..., int]
) -> None:
    number = lodged()
    decide(app, number, "reject", "核对无误")
    with pytest.raises(CorrectionRefused):
        decide(app, number, "reject", "再说一遍")
    decide(app, number, "reopen", "当时看错了牌子")
    found = view(app, number)
    assert (found.state, found.reason) == (CorrectionState.OPEN, None)
    assert found.due is not None
    assert found.due.day == date(2026, 4, 2)
    with app.app_context():
        steps = queries.steps_of([number])[number]
    assert [(step.event, step.reason) for step in steps] == [
        ("reject", "核对无误"),
        ("reopen", "当时看错了牌子"),
    ]


def test_the_second_of_two_is_told_what_the_first_decided(app: Flask, lodged: Callable[..., int]) -> None:
    number = lodged()
    with app.app_context():
        seen = db.session.get_one(CorrectionReport, number).version
    decide(app, number, "reject", "核对无误")
    told = r"示例县民政经办.*核对无误"
    with pytest.raises(service.DecidedMeanwhile, match=told), app.app_context(), unit_of_work():
        report = db.session.get_one(CorrectionReport, number)
        service.reject(report, "我也核对了", CLERK, OFFICE, seen)


def test_two_at_the_same_moment_one_is_told(app: Flask, lodged: Callable[..., int]) -> None:
    number, looked, outcomes = lodged(), threading.Barrier(2), []

    def answer(reason: str) -> None:
        with app.app_context():
            try:
                with unit_of_work():
                    report = db.session.get_one(CorrectionReport, number)
                    looked.wait()
                    service.reject(report, reason, CLERK, OFFICE, report.version)
                outcomes.append("done")
            except service.DecidedMeanwhile as told:
                outcomes.append(str(told))

    clerks = [threading.Thread(target=answer, args=(f"理由{name}",)) for name in "甲乙"]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert len(outcomes) == 2
    (told,) = [outcome for outcome in outcomes if outcome != "done"]
    assert "刚刚已经答复不采纳" in told
    with app.app_context():
        assert len(db.session.scalars(select(CorrectionStep)).all()) == 1
