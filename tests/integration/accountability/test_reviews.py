"""The two-way review: who may do what with it, what is published stays, what is missing shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from portal import clock
from portal.accountability.kinds import ReviewState
from portal.accountability.models import MonthlyLists
from portal.accountability.queries.public_reviews import public_quarter, public_review
from portal.accountability.queries.reviews import (
    ReviewView,
    county_quarters,
    review_view,
    reviews_begun,
    reviews_due,
)
from portal.accountability.review_models import CountyReview, ReviewRemark
from portal.accountability.reviewing import compile_county_again, compile_last_quarter
from portal.accountability.search_documents import ReviewDocuments
from portal.accountability.service import reviews
from portal.accountability.service.reviews import ReviewRefused
from portal.domain.actor import PUBLIC, Actor, Scope
from portal.domain.county_review import ReviewFigures
from portal.domain.permissions import Department, Role
from portal.domain.quarters import Quarter, ReviewStanding
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.search import outbox
from portal.supervision.problem_models import Problem
from portal.unit_of_work import unit_of_work
from tests.integration.accountability.records import COUNTY, OTHER, counted, enter_problem, home
from tests.integration.complaints.office import PEOPLE, Office
from tests.integration.complaints.office import counted as sent_statements

SECOND = Quarter(2026, 2)
DAY = date(2026, 7, 21)
"""When it is compiled: the lists of June were due the day before."""
ALL = Scope(public_only=False)
CIVIL = Scope(False, None, Department.CIVIL_AFFAIRS)
REMARK = ("市纪委监委", Department.FIRE, "通道还堵着，请月底前清完。", date(2026, 7, 20))


@dataclass
class Review:
    """The second quarter's review of the county, and acting on it."""

    office: Office
    id: int

    def do(self, who: str, work: Any, *given: Any, at: datetime | None = None, of: int | None = None) -> Any:
        """Let somebody change the review, or one of its remarks, as they see them now."""
        self.office.hire(who)
        moment = at or clock.at(date(2026, 8, 3), 10)
        with self.office.app.app_context(), clock.moved_to(moment), unit_of_work():
            reach = self.office.reach(who)
            row = (
                db.session.get_one(CountyReview, self.id)
                if of is None
                else db.session.get_one(ReviewRemark, of)
            )
            seen = db.session.get_one(CountyReview, self.id).version
            return work(row, *given, reach.actor, reach.scope, seen)

    def view(self) -> ReviewView:
        with self.office.app.app_context(), clock.moved_to(clock.at(date(2026, 8, 3), 10)):
            found = review_view(self.id, ALL)
            assert found is not None
            return found

    def remark(self, who: str = "甲小明", *given: Any) -> int:
        self.do(who, reviews.add_remark, *(given or REMARK))
        return self.view().remarks[-1].id

    def published(self) -> int:
        """Remark, answer and publish, each by somebody else; return the remark."""
        number = self.remark()
        self.do("审大力", reviews.answer_remark, "三元区消防", "已经清完。", of=number)
        self.do("核小心", reviews.publish_review)
        return number


@pytest.fixture
def review(office: Office) -> Review:
    with office.app.app_context(), clock.moved_to(clock.at(DAY, 1)):
        with unit_of_work():
            enter_problem(home("甲养老院"), date(2026, 5, 1), date(2026, 5, 9), deadline=date(2026, 5, 20))
            home("乙养老院", OTHER)
        counted()
        assert compile_last_quarter() == 2
        number = db.session.scalar(select(CountyReview.id).where(CountyReview.region_code == COUNTY))
    return Review(office, number or 0)


PEOPLE.setdefault("消大审", (Role.REVIEWER, Department.FIRE, COUNTY))


def test_three_people_make_a_review(review: Review) -> None:
    with pytest.raises(ReviewRefused, match="还没有点评"):
        review.do("核小心", reviews.publish_review)
    number = review.remark("审大力")
    with pytest.raises(ReviewRefused, match="是您录入的"):
        review.do("审大力", reviews.answer_remark, "三元区消防", "清完了。", of=number)
    review.do("国大江", reviews.answer_remark, "三元区消防", "已经清完。", of=number)
    for who in ("审大力", "国大江"):
        with pytest.raises(ReviewRefused, match="另一位"):
            review.do(who, reviews.publish_review)
    with review.office.app.app_context():
        before = data_set_state().version
    review.do("核小心", reviews.publish_review)
    with review.office.app.app_context(), clock.moved_to(clock.at(date(2026, 8, 4), 9)):
        assert data_set_state().version == before + 1
        found = public_review(COUNTY, SECOND)
        assert found is not None
        (remark,) = found.remarks
        assert (remark.office, remark.about, remark.reply) == ("市纪委监委", Department.FIRE, "已经清完。")
        assert found.figures.problems.in_time == 1
        assert found.standing is ReviewStanding.IN_TIME
        assert found.before is None
        assert public_review(OTHER, SECOND) is None


