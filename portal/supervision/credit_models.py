"""The table of penalties, commendations, exposures and the credit list (R8): what ends leaves it for good."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Moment, enum_column, few, primary_key
from portal.domain.permissions import Department
from portal.supervision.kinds import CreditKind


class CreditRecord(Base):
    """One entry. In force or expired follows from its dates; repaired, it is deleted: the audit keeps it.

    An expired entry is shown nowhere from the day after ``until``, and deleted by the night's work.
    """

    __tablename__ = "credit_record"

    id: Mapped[int] = primary_key()
    public_id: Mapped[str] = mapped_column(String(8), unique=True)
    kind: Mapped[CreditKind] = mapped_column(enum_column(CreditKind, "kind"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    department: Mapped[Department] = mapped_column(enum_column(Department, "department"))
    title: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)
    """As the public reads it, redacted."""
    legal_basis: Mapped[str] = mapped_column(String(300))
    authority: Mapped[str] = mapped_column(String(120))
    document_number: Mapped[str | None] = mapped_column(String(60))
    content: Mapped[str | None] = mapped_column(Text)
    """What was decided: the fine, the honour, the measures that follow from being listed."""
    amount_fen: Mapped[int | None] = mapped_column(Integer)
    """A fine, in fen."""
    decided_on: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    """Its last day in public; None only for a commendation without a term."""
    problem_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id"))
    """The problem whose enforcement led to it."""
    entered_at: Mapped[datetime] = mapped_column(Moment)
    entered_by: Mapped[str] = mapped_column(String(60))
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint("kind = 'commendation' OR until IS NOT NULL", name="term_known"),
        CheckConstraint("until IS NULL OR until >= decided_on", name="term_forward"),
        CheckConstraint("amount_fen IS NULL OR amount_fen > 0", name="fine_positive"),
        Index("ix_credit_record_institution_id", "institution_id", "until"),
        Index("ix_credit_record_region_code", "region_code", "kind", "decided_on"),
        Index("ix_credit_record_decided_on", "decided_on", "id"),
        Index("ix_credit_record_until", "until"),
        few("ix_credit_record_problem_id", "problem_id"),
    )

    @property
    def subject(self) -> str:
        """The name of this entry in the audit."""
        return f"credit/{self.id}"
