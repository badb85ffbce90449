"""Points gathered into the cells of a grid, at any zoom, within any box, for any choice among them.

The world is a square halved again and again; a point's cell at depth d is the first d bits of its x and of
its y. With the points in Z-order (Morton 1966: the bits of x and y interleaved) every cell of every depth is
one contiguous run, so that one sorted array is the grid of all zooms. A choice (the filters of a page) is
an array of running sums over that order: how many of a cell's points were chosen, and their mean place, is
the difference of two of its entries. Nothing is grouped by request.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, hypot
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from portal.maps.mercator import EARTH_METRES, TILE, Box, to_degrees, to_world, to_world_all

MAX_ZOOM = 18
_DEPTH = MAX_ZOOM + 3
"""Bits of a coordinate: cells of 32 pixels at the highest zoom, some 19 m."""
_WIDE, _FINE = 2, 3
"""Depth beyond the zoom: cells of 64 and of 32 pixels."""
_FEW = 60
"""Points in the box up to which they are gathered in fine cells only."""
_MOST_CELLS = 4_000
"""Cells of a box that are looked at; beyond it, larger ones."""
_MOST_CLUSTERS = 350
"""Clusters and single points of one answer."""
_APART = {_WIDE: 44, _FINE: 37}
"""Pixels between the middles of two clusters; nearer ones become one."""
_REMEMBERED_POINTS = 1_600_000
"""Choices are remembered up to so many points in all (some 40 MB), but always the last two."""

_Number = TypeVar("_Number", np.int64, np.float64)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Some chosen points near each other: how many, their mean place, and which, by position in the rows."""

    count: int
    longitude: float
    latitude: float
    rows: tuple[int, ...]
    """All of them if they are to be listed (a single one, or too close to be told apart); else empty."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The answer for one box."""

    total: int
    """Chosen points in the box, exactly."""
    clusters: list[Cluster]


@dataclass(frozen=True, slots=True)
class _Sums:
    """Running sums over the order: entry n is the sum of the first n points."""

    count: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    chosen: NDArray[np.bool_]