def test_who_may_not_is_refused(review: Review) -> None:
    number = review.remark()
    works: list[tuple[Any, tuple[Any, ...], int | None, tuple[str, ...]]] = [
        (reviews.add_remark, REMARK, None, ("督小平", "消小防", "消大审", "邻小近")),
        (reviews.edit_remark, REMARK, number, ("督小平", "消大审")),
        (reviews.drop_remark, (), number, ("管小家", "消大审")),
        (compile_county_again, (), None, ("督小平", "邻小近")),
        (reviews.answer_remark, ("某局", "答。"), number, ("甲小明", "乙小红", "纪小正", "消大审")),
        (reviews.publish_review, (), None, ("乙小红", "督小平", "消大审")),
    ]
    for work, given, of, people in works:
        for who in people:
            with pytest.raises(NotTheirs) as refused:
                review.do(who, work, *given, of=of)
            clerk = PEOPLE[who][0] is Role.CLERK
            reviewing = work in (reviews.answer_remark, reviews.publish_review)
            if PEOPLE[who][0] not in (Role.CLERK, Role.REVIEWER) or (clerk and reviewing):
                assert isinstance(refused.value, ReviewerNeeded)
    with review.office.app.app_context():
        other = Scope(False, frozenset({OTHER}), Department.CIVIL_AFFAIRS)
        assert review_view(review.id, other) is None
        with pytest.raises(NotTheirs):
            reviews.compile_review(COUNTY, Quarter(2026, 1), ReviewFigures(), other)


def test_words_that_may_not_stand_in_public_are_refused(review: Review) -> None:
    office, about, _, day = REMARK
    for given in (
        ("", about, "写了", day),
        (office, about, " ", day),
        (office, about, "家属电话13800138000", day),
    ):
        with pytest.raises(WordsMissing):
            review.remark("甲小明", *given)
    for wrong in (date(2026, 3, 31), date(2026, 8, 4)):
        with pytest.raises(ReviewRefused, match="日子"):
            review.remark("甲小明", office, about, "写了", wrong)
    number = review.remark()
    with pytest.raises(WordsMissing):
        review.do("审大力", reviews.answer_remark, "某局", "找13800138000", of=number)


def test_a_remark_is_put_right_until_it_is_answered(review: Review) -> None:
    number = review.remark()
    review.do("乙小红", reviews.edit_remark, "市民政局", None, "换一句。", REMARK[3], of=number)
    (remark,) = review.view().remarks
    assert (remark.office, remark.about, remark.words, remark.entered_by) == (
        "市民政局", None, "换一句。", "三元区民政经办",
    )  # fmt: skip
    review.do("审大力", reviews.answer_remark, "某局", "答了。", of=number)
    with pytest.raises(ReviewRefused, match="已经有回复"):
        review.do("乙小红", reviews.edit_remark, *REMARK, of=number)
    review.do("审大力", reviews.answer_remark, "某局", "再答一次。", of=number)
    assert review.view().remarks[0].reply == "再答一次。"
    review.do("乙小红", reviews.drop_remark, of=number)
    assert review.view().remarks == ()


def test_of_two_who_act_at_once_the_second_is_told(review: Review) -> None:
    seen = review.view().version
    review.remark()
    review.office.hire("核小心")
    with review.office.app.app_context(), clock.moved_to(clock.at(date(2026, 8, 3), 11)):
        reach = review.office.reach("核小心")
        row = db.session.get_one(CountyReview, review.id)
        with pytest.raises(ChangedMeanwhile):
            reviews.publish_review(row, reach.actor, reach.scope, seen)


def test_what_is_published_stays_and_a_correction_is_a_new_edition(review: Review) -> None:
    number = review.published()
    for work, given, of in (
        (reviews.add_remark, REMARK, None),
        (reviews.edit_remark, REMARK, number),
        (reviews.drop_remark, (), number),
        (reviews.answer_remark, ("某局", "又答。"), number),
        (compile_county_again, (), None),
        (reviews.publish_review, (), None),
    ):
        with pytest.raises(ReviewRefused):
            review.do("国大江", work, *given, of=of)
    with pytest.raises(WordsMissing):
        review.do("审大力", reviews.correct_review, " ")
    review.do("审大力", reviews.correct_review, "漏了一个问题")
    with review.office.app.app_context(), clock.moved_to(clock.at(date(2026, 9, 10), 9)):
        with unit_of_work():
            where = db.session.scalars(select(Problem)).first()
            assert where is not None
            enter_problem(home("丁养老院"), date(2026, 6, 1))
        counted()
        assert [(code, quarter, again) for _, code, quarter, again in reviews_begun(ALL)] == [
            (COUNTY, SECOND, True)
        ]
        second = db.session.scalar(select(CountyReview.id).where(CountyReview.edition == 2))
        before = public_review(COUNTY, SECOND)
        assert before is not None
        assert (before.edition, before.figures.problems.found) == (1, 1)
    again = Review(review.office, second or 0)
    assert [one.reply for one in again.view().remarks] == ["已经清完。"]
    late = clock.at(date(2026, 9, 10), 10)
    again.do("国大江", compile_county_again, at=late)
    again.do("国大江", reviews.publish_review, at=late)
    with review.office.app.app_context(), clock.moved_to(clock.at(date(2026, 9, 11), 9)):
        found = public_review(COUNTY, SECOND)
        assert found is not None
        assert (found.edition, found.correction_reason, found.figures.problems.found) == (
            2,
            "漏了一个问题",
            2,
        )
        assert found.standing is ReviewStanding.IN_TIME  # by its first edition
    with pytest.raises(ReviewRefused, match="以前的一版"):
        review.do("审大力", reviews.correct_review, "再改")


