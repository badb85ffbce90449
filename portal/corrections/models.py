"""Tables of the correction reports."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Moment, enum_column, primary_key
from portal.domain.correction_state import CorrectionEvent, CorrectionState
from portal.institutions.field_forms import Block


class KnownHow(StrEnum):
    """How somebody knows what is right."""

    SIGN = "sign"
    CALL = "call"
    SEEN = "seen"
    PAPER = "paper"
    OTHER = "other"


class CorrectionReport(Base):
    """Somebody says that a page is wrong. Nobody is asked who they are: a receipt number is all they get."""

    __tablename__ = "correction_report"

    id: Mapped[int] = primary_key()
    receipt: Mapped[str] = mapped_column(String(20), unique=True)
    submission: Mapped[str] = mapped_column(String(32), unique=True)
    """What the form was sent with: sending it twice makes one report."""
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    """Where the institution lay when it was entered: whose staff it goes to."""
    record_kind: Mapped[str] = mapped_column(String(40))
    """The kind of record it is about, and so the departments that keep it (``keepers_of``)."""
    about: Mapped[Block | None] = mapped_column(enum_column(Block, "about"))
    """The block of the page; None: the page as a whole."""
    item: Mapped[str | None] = mapped_column(String(60))
    """The fact within the block, where one was named."""
    snapshot: Mapped[str] = mapped_column(Text)
    """What the page said of it at that moment."""
    words_sealed: Mapped[str] = mapped_column(Text)
    """What is wrong and what would be right, as JSON, sealed under ``correction/ID``: people type names."""
    known_how: Mapped[KnownHow] = mapped_column(enum_column(KnownHow, "known_how"))
    entered_at: Mapped[datetime] = mapped_column(Moment)
    waiting_since: Mapped[datetime] = mapped_column(Moment)
    """From when the term for an answer counts: the entry, or the last reopening."""
    state: Mapped[CorrectionState] = mapped_column(enum_column(CorrectionState, "state"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(60))
    """Place, department and role; never a name."""
    reason: Mapped[str | None] = mapped_column(Text)
    """Public."""
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    """The change of the record that an accepted report led to."""
    version: Mapped[int] = mapped_column(Integer)
    """Grows with every change: of two who decide at once the second is told."""

    steps: Mapped[list[CorrectionStep]] = relationship(
        back_populates="report", order_by="CorrectionStep.id", lazy="raise"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint(
            "(state = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)"
            " AND (decided_at IS NULL) = (reason IS NULL)",
            name="decided_whole",
        ),
        CheckConstraint("(state = 'accepted') = (revision_id IS NOT NULL)", name="accepted_with_revision"),
        Index("ix_correction_report_state_waiting_since", "state", "waiting_since"),
    )


class CorrectionStep(Base):
    """One thing that was done with a report: never edited, so that a reopened one keeps its first answer."""

    __tablename__ = "correction_step"

    id: Mapped[int] = primary_key()
    report_id: Mapped[int] = mapped_column(ForeignKey("correction_report.id"), index=True)
    event: Mapped[CorrectionEvent] = mapped_column(enum_column(CorrectionEvent, "event"))
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)

    report: Mapped[CorrectionReport] = relationship(back_populates="steps", lazy="raise")
