"""Answers, what came of it and what was done; the writer's own page; voices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.actor import PUBLIC
from portal.domain.permissions import Department
from portal.domain.refusals import NotTheirs, WordsMissing
from portal.domain.suggestion_status import SuggestionEvent, SuggestionRefused, SuggestionStatus
from portal.extensions import db
from portal.notify.models import Mail
from portal.topics.kinds import SuggestionKind, SuggestionStage, TopicScope, WhyNotPublic
from portal.topics.models import Suggestion
from portal.topics.queries.suggestion_page import public_suggestion
from portal.topics.queries.suggestions import suggestions_of_topic
from portal.topics.queries.topic_log import public_log
from portal.topics.queries.writer_page import writer_view
from portal.topics.service import answering, moderating, supporting, writer
from portal.topics.service.publication_words import StillPersonal
from portal.topics.service.topics import Draft, draft_topic
from portal.topics.service.words import Contact, contact_of
from portal.topics.topic_models import Topic, TopicStep
from portal.unit_of_work import unit_of_work
from portal.voices.visitor import Visitor
from tests.integration.topics.suggesting import (
    CITY,
    CIVIL_SCOPE,
    CLERK,
    NEXT_DAY,
    NOON,
    OTHER_COUNTY,
    Ref,
    Staff,
    do,
    lodged,
    published,
    standing,
)

YES = "同意，六月底前在城东、城西各开一个助餐点。"


def test_a_later_answer_stands_before_the_earlier_and_the_first_counts_for_its_days(app: Flask) -> None:
    number = published(app)
    do(app, answering.answer, number, YES)
    do(app, answering.answer, number, "已经开了一个，另一个七月开。", at=NEXT_DAY + timedelta(days=60))
    do(app, answering.report_done, number, "两个助餐点都开了。", at=NEXT_DAY + timedelta(days=90))
    one, _ = standing(app, number)
    assert (one.status, one.answer, one.answered_at) == (
        SuggestionStatus.ANSWERED,
        "已经开了一个，另一个七月开。",
        NEXT_DAY,
    )
    with app.app_context():
        page = public_suggestion(one.public_id, PUBLIC)
        assert page is not None
        assert (page.row.stage, page.row.answered_late, page.row.overdue) == (
            SuggestionStage.DONE,
            False,
            False,
        )
        assert [said.words for said in page.said] == [
            YES,
            "已经开了一个，另一个七月开。",
            "两个助餐点都开了。",
        ]


def test_only_the_department_whose_it_is_answers_and_nothing_personal(sqlite_app: Flask) -> None:
    staff, number = Staff(sqlite_app), published(sqlite_app, kind=SuggestionKind.SAFETY)
    with pytest.raises(NotTheirs):
        staff.do(staff.hire(), answering.answer, number, YES)
    fire = staff.hire(department=Department.FIRE)
    with pytest.raises(WordsMissing):
        staff.do(fire, answering.answer, number, "请打13912345678。")
    receipt = standing(sqlite_app, number)[0].receipt
    with pytest.raises(StillPersonal):
        staff.do(fire, answering.answer, number, f"编号{receipt}的点题，同意。")
    with pytest.raises(SuggestionRefused):
        staff.do(fire, answering.report_done, number, "查完了。")
    staff.do(fire, answering.answer, number, "请拨打0591-2345678预约。")
    waiting, _ = lodged(sqlite_app)
    with pytest.raises(SuggestionRefused):
        do(sqlite_app, answering.answer, waiting, YES)


def test_what_came_of_it_is_shown_once_the_topic_is_public(app: Flask) -> None:
    number = published(app)
    with app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
        where = (CITY, Department.CIVIL_AFFAIRS)
        plan = Draft(None, 2026, TopicScope.COMMON, *where, "助餐点进小区", "都说远。", "开。")
        topic = draft_topic(plan, CLERK, CIVIL_SCOPE).id
    do(app, answering.adopt, number, topic)
    with pytest.raises(SuggestionRefused):
        do(app, answering.adopt, number, topic)
    one, steps = standing(app, number)
    assert not steps[-1].to_writer
    with app.app_context():
        page = public_suggestion(one.public_id, PUBLIC)
        assert page is not None
        assert page.row.topic_title is None
        assert writer_view(db.session.get_one(Suggestion, number)).topic is None
    with app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
        row = db.session.get_one(Topic, topic)
        row.proposed_at = NEXT_DAY
    with app.app_context():
        page = public_suggestion(one.public_id, PUBLIC)
        assert page is not None
        assert page.row.topic_title == "助餐点进小区"
        assert [row.id for row in suggestions_of_topic(topic)] == [number]
    do(app, answering.release, number)
    assert standing(app, number)[0].topic_id is None


@pytest.mark.parametrize(
    "over",
    [
        {"withdrawn_at": NEXT_DAY, "withdrawn_reason": "重了。"},
        {"passed_over_at": NEXT_DAY, "passed_over_why": "明年再做。"},
    ],
)
def test_what_came_to_nothing_lets_a_suggestion_go(sqlite_app: Flask, over: dict[str, Any]) -> None:
    number = published(sqlite_app, person=Contact("", "a@example.cn"))
    with sqlite_app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
        where = (CITY, Department.CIVIL_AFFAIRS)
        plan = Draft(None, 2026, TopicScope.COMMON, *where, "助餐点进小区", "都说远。", "开。")
        topic = draft_topic(plan, CLERK, CIVIL_SCOPE).id
    do(sqlite_app, answering.adopt, number, topic)
    with sqlite_app.app_context(), unit_of_work():
        for name, value in over.items():
            setattr(db.session.get_one(Topic, topic), name, value)
        mails = list(db.session.scalars(select(Mail)))
    assert len(mails) == 2  # of its receipt and of its publication; not of a draft that nobody reads yet
    do(sqlite_app, answering.release, number, at=NEXT_DAY + timedelta(days=300))
    assert standing(sqlite_app, number)[0].topic_id is None


def test_the_writer_sees_where_it_stands_and_takes_it_back(sqlite_app: Flask) -> None:
    number = published(sqlite_app)
    do(sqlite_app, moderating.note, number, "打过电话。")
    do(sqlite_app, answering.answer, number, YES)
    one, _ = standing(sqlite_app, number)
    with sqlite_app.app_context():
        view = writer_view(db.session.get_one(Suggestion, number))
        assert [line.event for line in view.lines] == [
            SuggestionEvent.RECEIVE,
            SuggestionEvent.PUBLISH,
            SuggestionEvent.ANSWER,
        ]
        assert (view.public_id, view.answer, view.may_withdraw) == (one.public_id, YES, True)
    _as_writer(sqlite_app, number, writer.withdraw)
    with pytest.raises(SuggestionRefused):
        _as_writer(sqlite_app, number, writer.withdraw)


def _as_writer(app: Flask, number: int, work: object, *given: object) -> None:
    with app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
        work(db.session.get_one(Suggestion, number), *given)  # type: ignore[operator]


def test_what_is_withdrawn_leaves_no_word_in_public(app: Flask) -> None:
    number = published(app)
    do(app, moderating.amend, number, "开助餐点", "请在小区里开一个助餐点。")
    _as_writer(app, number, writer.withdraw)
    one, steps = standing(app, number)
    assert (one.status, one.title, one.text) == (SuggestionStatus.WITHDRAWN, None, None)
    assert all("助餐点" not in (line.said or "") for line in steps)
    with app.app_context():
        assert public_suggestion(one.public_id, PUBLIC) is None


def test_nobody_writes_into_the_log_of_a_neighbours_topic(sqlite_app: Flask) -> None:
    number = published(sqlite_app)
    with sqlite_app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
        where = (OTHER_COUNTY, Department.CIVIL_AFFAIRS)
        plan = Draft(None, 2026, TopicScope.OWN, *where, "邻县的稿子", "还没公开。", "开。")
        topic = draft_topic(plan, CLERK, CIVIL_SCOPE).id
    with pytest.raises(SuggestionRefused, match="没有这个整治项目"):
        do(sqlite_app, answering.adopt, number, topic)


def test_a_topics_log_tells_nothing_of_what_went_out_of_sight(sqlite_app: Flask) -> None:
    number = published(sqlite_app)
    with sqlite_app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
        where = (CITY, Department.CIVIL_AFFAIRS)
        plan = Draft(None, 2026, TopicScope.COMMON, *where, "助餐点进小区", "都说远。", "开。")
        topic = draft_topic(plan, CLERK, CIVIL_SCOPE).id
    do(sqlite_app, answering.adopt, number, topic)
    do(sqlite_app, moderating.amend, number, "开一个助餐点", "请开。")

    def told() -> list[tuple[str, str | None]]:
        with sqlite_app.app_context():
            return [
                (line.about, line.suggestion) for line in public_log(topic) if line.event.value == "adopt"
            ]

    assert told() == [("“开一个助餐点”", standing(sqlite_app, number)[0].public_id)]
    _as_writer(sqlite_app, number, writer.withdraw)
    assert told() == [("一条点题，现在不公开", None)]
    with sqlite_app.app_context():
        assert not [line for line in db.session.scalars(select(TopicStep)) if "助餐点" in (line.said or "")]


def test_a_contact_can_be_left_later_and_taken_away(sqlite_app: Flask) -> None:
    number, _ = lodged(sqlite_app, person=Contact())
    _as_writer(sqlite_app, number, writer.set_contact, Contact(mail="lin@example.cn"))
    do(sqlite_app, moderating.decline, number, WhyNotPublic.UNCLEAR, "")
    with sqlite_app.app_context():
        assert contact_of(db.session.get_one(Suggestion, number)) == Contact("", "lin@example.cn")
        assert len(db.session.scalars(select(Mail)).all()) == 1
    _as_writer(sqlite_app, number, writer.set_contact, Contact())
    one, _ = standing(sqlite_app, number)
    assert (one.person_sealed, one.has_mail) == (None, False)


def test_voices_are_kept_beside_it_and_those_of_a_merged_one_are_never_added(app: Flask) -> None:
    first, second = published(app), published(app)
    visitors = [Visitor(f"{n:032x}", NOON, f"198.51.{n}.7") for n in range(3)]
    for visitor in visitors:
        _as_writer(app, first, supporting.support, visitor)
    for visitor in visitors[:2]:
        _as_writer(app, second, supporting.support, visitor)
    _as_writer(app, first, supporting.take_back, visitors[2])
    before, _ = standing(app, first)
    assert (before.supports, standing(app, second)[0].supports) == (2, 2)
    with app.app_context():
        assert supporting.supported([first, second], visitors[2]) == set()
        assert supporting.supported([first, second], visitors[0]) == {first, second}
    do(app, moderating.merge, second, Ref(first))
    with app.app_context():
        page = public_suggestion(before.public_id, PUBLIC)
        assert page is not None
        assert (page.row.supports, page.merged.voices) == (2, 2)
    with pytest.raises(SuggestionRefused):
        _as_writer(app, second, supporting.support, visitors[2])
