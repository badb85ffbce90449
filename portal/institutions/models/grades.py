"""Star grades (等级评定, R3)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, enum_column
from portal.domain.grading import GradeScale, GradeTerm
from portal.institutions.models.registration import OfInstitution


class StarGrade(OfInstitution, Base):
    """One grade certificate. ``level`` 1-5 exists on the national scale alone (GB/T 37276-2018)."""

    __tablename__ = "star_grade"
    record_kind: ClassVar[str] = "star_grade"

    scale: Mapped[GradeScale] = mapped_column(enum_column(GradeScale, "scale"))
    level: Mapped[int | None]
    as_written: Mapped[str | None] = mapped_column(String(100))
    """The grade's own words, e.g. 三级 or, on a local scale, 四叶级."""
    body: Mapped[str | None] = mapped_column(String(200))
    certificate_number: Mapped[str | None] = mapped_column(String(100))
    issued_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    revoked_on: Mapped[date | None]
    revoked_reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level_range"),
        CheckConstraint("(scale = 'national') = (level IS NOT NULL)", name="level_is_national"),
    )

    @property
    def term(self) -> GradeTerm:
        """The dates, as the domain computes with them."""
        return GradeTerm(self.valid_from, self.valid_to, self.revoked_on)
