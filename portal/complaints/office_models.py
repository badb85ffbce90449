"""What staff need around the cases: drafts, reply templates, a county's own rules, reminders, figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.complaints.kinds import DraftKind, DraftState
from portal.database import Base, Moment, enum_column, primary_key
from portal.domain.permissions import Department


class CaseDraft(Base):
    """What somebody is writing on a case, saved as they go; a reviewer may see it first."""

    __tablename__ = "complaint_draft"
    __audited__: ClassVar[bool] = False
    """What is sent in the end is audited; a draft is nobody's word yet."""

    id: Mapped[int] = primary_key()
    case_id: Mapped[int] = mapped_column(ForeignKey("complaint_case.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    kind: Mapped[DraftKind] = mapped_column(enum_column(DraftKind, "kind"))
    state: Mapped[DraftState] = mapped_column(enum_column(DraftState, "state"))
    words_sealed: Mapped[str] = mapped_column(Text)
    """Sealed under ``complaint/ID``: the draft's fields as JSON."""
    remark_sealed: Mapped[str | None] = mapped_column(Text)
    """What the reviewer says of it, when it was returned."""
    saved_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        Index("uq_complaint_draft_case_id_staff_id_kind", "case_id", "staff_id", "kind", unique=True),
        Index("ix_complaint_draft_state", "state"),
    )


class ReplyTemplate(Base):
    """Words that replies begin with; fields in braces are filled in from the case."""

    __tablename__ = "reply_template"

    id: Mapped[int] = primary_key()
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    """None: for everybody."""
    department: Mapped[Department | None] = mapped_column(enum_column(Department, "department"))
    title: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean)


class ComplaintOffice(Base):
    """How one region takes complaints: where else to turn to, and whether four eyes see each reply."""

    __tablename__ = "complaint_office"

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    hotline: Mapped[str | None] = mapped_column(String(40))
    post_address: Mapped[str | None] = mapped_column(String(200))
    four_eyes: Mapped[bool] = mapped_column(Boolean)


class CaseReminder(Base):
    """A reminder that was entered: one a case, round, clock and stage, however often the worker looks."""

    __tablename__ = "complaint_reminder"
    __audited__: ClassVar[bool] = False
    """The machine looking after itself."""

    case_id: Mapped[int] = mapped_column(ForeignKey("complaint_case.id"), primary_key=True)
    round_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    stage: Mapped[str] = mapped_column(String(20), primary_key=True)
    """first-2, first-1, first-0, first-late, final-2 …"""
    due: Mapped[date] = mapped_column(Date, primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(Moment)


class CaseOpening(Base):
    """Somebody has seen who wrote a case: the first time is noted in the audit."""

    __tablename__ = "complaint_opening"
    __audited__: ClassVar[bool] = False
    """Noted as an event."""

    case_id: Mapped[int] = mapped_column(ForeignKey("complaint_case.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class CaseDigest(Base):
    """One person's list of a day was made: one a day, however often the worker looks."""

    __tablename__ = "complaint_digest"
    __audited__: ClassVar[bool] = False
    """The machine looking after itself."""

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)


class CaseMonth(Base):
    """The figures of one region and month of receipt, kept in step by the worker; public (R31, R32)."""

    __tablename__ = "complaint_month"
    __audited__: ClassVar[bool] = False
    """Derived from the rounds: may be thrown away and made anew."""

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    """Its first day."""
    stale: Mapped[bool] = mapped_column(Boolean, index=True)
    """Something of it changed since it was counted."""
    counts: Mapped[str] = mapped_column(Text)
    """JSON: ``domain.case_figures.MonthCounts``."""
    open: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Handlings of it that an answer is still owed to."""
    counted_at: Mapped[datetime | None] = mapped_column(Moment)
