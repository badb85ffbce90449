"""Suspension, closure and merger notices (关停并转, R12)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, enum_column
from portal.history.recorded import Recorded
from portal.institutions.models.registration import OfInstitution


class ClosureKind(StrEnum):
    """What happens to the home."""

    SUSPENSION = "suspension"
    CLOSURE = "closure"
    MERGER = "merger"
    CONVERSION = "conversion"


class ClosureNotice(OfInstitution, Base):
    """One notice, and where the residents went."""

    __tablename__ = "closure_notice"
    record_kind: ClassVar[str] = "closure_notice"
    identity_columns: ClassVar[frozenset[str]] = Recorded.identity_columns

    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[ClosureKind] = mapped_column(enum_column(ClosureKind, "kind"))
    announced_on: Mapped[date]
    effective_on: Mapped[date]
    resumes_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    residents_moved: Mapped[int | None]
    residents_went: Mapped[str | None] = mapped_column(Text)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    contact: Mapped[str | None] = mapped_column(String(200))
    """The office that answers families' questions, with its telephone; never a person."""
