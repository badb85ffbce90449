"""How exactly a position is known, and whether it fits the county that the home belongs to."""

from __future__ import annotations

from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.models import PositionPrecision
from portal.institutions.queries.derived import derived
from portal.reference.boundary_set import BoundarySet, current_boundaries

RADIUS = {
    PositionPrecision.EXACT: 0,
    PositionPrecision.STREET: 600,
    PositionPrecision.TOWNSHIP: 3_000,
    PositionPrecision.COUNTY: 12_000,
    PositionPrecision.CITY: 30_000,
}
"""Metres around the point within which the home stands, as far as is known."""
UNSAID = 700
"""Metres: of a position whose precision or system nobody stated."""
_TOLERANCE = 150
"""Metres beyond its county's boundary at which a position counts as outside: boundaries are drawn roughly."""
_NO_CLAIM = (PositionPrecision.COUNTY, PositionPrecision.CITY)
"""Precisions that name a middle of something: where that middle falls says nothing about the home."""


def radius_of(entry: Entry) -> int:
    """Return the metres around its point within which a home stands."""
    if entry.precision is None or (entry.precision is PositionPrecision.EXACT and not entry.system_known):
        return UNSAID
    return RADIUS[entry.precision]


def metres_beyond(entry: Entry, boundaries: BoundarySet) -> int | None:
    """Return how far beyond its county's boundary a home's position lies; None where it lies within, or near
    enough for what is known of it.
    """
    if entry.longitude is None or entry.latitude is None or entry.precision in _NO_CLAIM:
        return None
    beyond = boundaries.metres_outside(entry.region_code, entry.longitude, entry.latitude)
    return round(beyond) if beyond > max(_TOLERANCE, radius_of(entry)) else None


def outside_county(shown: Catalogue) -> dict[int, int]:
    """Return the homes that lie outside their county by id, with the metres beyond its boundary."""

    def find(made: Catalogue) -> dict[int, int]:
        boundaries = current_boundaries(made.regions)
        beyond = ((entry.id, metres_beyond(entry, boundaries)) for entry in made.entries)
        return {key: metres for key, metres in beyond if metres is not None}

    return derived(shown, "outside_county", find)
