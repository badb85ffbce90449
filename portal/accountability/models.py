"""Tables of accountability: monthly figures, whom to visit next, the four lists, targets."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accountability.kinds import ListKind, ListState
from portal.database import Base, Moment, enum_column, primary_key
from portal.domain.permissions import Department


class SupervisionMonth(Base):
    """The figures of one region and month, counted by the worker from problems, notices and visits."""

    __tablename__ = "supervision_month"
    __audited__: ClassVar[bool] = False
    """Derived: may be thrown away and made anew."""

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    """Its first day."""
    stale: Mapped[bool] = mapped_column(Boolean, index=True)
    """Something of it changed since it was counted."""
    counts: Mapped[str] = mapped_column(Text)
    """JSON: ``domain.supervision_figures.SupervisionCounts``."""
    open: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Problems found in it that are not put right yet."""
    counted_at: Mapped[datetime | None] = mapped_column(Moment)


class VisitRank(Base):
    """How soon a home should be visited (R26), by ``domain.visit_points``; made anew by the worker."""

    __tablename__ = "visit_rank"
    __audited__: ClassVar[bool] = False
    """Derived: may be thrown away and made anew."""

    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    points: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[str] = mapped_column(Text)
    """JSON list of [rule's key, how many, points]: the points of a home are their sum."""
    last_visit: Mapped[date | None] = mapped_column(Date)
    ranked_on: Mapped[date] = mapped_column(Date)
    """The day whose facts it says: months without a visit pass by themselves."""
    stale: Mapped[bool] = mapped_column(Boolean, index=True)

    __table_args__ = (
        Index("ix_visit_rank_region_code_points", "region_code", "points", "institution_id"),
        Index("ix_visit_rank_points", "points", "institution_id"),
    )


class MonthlyLists(Base):
    """One edition of the four lists (四张清单) of a county and month (R22)."""

    __tablename__ = "monthly_lists"

    id: Mapped[int] = primary_key()
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    month: Mapped[date] = mapped_column(Date)
    """The first day of the month they tell of."""
    edition: Mapped[int] = mapped_column(Integer)
    """1, and one more for each correction of what was submitted."""
    state: Mapped[ListState] = mapped_column(enum_column(ListState, "state"))
    correction_reason: Mapped[str | None] = mapped_column(Text)
    """Why what was submitted had to be corrected; None of the first edition."""
    compiled_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    submitted_by: Mapped[str | None] = mapped_column(String(60))
    submitted_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    version: Mapped[int] = mapped_column(Integer)

    entries: Mapped[list[ListEntry]] = relationship(order_by="ListEntry.position", lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted_whole"),
        CheckConstraint("(submitted_at IS NULL) = (submitted_by IS NULL)", name="submitted_by_whom"),
        CheckConstraint("(edition = 1) = (correction_reason IS NULL)", name="corrected_whole"),
        Index("uq_monthly_lists_region_code_month_edition", "region_code", "month", "edition", unique=True),
        Index("ix_monthly_lists_month", "month", "region_code"),
    )

    @property
    def subject(self) -> str:
        """The name of these lists in the audit."""
        return f"lists/{self.id}"

    @property
    def department(self) -> Department:
        """Whose they are: civil affairs leads (SM 4(2))."""
        return Department.CIVIL_AFFAIRS


class ListEntry(Base):
    """One line of one of the four lists: compiled from a problem, or entered by hand."""

    __tablename__ = "monthly_list_entry"

    id: Mapped[int] = primary_key()
    lists_id: Mapped[int] = mapped_column(ForeignKey("monthly_lists.id"))
    kind: Mapped[ListKind] = mapped_column(enum_column(ListKind, "kind"))
    position: Mapped[int] = mapped_column(Integer)
    problem_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id"), index=True)
    """None: entered by hand."""
    title: Mapped[str] = mapped_column(String(200))
    remark: Mapped[str | None] = mapped_column(Text)
    """What a reviewer adds, such as what the result was; the public reads it where the lists are public."""
    facts: Mapped[str] = mapped_column(Text)
    """JSON: what stood on the record when it was compiled; of a rule its number, day and address."""
    by_hand: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Entered or reworded by a reviewer: compiling again leaves it as it is."""
    removed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Left out by a reviewer, with the reason: it stays here, so that compiling does not bring it back."""
    reason: Mapped[str | None] = mapped_column(Text)
    """Why a reviewer added, reworded or left it out."""

    __table_args__ = (
        CheckConstraint("NOT by_hand OR reason IS NOT NULL", name="changed_for_a_reason"),
        CheckConstraint("NOT removed OR by_hand", name="removed_by_hand"),
        Index("ix_monthly_list_entry_lists_id", "lists_id", "kind", "position"),
    )

    @property
    def subject(self) -> str:
        """The name of the lists that it belongs to, in the audit."""
        return f"lists/{self.lists_id}"


class AccountabilityOffice(Base):
    """What a county decided: whether everybody may read its four lists."""

    __tablename__ = "accountability_office"

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    publishes_lists: Mapped[bool] = mapped_column(Boolean)


class ListReminder(Base):
    """A reminder of lists that are due was entered: one a county, month and stage."""

    __tablename__ = "monthly_list_reminder"
    __audited__: ClassVar[bool] = False
    """The machine looking after itself."""

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    stage: Mapped[str] = mapped_column(String(20), primary_key=True)
    """ready, soon, today, late."""
    sent_at: Mapped[datetime] = mapped_column(Moment)


class Target(Base):
    """A target that a policy paper sets (part E): data with its source, loaded from a file."""

    __tablename__ = "policy_target"

    id: Mapped[int] = primary_key()
    year: Mapped[int] = mapped_column(Integer)
    """The year by whose end it is to be met."""
    area: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    """For which region, and everything beneath it; None: the whole country."""
    key: Mapped[str] = mapped_column(String(40))
    """What is measured: ``domain.targets``."""
    value: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(300))
    """Document and clause, as quoted."""

    __table_args__ = (
        CheckConstraint("value > 0", name="value_positive"),
        Index("uq_policy_target_year_area_key", "year", "area", "key", unique=True),
    )
