"""Visits: planned and made; what was found becomes problems; a return visit finds one again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from portal.audit.reading import AuditChoice, entries
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemStatus
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, WordsMissing
from portal.extensions import db
from portal.institutions.models import Institution, UnregisteredHome
from portal.supervision.kinds import (
    InspectionArea,
    InspectionKind,
    InspectionResult,
    ItemFinding,
    ProblemOrigin,
)
from portal.supervision.models import Inspection, InspectionItem
from portal.supervision.queries.inspections import (
    inspections_following,
)
from portal.supervision.service import inspections
from portal.supervision.service.homes import HomeUnknown
from portal.supervision.service.inspections import (
    FoundProblem,
    InspectionRefused,
    ItemSeen,
)
from tests.integration.supervision.bureau import CIVIL, COUNTY, FIRE, MONDAY, Bureau
from tests.integration.supervision.visits import (
    FOUND,
    FRIDAY,
    STAFF,
    TUESDAY,
    do,
    plan,
    record,
    row_of,
    view,
    visit,
)


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

    def test_what_is_there_still_is_no_new_problem_and_the_visit_can_be_published(
        self, bureau: Bureau
    ) -> None:
        still = bureau.enter()
        number = plan(bureau, kind=InspectionKind.RETURN_VISIT, follows_problem_id=still, on=FRIDAY)
        there = {"result": InspectionResult.PROBLEMS, "found_again": True, "visited_on": FRIDAY}
        assert record(bureau, number, **there) == []
        for result in (InspectionResult.CLEAN, InspectionResult.REFUSED):
            with pytest.raises(InspectionRefused):
                other = visit(visited_on=FRIDAY, result=result)
                do(bureau, "甲小明", inspections.amend_visit, number, other, on=FRIDAY)
        do(bureau, "审大力", inspections.publish_inspection, number, "通道还没有清空。", on=FRIDAY)
        assert row_of(bureau, number).published_at is not None

    def test_what_was_seen_is_not_taken_back_by_saying_that_nobody_was_let_in(self, bureau: Bureau) -> None:
        first = self.cleared(bureau)
        number = plan(bureau, kind=InspectionKind.RETURN_VISIT, follows_problem_id=first, on=FRIDAY)
        record(bureau, number, found_again=False, visited_on=FRIDAY)
        with pytest.raises(InspectionRefused, match="没有进门"):
            refused = visit(visited_on=FRIDAY, result=InspectionResult.REFUSED)
            do(bureau, "甲小明", inspections.amend_visit, number, refused, on=FRIDAY)

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
