"""Tables of the visits: inspections with their items, and the draws that say who goes where (R7)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Moment, enum_column, few, primary_key
from portal.domain.permissions import Department
from portal.supervision.kinds import (
    DrawState,
    InspectionArea,
    InspectionKind,
    InspectionResult,
    ItemFinding,
)


class Inspection(Base):
    """One visit to one home (检查): planned, made, and published by a reviewer."""

    __tablename__ = "inspection"

    id: Mapped[int] = primary_key()
    public_id: Mapped[str] = mapped_column(String(8), unique=True)
    kind: Mapped[InspectionKind] = mapped_column(enum_column(InspectionKind, "kind"))
    theme: Mapped[str | None] = mapped_column(String(120))
    """Of a thematic inspection: what it was about."""
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    unregistered_home_id: Mapped[int | None] = mapped_column(ForeignKey("unregistered_home.id"))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    department: Mapped[Department] = mapped_column(enum_column(Department, "department"))
    """Who leads it, and whose record it is."""
    departments: Mapped[str] = mapped_column(Text)
    """JSON list: all who went, the leading one first."""
    planned_by: Mapped[date | None] = mapped_column(Date)
    """The last day to go, where a rule sets one (R24)."""
    visited_on: Mapped[date | None] = mapped_column(Date)
    """None: not made yet."""
    result: Mapped[InspectionResult | None] = mapped_column(enum_column(InspectionResult, "result"))
    summary: Mapped[str | None] = mapped_column(Text)
    """What was seen, for the staff."""
    public_summary: Mapped[str | None] = mapped_column(Text)
    """The same as the public reads it, redacted and approved."""
    draw_id: Mapped[int | None] = mapped_column(ForeignKey("random_draw.id"))
    inspectors: Mapped[str | None] = mapped_column(Text, info={"secret": True})
    """JSON list: whom the draw sends, as its list calls them. Public once the draw is revealed."""
    origin: Mapped[str | None] = mapped_column(String(60))
    """What it was made for, opaque here: ``complaint/12``; never shown."""
    follows_problem_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id"))
    """Of a return visit: the problem whose clearing it looks at."""
    found_again: Mapped[bool | None] = mapped_column()
    """Of a return visit: True if the problem was there again."""
    entered_at: Mapped[datetime] = mapped_column(Moment)
    entered_by: Mapped[str] = mapped_column(String(60))
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)

    items: Mapped[list[InspectionItem]] = relationship(order_by="InspectionItem.position", lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint("(institution_id IS NULL) <> (unregistered_home_id IS NULL)", name="one_home"),
        CheckConstraint("(visited_on IS NULL) = (result IS NULL)", name="made_whole"),
        CheckConstraint("published_at IS NULL OR visited_on IS NOT NULL", name="published_after"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_whole"),
        Index("ix_inspection_institution_id_visited_on", "institution_id", "visited_on"),
        Index("ix_inspection_region_code_visited_on", "region_code", "visited_on", "id"),
        Index("ix_inspection_published_at", "published_at"),
        few("ix_inspection_unregistered_home_id", "unregistered_home_id"),
        few("ix_inspection_draw_id", "draw_id"),
        few("ix_inspection_origin", "origin"),
        few("ix_inspection_follows_problem_id", "follows_problem_id"),
        Index("ix_inspection_visited_on", "visited_on", "id"),
        Index("ix_inspection_region_code_planned_by", "region_code", "planned_by"),
    )

    @property
    def subject(self) -> str:
        """The name of this inspection in the audit."""
        return f"inspection/{self.id}"


class InspectionItem(Base):
    """What was found on one item of the published list."""

    __tablename__ = "inspection_item"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    area: Mapped[InspectionArea] = mapped_column(enum_column(InspectionArea, "area"))
    code: Mapped[str] = mapped_column(String(20))
    """Of the list in ``domain.inspection_items``; what it said then stands beside it."""
    text: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(String(120))
    finding: Mapped[ItemFinding] = mapped_column(enum_column(ItemFinding, "finding"))
    remark: Mapped[str | None] = mapped_column(Text)
    """For the staff; the public reads the summary."""


class RandomDraw(Base):
    """A draw of homes and inspectors (双随机) that anybody can check: ``domain.random_draw`` says how."""

    __tablename__ = "random_draw"

    id: Mapped[int] = primary_key()
    public_id: Mapped[str] = mapped_column(String(8), unique=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    department: Mapped[Department] = mapped_column(enum_column(Department, "department"))
    title: Mapped[str] = mapped_column(String(120))
    candidates: Mapped[str] = mapped_column(Text, info={"secret": True})
    """The canonical text whose hash was announced: salt, homes, inspectors. Public once revealed."""
    candidates_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 in hexadecimal of ``candidates`` in UTF-8."""
    home_count: Mapped[int] = mapped_column(Integer)
    inspector_count: Mapped[int] = mapped_column(Integer)
    homes_drawn: Mapped[int] = mapped_column(Integer)
    inspectors_each: Mapped[int] = mapped_column(Integer)
    number_name: Mapped[str] = mapped_column(String(120))
    """The public number to come, e.g. 福利彩票双色球第2026141期开奖号码."""
    number_where: Mapped[str] = mapped_column(String(200))
    """Where anybody can read it."""
    number_due_at: Mapped[datetime] = mapped_column(Moment)
    """Before this moment nobody can know it."""
    announced_at: Mapped[datetime] = mapped_column(Moment)
    number: Mapped[str | None] = mapped_column(String(120))
    """As published, entered once; never changed."""
    drawn_at: Mapped[datetime | None] = mapped_column(Moment)
    revealed_at: Mapped[datetime | None] = mapped_column(Moment)
    abandoned_at: Mapped[datetime | None] = mapped_column(Moment)
    abandoned_reason: Mapped[str | None] = mapped_column(Text)
    state: Mapped[DrawState] = mapped_column(enum_column(DrawState, "state"))
    entered_by: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
    __table_args__ = (
        CheckConstraint("(number IS NULL) = (drawn_at IS NULL)", name="drawn_whole"),
        CheckConstraint("announced_at < number_due_at", name="announced_before"),
        CheckConstraint("(abandoned_at IS NULL) = (abandoned_reason IS NULL)", name="abandoned_whole"),
        Index("ix_random_draw_announced_at", "announced_at"),
        Index("ix_random_draw_region_code_announced_at", "region_code", "announced_at"),
    )

    @property
    def subject(self) -> str:
        """The name of this draw in the audit."""
        return f"draw/{self.id}"
