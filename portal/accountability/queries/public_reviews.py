"""The two-way reviews as everybody reads them: what is published, and which quarters are missing (R46)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from portal import clock
from portal.accountability.kinds import ReviewState
from portal.accountability.models import AccountabilityOffice, MonthlyLists
from portal.accountability.queries.lists import counties
from portal.accountability.queries.reviews import RemarkView, remark_views
from portal.accountability.review_models import CountyReview, ReviewRemark
from portal.domain.actor import PUBLIC, Scope
from portal.domain.county_review import ReviewFigures
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

_IN_GRID = 8
"""Quarters side by side: two years."""
_PUBLISHED = CountyReview.state == ReviewState.PUBLISHED


@dataclass(frozen=True, slots=True)
class PublicCounty:
    """One county's quarter in the overview. ``figures`` None: nothing is published."""

    region_code: str
    label: str
    standing: ReviewStanding
    late_days: int
    """How many days it is late, where it is missing."""
    figures: ReviewFigures | None
    remarks: int
    answered: int

    @property
    def published(self) -> bool:
        """True if there is a page to read."""
        return self.figures is not None


@dataclass(frozen=True, slots=True)
class GridRow:
    """One county's quarters, newest first: where each stands."""

    region_code: str
    label: str
    cells: tuple[tuple[Quarter, ReviewStanding], ...]


@dataclass(frozen=True, slots=True)
class PublicQuarter:
    """A quarter with every county's standing, those in time with most cleared first."""

    quarter: Quarter
    quarters: tuple[Quarter, ...]
    """All there could be reviews of, newest first."""
    missing: Mapping[Quarter, int]
    """How many counties' reviews are missing, quarter by quarter."""
    counties: tuple[PublicCounty, ...]
    grid: tuple[GridRow, ...]
    """Every county by the newest quarters, so that what is missing is seen."""

    @property
    def published(self) -> int:
        """How many counties' reviews can be read."""
        return sum(one.published for one in self.counties)


@dataclass(frozen=True, slots=True)
class PublicReview:
    """What everybody reads of a county's quarter."""

    region_code: str
    region_label: str
    quarter: Quarter
    edition: int
    editions: tuple[tuple[int, date], ...]
    """Every published edition with its day, newest first."""
    correction_reason: str | None
    standing: ReviewStanding
    compiled_at: datetime
    published_at: datetime
    """Of this edition."""
    first_published_at: datetime
    figures: ReviewFigures
    remarks: tuple[RemarkView, ...]
    before: ReviewFigures | None
    """Of the quarter before; None where it is missing."""
    others: tuple[PublicCounty, ...]
    """Every county of the same quarter, this one among them."""
    neighbours: tuple[Quarter, ...]
    """The quarters of this county that can be read, newest first."""
    lists: frozenset[date]
    """Months of the quarter whose four lists everybody may read."""

    @property
    def newest(self) -> bool:
        """True if no later edition is published."""
        return self.edition == self.editions[0][0]

    @property
    def answered(self) -> int:
        """How many of the remarks are answered."""
        return sum(one.reply is not None for one in self.remarks)


def public_quarter(wanted: Quarter | None) -> PublicQuarter:
    """Return a quarter's overview; without one that there is, the newest with anything published.

    Four queries, however many counties.
    """
    quarters = _quarters()
    published = _first_published()
    held = {quarter for _, quarter in published}
    newest = next((quarter for quarter in quarters if quarter in held), quarters[0])
    quarter = wanted if wanted in quarters else newest
    codes = sorted({*counties(PUBLIC), *(code for code, _ in published)})
    today = clock.today()
    missing = {
        each: sum((code, each) not in published for code in codes)
        for each in quarters
        if standing(each, None, today) is ReviewStanding.MISSING
    }
    grid = _grid(codes, quarters[:_IN_GRID], published)
    return PublicQuarter(quarter, quarters, missing, _counties(quarter, codes, published), grid)


def public_review(region_code: str, quarter: Quarter, edition: int | None = None) -> PublicReview | None:
    """Return a published edition of a county's quarter (None: the newest); None where there is none.

    Six queries, however many counties and remarks.
    """
    query = select(CountyReview).where(
        CountyReview.region_code == region_code,
        CountyReview.begins.in_((quarter.begins, quarter.before.begins)),
        _PUBLISHED,
    )
    editions = list(db.session.scalars(query.order_by(CountyReview.edition)))
    mine = [one for one in editions if one.begins == quarter.begins]
    if not mine:
        return None
    before = [one for one in editions if one.begins == quarter.before.begins]
    first, this = mine[0], mine[-1]
    if edition is not None:
        chosen = [one for one in mine if one.edition == edition]
        if not chosen:
            return None
        this = chosen[0]
    assert first.published_at is not None
    assert this.published_at is not None
    published = _first_published()
    codes = sorted({*counties(PUBLIC), *(code for code, each in published if each == quarter)})
    return PublicReview(
        region_code,
        region_directory().path_label(region_code, ""),
        quarter,
        this.edition,
        tuple((one.edition, one.published_at.date()) for one in reversed(mine) if one.published_at),
        this.correction_reason,
        standing(quarter, first.published_at.date(), clock.today()),
        this.compiled_at,
        this.published_at,
        first.published_at,
        ReviewFigures.load(this.figures),
        remark_views(this.id),
        ReviewFigures.load(before[-1].figures) if before else None,
        _counties(quarter, codes, published),
        tuple(sorted((each for code, each in published if code == region_code), reverse=True)),
        _published_lists(region_code, quarter),
    )


@dataclass(frozen=True, slots=True)
class FoundReview:
    """A published review as search shows it."""

    id: int
    region_code: str
    region_label: str
    quarter: Quarter
    published_at: datetime
    figures: ReviewFigures
    remarks: tuple[str, ...]
    replies: tuple[str, ...]

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.region_label}{self.quarter.label}双点评"


