"""Numbers given by several at once: none twice, none left out (both databases)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from portal.domain.permissions import Department
from portal.domain.rectification import ProblemRefused
from portal.domain.refusals import ChangedMeanwhile
from portal.reference.regions import RegionDirectory
from portal.supervision.kinds import ProblemOrigin
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.service import notices, problems
from portal.supervision.service.numbering import number_prefix
from tests.integration.supervision.bureau import MONDAY, Bureau

_AT_ONCE = 4


def all_at_once(*works: Callable[[], object]) -> list[Exception]:
    """Let all begin at one moment; return what they raised."""
    start, raised = threading.Barrier(len(works)), list[Exception]()

    def run(work: Callable[[], object]) -> None:
        start.wait(120)
        try:
            work()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    return raised


def test_problems_entered_at_once_have_each_their_own_number(app: Flask) -> None:
    bureau = Bureau(app)
    assert bureau.home
    bureau.staff_id("甲小明")
    made: list[int] = []
    assert all_at_once(*[lambda: made.extend(bureau.enter() for _ in range(3))] * _AT_ONCE) == []
    numbers = sorted(bureau.problem(one).number for one in made)
    assert numbers == [f"W2026-{number:06}" for number in range(1, 3 * _AT_ONCE + 1)]


def test_what_the_public_told_is_entered_once_by_several_at_once(app: Flask) -> None:
    bureau = Bureau(app)
    assert bureau.home
    bureau.staff_id("甲小明")
    made: list[int] = []
    told = {"origin": ProblemOrigin.COMPLAINT, "origin_ref": "complaint/12"}
    assert all_at_once(*[lambda: made.append(bureau.enter(**told))] * _AT_ONCE) == []
    assert len(made) == _AT_ONCE
    assert len(set(made)) == 1
    assert bureau.events(made[0]) == ["enter"]


def test_notices_issued_at_once_have_each_their_own_number(app: Flask) -> None:
    bureau = Bureau(app)
    drafts = [bureau.draft(bureau.enter()) for _ in range(_AT_ONCE)]
    for one in drafts:
        bureau.do("甲小明", notices.submit_draft, (RectificationNotice, one), on=MONDAY)
    bureau.staff_id("审大力")

    def issuing(one: int) -> Callable[[], object]:
        return lambda: bureau.do("审大力", notices.issue, (RectificationNotice, one), on=MONDAY)

    assert all_at_once(*map(issuing, drafts)) == []
    assert sorted(bureau.notice(one).sequence or 0 for one in drafts) == [1, 2, 3, 4]
    assert len({bureau.notice(one).number for one in drafts}) == _AT_ONCE


def test_one_problem_stands_in_one_of_two_notices_drafted_at_once(app: Flask) -> None:
    bureau = Bureau(app)
    number = bureau.enter()
    raised = all_at_once(*[lambda: bureau.draft(number)] * 2)
    assert len(raised) == 1
    assert isinstance(raised[0], (notices.NoticeRefused, ChangedMeanwhile))
    assert bureau.problem(number).notice_id is not None


def test_the_last_two_problems_of_a_notice_accepted_at_once_clear_it(app: Flask) -> None:
    bureau = Bureau(app)
    both = [bureau.enter(), bureau.enter()]
    notice = bureau.serve(bureau.issue(*both))
    on = MONDAY + timedelta(1)
    for one in both:
        bureau.photo(one, on)
        bureau.do("甲小明", problems.submit, (Problem, one), "已清空", on, on=on)

    def clearing(one: int) -> Callable[[], object]:
        return lambda: bureau.do("审大力", problems.clear, (Problem, one), "看过", on, on=on)

    assert all_at_once(*map(clearing, both)) == []
    assert bureau.notice(notice).cleared_on == on


def test_what_is_done_at_once_to_one_notice_waits_its_turn_and_never_for_one_another(app: Flask) -> None:
    bureau = Bureau(app)
    both = [bureau.enter(), bureau.enter()]
    number = bureau.publish(bureau.serve(bureau.issue(*both)))
    on = MONDAY + timedelta(1)
    for one in both:
        bureau.photo(one, on)
        bureau.do("甲小明", problems.submit, (Problem, one), "已清空", on, on=on)
    notice = (RectificationNotice, number)
    raised = all_at_once(
        lambda: bureau.do("审大力", problems.clear, (Problem, both[0]), "看过", on, on=on),
        lambda: bureau.do("审大力", notices.extend, notice, date(2026, 3, 31), "等设备", on=on),
        lambda: bureau.do("审大力", problems.note, (Problem, both[1]), "打过电话", on=on),
        lambda: bureau.publish(number, on),
    )
    assert [one for one in raised if not isinstance(one, (ChangedMeanwhile, ProblemRefused))] == []
    assert len(raised) < 4  # somebody was first


@pytest.mark.parametrize(
    ("code", "department", "prefix"),
    [
        ("350404", Department.CIVIL_AFFAIRS, "三元民整"),
        ("350102", Department.FIRE, "福州鼓楼消整"),  # there are four of that name
        ("350400", Department.MARKET, "三明市监整"),
        ("110000", Department.HEALTH, "北京卫整"),
    ],
)
def test_an_offices_numbers_begin_as_people_call_it(code: str, department: Department, prefix: str) -> None:
    assert number_prefix(RegionDirectory.from_reference(), code, department) == prefix
