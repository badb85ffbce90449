"""To whom a case can be given, and who can't handle it."""

from __future__ import annotations

import pytest

from portal import clock
from portal.complaints.kinds import Finding, WhyExcluded
from portal.complaints.models import Case
from portal.complaints.queries.case_page import case_record, case_view
from portal.complaints.queries.people import colleagues
from portal.complaints.service import handling, replying
from portal.complaints.service.citizen import ask_again
from portal.complaints.service.handling import CannotAssign, NotAll
from portal.complaints.service.rights import ReviewerNeeded
from portal.complaints.service.steps import Excluded
from portal.domain.case_status import CaseStatus
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import acting_at
from tests.integration.complaints.office import NEXT_DAY, Office, in_progress, lodged, replied, standing


def test_assigning_is_for_those_who_may_handle_it(office: Office) -> None:
    number = lodged(office.app)
    office.hire("甲小明", "乙小红", "审大力")
    for who in ("消小防", "邻小近", "督小平", "纪小正", "管小家"):
        with pytest.raises(CannotAssign):
            office.do("审大力", handling.assign, number, office.ids[who])
    with pytest.raises(CannotAssign):
        office.do("审大力", handling.assign, number, 999_999)
    office.do("审大力", handling.exclude, number, office.ids["乙小红"], WhyExcluded.RELATED)
    with pytest.raises(CannotAssign):
        office.do("审大力", handling.assign, number, office.ids["乙小红"])
    office.do("审大力", handling.assign, number, office.ids["市小远"])
    assert standing(office.app, number).case.handler_id == office.ids["市小远"]
    assert standing(office.app, number).case.status is CaseStatus.LODGED
    with office.app.app_context():
        case = db.session.get_one(Case, number)
        offered = colleagues(office.reach("审大力"), case=case)
        assert [one.name for one in offered] == ["甲小明", "审大力", "市小远"]
        assert [one.open for one in offered] == [0, 0, 1]


def test_many_are_assigned_or_none(office: Office) -> None:
    good, late, gone = (lodged(office.app) for _ in range(3))
    office.do("审大力", replying.refuse, gone, "不归这里管")

    def assign(numbers: list[int], old: int | None = None) -> None:
        with office.app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
            cases = [db.session.get_one(Case, number) for number in numbers]
            chosen = [(case, case.version - (case.id == old)) for case in cases]
            handling.assign_many(chosen, office.ids["乙小红"], office.reach("审大力"))

    with pytest.raises(NotAll) as refused:
        assign([good, late, gone], old=late)
    with office.app.app_context():
        receipts = [db.session.get_one(Case, number).receipt for number in (late, gone)]
    assert [receipt for receipt, _ in refused.value.problems] == receipts
    assert standing(office.app, good).case.handler_id is None
    assign([good, late])
    assert {standing(office.app, one).case.handler_id for one in (good, late)} == {office.ids["乙小红"]}


def test_whom_a_case_excludes_loses_it_and_cannot_let_oneself_in_again(office: Office) -> None:
    number = in_progress(office)
    office.do("甲小明", handling.exclude, number, office.ids["甲小明"], WhyExcluded.RELATED)
    found = standing(office.app, number)
    assert found.case.handler_id is None
    receipt = found.case.receipt
    assert office.ask("甲小明", case_view, receipt) is None
    assert office.ask("甲小明", case_record, receipt) is None
    with pytest.raises(ReviewerNeeded):
        office.do("乙小红", handling.exclude, number, office.ids["审大力"], WhyExcluded.RELATED)
    with pytest.raises(ReviewerNeeded):
        office.do("乙小红", handling.readmit, number, office.ids["甲小明"], "弄错了")
    office.do("审大力", handling.readmit, number, office.ids["甲小明"], "弄错了")
    assert office.ask("甲小明", case_view, receipt).reads


def test_whoever_handled_it_first_stays_out_of_the_second_handling(office: Office) -> None:
    number = replied(office)
    with acting_at(office.app, NEXT_DAY):
        ask_again(db.session.get_one(Case, number), "没有查夜班")
    with pytest.raises(CannotAssign):
        office.do("审大力", handling.assign, number, office.ids["甲小明"])
    with pytest.raises(CannotAssign):
        office.do("审大力", handling.readmit, number, office.ids["甲小明"], "人手不够")
    with pytest.raises(Excluded):
        office.do("甲小明", handling.start, number)
    office.do("乙小红", handling.start, number)
    office.do("乙小红", replying.reply, number, "重新查过了", Finding.TRUE)
    assert standing(office.app, number).case.round_number == 2
