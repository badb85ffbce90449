"""Moderating: what becomes public and what does not, who may decide, what the writer is told."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.actor import PUBLIC
from portal.domain.permissions import Department, Role
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.domain.suggestion_status import SuggestionEvent, SuggestionRefused, SuggestionStatus
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.notify.models import Mail
from portal.search.outbox import SearchOutbox
from portal.topics.kinds import SuggestionKind, SuggestionStage, WhyNotPublic
from portal.topics.models import Suggestion, SuggestionCount, SuggestionStep, SuggestionTerm
from portal.topics.queries.suggestion_page import office_view, public_suggestion, stands_with
from portal.topics.queries.voiced import voiced
from portal.topics.service import answering, moderating
from portal.topics.service.kept_counts import count_anew
from portal.topics.service.publication_words import StillPersonal
from portal.topics.service.rights import Excluded
from portal.topics.service.words import told_why
from portal.unit_of_work import unit_of_work
from portal.voices.kinds import VoiceKind
from tests.integration.topics.suggesting import (
    CITY,
    COUNTY,
    NOON,
    OTHER_COUNTY,
    TEXT,
    TITLE,
    Ref,
    Staff,
    do,
    lodged,
    published,
    standing,
)

NEXT_WEEK = clock.at(date(2026, 3, 9), 10)


def test_what_a_person_approved_is_public_and_owes_an_answer(app: Flask) -> None:
    number, _ = lodged(app)
    with app.app_context():
        before = data_set_state().touches
    do(app, moderating.publish, number, TITLE, TEXT, at=NOON)
    one, steps = standing(app, number)
    assert (one.status, one.title, one.answer_due) == (SuggestionStatus.PUBLISHED, TITLE, date(2026, 3, 30))
    assert one.looked_at == one.published_at == NOON
    assert [line.event for line in steps] == [SuggestionEvent.RECEIVE, SuggestionEvent.PUBLISH]
    with app.app_context():
        assert data_set_state().touches == before + 1
        assert db.session.scalars(
            select(SearchOutbox.record_id).where(SearchOutbox.kind == "suggestion")
        ).all() == [number]
        assert db.session.scalars(select(SuggestionTerm.suggestion_id)).first() == number
        page = public_suggestion(one.public_id, PUBLIC)
        assert page is not None
        assert (page.row.text, page.row.stage, page.row.overdue) == (TEXT, SuggestionStage.OPEN, True)
        assert len(db.session.scalars(select(Mail)).all()) == 2


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("打13800138000", TEXT),
        (TITLE, "请联系lin@example.cn，" + TEXT),
        (TITLE, "身份证号350104199001011235，" + TEXT),
        (TITLE, "登记编号{receipt}，" + TEXT),
    ],
)
def test_what_tells_of_a_person_is_refused(sqlite_app: Flask, title: str, text: str) -> None:
    number, _done = lodged(sqlite_app)
    with sqlite_app.app_context():
        receipt = db.session.get_one(Suggestion, number).receipt
    with pytest.raises(StillPersonal):
        do(sqlite_app, moderating.publish, number, title, text.format(receipt=receipt))
    assert standing(sqlite_app, number)[0].status is SuggestionStatus.RECEIVED


def test_a_proposal_masks_and_never_repeats_a_contact(sqlite_app: Flask) -> None:
    number, _ = lodged(sqlite_app, text="我叫林秋月，电话13800138000。食堂的饭太硬，老人咬不动。")
    with sqlite_app.app_context():
        found = moderating.proposal_for(db.session.get_one(Suggestion, number))
    assert found is not None
    assert "13800138000" not in found.text.redacted
    assert "食堂的饭太硬，老人咬不动" in found.text.redacted
    assert found.text.original.startswith("我叫林秋月")


def test_declining_tells_the_writer_why_and_takes_it_out_of_sight(sqlite_app: Flask) -> None:
    number = published(sqlite_app)
    with pytest.raises(WordsMissing):
        do(sqlite_app, moderating.decline, number, WhyNotPublic.OTHER, " ")
    do(sqlite_app, moderating.decline, number, WhyNotPublic.UNCLEAR, "请写清楚是哪个小区。")
    one, steps = standing(sqlite_app, number)
    assert (one.status, one.published_at, one.not_public_why) == (
        SuggestionStatus.DECLINED,
        None,
        WhyNotPublic.UNCLEAR,
    )
    assert one.ended_at is not None
    assert steps[-1].to_writer
    with sqlite_app.app_context():
        assert told_why(db.session.get_one(Suggestion, number)) == "请写清楚是哪个小区。"
        assert public_suggestion(one.public_id, PUBLIC) is None
        assert db.session.scalars(select(SuggestionTerm)).all() == []
    do(sqlite_app, moderating.publish, number, TITLE, TEXT)
    again, _ = standing(sqlite_app, number)
    assert (again.not_public_why, again.told_why, again.ended_at) == (None, None, None)
    assert again.answer_due == one.answer_due


def test_an_answered_one_is_a_reviewers_to_take_down_and_comes_back_answered(sqlite_app: Flask) -> None:
    staff, number = Staff(sqlite_app), published(sqlite_app)
    clerk, reviewer = staff.hire(), staff.hire(Role.REVIEWER)
    staff.do(clerk, answering.answer, number, "同意，六月底前开三个助餐点。")
    with pytest.raises(ReviewerNeeded):
        staff.do(clerk, moderating.decline, number, WhyNotPublic.UNPROVEN, "先查实。")
    other = published(sqlite_app)
    with pytest.raises(ReviewerNeeded):  # merged, its answer would be out of sight as well
        staff.do(clerk, moderating.merge, number, Ref(other))
    staff.do(reviewer, moderating.decline, number, WhyNotPublic.UNPROVEN, "先查实。")
    staff.do(clerk, moderating.publish, number, TITLE, TEXT)
    one, steps = standing(sqlite_app, number)
    assert (one.status, one.answer) == (SuggestionStatus.ANSWERED, "同意，六月底前开三个助餐点。")
    assert [line.event for line in steps[-2:]] == [SuggestionEvent.PUBLISH, SuggestionEvent.ANSWER]


def test_only_the_region_and_civil_affairs_or_who_answers_move_it(sqlite_app: Flask) -> None:
    staff = Staff(sqlite_app)
    number, _ = lodged(sqlite_app, kind=SuggestionKind.SAFETY)
    strangers = [
        staff.hire(region=OTHER_COUNTY),
        staff.hire(department=Department.HEALTH),
        staff.hire(Role.SUPERVISOR),
    ]
    for stranger in strangers:
        with pytest.raises(NotTheirs):
            staff.do(stranger, moderating.note, number, "看过。")
    for friend in (staff.hire(), staff.hire(region=CITY), staff.hire(department=Department.FIRE)):
        staff.do(friend, moderating.note, number, "看过。")
    whole, _ = lodged(sqlite_app, region_code=CITY)
    with pytest.raises(NotTheirs):  # what is about the whole city is the city's
        staff.do(staff.hire(), moderating.note, whole, "看过。")


def test_whom_the_words_name_neither_reads_nor_moves_it(sqlite_app: Flask) -> None:
    staff = Staff(sqlite_app)
    named, other = staff.hire(name="王小明"), staff.hire(name="李四海")
    number, _ = lodged(sqlite_app, text="民政局的王 小明收了红包才给办补贴。")
    with pytest.raises(Excluded):
        staff.do(named, moderating.note, number, "没有这回事。")
    with sqlite_app.app_context():
        one = db.session.get_one(Suggestion, number)
        view, others = office_view(one, *staff.who(named)), office_view(one, *staff.who(other))
        assert (view.reads, view.named, view.words, view.contact) == (False, True, None, None)
        assert (others.reads, others.words) == (True, "民政局的王 小明收了红包才给办补贴。")


def test_the_list_of_bursts_names_only_what_is_public(sqlite_app: Flask) -> None:
    number = published(sqlite_app)
    for title in (TITLE, "（没有公开的点题）"):
        with sqlite_app.app_context():
            assert voiced([(VoiceKind.SUGGESTION, number)])[VoiceKind.SUGGESTION, number].title == title
        if title == TITLE:
            do(sqlite_app, moderating.decline, number, WhyNotPublic.UNCLEAR, "")


def test_what_accuses_an_official_is_a_reviewers_and_leaves_no_word_in_the_open(sqlite_app: Flask) -> None:
    staff, number = Staff(sqlite_app), published(sqlite_app)
    do(sqlite_app, moderating.amend, number, "某局长收钱", TEXT)
    do(sqlite_app, moderating.amend, number, "某局长收了钱", TEXT)
    with pytest.raises(ReviewerNeeded):
        staff.do(staff.hire(), moderating.send_to_discipline, number, "请拨打12388。")
    staff.do(staff.hire(Role.REVIEWER), moderating.send_to_discipline, number, "请拨打12388。")
    one, steps = standing(sqlite_app, number)
    assert (one.status, one.title, one.text, one.published_at) == (
        SuggestionStatus.TO_DISCIPLINE,
        None,
        None,
        None,
    )
    assert not [line.said for line in steps if line.said and "局长" in line.said]
    with pytest.raises(SuggestionRefused):
        do(sqlite_app, moderating.publish, number, TITLE, TEXT)
    with sqlite_app.app_context():
        fire = staff.hire(department=Department.FIRE)
        assert not office_view(db.session.get_one(Suggestion, number), *staff.who(fire)).reads


def test_a_merged_one_leads_to_the_other_and_takes_its_own_along(sqlite_app: Flask) -> None:
    first, second, third = (published(sqlite_app) for _ in range(3))
    waiting, _ = lodged(sqlite_app)
    do(sqlite_app, moderating.merge, third, Ref(second))
    with pytest.raises(SuggestionRefused):
        do(sqlite_app, moderating.merge, waiting, Ref(third))
    do(sqlite_app, moderating.merge, second, Ref(first))
    do(sqlite_app, moderating.merge, waiting, Ref(first))
    one, _ = standing(sqlite_app, first)
    with sqlite_app.app_context():
        for number in (second, third, waiting):
            moved = db.session.get_one(Suggestion, number)
            assert (moved.status, moved.merged_into_id) == (SuggestionStatus.MERGED, first)
            assert stands_with(moved.public_id) == one.public_id
        page = public_suggestion(one.public_id, PUBLIC)
        assert page is not None
        assert page.merged.number == 3
    do(sqlite_app, moderating.unmerge, second)
    again, _ = standing(sqlite_app, second)
    assert (again.status, again.merged_into_id) == (SuggestionStatus.RECEIVED, None)
    with pytest.raises(SuggestionRefused):
        do(sqlite_app, moderating.merge, first, Ref(first))


def test_what_was_merged_waits_again_when_the_other_goes(app: Flask) -> None:
    first, second, third = (published(app) for _ in range(3))
    do(app, moderating.merge, third, Ref(second))
    do(app, moderating.merge, second, Ref(first))
    assert standing(app, third)[1][-1].to_writer
    do(app, moderating.decline, first, WhyNotPublic.UNPROVEN, "", at=NEXT_WEEK)
    for number in (second, third):
        one, steps = standing(app, number)
        assert (one.status, one.merged_into_id) == (SuggestionStatus.RECEIVED, None)
        assert one.look_due == date(2026, 3, 16)
        assert steps[-1].event is SuggestionEvent.UNMERGE
    assert _counts(app)[SuggestionKind.CANTEEN, SuggestionStage.TO_LOOK] == 2


def test_complaints_reassigning_and_holding(sqlite_app: Flask) -> None:
    number, _ = lodged(sqlite_app)
    do(sqlite_app, moderating.reassign, number, Department.HEALTH)
    assert standing(sqlite_app, number)[0].department is Department.HEALTH
    for department in (Department.HEALTH, Department.DISCIPLINE):
        with pytest.raises(SuggestionRefused):
            do(sqlite_app, moderating.reassign, number, department)
    do(sqlite_app, moderating.send_to_complaints, number, "这是一件具体的事，走投诉有答复期限。")
    one, _ = standing(sqlite_app, number)
    assert (one.status, one.looked_at is not None) == (SuggestionStatus.TO_COMPLAINTS, True)
    do(sqlite_app, moderating.hold, number, "有诉讼。")
    with pytest.raises(SuggestionRefused):
        do(sqlite_app, moderating.hold, number, "有诉讼。")
    do(sqlite_app, moderating.release_hold, number, "")
    assert standing(sqlite_app, number)[0].hold_reason is None


def test_two_who_change_one_at_once_are_told(app: Flask) -> None:
    number = published(app)
    with app.app_context():
        seen = db.session.get_one(Suggestion, number).version
    do(app, moderating.note, number, "先到。")

    def late(one: Suggestion, *arguments: object) -> None:
        *given, _now = arguments
        moderating.note(one, *given, seen)  # type: ignore[arg-type]

    with pytest.raises(ChangedMeanwhile, match="示例县民政经办"):
        do(app, late, number, "后到。")


def test_counts_are_in_step_with_whatever_happens(app: Flask) -> None:
    first = published(app)
    second = published(app, kind=SuggestionKind.FEES)
    lodged(app)
    do(app, answering.answer, first, "同意。")
    do(app, answering.report_done, first, "开了三个助餐点。")
    do(app, moderating.decline, second, WhyNotPublic.UNCLEAR, "")
    kept = _counts(app)
    assert kept == {
        (SuggestionKind.CANTEEN, SuggestionStage.DONE): 1,
        (SuggestionKind.CANTEEN, SuggestionStage.TO_LOOK): 1,
        (SuggestionKind.FEES, SuggestionStage.ENDED): 1,
    }
    with app.app_context(), unit_of_work():
        db.session.query(SuggestionCount).delete()
        count_anew()
    assert _counts(app) == kept


def _counts(app: Flask) -> dict[tuple[SuggestionKind, SuggestionStage], int]:
    with app.app_context():
        rows = db.session.scalars(select(SuggestionCount).where(SuggestionCount.region_code == COUNTY))
        return {(row.kind, row.stage): row.number for row in rows if row.number}


def test_every_step_leaves_its_line_and_nothing_open_of_what_was_written(sqlite_app: Flask) -> None:
    number, _ = lodged(sqlite_app)
    do(sqlite_app, moderating.note, number, "打电话问过林秋月。")
    with sqlite_app.app_context():
        (line,) = db.session.scalars(
            select(SuggestionStep).where(SuggestionStep.event == SuggestionEvent.NOTE)
        )
        assert (line.to_writer, line.said) == (False, None)
        assert "林秋月" not in (line.words_sealed or "")
