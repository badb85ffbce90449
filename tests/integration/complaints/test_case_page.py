"""What each member of staff sees of one case: the words for its department, the rest without a word (R32)."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from portal import clock
from portal.complaints.kinds import Appearance, Channel, Finding, Rating, WhyExcluded
from portal.complaints.models import Case
from portal.complaints.queries.case_page import CaseView, case_record, case_records, case_view
from portal.complaints.service import handling, moving, replying
from portal.complaints.service.citizen import add, rate
from portal.complaints.service.words import Person, Told
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.response_clock import Judgement
from portal.extensions import db
from tests.integration.complaints.cases import CLERK, LODGEMENT, NOON, acting_at, enter_home, lodge_case
from tests.integration.complaints.office import NEXT_DAY, Office, Ref, counted, lodged, standing

WORDS = ("护工夜里不来", "请查一查夜班", "正在查排班", "内部商量", "补充一句", "夜班缺人", "不够快",
         "林秋月", "13800138000", "lin@example.cn", "幸福路")  # fmt: skip
WATCHERS = ("督小平", "纪小正")
NOBODY = ("管小家", "消小防", "邻小近")


def whole(office: Office, **changes: Any) -> str:
    """A case with words of everybody in it; return its number."""
    number = lodged(office.app, **changes)
    office.do("甲小明", handling.accept, number)
    office.do("甲小明", handling.start, number)
    office.do("甲小明", handling.note, number, "内部商量：先看录像。")
    office.do("甲小明", replying.first_answer, number, "正在查排班。")
    with acting_at(office.app, NEXT_DAY):
        add(db.session.get_one(Case, number), "补充一句。")
    office.do("甲小明", replying.reply, number, "夜班缺人，已整改。", Finding.PARTLY)
    with acting_at(office.app, NEXT_DAY):
        rate(db.session.get_one(Case, number), Rating.FAIR, "不够快")
    return standing(office.app, number).case.receipt


def text_of(view: Any) -> str:
    """Return everything that a view holds, as one text."""
    if isinstance(view, (tuple, list)):
        return " ".join(text_of(one) for one in view)
    if isinstance(view, (Told, Person)) or hasattr(view, "__dataclass_fields__"):
        return " ".join(text_of(getattr(view, one.name)) for one in fields(view))
    return str(view)


def test_the_department_reads_all_of_it(office: Office) -> None:
    receipt = whole(office)
    for who in ("甲小明", "市小远", "国大江"):
        view = office.ask(who, case_view, receipt)
        text = text_of(view)
        assert [word for word in WORDS[:7] if word not in text] == []
        assert view.reads
    view = office.ask("甲小明", case_view, receipt)
    assert (view.handler, view.mine, view.status) == ("甲小明", True, CaseStatus.REPLIED)
    assert [line.event for line in view.lines] == [
        CaseEvent.LODGE, CaseEvent.ACCEPT, CaseEvent.START, CaseEvent.NOTE, CaseEvent.FIRST_ANSWER,
        CaseEvent.ADD, CaseEvent.REPLY, CaseEvent.FIND_TRUE, CaseEvent.RATE,
    ]  # fmt: skip
    assert [line.staff for line in view.lines][:3] == [None, "甲小明", "甲小明"]
    assert view.rounds[-1].final.judgement is Judgement.IN_TIME
    assert not any(word in text_of(view) for word in WORDS[7:])  # whoever wrote it, only once it was noted


def test_who_watches_sees_where_it_stands_and_no_word_and_nobody(office: Office) -> None:
    receipt = whole(office)
    for who in WATCHERS:
        view = office.ask(who, case_view, receipt)
        assert not view.reads
        assert [word for word in WORDS if word in text_of(view)] == []
        assert (view.told, view.person, view.files, view.handler) == (None, None, (), None)
        assert len(view.lines) == 9
        assert view.rounds[0].first.due.day == date(2026, 3, 9)
        assert office.ask(who, case_record, receipt) is not None  # a supervisor's deed is refused by services


def test_nobody_else_knows_of_it(office: Office) -> None:
    receipt = whole(office)
    for who in NOBODY:
        assert office.ask(who, case_view, receipt) is None
        assert office.ask(who, case_record, receipt) is None
        assert office.ask(who, case_records, [receipt]) == {}
    assert office.ask("甲小明", case_view, "T2026-22222222") is None


def test_an_excluded_reviewer_sees_that_it_is_there_and_a_clerk_not_even_that(office: Office) -> None:
    receipt = whole(office)
    number = office.ask("甲小明", case_view, receipt).id
    office.do("核小心", handling.exclude, number, office.ids["审大力"], WhyExcluded.RELATED)
    office.do("核小心", handling.exclude, number, office.ids["乙小红"], WhyExcluded.NAMED)
    assert office.ask("乙小红", case_view, receipt) is None
    view = office.ask("审大力", case_view, receipt)
    assert (view.excluded, view.reads, view.lines) == (True, False, ())
    assert [word for word in WORDS if word in text_of(view)] == []
    assert office.ask("审大力", case_record, receipt) is None
    shut_out = office.ask("核小心", case_view, receipt).exclusions
    assert {(name, why) for _, name, why in shut_out} == {
        ("审大力", WhyExcluded.RELATED), ("乙小红", WhyExcluded.NAMED),
    }  # fmt: skip


@pytest.mark.parametrize("appearance", [Appearance.CONFIDENTIAL, Appearance.ANONYMOUS])
def test_who_asked_to_be_kept_is_on_no_page(office: Office, appearance: Appearance) -> None:
    receipt = whole(office, appearance=appearance)
    with acting_at(office.app, NEXT_DAY):
        case = db.session.get_one(Case, 1)
        handling.note_opening(case, office.reach("甲小明"))
    view = office.ask("甲小明", case_view, receipt)
    assert (view.person, view.has_person, view.person_first) == (None, True, False)
    assert [word for word in WORDS[7:] if word in text_of(view)] == []


def test_what_was_typed_in_later_is_marked(office: Office) -> None:
    letter, lodging = lodge_case(office.app, NEXT_DAY, channel=Channel.LETTER, received_at=NOON, by=CLERK)
    view = office.ask("甲小明", case_view, standing(office.app, letter).case.receipt)
    assert (view.set_back, view.entered_by) == (True, CLERK.name)
    assert not office.ask("甲小明", case_view, standing(office.app, lodged(office.app)).case.receipt).set_back
    assert lodging.fresh


def test_a_place_that_is_not_listed_is_named_to_those_who_read(office: Office) -> None:
    told = Told("没有床位证。", place_name="无名托老所", place="河边")
    receipt = standing(office.app, lodged(office.app, told=told)).case.receipt
    assert office.ask("甲小明", case_view, receipt).home == "无名托老所"
    assert office.ask("督小平", case_view, receipt).home is None


def test_cases_handled_together_name_each_other(office: Office) -> None:
    home = enter_home(office.app)
    main, other = (lodged(office.app, institution_id=home) for _ in range(2))
    office.do("甲小明", moving.merge, other, Ref(main))
    receipts = [standing(office.app, number).case.receipt for number in (main, other)]
    views: list[CaseView] = [office.ask("甲小明", case_view, receipt) for receipt in receipts]
    assert [one.receipt for one in views[0].merged] == receipts[1:]
    assert views[1].merged_into is not None
    assert (views[1].merged_into.receipt, views[1].merged_into.open) == (receipts[0], True)
    assert views[0].home == "示例敬老院"


def test_a_page_costs_the_same_few_queries_however_long_the_log(office: Office) -> None:
    receipt = whole(office)
    number = office.ask("甲小明", case_view, receipt).id

    def cost() -> int:
        with office.app.app_context(), clock.moved_to(NEXT_DAY):
            reach = office.reach("甲小明")
            with counted() as sent:
                assert case_view(receipt, reach) is not None
            return len(sent)

    before = cost()
    for who in ("甲小明", "乙小红", "审大力", "核小心"):
        office.do(who, handling.note, number, "再记一笔")
    assert cost() == before
    assert before <= 22


def test_records_are_found_many_at_once(office: Office) -> None:
    receipts = [standing(office.app, lodged(office.app)).case.receipt for _ in range(3)]
    found = office.ask("甲小明", case_records, [*receipts, "T2026-22222222"])
    assert set(found) == set(receipts)
    assert LODGEMENT.told.text not in repr(found)
