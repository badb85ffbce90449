"""All boundaries in memory: what lies within which region, and drawings that suit a zoom and stay small."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians

import numpy as np
from flask import current_app
from sqlalchemy import func, select

from portal.extensions import db
from portal.reference.boundaries import Boundary
from portal.reference.boundary_shape import (
    METRES_PER_DEGREE,
    Point,
    Polygons,
    coarser,
    contains,
    label_point,
    metres_to_edge,
)
from portal.reference.gb2260 import RegionLevel
from portal.reference.regions import RegionDirectory

Box = tuple[float, float, float, float]
"""(west, south, east, north) in degrees."""

MOST_POINTS = 20_000
"""Of one drawing: some 70 KB compressed."""
_UNITS = 100_000
"""Drawings are sent in hundred-thousandths of a degree, each point as the step from the one before."""
_PROVINCES_UP_TO, _CITIES_UP_TO = 4, 6
"""Zoom levels up to which provinces, then cities, are what can be told apart."""
_ORDER = list(RegionLevel)


@dataclass(frozen=True, slots=True)
class Territory:
    """The boundary of one region, as long as the process lives."""

    code: str
    level: RegionLevel
    box: Box
    label: Point
    rings: tuple[array[float], ...]
    """Of all its polygons: longitude, latitude, weight in metres, and again."""
    source_title: str | None
    as_of: date | None

    def polygons(self) -> Polygons:
        """Return the rings as points; outer rings and holes alike, as the even-odd rule needs no more."""
        return [[list(zip(ring[0::3], ring[1::3], strict=True)) for ring in self.rings]]


@dataclass(frozen=True, slots=True)
class Outline:
    """What is drawn of one region."""

    code: str
    label: Point
    lines: list[list[int]]


class BoundarySet:
    """The boundaries as they were loaded; never changed once built."""

    def __init__(self, held: Iterable[Territory], regions: RegionDirectory) -> None:
        self.by_code = {region.code: region for region in held}
        self._regions = regions
        self._levels = {level: self._shown_at(level) for level in RegionLevel}
        self._weights = {
            code: np.concatenate([np.frombuffer(ring)[2::3] for ring in region.rings])
            for code, region in self.by_code.items()
        }
        """Of all points of a region, in metres: how many a drawing would have is asked again and again."""
        self._known: dict[tuple[str, float, float], float] = {}

    def __len__(self) -> int:
        return len(self.by_code)

    @property
    def box(self) -> Box | None:
        """The box around everything, None without boundaries."""
        return joint_box([region.box for region in self.by_code.values()])

    def box_within(self, code: str) -> Box | None:
        """Return the box of a region: its own, else that of the regions beneath it."""
        if code in self.by_code:
            return self.by_code[code].box
        inside = self._regions.within(code) if self._regions.get(code) else frozenset()
        return joint_box([region.box for each, region in self.by_code.items() if each in inside])

    def nearest_above(self, code: str) -> Territory | None:
        """Return the boundary of a region, or else of the lowest region above it that has one."""
        above = [row.code for row in self._regions.ancestors(code)] if self._regions.get(code) else []
        found = (self.by_code.get(each) for each in (code, *reversed(above)))
        return next((region for region in found if region is not None), None)

    def metres_outside(self, code: str, longitude: float, latitude: float) -> float:
        """Return how far beyond the region's boundary a point lies; 0 within it, or where none is known."""
        key = (code, longitude, latitude)
        if key not in self._known:
            region = self.nearest_above(code)
            self._known[key] = 0.0 if region is None else _metres_outside(region, longitude, latitude)
        return self._known[key]

    def outlines(self, box: Box, zoom: int) -> tuple[RegionLevel | None, list[Outline]]:
        """Return what to draw within a box at a zoom: fewer points rather than a heavy answer."""
        wanted = (
            RegionLevel.PROVINCE
            if zoom <= _PROVINCES_UP_TO
            else RegionLevel.CITY
            if zoom <= _CITIES_UP_TO
            else RegionLevel.COUNTY
        )
        shown = [region for region in self._levels[wanted] if _overlap(region.box, box)]
        metres = 0.6 * metres_per_pixel(zoom, (box[1] + box[3]) / 2)
        weights = np.concatenate([self._weights[region.code] for region in shown] or [np.empty(0)])
        while np.count_nonzero(weights >= metres) > MOST_POINTS:
            metres *= 1.5
        drawn = (Outline(region.code, region.label, _lines(region, metres)) for region in shown)
        return (shown[0].level if shown else None), [outline for outline in drawn if outline.lines]

    def sources(self) -> list[tuple[str, date | None]]:
        """Return where the boundaries come from, each once."""
        named = {(region.source_title, region.as_of) for region in self.by_code.values()}
        return sorted(((title, day) for title, day in named if title), key=lambda pair: pair[0])

    def _shown_at(self, wanted: RegionLevel) -> list[Territory]:
        """Return the regions drawn where ``wanted`` is the fitting level: that, or the next best loaded."""
        position = _ORDER.index(wanted)
        order = [*_ORDER[position:], *reversed(_ORDER[:position])]
        taken: set[str] = set()
        beneath: set[str] = set()
        """Codes above something taken: drawing them as well would draw that border twice."""
        found = []
        for level in order:
            for region in self.by_code.values():
                above = {row.code for row in self._regions.ancestors(region.code)}
                if region.level is level and not (above & taken) and region.code not in beneath:
                    found.append(region)
                    taken.add(region.code)
                    beneath |= above
        return sorted(found, key=lambda region: region.code)


