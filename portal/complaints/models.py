"""Tables of the complaints. What a person wrote or is stands sealed under ``complaint/ID``, nowhere else.

A clue's words stand under a key of their own.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.complaints.kinds import Appearance, Category, Channel, Finding, Rating, WhyExcluded
from portal.database import Base, Moment, enum_column, primary_key
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.permissions import Department

SECRET = {"secret": True}
"""Marks columns whose values the audit leaves out."""
CLUE_KEYS = "clue/"
"""Whose keys in the vault begin with this: the clues'."""


def _where(condition: ColumnElement[bool]) -> dict[str, Any]:
    """Return what makes an index hold only some rows, on either database."""
    return {"sqlite_where": condition, "postgresql_where": condition}


class Case(Base):
    """One complaint (投诉件). Its clocks stand in its rounds; late or not is computed, never stored."""

    __tablename__ = "complaint_case"

    id: Mapped[int] = primary_key()
    receipt: Mapped[str] = mapped_column(String(20), unique=True)
    """登记编号, e.g. ``T2026-7KFM3XQP``."""
    access_hash: Mapped[str] = mapped_column(String(64), info=SECRET)
    """Keyed hash of the access code; the code itself is kept nowhere."""
    submission: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    """Blind index of what the form was sent with: sending it twice makes one case."""
    channel: Mapped[Channel] = mapped_column(enum_column(Channel, "channel"))
    received_at: Mapped[datetime] = mapped_column(Moment)
    """When it reached the bureau: of a call, letter or visit typed in later, earlier than ``entered_at``."""
    received_on: Mapped[date] = mapped_column(Date)
    """Day 0, in Asia/Shanghai."""
    entered_at: Mapped[datetime] = mapped_column(Moment)
    entered_by: Mapped[str] = mapped_column(String(60))
    """群众, or place, department and role of who typed it in."""
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    """None: a place that is not listed; its name and place stand in the sealed words."""
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    department: Mapped[Department] = mapped_column(enum_column(Department, "department"))
    """Whose it is now."""
    category: Mapped[Category] = mapped_column(enum_column(Category, "category"))
    appearance: Mapped[Appearance] = mapped_column(enum_column(Appearance, "appearance"))
    words_sealed: Mapped[str] = mapped_column(Text)
    """``service.words.Told`` as JSON: what happened, when, what is asked, the place if it is not listed."""
    person_sealed: Mapped[str | None] = mapped_column(Text)
    """``service.words.Person`` as JSON: name, telephone, mail, address; None where nothing was given."""
    has_mail: Mapped[bool] = mapped_column(Boolean)
    """Notices go out by mail."""
    consent_health: Mapped[bool] = mapped_column(Boolean)
    consent_publish: Mapped[bool] = mapped_column(Boolean)
    privacy_version: Mapped[str] = mapped_column(String(20))
    """Which privacy notice was shown."""
    status: Mapped[CaseStatus] = mapped_column(enum_column(CaseStatus, "status"))
    urgent: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    acknowledged: Mapped[bool] = mapped_column(Boolean)
    """False from a transfer until the department it went to says that it has it."""
    round_number: Mapped[int] = mapped_column(Integer)
    """1, or 2 once the citizen asked for a second handling."""
    next_due: Mapped[date | None] = mapped_column(Date)
    """The last day of whichever answer is owed next; None while none is."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("complaint_case.id"), index=True)
    """The case it is handled with; its own clock runs on."""
    finding: Mapped[Finding | None] = mapped_column(enum_column(Finding, "finding"))
    rating: Mapped[Rating | None] = mapped_column(enum_column(Rating, "rating"))
    rating_reason_sealed: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was closed, refused or withdrawn: from here its term of keeping runs."""
    hold_reason: Mapped[str | None] = mapped_column(Text)
    """Why it must be kept beyond its term (legal hold)."""
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)
    """Grows with every change: of two who act at once the second is told."""

    rounds: Mapped[list[CaseRound]] = relationship(
        back_populates="case", order_by="CaseRound.number", lazy="raise"
    )
    steps: Mapped[list[CaseStep]] = relationship(back_populates="case", order_by="CaseStep.id", lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint("(rating IS NULL) = (rated_at IS NULL)", name="rated_whole"),
        CheckConstraint("round_number IN (1, 2)", name="two_rounds"),
        # the department last: what is counted is in the index alone
        Index("ix_complaint_case_region_code_next_due", "region_code", "next_due", "id", "department"),
        Index(
            "ix_complaint_case_region_code_status", "region_code", "status", "ended_at", "id", "department"
        ),
        Index("ix_complaint_case_handler_id_next_due", "handler_id", "next_due", "id"),
        Index("ix_complaint_case_region_code_received_on", "region_code", "received_on"),
        Index("ix_complaint_case_next_due", "next_due", "id", "department"),
        # the few of which a whole country's staff ask
        Index("ix_complaint_case_urgent", "next_due", "id", **_where(urgent.is_(True))),
        Index("ix_complaint_case_unacknowledged", "next_due", "id", **_where(acknowledged.is_(False))),
        Index("ix_complaint_case_status_ended_at", "status", "ended_at"),
    )

    @property
    def subject(self) -> str:
        """The name of this case's key in the vault, and of the case in the audit."""
        return f"complaint/{self.id}"


