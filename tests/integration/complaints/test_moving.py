"""Cases that go elsewhere, and cases handled together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from portal.complaints.figures import refresh_stale
from portal.complaints.kinds import Appearance, Category, DraftKind, Finding, Rating, WhyExcluded
from portal.complaints.models import Case, CaseTransfer
from portal.complaints.office_models import CaseDraft, CaseMonth
from portal.complaints.queries.alike import earlier_cases, look_alikes
from portal.complaints.queries.case_page import case_view
from portal.complaints.queries.traces import sent_on
from portal.complaints.service import citizen, handling, moving, outcome, replying
from portal.complaints.service.drafts import save_draft
from portal.complaints.service.moving import CannotMove, transfer_regions
from portal.complaints.service.steps import Excluded, NotTheirs, WordsMissing
from portal.complaints.service.together import NamesSomebody
from portal.complaints.service.words import Person, Told, step_words
from portal.domain.case_figures import MonthCounts
from portal.domain.case_status import CaseEvent, CaseRefused, CaseStatus
from portal.domain.permissions import Department
from portal.extensions import db
from portal.reference.directory import region_directory
from tests.integration.complaints.cases import COUNTY, acting_at, case_of, enter_home
from tests.integration.complaints.office import (
    CITY,
    CIVIL,
    FAR,
    FIRE,
    NEXT_DAY,
    OTHER_COUNTY,
    Office,
    Ref,
    in_progress,
    lodged,
    replied,
    standing,
)

OTHER = Person("赵铁柱", "13911112222", "", "和平巷3号")


def test_a_case_sent_on_keeps_its_clocks_and_leaves_a_trace_without_words(office: Office) -> None:
    number = lodged(office.app)
    office.do("甲小明", handling.accept, number)
    office.do("甲小明", handling.start, number)
    office.do(
        "甲小明", lambda case, reach, _: save_draft(case, DraftKind.REPLY, {"words": "半截话"}, reach), number
    )
    before = standing(office.app, number)
    office.do("甲小明", moving.transfer, number, OTHER_COUNTY, FIRE, "门口的消防通道归消防管。")
    found = standing(office.app, number)
    assert (found.case.region_code, found.case.department) == (OTHER_COUNTY, FIRE)
    assert (found.case.handler_id, found.case.acknowledged) == (None, False)
    assert found.case.status is CaseStatus.ACCEPTED
    assert found.current.region_code == OTHER_COUNTY
    for name in ("first_due", "final_due", "received_at", "first_answered_at"):
        assert getattr(found.current, name) == getattr(before.current, name)
    assert found.case.next_due == before.case.next_due

    receipt = found.case.receipt
    assert office.ask("甲小明", case_view, receipt) is None
    assert office.ask("消小防", case_view, receipt) is None  # of the county it came from
    traces, total = office.ask("甲小明", lambda reach: sent_on(reach))
    assert total == 1
    trace = traces[0]
    assert (trace.receipt, trace.to_region, trace.to_department) == (receipt, "明溪县", FIRE)
    assert (trace.acknowledged_at, trace.due) == (None, date(2026, 3, 9))
    assert not any("消防通道" in str(value) for value in _values(trace))
    for who in ("消小防", "邻小近", "督小平", "管小家"):
        assert office.ask(who, lambda reach: sent_on(reach)) == ([], 0)
    with office.app.app_context():
        stale = set(db.session.execute(select(CaseMonth.region_code).where(CaseMonth.stale)).scalars())
        assert {COUNTY, OTHER_COUNTY} <= stale
        assert db.session.scalars(select(CaseDraft)).all() == []


def test_the_receiver_reads_the_reason_and_acknowledges_once(office: Office) -> None:
    number = lodged(office.app)
    office.do("甲小明", moving.transfer, number, COUNTY, FIRE, "门口的消防通道归消防管。")
    view = office.ask("消小防", case_view, standing(office.app, number).case.receipt)
    assert view.told.text.startswith("护工夜里不来")
    assert view.lines[-1].words == "门口的消防通道归消防管。"
    assert view.lines[-1].said == {"from": "三元区民政", "to": "三元区消防"}
    office.do("消小防", moving.acknowledge, number)
    with pytest.raises(CaseRefused):
        office.do("消小防", moving.acknowledge, number)
    with office.app.app_context():
        assert db.session.scalars(select(CaseTransfer)).one().acknowledged_at == NEXT_DAY
    assert standing(office.app, number).events == ["lodge", "transfer", "acknowledge"]


def test_whoever_works_on_a_case_that_was_sent_here_has_it(office: Office) -> None:
    number = lodged(office.app)
    office.do("甲小明", moving.transfer, number, COUNTY, FIRE, "归消防。")
    office.do("消小防", handling.accept, number)
    found = standing(office.app, number)
    assert found.case.acknowledged
    assert found.events == ["lodge", "transfer", "acknowledge", "accept"]


def test_a_case_goes_to_the_five_departments_of_its_city_alone(office: Office) -> None:
    number = lodged(office.app)
    for region, department in (
        (FAR, CIVIL),
        ("350000", CIVIL),
        ("350402", CIVIL),
        (COUNTY, Department.DISCIPLINE),
        (COUNTY, CIVIL),
        ("nowhere", CIVIL),
    ):
        with pytest.raises(CannotMove):
            office.do("甲小明", moving.transfer, number, region, department, "归那边")
    with pytest.raises(WordsMissing):
        office.do("甲小明", moving.transfer, number, CITY, CIVIL, " ")
    with office.app.app_context():
        rows = transfer_regions(db.session.get_one(Case, number))
        directory = region_directory()
        assert rows[0].code == CITY
        assert {row.code for row in rows} == {CITY, *(row.code for row in directory.children(CITY))}
    assert standing(office.app, number).events == ["lodge"]


def test_staff_whom_the_words_name_are_excluded_where_it_arrives(office: Office) -> None:
    office.hire("消小防")
    number = lodged(office.app, told=Told("消小防上次来检查，收了东西就走了。"))
    office.do("甲小明", moving.transfer, number, COUNTY, FIRE, "归消防。")
    with pytest.raises(Excluded):
        office.do("消小防", handling.accept, number)


def pair(office: Office, home: int | None = None, **changes: Any) -> tuple[int, int]:
    """Two cases about one home, the first in progress with a handler."""
    home = enter_home(office.app) if home is None else home
    main = lodged(office.app, institution_id=home)
    other = lodged(office.app, institution_id=home, person=OTHER, **changes)
    office.do("甲小明", handling.accept, main)
    office.do("甲小明", handling.start, main)
    return main, other


def test_what_is_answered_to_one_is_answered_to_each_by_its_own_clock(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(outcome, "_HOOKS", [lambda case, actor: told.append(case.id)])
    main, other = pair(office)
    office.do("甲小明", moving.merge, other, Ref(main))
    assert standing(office.app, other).case.merged_into_id == main
    office.do("甲小明", replying.interim_reply, main, "已经到现场。")
    office.do("甲小明", replying.first_answer, main, "正在查排班。")
    found = standing(office.app, other)
    assert found.current.first_answered_at == NEXT_DAY
    assert found.case.handler_id == office.ids["甲小明"]
    office.do("甲小明", replying.reply, main, "夜班缺人，已整改。", Finding.TRUE)
    for number in (main, other):
        found = standing(office.app, number)
        assert found.case.status is CaseStatus.REPLIED
        assert found.case.finding is Finding.TRUE
        assert found.current.final_answered_at == NEXT_DAY
        with office.app.app_context():
            replies = [step for step in found.steps if step.event is CaseEvent.REPLY]
            assert [step_words(step) for step in replies] == ["夜班缺人，已整改。"]
            assert ('"together": true' in (replies[0].said or "")) is (number == other)
    assert standing(office.app, other).events == [
        "lodge", "merge", "accept", "start", "interim_reply", "first_answer", "reply", "find_true",
    ]  # fmt: skip
    assert told == [main, other]


def test_who_had_a_first_answer_already_gets_the_next_as_news(office: Office) -> None:
    main, other = pair(office)
    office.do("甲小明", handling.accept, other)
    office.do("甲小明", replying.first_answer, other, "收到，会查。")
    before = standing(office.app, other).current.first_answered_at
    office.do("甲小明", moving.merge, other, Ref(main))
    office.do("甲小明", replying.first_answer, main, "正在查排班。")
    found = standing(office.app, other)
    assert found.events[-1] == "interim_reply"
    assert found.current.first_answered_at == before


@pytest.mark.parametrize(
    "words",
    ["林秋月反映的情况属实。", "已经电话告诉赵 铁柱。", "请打139 1111 2222。", "和平巷3号的住户也反映过。",
     "联系人身份证350404199001011234。"],
)  # fmt: skip
def test_an_answer_to_several_names_none_of_them(office: Office, words: str) -> None:
    main, other = pair(office, appearance=Appearance.CONFIDENTIAL)
    office.do("甲小明", moving.merge, other, Ref(main))
    with pytest.raises(NamesSomebody) as refused:
        office.do("甲小明", replying.reply, main, words, Finding.TRUE)
    assert "赵铁柱" not in str(refused.value)
    assert "林秋月" not in str(refused.value)
    assert standing(office.app, main).case.status is CaseStatus.IN_PROGRESS
    office.do("甲小明", moving.unmerge, other)
    office.do("甲小明", replying.reply, main, "林秋月：情况属实，已整改。", Finding.NOT_TRUE)
    assert standing(office.app, other).case.status is CaseStatus.LODGED


def test_what_may_be_handled_together(office: Office) -> None:
    home = enter_home(office.app)
    main, other = pair(office, home)
    elsewhere = lodged(office.app, institution_id=enter_home(office.app, "另一家敬老院"))
    unlisted = lodged(office.app)
    fire = lodged(office.app, institution_id=home, category=Category.FIRE)
    answered, _ = pair(office, home)
    office.do("甲小明", replying.reply, answered, "查过了。", Finding.UNCLEAR)
    for into in (other, elsewhere, unlisted, answered):
        with pytest.raises(CannotMove):
            office.do("甲小明", moving.merge, other, Ref(into))
    with pytest.raises(NotTheirs):
        office.do("甲小明", moving.merge, other, Ref(fire))
    office.do("甲小明", moving.merge, other, Ref(main))
    third = lodged(office.app, institution_id=home)
    with pytest.raises(CannotMove):
        office.do("甲小明", moving.merge, third, Ref(other))  # itself merged
    with pytest.raises(CannotMove):
        office.do("甲小明", moving.merge, main, Ref(third))  # others are merged into it
    with pytest.raises(CannotMove):
        office.do("甲小明", moving.merge, other, Ref(third))  # merged already
    for number in (main, other):
        with pytest.raises(CannotMove):
            office.do("甲小明", moving.transfer, number, CITY, CIVIL, "归市里")
    one_place, same_place = (lodged(office.app) for _ in range(2))
    office.do("甲小明", moving.merge, one_place, Ref(same_place))


def test_merging_does_not_lead_round_an_exclusion(office: Office) -> None:
    main, other = pair(office)
    office.do("乙小红", handling.exclude, other, office.ids["甲小明"], WhyExcluded.NAMED)
    with pytest.raises(CannotMove):
        office.do("乙小红", moving.merge, other, Ref(main))  # whose handler can't handle this one
    with pytest.raises(Excluded):
        office.do("甲小明", moving.merge, other, Ref(main))
    office.do("乙小红", handling.assign, main, office.ids["乙小红"])
    office.do("乙小红", moving.merge, other, Ref(main))
    with pytest.raises(Excluded):
        office.do("甲小明", replying.reply, main, "查过了。", Finding.UNCLEAR)
    office.do("乙小红", replying.reply, main, "查过了。", Finding.UNCLEAR)
    assert standing(office.app, other).case.status is CaseStatus.REPLIED


def test_a_case_that_others_are_merged_into_is_not_refused_over_their_heads(office: Office) -> None:
    home = enter_home(office.app)
    main, other = (lodged(office.app, institution_id=home) for _ in range(2))
    office.do("审大力", moving.merge, other, Ref(main))
    with pytest.raises(CaseRefused):
        office.do("审大力", replying.refuse, main, "不归这里管")


def test_look_alikes_are_open_cases_about_the_same_the_likest_first(office: Office) -> None:
    home, elsewhere = enter_home(office.app), enter_home(office.app, "另一家敬老院")
    case = lodged(office.app, institution_id=home, told=Told("夜里没有护工值班，老人摔倒没人管。"))
    fees = lodged(office.app, institution_id=home, told=Told("押金一直不退。"))
    same = lodged(office.app, institution_id=home, told=Told("老人夜里摔倒，护工不值班，没人管。"))
    lodged(office.app, institution_id=elsewhere, told=Told("夜里没有护工值班，老人摔倒没人管。"))
    mine = lodged(office.app, institution_id=home, told=Told("夜里没有护工值班，甲小明也不管。"))
    office.do("审大力", handling.exclude, mine, office.ids["甲小明"], WhyExcluded.NAMED)
    gone = lodged(office.app, institution_id=home, told=Told("夜里没有护工值班。"))
    office.do("审大力", replying.refuse, gone, "重复")

    def look(who: str) -> list[int]:
        found = office.ask(who, lambda reach: look_alikes(db.session.get_one(Case, case), reach))
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
        return [one.row.id for one in found]

    assert look("甲小明") == [same, fees]
    assert set(look("审大力")) == {same, fees, mine}
    assert look("督小平") == []
    assert look("消小防") == []
    earlier = office.ask("审大力", lambda reach: earlier_cases(db.session.get_one(Case, case), reach))
    assert {row.id for row in earlier} == {fees, same, mine, gone}


def test_a_second_handling_of_a_merged_case_stands_by_itself(office: Office) -> None:
    home = enter_home(office.app)
    main, other = (in_progress(office, institution_id=home) for _ in range(2))
    office.do("甲小明", moving.merge, other, Ref(main))
    office.do("甲小明", replying.reply, main, "查过了。", Finding.UNCLEAR)
    with acting_at(office.app, NEXT_DAY):
        citizen.ask_again(case_of(other), "没有查夜班。")
    assert standing(office.app, other).case.merged_into_id is None
    office.do("乙小红", moving.transfer, other, CITY, CIVIL, "县里没有别人能办。")


def test_a_rating_counts_where_the_case_came_in_wherever_it_is_handled_again(office: Office) -> None:
    number = replied(office)
    with acting_at(office.app, NEXT_DAY):
        citizen.ask_again(case_of(number), "没有查夜班。")
    office.do("乙小红", moving.transfer, number, CITY, CIVIL, "县里没有别人能办。")
    office.do("市小远", handling.start, number)
    office.do("市小远", replying.reply, number, "查过了，夜班只有一个人。", Finding.TRUE)
    with office.app.app_context():
        refresh_stale()
    with acting_at(office.app, NEXT_DAY):
        citizen.rate(case_of(number), Rating.SATISFIED)
    with office.app.app_context():
        refresh_stale()
        month = db.session.get_one(CaseMonth, (COUNTY, date(2026, 3, 1)))
        assert MonthCounts.load(month.counts).ratings == {Rating.SATISFIED.value: 1}


def _values(trace: object) -> list[object]:
    return [getattr(trace, name) for name in trace.__slots__]  # type: ignore[attr-defined]