class Grid:
    """A fixed set of points. Build it once a version of the data; ask it as often as you like."""

    def __init__(self, longitudes: Sequence[float], latitudes: Sequence[float]) -> None:
        """Take the points by row."""
        x, y = to_world_all(longitudes, latitudes)
        codes = _interleaved(x, y)
        self.order: NDArray[np.int64] = np.argsort(codes, kind="stable")
        self._codes = codes[self.order]
        self._x, self._y = x[self.order], y[self.order]
        self.size = len(x)
        self._lock = Lock()
        self._remembered: OrderedDict[object, _Sums] = OrderedDict()

    def gather(self, box: Box, zoom: int, members: int | None = None) -> Gathered:
        """Return the chosen points within a box (degrees) at a zoom.

        ``members``: the choice, bit n standing for row n; None for all rows.
        """
        sums = self._sums(members)
        zoom = max(0, min(MAX_ZOOM, zoom))
        west, north = to_world(box[0], box[3])
        east, south = to_world(box[2], box[1])
        total = self._within(sums, west, north, east, south)
        beyond = _FINE if total <= _FEW or zoom == MAX_ZOOM else _WIDE
        # where even the finest cells hold more than an answer should, coarser ones are the honest picture
        for depth in range(min(_DEPTH, zoom + beyond), -1, -1):
            found = self._cells(sums, depth, west, north, east, south)
            if found is not None:
                break
        else:  # the world as one cell is never too many
            raise AssertionError("no depth fits")
        merged = _merged(found, zoom, _APART[beyond])
        return Gathered(total, [self._cluster(sums, cell, zoom) for cell in merged])

    def members_within(self, box: Box, members: int | None = None) -> int:
        """Return the chosen points within a box as a set of rows, bit n standing for row n."""
        west, north = to_world(box[0], box[3])
        east, south = to_world(box[2], box[1])
        flags = np.zeros(self.size, dtype=np.bool_)
        flags[self.order[self._inside(west, north, east, south) & self._sums(members).chosen]] = True
        return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")

    def by_distance(
        self, point: tuple[float, float], members: int, least: Sequence[float]
    ) -> list[tuple[int, float]]:
        """Return the chosen rows with their distance in metres from (longitude, latitude), nearest first.

        ``least``: by row, how near it may be ranked at most: a place known to 3 km is no nearer than that.
        """
        chosen = self._sums(members).chosen
        rows = self.order[chosen]
        x = np.radians((self._x[chosen] - 0.5) * 360)
        y = np.arctan(np.sinh((0.5 - self._y[chosen]) * 2 * np.pi))
        to_x, to_y = np.radians(point[0]), np.radians(point[1])
        half = np.sin((y - to_y) / 2) ** 2 + np.cos(y) * np.cos(to_y) * np.sin((x - to_x) / 2) ** 2
        metres = 2 * EARTH_METRES * np.arcsin(np.minimum(1.0, np.sqrt(half)))
        nearest = np.lexsort((rows, np.maximum(metres, np.asarray(least, dtype=np.float64)[rows])))
        return list(zip(rows[nearest].tolist(), metres[nearest].tolist(), strict=True))

    def box_of(self, members: int) -> Box | None:
        """Return the box around the chosen points, without the farthest few: one stray must not rule."""
        chosen = self._sums(members).chosen
        if not chosen.any():
            return None
        x, y = np.sort(self._x[chosen]), np.sort(self._y[chosen])
        spare = len(x) // 200
        west, north = to_degrees(float(x[spare]), float(y[spare]))
        east, south = to_degrees(float(x[-1 - spare]), float(y[-1 - spare]))
        return west, south, east, north

    def _inside(self, west: float, north: float, east: float, south: float) -> NDArray[np.bool_]:
        x, y = self._x, self._y
        found: NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= north) & (y <= south)
        return found

    def _within(self, sums: _Sums, west: float, north: float, east: float, south: float) -> int:
        return int(np.count_nonzero(self._inside(west, north, east, south) & sums.chosen))

    def _sums(self, members: int | None) -> _Sums:
        with self._lock:
            known = self._remembered.get(members)
            if known is not None:
                self._remembered.move_to_end(members)
                return known
        if members is None:
            chosen = np.ones(self.size, dtype=np.bool_)
        else:
            raw = np.frombuffer(members.to_bytes((self.size + 7) // 8 or 1, "little"), dtype=np.uint8)
            chosen = np.unpackbits(raw, bitorder="little", count=self.size).astype(np.bool_)[self.order]
        sums = _Sums(
            _running(chosen.astype(np.int64)),
            _running(np.where(chosen, self._x, 0.0)),
            _running(np.where(chosen, self._y, 0.0)),
            chosen,
        )
        with self._lock:
            self._remembered[members] = sums
            if len(self._remembered) > max(2, _REMEMBERED_POINTS // max(1, self.size)):
                self._remembered.popitem(last=False)
        return sums

    def _cells(
        self, sums: _Sums, depth: int, west: float, north: float, east: float, south: float
    ) -> list[_Cell] | None:
        """Return the cells of a depth that touch the box and hold something; None if that is too many."""
        across = 1 << depth
        first_x, last_x = (_clamped(floor(edge * across), across) for edge in (west, east))
        first_y, last_y = (_clamped(floor(edge * across), across) for edge in (north, south))
        if (last_x - first_x + 1) * (last_y - first_y + 1) > _MOST_CELLS:
            return None
        columns = np.arange(first_x, last_x + 1, dtype=np.uint64)
        lines = np.arange(first_y, last_y + 1, dtype=np.uint64)
        codes = (_spread(columns)[None, :] | (_spread(lines)[:, None] << np.uint64(1))).ravel()
        shift = np.uint64(2 * (_DEPTH - depth))
        starts = np.searchsorted(self._codes, codes << shift)
        ends = np.searchsorted(self._codes, (codes + np.uint64(1)) << shift)
        counts = sums.count[ends] - sums.count[starts]
        held = np.nonzero(counts)[0]
        if len(held) > _MOST_CLUSTERS:
            return None
        starts, ends, counts = starts[held], ends[held], counts[held]
        mean_x = (sums.x[ends] - sums.x[starts]) / counts
        mean_y = (sums.y[ends] - sums.y[starts]) / counts
        return [
            _Cell(count, x, y, [(start, end)])
            for count, x, y, start, end in zip(
                counts.tolist(), mean_x.tolist(), mean_y.tolist(), starts.tolist(), ends.tolist(), strict=True
            )
        ]

    def _cluster(self, sums: _Sums, cell: _Cell, zoom: int) -> Cluster:
        longitude, latitude = to_degrees(cell.x, cell.y)
        if zoom < MAX_ZOOM and cell.count > 1 and not self._at_one_place(sums, cell):
            return Cluster(cell.count, longitude, latitude, ())
        parts = [np.nonzero(sums.chosen[start:end])[0] + start for start, end in cell.runs]
        positions = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return Cluster(cell.count, longitude, latitude, tuple(self.order[positions].tolist()))

    def _at_one_place(self, sums: _Sums, cell: _Cell) -> bool:
        """True if no zoom tells these points apart: they share a cell of the greatest depth."""
        ends: set[int] = set()
        for start, end in cell.runs:
            # in order of their codes: if the first and the last chosen one share a cell, all between do
            first = sums.count.searchsorted(sums.count[start], "right") - 1
            last = sums.count.searchsorted(sums.count[end], "left") - 1
            ends.update((self._codes[first].item(), self._codes[last].item()))
            if len(ends) > 1:
                return False
        return True


@dataclass(slots=True)
class _Cell:
    count: int
    x: float
    y: float
    runs: list[tuple[int, int]]


def _merged(cells: list[_Cell], zoom: int, apart: int) -> list[_Cell]:
    """Join cells whose middles would be drawn over each other: the larger takes the smaller in."""
    world = TILE * 2**zoom
    near = apart / world
    kept: dict[tuple[int, int], list[_Cell]] = {}
    for cell in sorted(cells, key=lambda each: -each.count):
        column, line = floor(cell.x / near), floor(cell.y / near)
        beside = (
            other
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for other in kept.get((column + dx, line + dy), ())
            if hypot(other.x - cell.x, other.y - cell.y) < near
        )
        other = next(beside, None)
        if other is None:
            kept.setdefault((column, line), []).append(cell)
            continue
        # the middle stays where it is: moving it could push it over a third one
        other.count += cell.count
        other.runs += cell.runs
    return [cell for cells_there in kept.values() for cell in cells_there]


def _interleaved(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.uint64]:
    across = 1 << _DEPTH
    column = np.clip(np.floor(x * across), 0, across - 1).astype(np.uint64)
    line = np.clip(np.floor(y * across), 0, across - 1).astype(np.uint64)
    found: NDArray[np.uint64] = _spread(column) | (_spread(line) << np.uint64(1))
    return found


def _spread(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a nought before every bit of numbers below 2**32."""
    found = numbers
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        found = (found | (found << np.uint64(shift))) & np.uint64(mask)
    return found


def _running(values: NDArray[_Number]) -> NDArray[_Number]:
    return np.concatenate([np.zeros(1, dtype=values.dtype), np.cumsum(values)])


def _clamped(cell: int, across: int) -> int:
    return max(0, min(across - 1, cell))
