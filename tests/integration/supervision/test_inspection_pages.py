"""What the public and the staff read of inspections."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.domain.actor import PUBLIC, Scope
from portal.domain.rectification import ProblemStatus
from portal.domain.refusals import ReviewerNeeded, WordsMissing
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.institutions.models import Institution
from portal.supervision.kinds import (
    InspectionKind,
    InspectionResult,
    ItemFinding,
)
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem
from portal.supervision.queries.inspection_page import inspection_view
from portal.supervision.queries.inspections import (
    InspectionChoice,
    InspectionGroup,
    inspection_page,
    inspections_by_id,
    inspections_of,
    last_visits,
)
from portal.supervision.queries.visible import UNNAMED_HOME
from portal.supervision.service import inspections
from portal.supervision.service import problems as problems_service
from portal.supervision.service.inspections import (
    InspectionRefused,
    ItemSeen,
)
from portal.supervision.service.redacting import StillPersonal
from tests.integration.supervision.bureau import CIVIL, COUNTY, FIRE, MONDAY, Bureau, counted
from tests.integration.supervision.visits import (
    FOUND,
    FRIDAY,
    STAFF,
    TUESDAY,
    do,
    made_one,
    plan,
    record,
    row_of,
    view,
    visit,
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
            do(bureau, "审大力", inspections.publish_inspection, number, " ")
        with pytest.raises(StillPersonal):
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
        for words in ("查看了老刘托老点。", "暗巷十八号有六位老人。"):
            with pytest.raises(StillPersonal):
                do(bureau, "审大力", inspections.publish_inspection, number, words)
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