class CaseRound(Base):
    """One handling of a case, with its two clocks. The second handling starts new ones."""

    __tablename__ = "complaint_round"

    id: Mapped[int] = primary_key()
    case_id: Mapped[int] = mapped_column(ForeignKey("complaint_case.id"))
    number: Mapped[int] = mapped_column(Integer)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    """As in the case, for the figures."""
    received_at: Mapped[datetime] = mapped_column(Moment)
    received_on: Mapped[date] = mapped_column(Date)
    first_due: Mapped[date] = mapped_column(Date)
    """Ends at 24:00 Asia/Shanghai on this day."""
    first_provisional: Mapped[bool] = mapped_column(Boolean)
    first_answered_at: Mapped[datetime | None] = mapped_column(Moment)
    final_due: Mapped[date] = mapped_column(Date)
    final_provisional: Mapped[bool] = mapped_column(Boolean)
    final_answered_at: Mapped[datetime | None] = mapped_column(Moment)
    first_calendar: Mapped[str] = mapped_column(String(64))
    """Which calendar ``first_due`` was counted by; an answered clock keeps both."""
    final_calendar: Mapped[str] = mapped_column(String(64))
    final_days: Mapped[int] = mapped_column(Integer)
    """Working days for the final answer, as configured when the round began."""
    extension_days: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    extension_reason: Mapped[str | None] = mapped_column(Text)
    asked_on: Mapped[date | None] = mapped_column(Date)
    """The one pause: the day of the question."""
    answered_on: Mapped[date | None] = mapped_column(Date)
    """The day of the citizen's answer. Without one the pause ends by itself: that follows from the dates."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)

    case: Mapped[Case] = relationship(back_populates="rounds", lazy="raise")

    __table_args__ = (
        CheckConstraint("(extension_days > 0) = (extension_reason IS NOT NULL)", name="extension_whole"),
        CheckConstraint("answered_on IS NULL OR asked_on IS NOT NULL", name="pause_whole"),
        Index("uq_complaint_round_case_id_number", "case_id", "number", unique=True),
        Index("ix_complaint_round_region_code_received_on", "region_code", "received_on"),
    )


class CaseStep(Base):
    """One line of a case's log: never edited, written in the transaction of what it tells of."""

    __tablename__ = "complaint_step"

    id: Mapped[int] = primary_key()
    case_id: Mapped[int] = mapped_column(ForeignKey("complaint_case.id"), index=True)
    round_number: Mapped[int] = mapped_column(Integer)
    event: Mapped[CaseEvent] = mapped_column(enum_column(CaseEvent, "event"))
    status_before: Mapped[CaseStatus | None] = mapped_column(enum_column(CaseStatus, "status_before"))
    status: Mapped[CaseStatus] = mapped_column(enum_column(CaseStatus, "status"))
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(60))
    """群众, 系统, or place, department and role; never a name."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    words_sealed: Mapped[str | None] = mapped_column(Text)
    """What was written: the reply, the question, the note."""
    said: Mapped[str | None] = mapped_column(Text)
    """JSON of what is nobody's secret: departments of a transfer, days of an extension, dates."""
    to_citizen: Mapped[bool] = mapped_column(Boolean)
    """True if the citizen's page shows it."""

    case: Mapped[Case] = relationship(back_populates="steps", lazy="raise")


