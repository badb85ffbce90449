"""Rows of a list that could not be taken in: kept as written until someone mends them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Moment, primary_key


class QuarantinedRow(Base):
    """One row of one file, its cells as written and why each bad one was refused."""

    __tablename__ = "quarantined_row"

    id: Mapped[int] = primary_key()
    source_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"), index=True)
    row: Mapped[int] = mapped_column(Integer)
    """1-based row in the sheet."""
    cells: Mapped[dict[str, str]] = mapped_column(JSON)
    """Heading → text as written; personal columns left out."""
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """[{"column", "value", "reason"}]."""
    entered_at: Mapped[datetime] = mapped_column(Moment)
