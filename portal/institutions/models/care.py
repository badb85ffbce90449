"""Concentrated care (集中照护) for elders who are disabled and in economic hardship (R5)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base
from portal.history.recorded import Recorded
from portal.institutions.models.registration import OfInstitution


class ConcentratedCare(OfInstitution, Base):
    """An institution's designation to give concentrated care, from ``designated_on`` until ``ended_on``."""

    __tablename__ = "concentrated_care"
    record_kind: ClassVar[str] = "concentrated_care"

    authority: Mapped[str | None] = mapped_column(String(200))
    document_number: Mapped[str | None] = mapped_column(String(100))
    designated_on: Mapped[date]
    ended_on: Mapped[date | None]
    quota: Mapped[int | None]
    """Places."""
    free_places: Mapped[int | None]
    free_as_of: Mapped[date | None]
    fee_text: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (CheckConstraint("quota >= 0 AND free_places >= 0", name="places_not_negative"),)


class CareGuide(Recorded, Base):
    """A county's guide: who may apply, how, where, how long it takes, what is paid."""

    __tablename__ = "care_guide"
    record_kind: ClassVar[str] = "care_guide"
    identity_columns: ClassVar[frozenset[str]] = frozenset({"id", "region_code"})

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), unique=True)
    who_may_apply: Mapped[str] = mapped_column(Text)
    steps: Mapped[str] = mapped_column(Text)
    """One step a line."""
    papers: Mapped[str] = mapped_column(Text)
    """One paper a line."""
    office: Mapped[str] = mapped_column(String(200))
    office_address: Mapped[str | None] = mapped_column(String(300))
    phone: Mapped[str | None] = mapped_column(String(100))
    time_limit_working_days: Mapped[int | None]
    fee_standard: Mapped[str | None] = mapped_column(Text)
    subsidy: Mapped[str | None] = mapped_column(Text)

    def subject(self) -> str:
        return f"region/{self.region_code}"