def metres_per_pixel(zoom: int, latitude: float) -> float:
    """Return the size of a pixel of the Web Mercator map."""
    return METRES_PER_DEGREE * 360 / (256 << zoom) * cos(radians(latitude))


def joint_box(boxes: Sequence[Box]) -> Box | None:
    """Return the box around all of these."""
    if not boxes:
        return None
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def current_boundaries(regions: RegionDirectory) -> BoundarySet:
    """Return the boundaries as the database holds them: read again only when they have changed."""
    count, newest = db.session.execute(select(func.count(), func.max(Boundary.entered_at))).one()
    held = current_app.extensions.get("boundary_set")
    if held is None or held[0] != (count, newest):
        held = ((count, newest), _read(regions))
        current_app.extensions["boundary_set"] = held
    found = held[1]
    assert isinstance(found, BoundarySet)
    return found


def _read(regions: RegionDirectory) -> BoundarySet:
    columns = (Boundary.region_code, Boundary.polygons, Boundary.weights, Boundary.west, Boundary.south,
               Boundary.east, Boundary.north, Boundary.source_title, Boundary.as_of)  # fmt: skip
    held = []
    for row in db.session.execute(select(*columns).order_by(Boundary.region_code)).yield_per(200):
        region = regions.get(row.region_code)
        if region is None or region.until is not None:
            continue  # abolished since it was loaded: what it became may lie elsewhere
        rings = tuple(
            array("d", [number for (x, y), w in zip(ring, weights, strict=True) for number in (x, y, w)])
            for polygon, polygon_weights in zip(row.polygons, row.weights, strict=True)
            for ring, weights in zip(polygon, polygon_weights, strict=True)
        )
        box = (row.west, row.south, row.east, row.north)
        held.append(
            Territory(row.region_code, region.level, box, label_point(row.polygons), rings,
                   row.source_title, row.as_of)
        )  # fmt: skip
    return BoundarySet(held, regions)


def _metres_outside(region: Territory, longitude: float, latitude: float) -> float:
    west, south, east, north = region.box
    polygons = region.polygons()
    if west <= longitude <= east and south <= latitude <= north and contains(polygons, longitude, latitude):
        return 0.0
    return metres_to_edge(polygons, longitude, latitude)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def _lines(region: Territory, metres: float) -> list[list[int]]:
    lines = []
    for ring in coarser(region.rings, metres):
        whole = np.rint(ring * _UNITS).astype(np.int64)
        whole[1:] -= whole[:-1].copy()
        lines.append(whole.ravel().tolist())
    return lines