class CaseExclusion(Base):
    """Somebody who can't handle a case."""

    __tablename__ = "complaint_exclusion"

    case_id: Mapped[int] = mapped_column(ForeignKey("complaint_case.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    why: Mapped[WhyExcluded] = mapped_column(enum_column(WhyExcluded, "why"))


class CaseTransfer(Base):
    """A case went to another department or region: all that who sent it still sees of it (R33)."""

    __tablename__ = "complaint_transfer"

    id: Mapped[int] = primary_key()
    case_id: Mapped[int] = mapped_column(ForeignKey("complaint_case.id"), index=True)
    from_region: Mapped[str] = mapped_column(ForeignKey("region.code"))
    from_department: Mapped[Department] = mapped_column(enum_column(Department, "from_department"))
    to_region: Mapped[str] = mapped_column(ForeignKey("region.code"))
    to_department: Mapped[Department] = mapped_column(enum_column(Department, "to_department"))
    sent_at: Mapped[datetime] = mapped_column(Moment)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the department it went to said that it has it."""

    __table_args__ = (
        Index("ix_complaint_transfer_from_region_from_department", "from_region", "from_department", "id"),
    )


class CasePublication(Base):
    """The redacted text and reply that the public reads, with the writer's consent."""

    __tablename__ = "complaint_publication"

    id: Mapped[int] = primary_key()
    case_id: Mapped[int] = mapped_column(ForeignKey("complaint_case.id"), unique=True)
    public_id: Mapped[str] = mapped_column(String(8), unique=True)
    """Of its own: the receipt number is the writer's."""
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    category: Mapped[Category] = mapped_column(enum_column(Category, "category"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    """None where naming the home would tell who wrote."""
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    reply: Mapped[str] = mapped_column(Text)
    timeline: Mapped[str] = mapped_column(Text)
    """JSON: working days taken and what was done, without days of the year."""
    approved_by: Mapped[str] = mapped_column(String(60))
    published_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_whole"),
        Index("ix_complaint_publication_published_at", "published_at"),
        Index("ix_complaint_publication_changed_at", "changed_at"),
        Index("ix_complaint_publication_withdrawn_at", "withdrawn_at", "region_code", "category"),
    )


class CaseClue(Base):
    """A clue of misconduct handed over to discipline inspection (SM 5(3)); read by those alone."""

    __tablename__ = "complaint_clue"

    id: Mapped[int] = primary_key()
    case_id: Mapped[int] = mapped_column(ForeignKey("complaint_case.id"), index=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    words_sealed: Mapped[str] = mapped_column(Text)
    """What is suspected, sealed under ``clue/ID``: a received clue outlives its case's words."""
    handed_over_at: Mapped[datetime] = mapped_column(Moment)
    handed_over_by: Mapped[str] = mapped_column(String(60))
    received_at: Mapped[datetime | None] = mapped_column(Moment)
    received_by: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (
        CheckConstraint("(received_at IS NULL) = (received_by IS NULL)", name="received_whole"),
    )

    @property
    def subject(self) -> str:
        """The name of this clue's key in the vault."""
        return f"{CLUE_KEYS}{self.id}"
