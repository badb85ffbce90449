"""A problem from its entry to its clearing, and what may not be done on the way."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from portal.domain.rectification import ProblemRefused, ProblemStatus
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.extensions import db
from portal.supervision.kinds import (
    InspectionKind,
    InspectionResult,
    PhotoStage,
    ProblemCategory,
    ProblemOrigin,
    Severity,
)
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem
from portal.supervision.service import problems
from portal.supervision.service.problems import Changes
from portal.unit_of_work import unit_of_work
from tests.integration.supervision.bureau import CIVIL, COUNTY, FIRE, MONDAY, Bureau, noon

TUESDAY, FRIDAY = MONDAY + timedelta(1), MONDAY + timedelta(4)


def test_a_problem_is_entered_with_a_number_of_its_year_and_one_line(bureau: Bureau) -> None:
    first, second = bureau.enter(), bureau.enter(on=TUESDAY)
    assert [bureau.problem(one).number for one in (first, second)] == ["W2026-000001", "W2026-000002"]
    assert bureau.problem(bureau.enter(on=date(2027, 1, 4))).number == "W2027-000001"
    found = bureau.problem(first)
    assert re.fullmatch(r"[2-9b-z]{8}", found.public_id)
    assert (found.status, found.entered_by) == (ProblemStatus.ENTERED, "三元区民政经办")
    assert bureau.events(first) == ["enter"]


def test_what_the_public_told_is_entered_once(bureau: Bureau) -> None:
    told = {"origin": ProblemOrigin.COMPLAINT, "origin_ref": "complaint/12"}
    first = bureau.enter(**told)
    assert bureau.enter(**told, on=TUESDAY) == first
    assert bureau.enter(origin=ProblemOrigin.COMPLAINT, origin_ref="complaint/13") != first
    bureau.do("审大力", problems.void, (Problem, first), "登错了机构", on=TUESDAY)
    assert bureau.enter(**told, on=TUESDAY) != first
    inspected = {"origin": ProblemOrigin.INSPECTION, "origin_ref": "inspection/5"}
    assert bureau.enter(**inspected) != bureau.enter(**inspected)


def test_the_home_says_the_region(bureau: Bureau) -> None:
    assert bureau.problem(bureau.enter(region_code="350421")).region_code == COUNTY
    with pytest.raises(NotTheirs):
        bureau.enter(institution_id=bureau.enter_home("邻县敬老院", "350421"))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"title": " "}, "标题"),
        ({"responsible": ""}, "由谁负责"),
        ({"description": "联系人手机13812345678"}, "手机号"),
        ({"severity": Severity.MAJOR}, "判定标准"),
        ({"severity": Severity.MAJOR, "criterion": "没有的"}, "判定标准"),
        ({"found_on": FRIDAY}, "晚于今天"),
        ({"deadline": date(2026, 2, 1)}, "早于今天"),
        ({"place": " "}, "什么地方"),
        ({"first_entry_id": 99}, "没有找到"),
    ],
)
def test_what_cannot_be_is_not_entered(bureau: Bureau, given: dict[str, object], refusal: str) -> None:
    with pytest.raises((WordsMissing, ProblemRefused), match=refusal):
        bureau.enter(**given)


def test_whose_problem_it_is_decides_who_works_on_it(bureau: Bureau) -> None:
    number = bureau.enter()
    for who in ("消小防", "邻小近", "督小平"):
        with pytest.raises(NotTheirs):
            bureau.do(who, problems.note, (Problem, number), "看过", on=MONDAY)
    with pytest.raises(NotTheirs):
        bureau.enter(department=FIRE)
    with pytest.raises(ReviewerNeeded):
        bureau.do("甲小明", problems.void, (Problem, number), "登错了", on=MONDAY)
    assert bureau.events(number) == ["enter"]


def test_who_saw_an_older_version_changes_nothing(bureau: Bureau) -> None:
    number = bureau.enter()
    seen = bureau.problem(number).version
    bureau.do("甲小明", problems.note, (Problem, number), "电话催过", on=MONDAY)
    with (
        pytest.raises(ChangedMeanwhile, match="没有保存"),
        bureau.acting("审大力", MONDAY) as (actor, scope),
    ):
        problems.note(db.session.get_one(Problem, number), "看过", actor, scope, seen)
    assert bureau.events(number) == ["enter", "note"]


def test_the_whole_course(bureau: Bureau) -> None:
    number = bureau.enter()
    row = (Problem, number)
    bureau.do("甲小明", problems.set_deadline, row, FRIDAY, on=MONDAY)
    with pytest.raises(WordsMissing, match="为什么改期限"):
        bureau.do("甲小明", problems.set_deadline, row, date(2026, 3, 9), on=TUESDAY)
    bureau.do("甲小明", problems.set_deadline, row, date(2026, 3, 9), on=TUESDAY, reason="等材料")
    bureau.do("甲小明", problems.start, row, on=TUESDAY)
    bureau.do("甲小明", problems.submit, row, "已清空", TUESDAY, on=TUESDAY)
    bureau.do("审大力", problems.reject, row, "还有纸箱", on=TUESDAY)
    bureau.clear(number, FRIDAY)
    found = bureau.problem(number)
    assert (found.status, found.cleared_on, found.deadline) == (
        ProblemStatus.CLEARED, FRIDAY, date(2026, 3, 9),
    )  # fmt: skip
    assert bureau.events(number) == [
        "enter", "set_deadline", "extend", "start", "submit", "reject", "attach", "submit", "clear",
    ]  # fmt: skip
    with pytest.raises(ProblemRefused, match="已经销号"):
        bureau.do("甲小明", problems.start, row, on=FRIDAY)


def test_clearing_needs_proof_and_another_person(bureau: Bureau) -> None:
    number = bureau.enter()
    row = (Problem, number)
    bureau.do("审大力", problems.submit, row, "已清空", TUESDAY, on=TUESDAY)
    with pytest.raises(ProblemRefused, match="凭据"):
        bureau.do("核小心", problems.clear, row, "看过", TUESDAY, on=TUESDAY)
    bureau.photo(number, TUESDAY, PhotoStage.BEFORE)
    with pytest.raises(ProblemRefused, match="凭据"):
        bureau.do("核小心", problems.clear, row, "看过", TUESDAY, on=TUESDAY)
    bureau.photo(number, TUESDAY)
    with pytest.raises(ProblemRefused, match="不能自己验收"):
        bureau.do("审大力", problems.clear, row, "看过", TUESDAY, on=TUESDAY)
    with pytest.raises(ReviewerNeeded):
        bureau.do("甲小明", problems.clear, row, "看过", TUESDAY, on=TUESDAY)
    with pytest.raises(ProblemRefused, match="早于提请验收"):
        bureau.do("核小心", problems.clear, row, "看过", MONDAY, on=TUESDAY)
    bureau.do("核小心", problems.clear, row, "看过", TUESDAY, on=TUESDAY)
    assert bureau.problem(number).cleared_on == TUESDAY


@pytest.mark.parametrize(
    ("visited", "result", "proves"),
    [
        (MONDAY, InspectionResult.PROBLEMS, False),
        (TUESDAY, InspectionResult.PROBLEMS, True),
        (TUESDAY, InspectionResult.CLEAN, True),
        (TUESDAY, InspectionResult.REFUSED, False),
    ],
)
def test_a_visit_since_the_submission_is_proof_if_somebody_was_let_in(
    bureau: Bureau, visited: date, result: InspectionResult, proves: bool
) -> None:
    number = bureau.enter()
    bureau.do("甲小明", problems.submit, (Problem, number), "已清空", TUESDAY, on=TUESDAY)
    visit(bureau, visited, result=result)
    if not proves:
        with pytest.raises(ProblemRefused, match="凭据"):
            bureau.do("审大力", problems.clear, (Problem, number), "看过", TUESDAY, on=TUESDAY)
        return
    bureau.do("审大力", problems.clear, (Problem, number), "看过", TUESDAY, on=TUESDAY)
    assert bureau.problem(number).status is ProblemStatus.CLEARED


def test_a_visit_elsewhere_proves_nothing_of_a_place_on_no_record(bureau: Bureau) -> None:
    number = bureau.enter(place="河边木屋")
    bureau.do("甲小明", problems.submit, (Problem, number), "已拆除。", MONDAY, on=MONDAY)
    visit(bureau, TUESDAY)
    with pytest.raises(ProblemRefused, match="凭据"):
        bureau.do("审大力", problems.clear, (Problem, number), "看过。", TUESDAY, on=TUESDAY)


def test_a_return_visit_that_finds_it_again_enters_it_anew_tied_to_the_first(bureau: Bureau) -> None:
    first = bureau.enter()
    bureau.clear(first, TUESDAY)
    second = go_back(bureau, first, FRIDAY, found_again=True)
    assert second is not None
    bureau.clear(second, date(2026, 3, 9))
    third = go_back(bureau, second, date(2026, 3, 16), found_again=True)
    assert third is not None
    assert [bureau.problem(one).first_entry_id for one in (first, second, third)] == [None, first, first]
    assert bureau.problem(third).origin is ProblemOrigin.INSPECTION
    assert bureau.events(first)[-2:] == ["recur", "recur"]
    assert bureau.events(second)[-1] == "return_visit"
    assert go_back(bureau, third, date(2026, 3, 17), found_again=True) is None  # still open: no third time
    assert go_back(bureau, first, date(2026, 3, 17), found_again=False) is None


def test_what_is_still_open_cannot_come_back(bureau: Bureau) -> None:
    first = bureau.enter()
    with pytest.raises(ProblemRefused, match="还没有销号"):
        bureau.enter(first_entry_id=first)
    bureau.clear(first, TUESDAY)
    with pytest.raises(ProblemRefused, match="别的机构"):
        bureau.enter(on=FRIDAY, first_entry_id=first, institution_id=bureau.enter_home("第二敬老院"))
    second = bureau.enter(on=FRIDAY, first_entry_id=first)
    with pytest.raises(ProblemRefused, match="还没有销号"):
        bureau.enter(on=FRIDAY, first_entry_id=first)
    assert bureau.problem(second).first_entry_id == first


def test_cleared_problems_of_the_same_kind_are_offered(bureau: Bureau) -> None:
    cleared = bureau.enter()
    bureau.clear(cleared, TUESDAY)
    bureau.enter()
    bureau.clear(bureau.enter(category=ProblemCategory.FOOD), TUESDAY)
    with bureau.app.app_context():
        found = problems.recurrences_like(bureau.home, None, ProblemCategory.FIRE)
        assert [one.id for one in found] == [cleared]


def test_only_major_fire_hazards_are_listed(bureau: Bureau) -> None:
    minor = bureau.enter()
    given = ("三元区人民政府", date(2026, 6, 30), MONDAY)
    with pytest.raises(ProblemRefused, match="重大火灾隐患"):
        bureau.do("审大力", problems.list_for_supervision, (Problem, minor), *given, on=MONDAY)
    major = bureau.enter(severity=Severity.MAJOR, criterion="4.1")
    bureau.do("审大力", problems.list_for_supervision, (Problem, major), *given, on=MONDAY)
    with pytest.raises(ProblemRefused, match="已经挂牌"):
        bureau.do("审大力", problems.list_for_supervision, (Problem, major), *given, on=MONDAY)
    bureau.clear(major, TUESDAY)
    bureau.do("审大力", problems.delist, (Problem, major), "已消除", FRIDAY, on=FRIDAY)
    found = bureau.problem(major)
    assert (found.listed_by, found.listed_on, found.delisted_on) == ("三元区人民政府", MONDAY, FRIDAY)


def test_what_is_listed_is_not_made_small(bureau: Bureau) -> None:
    number = bureau.enter(severity=Severity.MAJOR, criterion="4.1")
    given = ("三元区人民政府", date(2026, 6, 30), MONDAY)
    bureau.do("审大力", problems.list_for_supervision, (Problem, number), *given, on=MONDAY)
    words = {"title": "疏散通道堵塞", "description": "三楼通道堵塞。", "responsible": "示例敬老院"}
    smaller = Changes(category=ProblemCategory.FIRE, severity=Severity.MINOR, **words)
    with pytest.raises(ProblemRefused, match="请先摘牌"):
        bureau.do("审大力", problems.amend, (Problem, number), smaller, on=MONDAY)
    bureau.do("审大力", problems.delist, (Problem, number), "判定有误", MONDAY, on=MONDAY)
    bureau.do("审大力", problems.amend, (Problem, number), smaller, on=MONDAY)
    assert bureau.problem(number).severity is Severity.MINOR


def test_handing_to_enforcement_leaves_it_open(bureau: Bureau) -> None:
    number = bureau.enter()
    given = ("三元区消防救援大队", "拒不整改", MONDAY)
    bureau.do("审大力", problems.hand_to_enforcement, (Problem, number), *given, on=MONDAY)
    found = bureau.problem(number)
    assert (found.status, found.handed_to) == (ProblemStatus.ENFORCEMENT, "三元区消防救援大队")
    bureau.clear(number, TUESDAY)
    assert bureau.problem(number).status is ProblemStatus.CLEARED


def test_corrections_say_what_they_changed_and_published_words_are_for_a_reviewer(bureau: Bureau) -> None:
    number = bureau.enter()
    changes = {
        "category": ProblemCategory.FIRE,
        "severity": Severity.SERIOUS,
        "title": "疏散楼梯堆放杂物",
        "description": "三楼东侧疏散通道堆放轮椅和纸箱。",
        "responsible": "示例敬老院",
        "measure": "清空楼梯",
    }
    bureau.do("甲小明", problems.amend, (Problem, number), Changes(**changes), on=MONDAY)
    assert bureau.steps(number)[-1].said == '{"changed": ["title", "measure"]}'
    with pytest.raises(ProblemRefused, match="没有改动"):
        bureau.do("甲小明", problems.amend, (Problem, number), Changes(**changes), on=MONDAY)
    bureau.publish_problem(number)
    other = Changes(**{**changes, "title": "另一个标题"})
    with pytest.raises(ReviewerNeeded):
        bureau.do("甲小明", problems.amend, (Problem, number), other, on=MONDAY)
    bureau.do("审大力", problems.amend, (Problem, number), other, on=MONDAY)
    assert bureau.problem(number).title == "另一个标题"


@pytest.mark.parametrize("on", [date(2026, 3, 3), date(2026, 3, 1)])
def test_nothing_happens_tomorrow_or_before_the_finding(bureau: Bureau, on: date) -> None:
    number = bureau.enter()
    with pytest.raises(ProblemRefused, match="日期"):
        bureau.do("甲小明", problems.submit, (Problem, number), "已清空", on, on=MONDAY)


def visit(
    bureau: Bureau,
    on: date,
    follows: int | None = None,
    result: InspectionResult = InspectionResult.PROBLEMS,
) -> int:
    """Enter an inspection of the home as it is once it was made."""
    with bureau.app.app_context(), unit_of_work():
        made = Inspection(
            public_id=f"v{on:%m%d}{follows or 0:03}",
            kind=InspectionKind.RETURN_VISIT,
            institution_id=bureau.home,
            region_code=COUNTY,
            department=CIVIL,
            departments='["civil_affairs"]',
            visited_on=on,
            result=result,
            follows_problem_id=follows,
            entered_at=noon(on),
            entered_by="经办",
        )
        db.session.add(made)
        db.session.flush()
        return made.id


def go_back(bureau: Bureau, number: int, on: date, *, found_again: bool) -> int | None:
    """Let somebody go back to a problem and say whether it was there again."""
    seen = visit(bureau, on, number)
    with bureau.acting("甲小明", on) as (actor, _):
        made = problems.return_visit(
            db.session.get_one(Problem, number), db.session.get_one(Inspection, seen), found_again, actor
        )
        return None if made is None else made.id
