"""Homes known to take in elders without registration or filing, step by step (R1, R2)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, enum_column
from portal.history.recorded import Recorded


class FoundHow(StrEnum):
    """How the bureau learned of the home. Public pages never say more than this."""

    INSPECTION = "inspection"
    PUBLIC_REPORT = "public_report"
    TRANSFERRED = "transferred"
    SURVEY = "survey"


class Disposition(StrEnum):
    """What was decided."""

    RECTIFYING = "rectifying"
    SUSPENDED = "suspended"
    SHUT = "shut"
    REGISTERED = "registered"
    NOT_A_HOME = "not_a_home"


class UnregisteredHome(Recorded, Base):
    """One such home. Neither the operator's name nor a private dwelling's exact address is kept here."""

    __tablename__ = "unregistered_home"
    record_kind: ClassVar[str] = "unregistered_home"

    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    """The name over its door, or a description such as 「清溪镇某民宅内托老点」."""
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    township: Mapped[str | None] = mapped_column(String(100))
    address: Mapped[str | None] = mapped_column(String(300))
    """Left empty where ``private_dwelling``."""
    private_dwelling: Mapped[bool] = mapped_column(default=False)
    found_on: Mapped[date]
    found_how: Mapped[FoundHow] = mapped_column(enum_column(FoundHow, "found_how"))
    verified_on: Mapped[date | None]
    operator_told_on: Mapped[date | None]
    objection_ended_on: Mapped[date | None]
    inspected_on: Mapped[date | None]
    residents: Mapped[int | None]
    disposition: Mapped[Disposition | None] = mapped_column(enum_column(Disposition, "disposition"))
    disposition_on: Mapped[date | None]
    public_note: Mapped[str | None] = mapped_column(Text)
    removed_on: Mapped[date | None]
    removed_reason: Mapped[str | None] = mapped_column(Text)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    """The institution it became, where it registered."""

    identity_columns: ClassVar[frozenset[str]] = frozenset({"id", "public_id"})
