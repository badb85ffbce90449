"""Drafts that save themselves, and four eyes where a region asks for them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from portal import clock
from portal.accounts.models import StaffMember
from portal.accounts.staff import email_of
from portal.complaints.kinds import DraftKind, DraftState, Finding, WhyExcluded
from portal.complaints.models import Case, CaseExclusion
from portal.complaints.office_models import CaseDraft
from portal.complaints.queries.reviews import drafts_to_review
from portal.complaints.reminders import REMINDER, remind
from portal.complaints.service import handling, moving, replying, review
from portal.complaints.service.citizen import ask_again
from portal.complaints.service.drafts import DraftSubmitted, draft_of, drop_draft, save_draft
from portal.complaints.service.handling import CannotAssign
from portal.complaints.service.office import get_office, save_office
from portal.complaints.service.replying import FourEyesNeeded
from portal.complaints.service.review import NoDraft
from portal.complaints.service.rights import ReviewerNeeded
from portal.complaints.service.steps import ChangedMeanwhile, NotTheirs, WordsMissing
from portal.domain.case_status import CaseStatus
from portal.domain.permissions import Department
from portal.extensions import db
from portal.notify.models import Mail
from portal.unit_of_work import unit_of_work
from portal.vault import sealing
from tests.integration.complaints.cases import COUNTY, acting_at, enter_home
from tests.integration.complaints.office import CITY, NEXT_DAY, OTHER_COUNTY, Office, Ref, lodged, standing

WHOLE = {"words": "查过了，属实，已整改。", "finding": "true"}


def begun(office: Office) -> int:
    number = lodged(office.app)
    office.do("甲小明", handling.accept, number)
    office.do("甲小明", handling.start, number)
    return number


def write(
    office: Office, who: str, number: int, fields: dict[str, str], kind: DraftKind = DraftKind.REPLY
) -> Any:
    return office.do(who, lambda case, reach, _: save_draft(case, kind, fields, reach), number)


def read(office: Office, who: str, number: int, kind: DraftKind = DraftKind.REPLY) -> Any:
    return office.ask(who, lambda reach: draft_of(db.session.get_one(Case, number), kind, reach))


def four_eyes_at(office: Office, region_code: str, who: str = "国大江") -> None:
    office.hire(who)
    with office.app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
        save_office(region_code, "", "", True, office.reach(who))


def test_a_draft_is_its_writers_and_sealed_and_changes_nothing_of_the_case(office: Office) -> None:
    number = begun(office)
    before = standing(office.app, number).case.version
    write(office, "甲小明", number, {"words": "第一句"})
    saved = write(office, "甲小明", number, {"words": "第一句，第二句", "finding": "partly"})
    assert read(office, "甲小明", number).fields == {"words": "第一句，第二句", "finding": "partly"}
    assert read(office, "乙小红", number) is None
    assert standing(office.app, number).case.version == before
    with office.app.app_context():
        assert "第一句" not in db.session.get_one(CaseDraft, saved.id).words_sealed
    for who in ("消小防", "督小平", "管小家"):
        with pytest.raises(NotTheirs):
            write(office, who, number, {"words": "插一句"})
        assert read(office, who, number) is None
    office.do("甲小明", lambda case, reach, _: drop_draft(case, DraftKind.REPLY, reach), number)
    assert read(office, "甲小明", number) is None


def test_what_was_said_leaves_no_draft(office: Office) -> None:
    number = begun(office)
    write(office, "甲小明", number, {"words": "初稿"}, DraftKind.FIRST_ANSWER)
    write(office, "乙小红", number, {"words": "另一稿"})
    office.do("甲小明", replying.first_answer, number, "正在查。")
    assert read(office, "甲小明", number, DraftKind.FIRST_ANSWER) is None
    assert read(office, "乙小红", number) is not None
    office.do("甲小明", replying.reply, number, "查过了。", Finding.UNCLEAR)
    assert read(office, "乙小红", number) is None


def test_who_wrote_a_joint_answer_handles_each_case_and_not_the_reviewer_who_sent_it(office: Office) -> None:
    home = enter_home(office.app)
    main, other = (lodged(office.app, institution_id=home) for _ in range(2))
    office.do("甲小明", moving.merge, other, Ref(main))
    office.do("甲小明", handling.accept, main)
    draft = write(office, "甲小明", main, {"words": "正在查。"}, DraftKind.FIRST_ANSWER)
    office.do("甲小明", review.submit_reply, main, DraftKind.FIRST_ANSWER)
    office.do("审大力", review.approve, main, draft.id)
    for number in (main, other):
        found = standing(office.app, number)
        assert found.current.first_answered_at is not None
        assert found.case.handler_id == office.ids["甲小明"]


def asked_again(office: Office, number: int) -> set[str]:
    """Let the writer ask for a second handling; return whom it shuts out."""
    with acting_at(office.app, NEXT_DAY):
        ask_again(db.session.get_one(Case, number), "没有查夜班。")
    names = {staff_id: name for name, staff_id in office.ids.items()}
    with office.app.app_context():
        rows = select(CaseExclusion.staff_id).where(
            CaseExclusion.case_id == number, CaseExclusion.why == WhyExcluded.EARLIER
        )
        return {names[one] for one in db.session.scalars(rows)}


def test_all_who_handled_or_answered_are_shut_out_of_the_second_handling(office: Office) -> None:
    office.hire("市小远")
    number = begun(office)  # by 甲小明
    office.do("核小心", handling.assign, number, office.ids["乙小红"])
    office.do("审大力", replying.first_answer, number, "正在查。")
    office.do("核小心", handling.assign, number, office.ids["核小心"])
    office.do("核小心", replying.reply, number, "查过了。", Finding.UNCLEAR)
    assert asked_again(office, number) == {"甲小明", "乙小红", "审大力", "核小心"}
    with pytest.raises(CannotAssign):
        office.do("市小远", handling.assign, number, office.ids["甲小明"])
    # the county has nobody left: those above have the case, and are reminded of it
    with office.app.app_context(), clock.moved_to(clock.at(date(2026, 3, 11), 9)), unit_of_work():
        assert remind(clock.now()) == 1
    with office.app.app_context():
        (to,) = db.session.scalars(select(Mail.recipient_sealed).where(Mail.kind == REMINDER))
        above = db.session.get_one(StaffMember, office.ids["市小远"])
        assert sealing.unseal(to or "") == email_of(above)
    office.do("市小远", handling.start, number)
    assert standing(office.app, number).case.handler_id == office.ids["市小远"]


def test_a_reviewer_who_only_sent_what_others_wrote_handles_it_again(office: Office) -> None:
    home = enter_home(office.app)
    main, other = (lodged(office.app, institution_id=home) for _ in range(2))
    office.do("甲小明", moving.merge, other, Ref(main))
    office.do("甲小明", handling.accept, main)
    office.do("甲小明", handling.start, main)
    write(office, "乙小红", main, WHOLE)
    office.do("乙小红", review.submit_reply, main, DraftKind.REPLY)
    draft = read(office, "乙小红", main)
    office.do("审大力", review.return_reply, main, draft.id, "写清楚")
    office.do("乙小红", review.submit_reply, main, DraftKind.REPLY)
    office.do("审大力", review.approve, main, draft.id)
    for number in (main, other):
        assert asked_again(office, number) == {"甲小明", "乙小红"}
        office.do("审大力", handling.start, number)


def test_a_reviewer_who_wrote_after_the_draft_went_back_does_not_handle_it_again(office: Office) -> None:
    returned, taken, sent_on = (lodged(office.app) for _ in range(3))
    for number in (returned, taken, sent_on):
        draft = write(office, "甲小明", number, {"words": "不归这里管。"}, DraftKind.REFUSAL)
        office.do("甲小明", review.submit_reply, number, DraftKind.REFUSAL)
        if number == returned:
            office.do("审大力", review.return_reply, number, draft.id, "理由不对")
        elif number == taken:
            office.do("甲小明", review.take_back, number, DraftKind.REFUSAL)
        else:
            office.do("甲小明", moving.transfer, number, OTHER_COUNTY, Department.CIVIL_AFFAIRS, "在邻县。")
        office.do("国大江", replying.refuse, number, "这是工资纠纷。")
        assert asked_again(office, number) == {"国大江"}


@pytest.mark.parametrize("region_code", [COUNTY, CITY, "350000"])
def test_where_a_region_or_one_above_asks_for_it_nobody_replies_alone(
    office: Office, region_code: str
) -> None:
    number = begun(office)
    four_eyes_at(office, region_code)
    for who in ("甲小明", "审大力"):
        with pytest.raises(FourEyesNeeded):
            office.do(who, replying.reply, number, "查过了。", Finding.TRUE)
    with office.app.app_context():
        rules = get_office(COUNTY)
        assert (rules.four_eyes, rules.four_eyes_above) == (region_code == COUNTY, region_code != COUNTY)


def test_a_draft_is_returned_mended_and_sent_by_somebody_else(office: Office) -> None:
    number = begun(office)
    four_eyes_at(office, COUNTY)
    with pytest.raises(NoDraft):
        office.do("甲小明", review.submit_reply, number, DraftKind.REPLY)
    for fields in ({"finding": "true"}, {"words": "查过了"}, {"words": "查过了", "finding": "nonsense"}):
        write(office, "甲小明", number, fields)
        with pytest.raises(WordsMissing):
            office.do("甲小明", review.submit_reply, number, DraftKind.REPLY)
    draft = write(office, "甲小明", number, WHOLE)
    office.do("甲小明", review.submit_reply, number, DraftKind.REPLY)
    with pytest.raises(DraftSubmitted):
        write(office, "甲小明", number, {"words": "再改一改"})
    assert [(one.draft_id, one.writer, one.own) for one in office.ask("审大力", drafts_to_review)] == [
        (draft.id, "甲小明", False)
    ]
    assert office.ask("甲小明", drafts_to_review) == []
    assert office.ask("消小防", drafts_to_review) == []
    with pytest.raises(ReviewerNeeded):
        office.do("乙小红", review.return_reply, number, draft.id, "不好")
    office.do("审大力", review.return_reply, number, draft.id, "写清楚哪天整改的")
    returned = read(office, "甲小明", number)
    assert (returned.state, returned.remark) == (DraftState.RETURNED, "写清楚哪天整改的")
    with pytest.raises(NoDraft):
        office.do("审大力", review.approve, number, draft.id)
    write(office, "甲小明", number, {**WHOLE, "words": "查过了，属实，3月2日已整改。"})
    office.do("甲小明", review.submit_reply, number, DraftKind.REPLY)
    with pytest.raises(ReviewerNeeded):
        office.do("乙小红", review.approve, number, draft.id)
    office.do("审大力", review.approve, number, draft.id)
    found = standing(office.app, number)
    assert found.case.status is CaseStatus.REPLIED
    assert found.case.finding is Finding.TRUE
    assert found.case.handler_id == office.ids["甲小明"]
    assert found.current.final_answered_at == NEXT_DAY
    assert found.events[3:] == ["submit_reply", "return_reply", "submit_reply", "reply", "find_true"]
    assert office.ask("审大力", drafts_to_review) == []


def test_a_reviewer_does_not_approve_their_own_words_nor_words_unread(office: Office) -> None:
    number = begun(office)
    four_eyes_at(office, COUNTY)
    draft = write(office, "审大力", number, WHOLE)
    office.do("审大力", review.submit_reply, number, DraftKind.REPLY)
    with pytest.raises(ReviewerNeeded):
        office.do("审大力", review.approve, number, draft.id)
    with pytest.raises(ChangedMeanwhile):
        office.do(
            "核小心",
            lambda case, reach, seen: review.approve(
                case, draft.id, reach, seen, clock.at(NEXT_DAY.date(), 7)
            ),
            number,
        )
    office.do("审大力", review.take_back, number, DraftKind.REPLY)
    with pytest.raises(NoDraft):
        office.do("核小心", review.approve, number, draft.id)
    office.do("审大力", review.submit_reply, number, DraftKind.REPLY)
    office.do("核小心", review.approve, number, draft.id)
    assert standing(office.app, number).case.status is CaseStatus.REPLIED


def test_a_clerk_proposes_a_refusal_and_a_first_answer_too(office: Office) -> None:
    first = lodged(office.app)
    draft = write(office, "甲小明", first, {"words": "不归这里管。"}, DraftKind.REFUSAL)
    office.do("甲小明", review.submit_reply, first, DraftKind.REFUSAL)
    office.do("审大力", review.approve, first, draft.id)
    assert standing(office.app, first).case.status is CaseStatus.NOT_ACCEPTED
    second = begun(office)
    draft = write(office, "甲小明", second, {"words": "正在查。"}, DraftKind.FIRST_ANSWER)
    office.do("甲小明", review.submit_reply, second, DraftKind.FIRST_ANSWER)
    office.do("审大力", review.approve, second, draft.id)
    assert standing(office.app, second).current.first_answered_at == NEXT_DAY
