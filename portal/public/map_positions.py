"""Where each home stands on the map: how exactly that is known, and whether it fits the home's county."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.institutions.catalogue.bitmaps import set_of
from portal.institutions.catalogue.catalogue import Catalogue, Found
from portal.institutions.catalogue.entry import Entry
from portal.institutions.models import PositionPrecision
from portal.institutions.queries.position_check import metres_beyond, radius_of
from portal.maps.grid import Grid
from portal.reference.boundary_set import BoundarySet, current_boundaries


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
    outside = metres_beyond(entry, boundaries) is not None
    return Position(entry.longitude, entry.latitude, radius_of(entry), _words(entry), outside)


def _words(entry: Entry) -> str:
    if entry.precision is None:
        return "有多准确没有注明"
    if entry.precision is PositionPrecision.EXACT:
        return "" if entry.system_known else "坐标系没有注明，可能偏差几百米"
    return {
        PositionPrecision.STREET: "只知道在这条街附近",
        PositionPrecision.TOWNSHIP: "只知道在这个乡镇",
        PositionPrecision.COUNTY: f"只知道在{entry.region_label}",
        PositionPrecision.CITY: "只知道在这个市",
    }[entry.precision]
