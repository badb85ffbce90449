"""The chain of a problem, from its finding to the return visit, as the staff and the public read it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.domain.actor import PUBLIC, Scope
from portal.domain.rectification import ProblemEvent
from portal.domain.standing import Standing
from portal.extensions import db
from portal.supervision.kinds import NoticeState, PhotoStage
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.queries.notice_page import notice_view
from portal.supervision.queries.problem_page import problem_view
from portal.supervision.service import notices, problems, publication
from tests.integration.supervision.bureau import MONDAY, Bureau, counted, staff_scope
from tests.integration.supervision.test_problems import go_back

FOUND = MONDAY
ISSUED = date(2026, 3, 4)
SERVED = date(2026, 3, 6)
CLEARED = date(2026, 3, 17)
BACK = date(2026, 4, 8)
TODAY = date(2026, 4, 10)


@pytest.fixture
def story(bureau: Bureau) -> tuple[Bureau, int, int, int]:
    """A problem with a notice, cleared, and found again at the return visit: problem, notice, later entry."""
    one = bureau.enter(on=FOUND)
    bureau.photo(one, FOUND, PhotoStage.BEFORE)
    notice = bureau.serve(bureau.issue(one, on=ISSUED), SERVED)
    bureau.publish(notice, SERVED)
    bureau.do("甲小明", problems.start, (Problem, one), on=date(2026, 3, 9))
    bureau.clear(one, CLEARED)
    again = go_back(bureau, one, BACK, found_again=True)
    assert again is not None
    return bureau, one, notice, again


def page(bureau: Bureau, number: int, scope: Scope = PUBLIC, on: date = TODAY) -> Any:
    """Return the page of a problem."""
    return bureau.ask(problem_view, bureau.problem(number).public_id, scope, on, on=on)


def test_each_step_says_its_day_and_its_working_days(story: tuple[Bureau, int, int, int]) -> None:
    bureau, one, notice, _ = story
    seen = page(bureau, one, staff_scope())
    e = ProblemEvent
    assert [(link.event, link.on, link.days, link.since_found) for link in seen.chain] == [
        (e.ENTER, FOUND, 0, 0),
        (e.ISSUE_NOTICE, ISSUED, 2, 2),
        (e.SERVE, SERVED, 2, 4),
        (e.START, date(2026, 3, 9), 1, 5),
        (e.SUBMIT, CLEARED, 6, 11),
        (e.CLEAR, CLEARED, 0, 11),
        (e.RETURN_VISIT, BACK, 15, 26),  # 6 April: Qingming
        (e.RECUR, BACK, 0, 26),
    ]
    served = seen.chain[2]
    assert (served.notice, served.deadline) == (bureau.notice(notice).public_id, date(2026, 3, 20))
    assert (seen.total_days, seen.days.standing) == (11, Standing.CLEARED)
    assert len(seen.log) == 11
    assert [one.stage for one in seen.photos] == [PhotoStage.BEFORE, PhotoStage.AFTER]


def test_the_public_sees_what_leads_to_what_is_public(story: tuple[Bureau, int, int, int]) -> None:
    bureau, one, notice, again = story
    seen = page(bureau, one)
    events = [link.event for link in seen.chain]
    assert ProblemEvent.RECUR not in events
    assert ProblemEvent.RETURN_VISIT not in events
    assert (len(seen.entries), seen.visits, seen.log, seen.photos) == (1, (), (), ())
    assert [one.number for one in seen.notices] == ["三元民整〔2026〕1号"]
    bureau.publish_problem(again, BACK)
    with bureau.acting("甲小明", BACK):
        for visit in db.session.scalars(db.select(Inspection)):
            visit.published_at = visit.entered_at
    seen, later = page(bureau, one), page(bureau, again)
    assert [link.event for link in seen.chain][-2:] == [ProblemEvent.RETURN_VISIT, ProblemEvent.RECUR]
    assert [(link.visit is not None, link.found_again) for link in seen.chain[-2:-1]] == [(True, True)]
    assert seen.chain[-1].problem == bureau.problem(again).public_id
    both = [(one.position, one.public_id) for one in seen.entries]
    assert both == [(number, bureau.problem(key).public_id) for number, key in enumerate((one, again), 1)]
    assert [entry.this for entry in later.entries] == [False, True]
    assert later.notices == ()
    assert seen.row.recurred
    assert later.row.again
    for words in ("甲小明", "审大力", "经办", "现场看过", "通道已经清空"):
        assert words not in str((seen, later))
    bureau.do("审大力", publication.unpublish_notice, (RectificationNotice, notice), "要改", on=TODAY)
    assert ProblemEvent.SERVE not in [link.event for link in page(bureau, one).chain]


def test_a_withdrawn_notice_is_for_the_staff_and_leaves_its_days(bureau: Bureau) -> None:
    one = bureau.enter()
    first = bureau.publish(bureau.serve(bureau.issue(one)))
    bureau.do("审大力", notices.withdraw, (RectificationNotice, first), "发错了", on=MONDAY)
    second = bureau.publish(bureau.issue(one))
    assert [link.state for link in page(bureau, one, staff_scope()).notices] == [
        NoticeState.WITHDRAWN, NoticeState.ISSUED,
    ]  # fmt: skip
    seen = page(bureau, one)
    assert [link.public_id for link in seen.notices] == [bureau.notice(second).public_id]
    assert [(link.event, link.notice) for link in seen.chain] == [
        (ProblemEvent.ENTER, None),
        (ProblemEvent.ISSUE_NOTICE, None),
        (ProblemEvent.SERVE, None),
        (ProblemEvent.WITHDRAW_NOTICE, None),
        (ProblemEvent.ISSUE_NOTICE, bureau.notice(second).public_id),
    ]


def test_a_notice_shows_every_version_of_its_deadline(bureau: Bureau) -> None:
    one, two = bureau.enter(), bureau.enter(title="灭火器过期")
    number = bureau.publish(bureau.serve(bureau.issue(one, two)))
    row = (RectificationNotice, number)
    bureau.do("审大力", notices.extend, row, date(2026, 3, 31), "等设备", on=date(2026, 3, 17))
    on = date(2026, 4, 1)
    seen = bureau.ask(notice_view, bureau.notice(number).public_id, PUBLIC, on, on=on)
    assert [(one.number, one.deadline, one.missed, one.reason) for one in seen.deadlines] == [
        (1, date(2026, 3, 16), True, None),
        (2, date(2026, 3, 31), True, None),
    ]
    assert (seen.row.days.standing, seen.row.days.over) == (Standing.OVERDUE, 1)
    assert [(one.number, one.title) for one in seen.problems] == [
        ("W2026-000001", "疏散通道堆放杂物"), ("W2026-000002", "灭火器过期"),
    ]  # fmt: skip
    staff = bureau.ask(notice_view, bureau.notice(number).public_id, staff_scope(), on, on=on)
    assert (staff.deadlines[1].reason, staff.issued_by) == ("等设备", "三元区民政审核")


def test_a_draft_reads_as_it_would_be_issued(bureau: Bureau) -> None:
    number = bureau.draft(bureau.enter())
    seen = bureau.ask(notice_view, bureau.notice(number).public_id, staff_scope(), MONDAY, on=MONDAY)
    assert (seen.text.number, seen.text.issued_on) == ("", None)
    assert [one.text for one in seen.text.problems] == ["三楼东侧疏散通道堆放轮椅和纸箱。"]
    assert bureau.ask(notice_view, bureau.notice(number).public_id, PUBLIC, MONDAY, on=MONDAY) is None


def test_pages_cost_a_constant_number_of_queries(app: Flask) -> None:
    bureau = Bureau(app)

    def cost(problem: int, notice: int) -> int:
        ids = bureau.problem(problem).public_id, bureau.notice(notice).public_id
        with app.app_context(), counted() as statements:
            assert problem_view(ids[0], PUBLIC, TODAY)
            assert notice_view(ids[1], PUBLIC, TODAY)
        return len(statements)

    one = bureau.enter()
    small = cost(one, bureau.publish(bureau.serve(bureau.issue(one))))
    many = [bureau.enter() for _ in range(5)]
    notice = bureau.publish(bureau.serve(bureau.issue(*many)))
    bureau.clear(many[0], CLEARED)
    later = bureau.enter(on=TODAY, first_entry_id=many[0])
    bureau.publish_problem(later, TODAY)
    assert cost(many[0], notice) == small
