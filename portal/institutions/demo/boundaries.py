"""The counties' fictional boundaries: cells around eight centres whose shared borders are bent the same way.

Degrees WGS84. The city lies on uninhabited desert sand, so that on any real map beneath no pin falls on a
street where somebody lives. Deterministic: the same polygons on every machine and day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

from portal.institutions.demo.regions import COUNTIES, COUNTY_BY_CODE
from portal.institutions.demo.seeded import seeded

Point = tuple[float, float]
"""(longitude, latitude)."""
Polygon = tuple[Point, ...]
"""A closed ring, counter-clockwise; the last point repeats the first."""

CENTRE: Point = (102.30, 40.20)
_EAST_WEST = 1.30
"""How much longer a degree of latitude is here than one of longitude."""
_CENTRES: tuple[Point, ...] = (  # in degrees of latitude around CENTRE, x to the east
    (-0.07, 0.03),
    (0.16, -0.05),
    (-0.36, 0.30),
    (0.02, 0.36),
    (0.42, 0.24),
    (0.38, -0.27),
    (0.00, -0.36),
    (-0.40, -0.13),
)
_GHOSTS = 22
_GHOST_RADIUS = (0.72, 0.88)
_BENDS = 4
"""Each border is halved this often, its middle moved each time."""
_ROUGHNESS = 0.11
_SEED = "云汀市界"


@cache
def county_boundaries() -> dict[str, Polygon]:
    """Return county code → boundary. Neighbours share every vertex of their common border."""
    corners = _Corners()
    cells = [[corners.snap(point) for point in cell] for cell in _cells()]
    return {
        county.code: tuple(_to_degrees(point) for point in _bent(cell))
        for county, cell in zip(COUNTIES, cells, strict=True)
    }


def contains(polygon: Polygon, point: Point) -> bool:
    """True if ``point`` lies within ``polygon`` (even-odd rule)."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in pairwise(polygon):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def centroid(polygon: Polygon) -> Point:
    """Return the centre of mass of ``polygon``."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in pairwise(polygon):
        cross = x1 * y2 - x2 * y1
        area += cross
        x += (x1 + x2) * cross
        y += (y1 + y2) * cross
    return x / (3 * area), y / (3 * area)


def point_within(polygon: Polygon, rng: Random, around: Point | None = None, spread: float = 0.03) -> Point:
    """Return a point inside ``polygon``: near ``around`` (``spread``: degrees), else anywhere."""
    west, east = min(x for x, _ in polygon), max(x for x, _ in polygon)
    south, north = min(y for _, y in polygon), max(y for _, y in polygon)
    while True:
        if around is None:
            point = rng.uniform(west, east), rng.uniform(south, north)
        else:
            point = rng.gauss(around[0], spread), rng.gauss(around[1], spread / _EAST_WEST)
        point = round(point[0], 6), round(point[1], 6)
        if contains(polygon, point):
            return point


def boundaries_geojson() -> dict[str, Any]:
    """Return the boundaries as a GeoJSON FeatureCollection (RFC 7946)."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": code,
                "properties": {"code": code, "name": COUNTY_BY_CODE[code].name, "fictional": True},
                "geometry": {"type": "Polygon", "coordinates": [[list(point) for point in polygon]]},
            }
            for code, polygon in county_boundaries().items()
        ],
    }


class _Corners:
    """Makes corners that differ by rounding alone one and the same."""

    def __init__(self) -> None:
        self.known: list[Point] = []

    def snap(self, point: Point) -> Point:
        for corner in self.known:
            if math.dist(corner, point) < 1e-7:
                return corner
        self.known.append(point)
        return point


def _cells() -> Iterator[list[Point]]:
    """Yield the Voronoi cell of each centre; a ring of ghosts gives the city its outline."""
    rng = seeded(_SEED)
    ghosts = []
    for number in range(_GHOSTS):
        angle = 2 * math.pi * (number + rng.uniform(-0.25, 0.25)) / _GHOSTS
        radius = rng.uniform(*_GHOST_RADIUS)
        ghosts.append((radius * math.cos(angle), radius * math.sin(angle)))
    sites = [*_CENTRES, *ghosts]
    for own in _CENTRES:
        cell: list[Point] = [(-2.0, -2.0), (2.0, -2.0), (2.0, 2.0), (-2.0, 2.0)]
        for other in sites:
            if other != own:
                cell = _nearer(cell, own, other)
        yield cell


def _nearer(cell: list[Point], own: Point, other: Point) -> list[Point]:
    """Return the part of a convex ``cell`` that is nearer to ``own`` than to ``other``."""
    normal = other[0] - own[0], other[1] - own[1]
    middle = (own[0] + other[0]) / 2, (own[1] + other[1]) / 2

    def beyond(point: Point) -> float:
        return (point[0] - middle[0]) * normal[0] + (point[1] - middle[1]) * normal[1]

    kept: list[Point] = []
    for start, end in zip(cell, [*cell[1:], cell[0]], strict=True):
        at_start, at_end = beyond(start), beyond(end)
        if at_start <= 0:
            kept.append(start)
        if (at_start < 0 < at_end) or (at_end < 0 < at_start):
            share = at_start / (at_start - at_end)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
    return kept


def _bent(cell: list[Point]) -> Iterator[Point]:
    for start, end in zip(cell, [*cell[1:], cell[0]], strict=True):
        yield from _border(start, end)[:-1]
    yield cell[0]


def _border(start: Point, end: Point) -> list[Point]:
    """Return the bent line from ``start`` to ``end``: the same points whichever side asks."""
    first, last = min(start, end), max(start, end)
    rng = seeded(_SEED, f"{first[0]:.6f},{first[1]:.6f}", f"{last[0]:.6f},{last[1]:.6f}")
    line = [first, last]
    for _ in range(_BENDS):
        finer = [line[0]]
        for (x1, y1), (x2, y2) in pairwise(line):
            shift = rng.uniform(-_ROUGHNESS, _ROUGHNESS)
            finer += [((x1 + x2) / 2 + shift * (y1 - y2), (y1 + y2) / 2 + shift * (x2 - x1)), (x2, y2)]
        line = finer
    return line if first == start else line[::-1]


def _to_degrees(point: Point) -> Point:
    return round(CENTRE[0] + point[0] * _EAST_WEST, 6), round(CENTRE[1] + point[1], 6)
