"""Tables of the monthly digests (每月汇总) and of the offices that owe one (R40)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Moment, enum_column, primary_key
from portal.topics.kinds import DigestState


class ColumnOffice(Base):
    """A region whose civil affairs bureau runs the column: from ``since`` on it owes a digest a month."""

    __tablename__ = "column_office"

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    since: Mapped[date] = mapped_column(Date)
    """The first day of the first month."""


class Digest(Base):
    """What one month brought, compiled from the records, with a clerk's judgement. Missing is computed."""

    __tablename__ = "suggestion_digest"

    id: Mapped[int] = primary_key()
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    month: Mapped[date] = mapped_column(Date)
    """Its first day."""
    edition: Mapped[int] = mapped_column(Integer)
    """1, or more: a correction of a published one."""
    correction_reason: Mapped[str | None] = mapped_column(Text)
    state: Mapped[DigestState] = mapped_column(enum_column(DigestState, "state"))
    figures: Mapped[str] = mapped_column(Text)
    """JSON of ``domain.digest_figures``: as the records stood at ``compiled_at``."""
    compiled_at: Mapped[datetime] = mapped_column(Moment)
    judgement: Mapped[str | None] = mapped_column(Text)
    """What the office makes of it, and what it will do."""
    written_by: Mapped[str | None] = mapped_column(String(60))
    written_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    remark: Mapped[str | None] = mapped_column(Text)
    """Of a returned one: why."""
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    published_by: Mapped[str | None] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_whole"),
        CheckConstraint("published_at IS NULL OR judgement IS NOT NULL", name="judged_before"),
        CheckConstraint("(edition = 1) = (correction_reason IS NULL)", name="corrected_whole"),
        Index(
            "uq_suggestion_digest_region_code_month_edition", "region_code", "month", "edition", unique=True
        ),
        Index("ix_suggestion_digest_published_at", "published_at"),
    )

    @property
    def subject(self) -> str:
        """The name of this digest in the audit."""
        return f"digest/{self.id}"
