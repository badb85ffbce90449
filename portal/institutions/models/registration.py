"""Registration (登记), filing (备案) and the commitment letters that go with filing (R1, R2, R10)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, enum_column
from portal.history.recorded import Recorded


class RegistryKind(StrEnum):
    """Which register makes the legal person."""

    PUBLIC_INSTITUTIONS = "public_institutions"
    SOCIAL_ORGANISATIONS = "social_organisations"
    MARKET = "market"


class OfInstitution(Recorded):
    """Mixin: a record that belongs to an institution and is shown on its page."""

    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)

    def subject(self) -> str:
        return f"institution/{self.institution_id}"


class Registration(OfInstitution, Base):
    """One registration as a legal person, in force until ``deregistered_on`` (注销)."""

    __tablename__ = "registration"
    record_kind: ClassVar[str] = "registration"

    register_kind: Mapped[RegistryKind | None] = mapped_column(enum_column(RegistryKind, "register_kind"))
    authority: Mapped[str | None] = mapped_column(String(200))
    number: Mapped[str | None] = mapped_column(String(100))
    registered_on: Mapped[date | None]
    deregistered_on: Mapped[date | None]
    deregistered_reason: Mapped[str | None] = mapped_column(Text)


class Filing(OfInstitution, Base):
    """One filing with the civil affairs bureau, in force until ``cancelled_on``."""

    __tablename__ = "filing"
    record_kind: ClassVar[str] = "filing"

    authority: Mapped[str | None] = mapped_column(String(200))
    number: Mapped[str | None] = mapped_column(String(100))
    filed_on: Mapped[date | None]
    first_resident_on: Mapped[date | None]
    """Filing is due within 10 working days of this day (《养老机构管理办法》 art. 10)."""
    cancelled_on: Mapped[date | None]
    cancelled_reason: Mapped[str | None] = mapped_column(Text)


class CommitmentLetter(OfInstitution, Base):
    """A filing commitment letter (备案信用承诺), public with a page of its own (R10)."""

    __tablename__ = "commitment_letter"
    record_kind: ClassVar[str] = "commitment_letter"

    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    signed_on: Mapped[date | None]
    body: Mapped[str] = mapped_column(Text)
    """The letter's words, paragraph by paragraph; no signatory's name."""
