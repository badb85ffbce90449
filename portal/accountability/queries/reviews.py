"""The two-way reviews as staff see them: county by county, and one review with its remarks (R46)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from portal import clock
from portal.accountability.kinds import ReviewState
from portal.accountability.queries.lists import counties
from portal.accountability.queries.quarter_records import first_quarter
from portal.accountability.review_models import CountyReview, ReviewRemark
from portal.domain.actor import Scope
from portal.domain.county_review import ReviewFigures
from portal.domain.permissions import Department
from portal.domain.quarters import (
    Quarter,
    ReviewStanding,
    last_over,
    quarter_of,
    quarters_between,
    standing,
)
from portal.extensions import db
from portal.reference.directory import region_directory


@dataclass(frozen=True, slots=True)
class RemarkView:
    """One remark, and what was answered. ``about`` None: the county as a whole."""

    id: int
    office: str
    about: Department | None
    words: str
    said_on: date
    entered_by: str
    entered_staff_id: int | None
    reply: str | None
    reply_office: str | None
    replied_at: datetime | None
    replied_staff_id: int | None


@dataclass(frozen=True, slots=True)
class ReviewEdition:
    """One edition, without what stands in it."""

    id: int
    edition: int
    state: ReviewState
    correction_reason: str | None
    compiled_at: datetime
    published_at: datetime | None
    published_by: str | None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One edition with its remarks, and the others of the same quarter, newest first."""

    region_code: str
    region_label: str
    quarter: Quarter
    standing: ReviewStanding
    """Of the quarter: by its first edition."""
    this: ReviewEdition
    version: int
    figures: ReviewFigures
    editions: tuple[ReviewEdition, ...]
    remarks: tuple[RemarkView, ...]

    @property
    def newest(self) -> bool:
        """True if no later edition was begun."""
        return self.this.edition == self.editions[0].edition

    @property
    def unanswered(self) -> int:
        """How many remarks nobody answered."""
        return sum(one.reply is None for one in self.remarks)


@dataclass(frozen=True, slots=True)
class CountyQuarter:
    """One county's quarter in the overview. ``review_id`` None: nothing was compiled."""

    region_code: str
    region_label: str
    quarter: Quarter
    standing: ReviewStanding
    review_id: int | None
    edition: int
    state: ReviewState | None
    figures: ReviewFigures | None
    published_at: datetime | None
    """Of the first edition."""
    remarks: int
    unanswered: int


def county_quarters(quarter: Quarter, scope: Scope, region: str | None = None) -> list[CountyQuarter]:
    """Return every county's review of a quarter; three queries, however many counties."""
    directory, today = region_directory(), clock.today()
    editions = _editions(quarter, scope)
    codes = sorted({*counties(scope), *editions})
    if region is not None:
        within = directory.within(region)
        codes = [code for code in codes if code in within]
    counts = _remark_counts(quarter)
    rows = []
    for code in codes:
        found = editions.get(code, [])
        first, newest = (found[-1], found[0]) if found else (None, None)
        out = None if first is None else first.published_at
        remarks, answered = (0, 0) if newest is None else counts.get(newest.id, (0, 0))
        rows.append(
            CountyQuarter(
                code,
                directory.path_label(code, ""),
                quarter,
                standing(quarter, None if out is None else out.date(), today),
                None if newest is None else newest.id,
                0 if newest is None else newest.edition,
                None if newest is None else newest.state,
                None if newest is None else ReviewFigures.load(newest.figures),
                out,
                remarks,
                remarks - answered,
            )
        )
    return rows


def review_view(review_id: int, scope: Scope) -> ReviewView | None:
    """Return one edition with its remarks; None where it is not to be seen within the scope."""
    review = review_record(review_id, scope)
    if review is None:
        return None
    query = select(CountyReview).where(
        CountyReview.begins == review.begins, CountyReview.region_code == review.region_code
    )
    editions = list(db.session.scalars(query.order_by(CountyReview.edition.desc())))
    out = editions[-1].published_at
    return ReviewView(
        review.region_code,
        region_directory().path_label(review.region_code, ""),
        review.quarter,
        standing(review.quarter, None if out is None else out.date(), clock.today()),
        edition_of(review),
        review.version,
        ReviewFigures.load(review.figures),
        tuple(edition_of(one) for one in editions),
        remark_views(review.id),
    )


