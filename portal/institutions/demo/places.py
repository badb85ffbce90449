"""Chapter six: where the homes stand. Some are exact, some only near, some nowhere at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from random import Random
from typing import Any, TypeVar

from portal.domain.coordinates import to_wgs84
from portal.history import bulk
from portal.institutions.demo import entering, identity
from portal.institutions.demo.boundaries import CENTRE, Point, centroid, county_boundaries, point_within
from portal.institutions.demo.cast import City, Home
from portal.institutions.demo.regions import County
from portal.institutions.demo.seeded import seeded
from portal.institutions.demo.timeline import Timeline
from portal.institutions.models import Institution, PositionPrecision, PositionSystem

_PRECISIONS = {
    PositionPrecision.EXACT: 68,
    PositionPrecision.STREET: 14,
    PositionPrecision.TOWNSHIP: 13,
    PositionPrecision.COUNTY: 4,
    PositionPrecision.CITY: 1,
}
_SYSTEMS = {
    PositionSystem.WGS84: 40,
    PositionSystem.GCJ02: 38,
    PositionSystem.BD09: 14,
    PositionSystem.UNKNOWN: 8,
}
_WITHOUT = 0.09

T = TypeVar("T")


def schedule(city: City, timeline: Timeline) -> None:
    """Plan three surveys of positions; each adds the homes that had none by then."""
    ends = timeline.month_ends()
    placed: set[str] = set()
    for day in (ends[2], ends[16], timeline.ago(9)):
        timeline.at(max(day, timeline.entry_day(day)), _survey(city, day, placed), hour=8)


def _survey(city: City, day: date, placed: set[str]) -> Callable[[], None]:
    def enter() -> None:
        source = entering.city_list("养老机构点位采集表", day, ("longitude", "latitude"))
        rows = []
        for home in city.homes:
            if home.record_id is None or home.key in placed:
                continue
            placed.add(home.key)
            if position := position_of(city, home):
                rows.append((home.id, home.subject, position))
        bulk.amend_many(Institution, rows, entering.stated(source))

    return enter


def position_of(city: City, home: Home) -> dict[str, Any] | None:
    """Return the position's columns, None for one of the homes that nobody has located."""
    rng = city.rng("position", home.predecessor.key if home.predecessor else home.key)
    if rng.random() < _WITHOUT:
        return None
    precision = _draw(rng, _PRECISIONS)
    system = _draw(rng, _SYSTEMS)
    place = _point(city.seed, home.county, home.township, precision, rng)
    written = identity.as_given(*place, system)
    longitude, latitude = to_wgs84(*written, system)
    return {
        "longitude": longitude,
        "latitude": latitude,
        "position_as_written": f"{written[0]:.6f},{written[1]:.6f}",
        "position_system": system,
        "position_precision": precision,
    }


def _point(seed: int, county: County, township: str, precision: PositionPrecision, rng: Random) -> Point:
    boundary = county_boundaries()[county.code]
    if precision is PositionPrecision.CITY:
        return CENTRE
    if precision is PositionPrecision.COUNTY:
        x, y = centroid(boundary)
        return round(x, 6), round(y, 6)
    town = _town_centre(seed, county, township)
    if precision is PositionPrecision.TOWNSHIP:
        return town
    return point_within(boundary, rng, town, 0.012 if county.urban else 0.03)


@cache
def _town_centre(seed: int, county: County, township: str) -> Point:
    rng = seeded(seed, "town", county.code, township)
    boundary = county_boundaries()[county.code]
    if township.endswith("街道") or township == county.townships[0]:
        return point_within(boundary, rng, centroid(boundary), 0.045)
    return point_within(boundary, rng)


def _draw(rng: Random, weights: dict[T, int]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]
