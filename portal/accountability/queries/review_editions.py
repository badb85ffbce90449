"""Reviews of quarters as they were published, edition by edition, with what was remarked and answered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.accountability.kinds import ReviewState
from portal.accountability.review_models import CountyReview, ReviewRemark
from portal.domain.county_review import ReviewFigures
from portal.domain.permissions import Department
from portal.domain.quarters import Quarter
from portal.extensions import db
from portal.reference.directory import region_directory


@dataclass(frozen=True, slots=True)
class Remark:
    """What an office remarked, and what was answered so far."""

    office: str
    about: Department | None
    words: str
    reply_office: str | None
    reply: str | None


@dataclass(frozen=True, slots=True)
class ReviewEdition:
    """One published edition of a county's quarter."""

    region_code: str
    region_label: str
    quarter: Quarter
    edition: int
    correction_reason: str | None
    published_at: datetime
    figures: ReviewFigures
    remarks: tuple[Remark, ...]


def review_editions(limit: int) -> list[ReviewEdition]:
    """Return what was published last, the newest first; two queries."""
    query = select(CountyReview).where(CountyReview.state == ReviewState.PUBLISHED)
    ordered = query.order_by(CountyReview.published_at.desc(), CountyReview.id.desc()).limit(limit)
    rows = db.session.scalars(ordered).all()
    remarks: dict[int, list[Remark]] = defaultdict(list)
    found = select(ReviewRemark).where(ReviewRemark.review_id.in_([row.id for row in rows]))
    for one in db.session.scalars(found.order_by(ReviewRemark.id)):
        remarks[one.review_id].append(Remark(one.office, one.about, one.words, one.reply_office, one.reply))
    labels = region_directory()
    return [
        ReviewEdition(
            row.region_code,
            labels.label(row.region_code),
            row.quarter,
            row.edition,
            row.correction_reason,
            row.published_at,
            ReviewFigures.load(row.figures),
            tuple(remarks[row.id]),
        )
        for row in rows
        if row.published_at is not None
    ]
