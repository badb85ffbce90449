"""Drafts that save themselves, and four eyes where a region asks for them."""

from __future__ import annotations

from typing import Any

import pytest

from portal import clock
from portal.complaints.kinds import DraftKind, DraftState, Finding
from portal.complaints.models import Case
from portal.complaints.office_models import CaseDraft
from portal.complaints.queries.reviews import drafts_to_review
from portal.complaints.service import handling, moving, replying, review
from portal.complaints.service.drafts import DraftSubmitted, draft_of, drop_draft, save_draft
from portal.complaints.service.office import get_office, save_office
from portal.complaints.service.replying import FourEyesNeeded
from portal.complaints.service.review import NoDraft
from portal.complaints.service.rights import ReviewerNeeded
from portal.complaints.service.steps import ChangedMeanwhile, NotTheirs, WordsMissing
from portal.domain.case_status import CaseStatus
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import COUNTY, enter_home
from tests.integration.complaints.office import CITY, NEXT_DAY, Office, Ref, lodged, standing

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