def test_of_two_who_correct_at_one_moment_the_second_is_told(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    review.published()
    review.do("审大力", reviews.correct_review, "漏了一个问题")
    monkeypatch.setattr(reviews, "_check_newest", lambda _review: None)  # as it looked a moment before
    with pytest.raises(ChangedMeanwhile):
        review.do("国大江", reviews.correct_review, "漏了一个问题")


def test_search_finds_the_newest_edition_alone(review: Review) -> None:
    def found() -> dict[int, list[str]]:
        return {
            one.record_id: [text for name, text in one.details if name.startswith("review_")]
            for one in ReviewDocuments().documents(PUBLIC)
        }

    number = review.remark()
    with review.office.app.app_context():
        assert found() == {}
    review.do("核小心", reviews.publish_review)
    with review.office.app.app_context():
        assert found() == {review.id: [REMARK[2]]}
        with unit_of_work():
            outbox.forget([one.id for one in outbox.take()])
    review.do("审大力", reviews.answer_remark, "三元区消防", "清完了。", of=number)
    with review.office.app.app_context():
        assert found() == {review.id: [REMARK[2], "清完了。"]}
        assert [(one.kind, one.record_id) for one in outbox.take()] == [("county_review", review.id)]
    review.do("审大力", reviews.correct_review, "漏了一个问题")
    with review.office.app.app_context():
        second = db.session.scalar(select(CountyReview.id).where(CountyReview.edition == 2)) or 0
        assert set(found()) == {review.id}
    Review(review.office, second).do("国大江", reviews.publish_review)
    with review.office.app.app_context():
        assert set(found()) == {second}
        (document,) = ReviewDocuments().documents(PUBLIC, [review.id, second])
        assert document.name == "三元区2026年第二季度双点评"
        assert list(ReviewDocuments().documents(PUBLIC, [review.id])) == []


def test_an_answer_may_come_after_publishing_once(review: Review) -> None:
    number = review.remark()
    review.do("核小心", reviews.publish_review)
    with review.office.app.app_context():
        before = data_set_state().version
    review.do("审大力", reviews.answer_remark, "三元区消防", "清完了。", of=number)
    with review.office.app.app_context(), clock.moved_to(clock.at(date(2026, 8, 4), 9)):
        assert data_set_state().version == before + 1
        found = public_review(COUNTY, SECOND)
        assert found is not None
        assert found.answered == 1
    with pytest.raises(ReviewRefused):
        review.do("国大江", reviews.answer_remark, "三元区消防", "再说。", of=number)


def test_what_is_missing_shows_with_how_late_it_is(review: Review) -> None:
    review.published()
    with review.office.app.app_context():
        for day, stands, late in (
            (date(2026, 8, 31), ReviewStanding.SOON, 0),
            (date(2026, 9, 1), ReviewStanding.MISSING, 1),
        ):
            with clock.moved_to(clock.at(day, 9)):
                found = public_quarter(None)
                assert found.quarter == SECOND
                assert [(one.region_code, one.standing, one.late_days) for one in found.counties] == [
                    (COUNTY, ReviewStanding.IN_TIME, 0),
                    (OTHER, stands, late),
                ]
                assert found.missing == ({SECOND: 1} if late else {})
                assert [one.region_code for one in reviews_due(ALL)] == [OTHER]
        with clock.moved_to(clock.at(date(2026, 12, 1), 9)):  # two quarters on, without the worker
            found = public_quarter(None)
            assert found.missing == {Quarter(2026, 3): 2, SECOND: 1}
            assert [one.quarter for one in county_quarters(Quarter(2026, 3), ALL)] == [Quarter(2026, 3)] * 2


def test_pages_cost_the_same_for_many_counties(review: Review) -> None:
    review.published()

    def cost() -> int:
        public_quarter(SECOND)
        with sent_statements() as sent:
            public_quarter(SECOND)
            public_review(COUNTY, SECOND)
            county_quarters(SECOND, ALL)
            review_view(review.id, ALL)
        return len(sent)

    with review.office.app.app_context(), clock.moved_to(clock.at(date(2026, 8, 5), 9)):
        few = cost()
        with unit_of_work():
            for code in ("350423", "350424", "350425", "350426"):
                home(f"{code}养老院", code)
        assert compile_last_quarter() == 4
        with unit_of_work():
            for row in db.session.scalars(
                select(CountyReview).where(CountyReview.state == ReviewState.DRAFT)
            ):
                remark = reviews.add_remark(row, *REMARK, Actor("经办"), CIVIL, row.version)
                reviews.answer_remark(remark, "某局", "好。", Actor("审核"), CIVIL, row.version)
                reviews.publish_review(row, Actor("审核"), CIVIL, row.version)
        assert cost() == few
        assert db.session.scalars(select(MonthlyLists)).all() == []