def review_record(review_id: int, scope: Scope) -> CountyReview | None:
    """Return an edition to act on, None where it is not to be seen within the scope."""
    review = db.session.get(CountyReview, review_id)
    return review if review is not None and scope.covers(review.region_code) else None


def remark_record(review_id: int, remark_id: int, scope: Scope) -> ReviewRemark | None:
    """Return a remark of an edition to act on, None where it is not to be seen within the scope."""
    remark = db.session.get(ReviewRemark, remark_id)
    if remark is None or remark.review_id != review_id or review_record(review_id, scope) is None:
        return None
    return remark


def remark_views(review_id: int) -> tuple[RemarkView, ...]:
    """Return the remarks of an edition, in the order in which they were entered."""
    query = select(ReviewRemark).where(ReviewRemark.review_id == review_id).order_by(ReviewRemark.id)
    return tuple(
        RemarkView(
            one.id,
            one.office,
            one.about,
            one.words,
            one.said_on,
            one.entered_by,
            one.entered_staff_id,
            one.reply,
            one.reply_office,
            one.replied_at,
            one.replied_staff_id,
        )
        for one in db.session.scalars(query)
    )


def quarters_of_reviews() -> list[Quarter]:
    """Return the quarters that are over and of which anything was counted, newest first."""
    last = last_over(clock.today())
    return quarters_between(min(first_quarter(clock.today()), last), last)


def reviews_due(scope: Scope) -> list[CountyQuarter]:
    """Return the counties whose review of the last quarter is not published, once it can be compiled."""
    quarter = last_over(clock.today())
    if clock.today() < quarter.compiled_from:
        return []
    return [one for one in county_quarters(quarter, scope) if one.published_at is None]


def reviews_begun(scope: Scope) -> list[tuple[int, str, Quarter, bool]]:
    """Return (id, region code, quarter, a correction?) of drafts; not of the last quarter's first ones."""
    last = last_over(clock.today())
    query = select(
        CountyReview.id, CountyReview.region_code, CountyReview.begins, CountyReview.edition
    ).where(
        CountyReview.state == ReviewState.DRAFT,
        (CountyReview.edition > 1) | (CountyReview.begins < last.begins),
    )
    rows = db.session.execute(query.order_by(CountyReview.begins, CountyReview.region_code))
    return [
        (number, code, quarter_of(begins), edition > 1)
        for number, code, begins, edition in rows
        if scope.covers(code)
    ]


def edition_of(review: CountyReview) -> ReviewEdition:
    """Return an edition as pages name it."""
    return ReviewEdition(
        review.id,
        review.edition,
        review.state,
        review.correction_reason,
        review.compiled_at,
        review.published_at,
        review.published_by,
    )


def _editions(quarter: Quarter, scope: Scope) -> dict[str, list[CountyReview]]:
    query = select(CountyReview).where(CountyReview.begins == quarter.begins)
    if scope.regions is not None:
        query = query.where(CountyReview.region_code.in_(scope.regions))
    found: dict[str, list[CountyReview]] = {}
    for review in db.session.scalars(query.order_by(CountyReview.region_code, CountyReview.edition.desc())):
        found.setdefault(review.region_code, []).append(review)
    return found


def _remark_counts(quarter: Quarter) -> Mapping[int, tuple[int, int]]:
    """Return how many remarks each review of a quarter has, and how many of them are answered."""
    query = (
        select(ReviewRemark.review_id, func.count(), func.count(ReviewRemark.reply))
        .join(CountyReview, CountyReview.id == ReviewRemark.review_id)
        .where(CountyReview.begins == quarter.begins)
        .group_by(ReviewRemark.review_id)
    )
    return {number: (count, answered) for number, count, answered in db.session.execute(query)}
