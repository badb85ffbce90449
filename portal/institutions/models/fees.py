"""Fee standards (收费标准, R4)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, enum_column
from portal.domain.fees import CareLevel, Fee, FeeBasis, FeeItem, FeeUnit, Room
from portal.institutions.models.registration import OfInstitution


class FeeStandard(OfInstitution, Base):
    """One line of a fee list. Amounts in fen; a fee that is not published has no row and is never 0."""

    __tablename__ = "fee_standard"
    record_kind: ClassVar[str] = "fee_standard"

    item: Mapped[FeeItem] = mapped_column(enum_column(FeeItem, "item"))
    item_name: Mapped[str | None] = mapped_column(String(100))
    """What an ``other`` item is."""
    care_level: Mapped[CareLevel | None] = mapped_column(enum_column(CareLevel, "care_level"))
    room: Mapped[Room | None] = mapped_column(enum_column(Room, "room"))
    amount_min_fen: Mapped[int]
    amount_max_fen: Mapped[int | None]
    """None: "from … upwards"."""
    unit: Mapped[FeeUnit] = mapped_column(enum_column(FeeUnit, "unit"))
    basis: Mapped[FeeBasis | None] = mapped_column(enum_column(FeeBasis, "basis"))
    in_force_from: Mapped[date | None]
    in_force_to: Mapped[date | None]
    as_written: Mapped[str | None] = mapped_column(String(300))
    """The text it was read from."""

    __table_args__ = (
        CheckConstraint("amount_min_fen > 0 AND amount_max_fen >= amount_min_fen", name="amounts"),
    )

    def as_fee(self) -> Fee:
        """The standard as the domain computes with it."""
        return Fee(
            self.item,
            self.care_level,
            self.room,
            self.amount_min_fen,
            self.amount_max_fen,
            self.unit,
            self.in_force_from,
            self.in_force_to,
        )
