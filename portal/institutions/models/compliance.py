"""State under GB 38600-2019 (服务安全基本规范) and fire safety (R9)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, enum_column
from portal.institutions.models.registration import OfInstitution


class Standard(StrEnum):
    """What was assessed."""

    SERVICE_SAFETY = "service_safety"
    FIRE_SAFETY = "fire_safety"


class ComplianceResult(StrEnum):
    """What the assessment found."""

    PASSED = "passed"
    RECTIFYING = "rectifying"
    FAILED = "failed"


class Compliance(OfInstitution, Base):
    """One assessment of one institution; the latest by date is its state. None: never assessed."""

    __tablename__ = "compliance"
    record_kind: ClassVar[str] = "compliance"

    standard: Mapped[Standard] = mapped_column(enum_column(Standard, "standard"))
    result: Mapped[ComplianceResult] = mapped_column(enum_column(ComplianceResult, "result"))
    assessed_on: Mapped[date]
    assessor: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
