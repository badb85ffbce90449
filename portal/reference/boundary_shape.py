"""The geometry of boundaries, pure: sizes, what lies within, and which points a coarse drawing can spare."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import cos, hypot, pi, radians

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
"""(longitude, latitude) in degrees."""
Ring = list[Point]
"""Closed: the last point repeats the first."""
Polygons = list[list[Ring]]
Weights = list[list[list[int]]]

METRES_PER_DEGREE = 6_371_008.8 * pi / 180
"""Of latitude; of longitude at the equator."""
FINEST_METRES = 4
"""A point nearer than this to the line through its neighbours is not kept: no screen shows it."""
_DECIMALS = 5
_KEPT_ALWAYS = 10_000_000


def box_of(polygons: Polygons) -> tuple[float, float, float, float]:
    """Return (west, south, east, north)."""
    xs = [x for polygon in polygons for ring in polygon for x, _ in ring]
    ys = [y for polygon in polygons for ring in polygon for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def prepared(polygons: Polygons) -> tuple[Polygons, Weights]:
    """Return the polygons without points that no drawing needs, and the weight of each point in metres."""
    shape: Polygons = []
    weights: Weights = []
    for polygon in polygons:
        kept_rings: list[Ring] = []
        kept_weights: list[list[int]] = []
        for ring in polygon:
            rounded = _without_repeats(ring)
            if len(rounded) < 4:
                if not kept_rings:
                    break  # an outer ring too small to have an area takes its holes with it
                continue
            weighed = [
                (point, weight)
                for point, weight in zip(rounded, ring_weights(rounded), strict=True)
                if weight >= FINEST_METRES
            ]
            if len(weighed) < 4:
                weighed = [(point, FINEST_METRES) for point in rounded]
            kept_rings.append([point for point, _ in weighed])
            kept_weights.append([int(weight) for _, weight in weighed])
        if kept_rings:
            shape.append(kept_rings)
            weights.append(kept_weights)
    return shape, weights


def _without_repeats(ring: Sequence[Point]) -> Ring:
    rounded = [(round(x, _DECIMALS), round(y, _DECIMALS)) for x, y in ring]
    kept = [rounded[0]]
    kept.extend(there for here, there in pairwise(rounded) if there != here)
    return kept


def ring_weights(ring: Sequence[Point]) -> list[float]:
    """Return for each point of a closed ring the coarseness in metres from which on it can be left out.

    Douglas and Peucker's line simplification, kept as a rank of every point instead of one result: a drawing
    at any zoom takes the points that outweigh it. The ring's own size caps the weights, so that an islet
    disappears as a whole where it is smaller than a dot.
    """
    middle = radians(sum(y for _, y in ring) / len(ring))
    scale = METRES_PER_DEGREE * cos(middle)
    flat = [(x * scale, y * METRES_PER_DEGREE) for x, y in ring]
    last = len(flat) - 1
    far = max(range(last + 1), key=lambda at: _distance(flat[0], flat[at]))
    size = _extent(flat)
    found = [0.0] * (last + 1)
    found[0] = found[last] = found[far] = size
    spans: list[tuple[int, int, float]] = [(0, far, size), (far, last, size)]
    while spans:
        start, end, most = spans.pop()
        if end - start < 2:
            continue
        at, weight = _farthest(flat, start, end)
        found[at] = weight = min(weight, most)  # never more than the span it splits: ranks stay nested
        spans += [(start, at, weight), (at, end, weight)]
    # one corner between the two ends keeps even the coarsest drawing an area
    corner = max((at for at in range(1, last) if at != far), key=lambda at: found[at])
    found[corner] = size
    return found


def _farthest(flat: Sequence[Point], start: int, end: int) -> tuple[int, float]:
    (x1, y1), (x2, y2) = flat[start], flat[end]
    across, up = x2 - x1, y2 - y1
    squared = across * across + up * up
    best, at = -1.0, start + 1
    for index in range(start + 1, end):
        x, y = flat[index][0] - x1, flat[index][1] - y1
        share = 0.0 if squared == 0 else min(1.0, max(0.0, (x * across + y * up) / squared))
        dx, dy = x - share * across, y - share * up
        away = dx * dx + dy * dy
        if away > best:
            best, at = away, index
    return at, best**0.5


def _distance(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def _extent(flat: Sequence[Point]) -> float:
    xs, ys = [x for x, _ in flat], [y for _, y in flat]
    return min(float(_KEPT_ALWAYS), hypot(max(xs) - min(xs), max(ys) - min(ys)))


def coarser(rings: Iterable[array[float]], metres: float) -> Iterator[NDArray[np.float64]]:
    """Yield the rings of a drawing that leaves out everything smaller than ``metres``, a point a row.

    ``rings``: longitude, latitude and weight in metres of each point, and again.
    """
    for ring in rings:
        points = np.frombuffer(ring).reshape(-1, 3)
        kept = points[points[:, 2] >= metres, :2]
        if len(kept) >= 4:
            yield kept


def contains(polygons: Polygons, longitude: float, latitude: float) -> bool:
    """True if the point lies within, by the even-odd rule: in an outer ring and in none of its holes."""
    inside = False
    for polygon in polygons:
        for ring in polygon:
            for (x1, y1), (x2, y2) in pairwise(ring):
                if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (
                    y2 - y1
                ) + x1:
                    inside = not inside
    return inside


def metres_to_edge(polygons: Polygons, longitude: float, latitude: float) -> float:
    """Return how far the nearest point of any border is."""
    scale = METRES_PER_DEGREE * cos(radians(latitude))
    nearest = float("inf")
    for polygon in polygons:
        for ring in polygon:
            flat = [((x - longitude) * scale, (y - latitude) * METRES_PER_DEGREE) for x, y in ring]
            for (x1, y1), (x2, y2) in pairwise(flat):
                across, up = x2 - x1, y2 - y1
                squared = across * across + up * up
                share = 0.0 if squared == 0 else min(1.0, max(0.0, -(x1 * across + y1 * up) / squared))
                nearest = min(nearest, hypot(x1 + share * across, y1 + share * up))
    return nearest


def label_point(polygons: Polygons) -> Point:
    """Return a point for the name: well within the largest polygon, near the middle of its widest part."""
    outer = max((polygon for polygon in polygons), key=lambda polygon: abs(_area(polygon[0])))
    ring = outer[0]
    x, y = _centroid(ring)
    if contains([outer], x, y):
        return x, y
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    best: tuple[float, Point] = (-1.0, ring[0])
    for step in range(1, 16):
        level = south + (north - south) * step / 16
        crossings = sorted(
            (x2 - x1) * (level - y1) / (y2 - y1) + x1
            for line in outer
            for (x1, y1), (x2, y2) in pairwise(line)
            if (y1 > level) != (y2 > level)
        )
        for start, end in zip(crossings[::2], crossings[1::2], strict=False):
            best = max(best, (end - start, ((start + end) / 2, level)))
    return best[1]


def _area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def _centroid(ring: Ring) -> Point:
    x0, y0 = ring[0]  # near the shape: less is lost to rounding
    area = x = y = 0.0
    for (xa, ya), (xb, yb) in pairwise(ring):
        x1, y1, x2, y2 = xa - x0, ya - y0, xb - x0, yb - y0
        cross = x1 * y2 - x2 * y1
        area += cross
        x += (x1 + x2) * cross
        y += (y1 + y2) * cross
    if area == 0:
        return ring[0]
    return x0 + x / (3 * area), y0 + y / (3 * area)
