"""Tables of the two-way review (双点评): a county's quarter in numbers, what is remarked, what it answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accountability.kinds import ReviewState
from portal.database import Base, Moment, enum_column, primary_key
from portal.domain.permissions import Department
from portal.domain.quarters import Quarter, quarter_of


class CountyReview(Base):
    """One edition of a county's review of a quarter (R46)."""

    __tablename__ = "county_review"

    id: Mapped[int] = primary_key()
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    begins: Mapped[date] = mapped_column(Date)
    """The first day of the quarter."""
    edition: Mapped[int] = mapped_column(Integer)
    """1, and one more for each correction of what was published."""
    state: Mapped[ReviewState] = mapped_column(enum_column(ReviewState, "state"))
    correction_reason: Mapped[str | None] = mapped_column(Text)
    """Why what was published had to be corrected; None of the first edition."""
    figures: Mapped[str] = mapped_column(Text)
    """JSON: ``domain.county_review.ReviewFigures``, as they stood when it was compiled."""
    compiled_at: Mapped[datetime] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    published_by: Mapped[str | None] = mapped_column(String(60))
    published_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    version: Mapped[int] = mapped_column(Integer)

    remarks: Mapped[list[ReviewRemark]] = relationship(order_by="ReviewRemark.id", lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_whole"),
        CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name="published_by_whom"),
        CheckConstraint("(edition = 1) = (correction_reason IS NULL)", name="corrected_whole"),
        Index("uq_county_review_region_code_begins_edition", "region_code", "begins", "edition", unique=True),
        Index("ix_county_review_begins", "begins", "region_code"),
    )

    @property
    def subject(self) -> str:
        """The name of this review in the audit."""
        return f"review/{self.id}"

    @property
    def quarter(self) -> Quarter:
        """The quarter that it tells of."""
        return quarter_of(self.begins)


class ReviewRemark(Base):
    """What an office remarks on a county, or on one department of it (点评), and what is answered."""

    __tablename__ = "county_review_remark"

    id: Mapped[int] = primary_key()
    review_id: Mapped[int] = mapped_column(ForeignKey("county_review.id"), index=True)
    office: Mapped[str] = mapped_column(String(60))
    """Who remarks (点评单位)."""
    about: Mapped[Department | None] = mapped_column(enum_column(Department, "about"))
    """Whose work; None: the county's as a whole."""
    words: Mapped[str] = mapped_column(Text)
    said_on: Mapped[date] = mapped_column(Date)
    entered_by: Mapped[str] = mapped_column(String(60))
    entered_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    reply: Mapped[str | None] = mapped_column(Text)
    reply_office: Mapped[str | None] = mapped_column(String(60))
    replied_at: Mapped[datetime | None] = mapped_column(Moment)
    replied_by: Mapped[str | None] = mapped_column(String(60))
    replied_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))

    __table_args__ = (
        CheckConstraint("(reply IS NULL) = (replied_at IS NULL)", name="replied_whole"),
        CheckConstraint("(reply IS NULL) = (reply_office IS NULL)", name="replied_by_whom"),
        CheckConstraint("(reply IS NULL) = (replied_by IS NULL)", name="replied_written_down"),
    )

    @property
    def subject(self) -> str:
        """The name of the review that it belongs to, in the audit."""
        return f"review/{self.review_id}"