def reviews_of(ids: Collection[int] | None, scope: Scope) -> list[FoundReview]:
    """Return those of these editions (None: all) that stand for their quarter and lie within the scope."""
    newest = {one.id: one for one in _newest_editions(None).values() if scope.covers(one.region_code)}
    wanted = newest.keys() if ids is None else newest.keys() & set(ids)
    said: dict[int, list[ReviewRemark]] = {number: [] for number in wanted}
    remarks = select(ReviewRemark).order_by(ReviewRemark.id)
    if ids is not None:
        remarks = remarks.where(ReviewRemark.review_id.in_(sorted(wanted)))
    for remark in db.session.scalars(remarks):
        if remark.review_id in said:
            said[remark.review_id].append(remark)
    directory = region_directory()
    return [
        FoundReview(
            number,
            newest[number].region_code,
            directory.label(newest[number].region_code),
            newest[number].quarter,
            moment,
            ReviewFigures.load(newest[number].figures),
            tuple(one.words for one in said[number]),
            tuple(one.reply for one in said[number] if one.reply is not None),
        )
        for number in sorted(wanted)
        if (moment := newest[number].published_at) is not None
    ]


def published_reviews() -> list[tuple[str, Quarter, datetime, ReviewFigures, int, int]]:
    """Return all that is published, newest first: (label, quarter, moment, figures, remarks, answered).

    Three queries, however many there are: for the whole as a file.
    """
    published, directory = _first_published(), region_directory()
    newest, counts = _newest_editions(None), _remark_counts(None)
    return [
        (
            directory.path_label(code, ""),
            quarter,
            published[code, quarter],
            ReviewFigures.load(review.figures),
            *counts.get(review.id, (0, 0)),
        )
        for (code, quarter), review in sorted(
            newest.items(), key=lambda one: (-one[0][1].begins.toordinal(), one[0][0])
        )
    ]


def _quarters() -> tuple[Quarter, ...]:
    """Return the quarters since the first that a review was compiled of; the last one whatever there is."""
    last = last_over(clock.today())
    first = db.session.scalar(select(func.min(CountyReview.begins)))
    return tuple(quarters_between(last if first is None else min(quarter_of(first), last), last))


def _first_published() -> dict[tuple[str, Quarter], datetime]:
    """Return when each county's quarter was first published."""
    query = (
        select(CountyReview.region_code, CountyReview.begins, func.min(CountyReview.published_at))
        .where(_PUBLISHED)
        .group_by(CountyReview.region_code, CountyReview.begins)
    )
    return {
        (code, quarter_of(begins)): moment
        for code, begins, moment in db.session.execute(query)
        if moment is not None
    }


def _newest_editions(quarter: Quarter | None) -> dict[tuple[str, Quarter], CountyReview]:
    query = select(CountyReview).where(_PUBLISHED).order_by(CountyReview.edition)
    if quarter is not None:
        query = query.where(CountyReview.begins == quarter.begins)
    return {(one.region_code, one.quarter): one for one in db.session.scalars(query)}


def _remark_counts(quarter: Quarter | None) -> dict[int, tuple[int, int]]:
    query = (
        select(ReviewRemark.review_id, func.count(), func.count(ReviewRemark.reply))
        .join(CountyReview, CountyReview.id == ReviewRemark.review_id)
        .where(_PUBLISHED)
        .group_by(ReviewRemark.review_id)
    )
    if quarter is not None:
        query = query.where(CountyReview.begins == quarter.begins)
    return {number: (count, answered) for number, count, answered in db.session.execute(query)}


def _counties(
    quarter: Quarter, codes: Collection[str], published: Mapping[tuple[str, Quarter], datetime]
) -> tuple[PublicCounty, ...]:
    newest, counts, today = _newest_editions(quarter), _remark_counts(quarter), clock.today()
    directory = region_directory()
    found = []
    for code in codes:
        review, out = newest.get((code, quarter)), published.get((code, quarter))
        stands = standing(quarter, None if out is None else out.date(), today)
        remarks, answered = (0, 0) if review is None else counts.get(review.id, (0, 0))
        late = (today - quarter.due).days if stands is ReviewStanding.MISSING else 0
        figures = None if review is None else ReviewFigures.load(review.figures)
        found.append(PublicCounty(code, directory.label(code), stands, late, figures, remarks, answered))
    return tuple(sorted(found, key=_rank))


def _grid(
    codes: Collection[str],
    quarters: Collection[Quarter],
    published: Mapping[tuple[str, Quarter], datetime],
) -> tuple[GridRow, ...]:
    directory, today = region_directory(), clock.today()
    return tuple(
        GridRow(
            code,
            directory.label(code),
            tuple(
                (each, standing(each, None if out is None else out.date(), today))
                for each in quarters
                for out in (published.get((code, each)),)
            ),
        )
        for code in codes
    )


def _rank(one: PublicCounty) -> tuple[bool, int, str]:
    percent = None if one.figures is None else one.figures.problems.percent
    return one.figures is None, 1 if percent is None else -percent, one.region_code


def _published_lists(region_code: str, quarter: Quarter) -> frozenset[date]:
    query = (
        select(MonthlyLists.month)
        .join(AccountabilityOffice, AccountabilityOffice.region_code == MonthlyLists.region_code)
        .where(
            AccountabilityOffice.publishes_lists,
            MonthlyLists.region_code == region_code,
            MonthlyLists.month.between(quarter.begins, quarter.ends),
            MonthlyLists.edition == 1,
            MonthlyLists.submitted_at.is_not(None),
        )
    )
    return frozenset(db.session.scalars(query))
