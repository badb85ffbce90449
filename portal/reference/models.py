"""Tables of the regions, filled by ``sync.py``; every record of the portal points into ``region``."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, enum_column
from portal.reference.gb2260 import RegionLevel


class Region(Base):
    """An administrative region (行政区划), in force or abolished: old papers still name it."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    """Six digits of GB/T 2260; a fictional region uses digits that the standard gives to nobody."""
    name: Mapped[str] = mapped_column(String(40), index=True)
    names: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Former names under the same code, oldest first."""
    level: Mapped[RegionLevel] = mapped_column(enum_column(RegionLevel, "level"))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    since: Mapped[int | None] = mapped_column(Integer)
    """Year."""
    until: Mapped[int | None] = mapped_column(Integer)
    """Year of abolition; None while in force."""
    fictional: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True for the made-up regions of a demonstration; the sync never touches them."""


class RegionSuccession(Base):
    """Which region took over from an abolished one; several rows for one that was divided."""

    __tablename__ = "region_succession"

    old_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    new_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True, index=True)
    year: Mapped[int] = mapped_column(Integer)
