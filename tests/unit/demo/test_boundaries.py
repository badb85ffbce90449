"""The fictional counties: valid shapes that share their borders, and homes that stand within them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from portal.institutions.demo.boundaries import (
    Point,
    boundaries_geojson,
    centroid,
    contains,
    county_boundaries,
)
from portal.institutions.demo.cast import cast_city
from portal.institutions.demo.places import position_of
from portal.institutions.demo.regions import CITY_CODE, COUNTIES, PROVINCE_CODE
from portal.institutions.demo.seeded import seeded
from portal.institutions.models import PositionPrecision
from portal.reference.gb2260 import load_regions

Edge = tuple[Point, Point]


def _edges(code: str) -> list[Edge]:
    return [(min(a, b), max(a, b)) for a, b in pairwise(county_boundaries()[code])]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _cross(one: Edge, other: Edge) -> bool:
    (a, b), (c, d) = one, other
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def test_every_county_has_a_closed_counter_clockwise_ring_without_repeated_points() -> None:
    boundaries = county_boundaries()
    assert set(boundaries) == {county.code for county in COUNTIES}
    for ring in boundaries.values():
        assert ring[0] == ring[-1]
        assert len(set(ring)) == len(ring) - 1
        assert sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) > 0
        assert contains(ring, centroid(ring))


def test_no_border_crosses_another() -> None:
    edges = sorted({edge for county in COUNTIES for edge in _edges(county.code)})
    for index, one in enumerate(edges):
        for other in edges[index + 1 :]:
            if other[0][0] > one[1][0]:
                break  # sorted by their western ends: none further east can meet this one
            assert not _cross(one, other)


def test_neighbours_share_their_edges_and_no_edge_belongs_to_three() -> None:
    owners: dict[Edge, list[str]] = {}
    for county in COUNTIES:
        for edge in _edges(county.code):
            owners.setdefault(edge, []).append(county.code)
    assert max(map(len, owners.values())) == 2
    neighbours = {tuple(codes) for codes in owners.values() if len(codes) == 2}
    for county in COUNTIES:
        assert any(county.code in pair for pair in neighbours), county.name
    # 汀兰区 lies in the middle: all its edges are shared.
    assert all(len(codes) == 2 for edge, codes in owners.items() if "990102" in codes)


def test_no_place_lies_in_two_counties() -> None:
    rng = seeded("anywhere")
    rings = county_boundaries().values()
    points = [p for ring in rings for p in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    covered = 0
    for _ in range(3000):
        point = rng.uniform(west, east), rng.uniform(south, north)
        within = sum(contains(ring, point) for ring in rings)
        assert within <= 1
        covered += within
    assert covered > 1500


@pytest.mark.parametrize("seed", [1, 20260101])
def test_homes_stand_within_their_counties(seed: int) -> None:
    city = cast_city(seed)
    placed = 0
    for home in city.homes:
        position = position_of(city, home)
        if position is None or position["position_precision"] is PositionPrecision.CITY:
            continue
        placed += 1
        point = position["longitude"], position["latitude"]
        assert contains(county_boundaries()[home.county.code], point), home.name
    assert placed > 190


def test_geojson_names_every_county_and_says_that_it_is_fictional() -> None:
    collection = boundaries_geojson()
    assert collection["type"] == "FeatureCollection"
    assert [feature["id"] for feature in collection["features"]] == [county.code for county in COUNTIES]
    for feature in collection["features"]:
        assert feature["properties"]["fictional"] is True
        ring = feature["geometry"]["coordinates"][0]
        assert ring[0] == ring[-1]


def test_no_region_of_the_demo_bears_a_real_code_or_name() -> None:
    entries, _ = load_regions()
    codes = {entry.code for entry in entries}
    names = {name for entry in entries for name in (entry.name, *entry.names)}
    assert not any(code.startswith("99") for code in codes)
    assert {PROVINCE_CODE, CITY_CODE}.isdisjoint(codes)
    for county in COUNTIES:
        assert not [name for name in names if county.stem in name]
