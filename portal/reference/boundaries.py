"""Boundaries of regions: where a county ends, as an operator's file or the demo city says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, Double, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.database import Base, Moment, enum_column
from portal.domain.coordinates import to_wgs84
from portal.extensions import db
from portal.reference.boundary_shape import Polygons, box_of, prepared


class BoundarySystem(StrEnum):
    """The coordinate system in which a boundary was supplied; stored are always WGS84 degrees."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class Boundary(Base):
    """The boundary of one region (行政区划界线), fit to be drawn and to be asked what lies within."""

    __tablename__ = "boundary"
    __table_args__ = (CheckConstraint("west <= east AND south <= north", name="box"),)

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    polygons: Mapped[list[Any]] = mapped_column(JSON)
    """As in a GeoJSON MultiPolygon: polygons of rings of [longitude, latitude], WGS84, outer ring first."""
    weights: Mapped[list[Any]] = mapped_column(JSON)
    """For each point of ``polygons``: metres; a drawing coarser than that can do without the point."""
    west: Mapped[float] = mapped_column(Double)
    south: Mapped[float] = mapped_column(Double)
    east: Mapped[float] = mapped_column(Double)
    north: Mapped[float] = mapped_column(Double)
    system: Mapped[BoundarySystem] = mapped_column(enum_column(BoundarySystem, "system"))
    source_title: Mapped[str | None] = mapped_column(String(300))
    as_of: Mapped[date | None] = mapped_column(Date)
    entered_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True, slots=True)
class BoundarySource:
    """Where boundaries come from."""

    system: BoundarySystem = BoundarySystem.WGS84
    title: str | None = None
    as_of: date | None = None


def enter_boundary(region_code: str, polygons: Polygons, source: BoundarySource) -> Boundary:
    """Write the boundary of one region, in place of the one it had; degrees in ``source.system``. Flushes."""
    degrees = [[[to_wgs84(x, y, source.system) for x, y in ring] for ring in polygon] for polygon in polygons]
    shape, weights = prepared(degrees)
    west, south, east, north = box_of(shape)
    boundary = db.session.get(Boundary, region_code) or Boundary(region_code=region_code)
    boundary.polygons, boundary.weights = shape, weights
    boundary.west, boundary.south, boundary.east, boundary.north = west, south, east, north
    boundary.system, boundary.source_title, boundary.as_of = source.system, source.title, source.as_of
    boundary.entered_at = clock.now()
    db.session.add(boundary)
    db.session.flush()
    return boundary


def remove_boundaries(region_codes: Collection[str]) -> int:
    """Remove the boundaries of these regions; return how many there were."""
    held = db.session.scalars(
        select(Boundary.region_code).where(Boundary.region_code.in_(region_codes))
    ).all()
    db.session.execute(delete(Boundary).where(Boundary.region_code.in_(region_codes)))
    return len(held)
