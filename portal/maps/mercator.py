"""Web Mercator, as every web map draws it, and distances on the ground."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

TILE = 256
"""Pixels of a tile's side."""
LIMIT = 85.05112878
"""Degrees of latitude at which the square world ends."""
EARTH_METRES = 6_371_008.8

Box = tuple[float, float, float, float]
"""(west, south, east, north) in degrees."""


def to_world(longitude: float, latitude: float) -> tuple[float, float]:
    """Return the place in the square world, 0 to 1 from the north-west corner."""
    x, y = to_world_all((longitude,), (latitude,))
    return float(x[0]), float(y[0])


def to_world_all(
    longitudes: Sequence[float], latitudes: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return many places at once.

    One and many go the same way: two ways of rounding would put a point on the edge of a box both in and out.
    """
    x = np.asarray(longitudes, dtype=np.float64) / 360 + 0.5
    limited = np.clip(np.asarray(latitudes, dtype=np.float64), -LIMIT, LIMIT)
    y = 0.5 - np.arcsinh(np.tan(np.radians(limited))) / (2 * np.pi)
    return x, y


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of a place in the square world."""
    return (x - 0.5) * 360, math.degrees(math.atan(math.sinh((0.5 - y) * 2 * math.pi)))


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two (longitude, latitude) over a round earth: right to half a percent."""
    (x1, y1), (x2, y2) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    half = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(half)))


def zoom_to_fit(box: Box, width: int, height: int, most: int) -> int:
    """Return the highest zoom, at most ``most``, at which a box fits into so many pixels."""
    west, north = to_world(box[0], box[3])
    east, south = to_world(box[2], box[1])
    for zoom in range(most, 0, -1):
        world = TILE * 2**zoom
        if (east - west) * world <= width and (south - north) * world <= height:
            return zoom
    return 0
