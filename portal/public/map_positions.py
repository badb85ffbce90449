"""Where each home stands on the map: how exactly that is known, and whether it fits the home's county."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.institutions.catalogue.bitmaps import set_of
from portal.institutions.catalogue.catalogue import Catalogue, Found
from portal.institutions.catalogue.entry import Entry
from portal.institutions.models import PositionPrecision
from portal.maps.grid import Grid
from portal.reference.boundary_set import BoundarySet, current_boundaries

_RADIUS = {
    PositionPrecision.EXACT: 0,
    PositionPrecision.STREET: 600,
    PositionPrecision.TOWNSHIP: 3_000,
    PositionPrecision.COUNTY: 12_000,
    PositionPrecision.CITY: 30_000,
}
"""Metres around the point within which the home stands, as far as is known."""
_UNSAID = 700
"""Metres: of a position whose precision or system nobody stated."""
_TOLERANCE = 150
"""Metres beyond its county's boundary at which a position counts as outside: boundaries are drawn roughly."""
_NO_CLAIM = (PositionPrecision.COUNTY, PositionPrecision.CITY)
"""Precisions that name a middle of something: where that middle falls says nothing about the home."""


@dataclass(frozen=True, slots=True)
class Position:
    """A home's place. ``radius`` 0: the very spot."""

    longitude: float
    latitude: float
    radius: int
    words: str
    outside: bool
    """True where it lies outside the county that the home belongs to."""

    @property
    def point(self) -> tuple[float, float]:
        """Longitude and latitude."""
        return self.longitude, self.latitude


class Positions:
    """All positions of one catalogue, by the catalogue's slots, and the grid that gathers them."""

    def __init__(self, entries: Sequence[Entry], boundaries: BoundarySet) -> None:
        self.boundaries = boundaries
        self.by_slot = [_position(entry, boundaries) for entry in entries]
        self.slot_of = {entry.public_id: slot for slot, entry in enumerate(entries)}
        nowhere = (0.0, 0.0)  # never shown: those without a position are not among the placed
        points = [nowhere if place is None else place.point for place in self.by_slot]
        self.grid = Grid([x for x, _ in points], [y for _, y in points])
        self.radii = [0 if place is None else place.radius for place in self.by_slot]
        self.placed = set_of([slot for slot, place in enumerate(self.by_slot) if place is not None])
        self.outside = set_of([slot for slot, place in enumerate(self.by_slot) if place and place.outside])

    def of(self, entry: Entry) -> Position | None:
        """Return a home's place, None where nobody knows it."""
        return self.by_slot[self.slot_of[entry.public_id]]

    def placed_of(self, found: Found) -> int:
        """Return those of a choice that have a position."""
        return found.members & self.placed


def positions(listed: Catalogue) -> Positions:
    """Return the positions of a catalogue, worked out once."""
    return listed.derived("positions", lambda one: Positions(one.entries, current_boundaries(one.regions)))


def _position(entry: Entry, boundaries: BoundarySet) -> Position | None:
    if entry.longitude is None or entry.latitude is None:
        return None
    radius, words = _knowledge(entry)
    outside = False
    if entry.precision not in _NO_CLAIM:
        beyond = boundaries.metres_outside(entry.region_code, entry.longitude, entry.latitude)
        outside = beyond > max(_TOLERANCE, radius)
    return Position(entry.longitude, entry.latitude, radius, words, outside)


def _knowledge(entry: Entry) -> tuple[int, str]:
    if entry.precision is None:
        return _UNSAID, "有多准确没有注明"
    if entry.precision is PositionPrecision.EXACT:
        return (0, "") if entry.system_known else (_UNSAID, "坐标系没有注明，可能偏差几百米")
    words = {
        PositionPrecision.STREET: "只知道在这条街附近",
        PositionPrecision.TOWNSHIP: "只知道在这个乡镇",
        PositionPrecision.COUNTY: f"只知道在{entry.region_label}",
        PositionPrecision.CITY: "只知道在这个市",
    }
    return _RADIUS[entry.precision], words[entry.precision]
