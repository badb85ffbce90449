"""Visits: planned, made, published; what was found becomes problems; a return visit finds one again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.audit.reading import AuditChoice, entries
from portal.domain.actor import PUBLIC, Scope
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemStatus
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.institutions.models import Institution, UnregisteredHome
from portal.supervision.kinds import (
    InspectionArea,
    InspectionKind,
    InspectionResult,
    ItemFinding,
    ProblemCategory,
    ProblemOrigin,
    Severity,
)
from portal.supervision.models import Inspection, InspectionItem
from portal.supervision.problem_models import Problem
from portal.supervision.queries.inspection_page import InspectionView, inspection_view
from portal.supervision.queries.inspections import (
    InspectionChoice,
    InspectionGroup,
    inspection_page,
    inspections_by_id,
    inspections_following,
    inspections_of,
    last_visits,
)
from portal.supervision.queries.visible import UNNAMED_HOME
from portal.supervision.service import inspections
from portal.supervision.service import problems as problems_service
from portal.supervision.service.homes import HomeUnknown
from portal.supervision.service.inspections import (
    FoundProblem,
    InspectionRefused,
    ItemSeen,
    Plan,
    Visit,
)
from portal.supervision.service.rights import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from tests.integration.supervision.bureau import CIVIL, COUNTY, FIRE, MONDAY, Bureau, counted, staff_scope

TUESDAY, FRIDAY = MONDAY + timedelta(1), MONDAY + timedelta(4)
FOUND = FoundProblem(
    category=ProblemCategory.FIRE,
    severity=Severity.SERIOUS,
    title="疏散通道堆放杂物",
    description="三楼东侧疏散通道堆放轮椅和纸箱。",
    responsible="示例敬老院",
)
STAFF = staff_scope()


def visit(**given: Any) -> Visit:
    """Return a visit on Tuesday that found nothing, or what is given."""
    values = {"visited_on": TUESDAY, "result": InspectionResult.CLEAN, "summary": "逐项查看，未见问题。"}
    return Visit(**{**values, **given})


def plan(bureau: Bureau, who: str = "甲小明", on: date = MONDAY, **given: Any) -> int:
    """Plan a thematic inspection of the home, or what is given."""
    home = (
        {} if {"unregistered_home_id", "institution_id", "follows_problem_id"} & set(given) else bureau.home
    )
    values = {"kind": InspectionKind.THEMATIC, "departments": [CIVIL], "theme": "冬季取暖用火用电"}
    with bureau.acting(who, on) as (actor, scope):
        wanted = {**values, **({} if named else {"institution_id": bureau.home}), **given}
        return inspections.plan_inspection(Plan(**wanted), actor, scope).id


def do(
    bureau: Bureau, who: str, work: Callable[..., Any], number: int, *given: Any, on: date = TUESDAY
) -> Any:
    """Let somebody do something to an inspection as they see it now; returns keys of what it returns."""
    with bureau.acting(who, on) as (actor, scope):
        row = db.session.get_one(Inspection, number)
        made = work(row, *given, actor=actor, scope=scope, seen=row.version)
        return [one.id for one in made] if isinstance(made, list) else made


def record(
    bureau: Bureau, number: int, found: Sequence[FoundProblem] = (), who: str = "甲小明", **given: Any
) -> list[int]:
    """Record a visit; return the problems that it entered."""
    on = max(given.get("visited_on", TUESDAY), TUESDAY)
    with bureau.acting(who, on) as (actor, scope):
        row = db.session.get_one(Inspection, number)
        made = inspections.record_visit(row, visit(**given), actor, scope, row.version, found)
        return [one.id for one in made]


def made_one(bureau: Bureau, **given: Any) -> int:
    """Plan an inspection, make it, and publish it."""
    number = plan(bureau)
    record(bureau, number, **given)
    do(bureau, "审大力", inspections.publish_inspection, number, "查看了用火用电，未见问题。")
    return number


def row_of(bureau: Bureau, number: int) -> Inspection:
    """Return an inspection as it stands."""
    with bureau.app.app_context():
        found = db.session.get_one(Inspection, number)
        db.session.expunge_all()
        return found


def view(bureau: Bureau, number: int, scope: Scope = PUBLIC, on: date = FRIDAY) -> InspectionView | None:
    """Return the page of an inspection."""
    found: InspectionView | None = bureau.ask(inspection_view, row_of(bureau, number).public_id, scope, on=on)
    return found


class TestPlanning:
    def test_a_plan_knows_its_home_its_offices_and_its_region(self, bureau: Bureau) -> None:
        row = row_of(bureau, plan(bureau, kind=InspectionKind.JOINT, departments=[CIVIL, FIRE, CIVIL]))
        assert (row.region_code, row.department, row.departments) == (
            COUNTY,
            CIVIL,
            '["civil_affairs", "fire"]',
        )
        assert (row.visited_on, row.result, row.published_at) == (None, None, None)

    def test_what_cannot_be_planned_is_refused(self, bureau: Bureau) -> None:
        refusals: list[tuple[dict[str, Any], str]] = [
            ({"kind": InspectionKind.RANDOM}, "kind"),
            ({"theme": " "}, "theme"),
            ({"kind": InspectionKind.JOINT}, "departments"),
            ({"departments": []}, "departments"),
            ({"departments": [CIVIL, Department.DISCIPLINE]}, "departments"),
            ({"institution_id": None}, "home"),
            ({"kind": InspectionKind.RETURN_VISIT}, "follows_problem"),
            ({"follows_problem_id": 99}, "follows_problem"),
            ({"kind": InspectionKind.RETURN_VISIT, "follows_problem_id": 99}, "follows_problem"),
        ]
        for given, field in refusals:
            with pytest.raises(InspectionRefused) as refused:
                plan(bureau, **given)
            assert refused.value.field == field, given

    def test_nobody_plans_for_others(self, bureau: Bureau) -> None:
        for who, departments in (("甲小明", [FIRE]), ("邻小近", [CIVIL]), ("督小平", [CIVIL])):
            with pytest.raises(NotTheirs):
                plan(bureau, who, departments=departments)

    def test_a_home_that_was_withdrawn_is_not_visited(self, bureau: Bureau) -> None:
        bureau.withdraw(Institution, bureau.home)
        with pytest.raises(HomeUnknown):
            plan(bureau)

    def test_a_plan_given_up_leaves_only_the_audit(self, bureau: Bureau) -> None:
        number = plan(bureau)
        with pytest.raises(WordsMissing):
            do(bureau, "甲小明", inspections.cancel_plan, number, " ")
        subject = f"inspection/{number}"
        do(bureau, "甲小明", inspections.cancel_plan, number, "机构已经搬走")
        with bureau.app.app_context():
            assert db.session.get(Inspection, number) is None
            (note,) = [one for one in entries(STAFF, AuditChoice(subject=subject)) if one.note]
        assert (note.action, note.note["reason"]) == (inspections.CANCELLED, "机构已经搬走")

    def test_what_was_made_cannot_be_given_up(self, bureau: Bureau) -> None:
        number = plan(bureau)
        record(bureau, number)
        with pytest.raises(InspectionRefused):
            do(bureau, "甲小明", inspections.cancel_plan, number, "不想要了")


class TestMaking:
    def test_items_keep_what_the_list_said(self, bureau: Bureau) -> None:
        number = plan(bureau)
        seen = [
            ItemSeen("E13", ItemFinding.NOT_MET, "三楼堆了轮椅"),
            ItemSeen("A1", ItemFinding.MET),
        ]
        record(bureau, number, result=InspectionResult.CORRECTED_ON_SITE, items=seen)
        page = view(bureau, number, STAFF)
        assert page is not None
        assert [(one.code, one.finding, one.remark) for one in page.items] == [
            ("E13", ItemFinding.NOT_MET, "三楼堆了轮椅"),
            ("A1", ItemFinding.MET, None),
        ]
        assert page.items_in(InspectionArea.SAFETY)[0].basis == "《中华人民共和国消防法》第二十八条"

    def test_problems_found_are_entered_with_the_visits_home_and_day(self, bureau: Bureau) -> None:
        number = plan(bureau)
        (problem,) = record(bureau, number, [FOUND], result=InspectionResult.PROBLEMS)
        found = bureau.problem(problem)
        assert (found.institution_id, found.found_on, found.department) == (bureau.home, TUESDAY, CIVIL)
        assert (found.origin, found.origin_ref) == (ProblemOrigin.INSPECTION, f"inspection/{number}")
        with bureau.acting("甲小明", FRIDAY) as (actor, scope):
            row = db.session.get_one(Inspection, number)
            assert inspections.enter_found(row, FOUND, actor, scope).id != problem

    def test_what_cannot_be_true_is_refused(self, bureau: Bureau) -> None:
        number = plan(bureau)
        refusals: list[tuple[dict[str, Any], Sequence[FoundProblem], str]] = [
            ({"visited_on": TUESDAY + timedelta(1)}, (), "visited_on"),
            ({"items": [ItemSeen("E13", ItemFinding.NOT_MET)]}, (), "result"),
            ({"items": [ItemSeen("Z9", ItemFinding.MET)]}, (), "items"),
            ({"items": [ItemSeen("A1", ItemFinding.MET)] * 2}, (), "items"),
            ({"result": InspectionResult.REFUSED, "items": [ItemSeen("A1", ItemFinding.MET)]}, (), "items"),
            ({}, (FOUND,), "result"),
            ({"found_again": False}, (), "found_again"),
        ]
        with bureau.acting("甲小明", TUESDAY) as (actor, scope):
            row = db.session.get_one(Inspection, number)
            for given, found, field in refusals:
                with pytest.raises(InspectionRefused) as refused:
                    inspections.record_visit(row, visit(**given), actor, scope, row.version, found)
                assert refused.value.field == field, given
        assert row_of(bureau, number).visited_on is None

    def test_a_visit_is_recorded_once_and_put_right_afterwards(self, bureau: Bureau) -> None:
        number = plan(bureau)
        record(bureau, number, items=[ItemSeen("A1", ItemFinding.MET), ItemSeen("A2", ItemFinding.MET)])
        with pytest.raises(InspectionRefused):
            record(bureau, number)
        right = visit(
            visited_on=MONDAY, result=InspectionResult.CORRECTED_ON_SITE,
            items=[ItemSeen("A2", ItemFinding.NOT_MET, "没有写违约责任")],
        )  # fmt: skip
        do(bureau, "甲小明", inspections.amend_visit, number, right)
        page = view(bureau, number, STAFF)
        assert page is not None
        assert (page.row.visited_on, page.row.result) == (MONDAY, InspectionResult.CORRECTED_ON_SITE)
        assert [(one.code, one.finding) for one in page.items] == [("A2", ItemFinding.NOT_MET)]
        with bureau.app.app_context():
            told = [
                change
                for entry in entries(STAFF, AuditChoice(subject=f"inspection/{number}"))
                for change in entry.changes
                if change["kind"] == InspectionItem.__tablename__ and "before" in change
            ]
        assert {change["before"]["code"] for change in told} == {"A1", "A2"}

    def test_a_result_with_problems_stays_one(self, bureau: Bureau) -> None:
        number = plan(bureau)
        record(bureau, number, [FOUND], result=InspectionResult.PROBLEMS)
        with pytest.raises(InspectionRefused):
            do(bureau, "甲小明", inspections.amend_visit, number, visit())

    def test_who_saw_an_older_version_is_told(self, bureau: Bureau) -> None:
        number = plan(bureau)
        with bureau.acting("甲小明", TUESDAY) as (actor, scope):
            row = db.session.get_one(Inspection, number)
            with pytest.raises(ChangedMeanwhile):
                inspections.record_visit(row, visit(), actor, scope, row.version - 1)

    def test_others_record_nothing(self, bureau: Bureau) -> None:
        number = plan(bureau)
        for who in ("消小防", "邻小近", "督小平"):
            with pytest.raises(NotTheirs):
                record(bureau, number, who=who)

    def test_a_visit_to_an_unregistered_home_is_told_to_its_record(self, bureau: Bureau) -> None:
        home = bureau.enter_unregistered()
        number = plan(bureau, kind=InspectionKind.FIRST_VISIT, unregistered_home_id=home)
        assert row_of(bureau, number).planned_by == date(2026, 2, 2)
        record(bureau, number)
        with bureau.app.app_context():
            assert db.session.get_one(UnregisteredHome, home).inspected_on == TUESDAY

    def test_what_an_unregistered_homes_record_knows_already_stays(self, bureau: Bureau) -> None:
        home = bureau.enter_unregistered(inspected_on=date(2026, 1, 8))
        record(bureau, plan(bureau, unregistered_home_id=home))
        with bureau.app.app_context():
            assert db.session.get_one(UnregisteredHome, home).inspected_on == date(2026, 1, 8)


class TestReturnVisits:
    def cleared(self, bureau: Bureau) -> int:
        number = bureau.enter()
        bureau.clear(number, TUESDAY)
        return number

    def test_a_problem_found_again_is_entered_anew_and_tied_to_the_first(self, bureau: Bureau) -> None:
        first = self.cleared(bureau)
        number = plan(bureau, kind=InspectionKind.RETURN_VISIT, follows_problem_id=first, on=FRIDAY)
        assert row_of(bureau, number).institution_id == bureau.home
        (again,) = record(
            bureau, number, result=InspectionResult.PROBLEMS, found_again=True, visited_on=FRIDAY
        )
        found = bureau.problem(again)
        assert (found.first_entry_id, found.status, found.found_on) == (first, ProblemStatus.ENTERED, FRIDAY)
        assert found.origin_ref == f"inspection/{number}"
        assert bureau.events(first)[-2:] == ["return_visit", "recur"]
        with bureau.app.app_context():
            (followed,) = inspections_following([first], STAFF).values()
            assert [one.found_again for one in followed] == [True]

    def test_a_problem_that_stayed_away_has_a_line_and_no_more(self, bureau: Bureau) -> None:
        first = self.cleared(bureau)
        number = plan(bureau, kind=InspectionKind.RETURN_VISIT, follows_problem_id=first, on=FRIDAY)
        assert record(bureau, number, found_again=False, visited_on=FRIDAY) == []
        assert bureau.events(first)[-1] == "return_visit"
        page = view(bureau, number, STAFF)
        assert page is not None
        assert page.follows is not None
        assert page.follows.id == first

    def test_a_return_visit_says_whether_the_problem_was_there(self, bureau: Bureau) -> None:
        first = self.cleared(bureau)
        number = plan(bureau, kind=InspectionKind.RETURN_VISIT, follows_problem_id=first, on=FRIDAY)
        refusals: list[dict[str, Any]] = [
            {},
            {"found_again": True},
            {"found_again": True, "result": InspectionResult.REFUSED},
            {"found_again": False, "visited_on": date(2026, 2, 1)},
        ]
        for given in refusals:
            with pytest.raises(InspectionRefused):
                record(bureau, number, **{"visited_on": FRIDAY, **given})

    def test_nobody_looked_where_nobody_was_let_in(self, bureau: Bureau) -> None:
        first = self.cleared(bureau)
        number = plan(bureau, kind=InspectionKind.RETURN_VISIT, follows_problem_id=first, on=FRIDAY)
        record(bureau, number, result=InspectionResult.REFUSED, visited_on=FRIDAY)
        assert bureau.events(first)[-1] == "clear"

    def test_only_the_own_problems_are_looked_at_again(self, bureau: Bureau) -> None:
        first = self.cleared(bureau)
        other = bureau.enter_home("另一家敬老院")
        for given in ({"institution_id": other}, {"departments": [FIRE]}):
            with pytest.raises((InspectionRefused, NotTheirs)):
                plan(bureau, kind=InspectionKind.RETURN_VISIT, follows_problem_id=first, **given)
        with pytest.raises(InspectionRefused):
            plan(
                bureau,
                "消小防",
                kind=InspectionKind.RETURN_VISIT,
                follows_problem_id=first,
                departments=[FIRE],
            )


class TestPublishing:
    def test_the_public_reads_the_summary_and_nothing_of_the_staffs(self, bureau: Bureau) -> None:
        number = plan(bureau, origin="complaint/12", kind=InspectionKind.COMPLAINT)
        items = [ItemSeen("E13", ItemFinding.MET, "经办的备注")]
        record(bureau, number, items=items)
        assert view(bureau, number) is None
        do(bureau, "审大力", inspections.publish_inspection, number, "查看了疏散通道，畅通。")
        page = view(bureau, number)
        assert page is not None
        assert page.row.public_summary == "查看了疏散通道，畅通。"
        assert "complaint/12" not in repr(page)
        assert "经办的备注" not in repr(page)
        assert "未见问题" not in repr(page)
        assert page.row.home.name == "示例敬老院"

    def test_a_reviewer_publishes(self, bureau: Bureau) -> None:
        number = plan(bureau)
        with pytest.raises(InspectionRefused):
            do(bureau, "审大力", inspections.publish_inspection, number, "还没去")
        record(bureau, number)
        with pytest.raises(ReviewerNeeded):
            do(bureau, "甲小明", inspections.publish_inspection, number, "未见问题。")
        with pytest.raises(WordsMissing):
            do(bureau, "审大力", inspections.publish_inspection, number, "联系 13800138000")
        do(bureau, "审大力", inspections.publish_inspection, number, "未见问题。")
        with pytest.raises(ReviewerNeeded):
            do(bureau, "甲小明", inspections.amend_visit, number, visit(summary="改一改"))
        do(bureau, "审大力", inspections.amend_visit, number, visit(summary="改一改"))

    def test_problems_found_are_entered_before_they_are_told_of(self, bureau: Bureau) -> None:
        number = plan(bureau)
        record(bureau, number, result=InspectionResult.PROBLEMS)
        with pytest.raises(InspectionRefused):
            do(bureau, "审大力", inspections.publish_inspection, number, "发现问题。")
        with bureau.acting("甲小明", TUESDAY) as (actor, scope):
            problem = inspections.enter_found(db.session.get_one(Inspection, number), FOUND, actor, scope).id
        do(bureau, "审大力", inspections.publish_inspection, number, "发现问题。")
        page = view(bureau, number)
        assert page is not None
        assert page.problems == ()
        bureau.publish_problem(problem, FRIDAY)
        page = view(bureau, number)
        assert page is not None
        assert [one.title for one in page.problems] == ["疏散通道堆放杂物"]

    def test_what_is_taken_back_is_gone_and_may_come_back(self, bureau: Bureau) -> None:
        number = made_one(bureau)
        before = bureau.ask(data_set_state, on=FRIDAY).version
        with pytest.raises(WordsMissing):
            do(bureau, "审大力", inspections.withdraw_inspection, number, "")
        do(bureau, "审大力", inspections.withdraw_inspection, number, "写错了机构")
        assert bureau.ask(data_set_state, on=FRIDAY).version > before
        assert view(bureau, number) is None
        page = view(bureau, number, STAFF)
        assert page is not None
        assert page.withdrawn_reason == "写错了机构"
        with pytest.raises(InspectionRefused):
            do(bureau, "审大力", inspections.withdraw_inspection, number, "再撤一次")
        do(bureau, "审大力", inspections.publish_inspection, number, "重新公开。")
        assert view(bureau, number) is not None

    def test_an_unregistered_home_is_not_named(self, bureau: Bureau) -> None:
        number = plan(bureau, unregistered_home_id=bureau.enter_unregistered("老刘托老点"))
        record(bureau, number)
        do(bureau, "审大力", inspections.publish_inspection, number, "已上门查看。")
        page = view(bureau, number)
        assert page is not None
        assert page.row.home.name == UNNAMED_HOME
        assert "老刘" not in repr(page)
        assert "暗巷" not in repr(page)
        told = InspectionChoice(text="老刘")
        assert bureau.ask(inspection_page, told, PUBLIC, on=FRIDAY)[1] == 0
        assert bureau.ask(inspection_page, told, STAFF, on=FRIDAY)[1] == 1

    def test_a_withdrawn_home_takes_its_inspections_along(self, bureau: Bureau) -> None:
        number = made_one(bureau)
        bureau.withdraw(Institution, bureau.home)
        assert view(bureau, number) is None
        assert bureau.ask(inspection_page, InspectionChoice(), PUBLIC, on=FRIDAY) == ([], 0)


class TestLists:
    def test_each_group_has_its_own_and_the_public_only_what_is_published(self, bureau: Bureau) -> None:
        planned = plan(bureau, planned_by=FRIDAY)
        late = plan(bureau, planned_by=MONDAY)
        unpublished = plan(bureau)
        record(bureau, unpublished)
        published = made_one(bureau)
        groups = {
            InspectionGroup.PLANNED: [late, planned],
            InspectionGroup.OVERDUE: [late],
            InspectionGroup.TO_PUBLISH: [unpublished],
            InspectionGroup.MADE: [published, unpublished],
            InspectionGroup.WITHDRAWN: [],
        }
        for group, expected in groups.items():
            rows, total = bureau.ask(inspection_page, InspectionChoice(group), STAFF, on=TUESDAY)
            assert ([one.id for one in rows], total) == (expected, len(expected))
            rows, total = bureau.ask(inspection_page, InspectionChoice(group), PUBLIC, on=TUESDAY)
            assert ([one.id for one in rows], total) == ([published], 1)
        with bureau.app.app_context():
            assert [one.id for one in inspections_of(bureau.home, PUBLIC)] == [published]
            assert [one.id for one in inspections_by_id([planned, published], PUBLIC)] == [published]
            assert last_visits(None, PUBLIC) == {bureau.home: TUESDAY}

    def test_the_list_is_chosen_from(self, bureau: Bureau) -> None:
        made_one(bureau)
        for choice, shown in (
            (InspectionChoice(region=COUNTY), True),
            (InspectionChoice(region="350400"), True),
            (InspectionChoice(region="350421"), False),
            (InspectionChoice(region="nowhere"), True),
            (InspectionChoice(kind=InspectionKind.THEMATIC), True),
            (InspectionChoice(kind=InspectionKind.JOINT), False),
            (InspectionChoice(result=InspectionResult.CLEAN), True),
            (InspectionChoice(result=InspectionResult.PROBLEMS), False),
            (InspectionChoice(department=CIVIL), True),
            (InspectionChoice(department=FIRE), False),
            (InspectionChoice(year=2026), True),
            (InspectionChoice(year=2025), False),
            (InspectionChoice(text="示例"), True),
            (InspectionChoice(text="取暖"), True),
            (InspectionChoice(text="%"), False),
        ):
            assert bureau.ask(inspection_page, choice, PUBLIC, on=FRIDAY)[1] == int(shown), choice

    def test_the_staff_sees_its_own_regions(self, bureau: Bureau) -> None:
        made_one(bureau)
        plan(bureau)
        elsewhere = Scope(False, frozenset({"350421"}), CIVIL)
        for group in InspectionGroup:
            assert bureau.ask(inspection_page, InspectionChoice(group), elsewhere, on=FRIDAY) == ([], 0)

    def test_a_page_costs_the_same_however_many_there_are(self, bureau: Bureau) -> None:
        sent: list[int] = []
        for _ in range(2):
            made_one(bureau)
            with bureau.app.app_context(), counted() as statements:
                inspection_page(InspectionChoice(), PUBLIC)
            sent.append(len(statements))
            made_one(bureau)
        assert sent[0] == sent[1] <= 4

    def test_one_page_costs_a_constant_number_of_queries(self, bureau: Bureau) -> None:
        number = plan(bureau)
        problems = record(bureau, number, [FOUND, FOUND, FOUND], result=InspectionResult.PROBLEMS)
        do(bureau, "审大力", inspections.publish_inspection, number, "发现三个问题。")
        for one in problems:
            bureau.publish_problem(one, FRIDAY)
        public_id = row_of(bureau, number).public_id
        with bureau.app.app_context(), counted() as statements:
            page = inspection_view(public_id, PUBLIC)
        assert page is not None
        assert len(page.problems) == 3
        assert len(statements) <= 6

    def test_problems_struck_out_are_not_led_to(self, bureau: Bureau) -> None:
        number = plan(bureau)
        (problem,) = record(bureau, number, [FOUND], result=InspectionResult.PROBLEMS)
        bureau.do("审大力", problems_service.void, (Problem, problem), "登错了", on=TUESDAY)
        page = view(bureau, number, STAFF)
        assert page is not None
        assert page.problems == ()
        with bureau.app.app_context():
            assert db.session.scalars(select(Problem)).one().status is ProblemStatus.VOID
