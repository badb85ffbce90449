"""Tables of the amendments to the official calendar: notices, and the days each of them moves."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Moment, enum_column, primary_key
from portal.domain.working_days import Arranged


class CalendarNotice(Base):
    """A notice that arranges rest days (放假安排), entered by staff. Never edited: withdrawn, at most.

    Notices stack in the order of their ids: for each day the last one in force decides.
    """

    __tablename__ = "calendar_notice"
    __table_args__ = (
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)"
            " AND (withdrawn_at IS NULL) = (withdrawn_reason IS NULL)",
            name="withdrawn_whole",
        ),
    )

    id: Mapped[int] = primary_key()
    title: Mapped[str] = mapped_column(String(300))
    document_number: Mapped[str | None] = mapped_column(String(100))
    url: Mapped[str | None] = mapped_column(String(500))
    whole_year: Mapped[int | None] = mapped_column(Integer)
    """The year whose whole arrangement this is: its other days are plain weekdays and weekends. None: single
    days were moved."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what it says: tells one notice from another without reading its days."""
    entered_at: Mapped[datetime] = mapped_column(Moment)
    entered_by: Mapped[str] = mapped_column(String(60))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_by: Mapped[str | None] = mapped_column(String(60))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)

    days: Mapped[list[CalendarAmendment]] = relationship(lazy="raise", back_populates="notice")


class CalendarAmendment(Base):
    """One day that a notice makes a working day or a rest day (调整日)."""

    __tablename__ = "calendar_amendment"

    notice_id: Mapped[int] = mapped_column(ForeignKey("calendar_notice.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[Arranged] = mapped_column(enum_column(Arranged, "kind"))
    name: Mapped[str] = mapped_column(String(40))
    """Of the holiday, e.g. 国庆节."""

    notice: Mapped[CalendarNotice] = relationship(lazy="raise", back_populates="days")
