"""Whatever is asked of the grid, counting one by one gives the same."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.maps.grid import MAX_ZOOM, Grid
from portal.maps.mercator import Box, metres_between, to_world

degrees = st.tuples(st.floats(73, 135), st.floats(3, 54))
crowded = st.tuples(st.sampled_from([102.1, 102.1001, 102.2]), st.sampled_from([40.0, 40.0001, 40.3]))
points = st.lists(st.one_of(degrees, crowded), max_size=120)
corners = st.tuples(degrees, degrees)
zooms = st.integers(0, 22)


def box_of(pair: tuple[tuple[float, float], tuple[float, float]]) -> Box:
    (x1, y1), (x2, y2) = pair
    return min(x1, x2), min(y1, y2), max(x1, x2) + 1e-6, max(y1, y2) + 1e-6


def inside(place: tuple[float, float], box: Box) -> bool:
    x, y = to_world(*place)
    west, north = to_world(box[0], box[3])
    east, south = to_world(box[2], box[1])
    return west <= x <= east and north <= y <= south


def grid_of(places: list[tuple[float, float]]) -> Grid:
    return Grid([x for x, _ in places], [y for _, y in places])


@given(points, corners, zooms, st.integers(0))
def test_the_total_is_that_of_counting_one_by_one(
    places: list[tuple[float, float]],
    pair: tuple[tuple[float, float], tuple[float, float]],
    zoom: int,
    choice: int,
) -> None:
    box, members = box_of(pair), choice & ((1 << len(places)) - 1)
    grid = grid_of(places)
    expected = {row for row, place in enumerate(places) if members >> row & 1 and inside(place, box)}
    gathered = grid.gather(box, zoom, members)
    assert gathered.total == len(expected)
    assert grid.members_within(box, members) == sum(1 << row for row in expected)
    # cells at the edge reach beyond the box: all that is inside is drawn, and nothing is drawn twice
    drawn = sum(cluster.count for cluster in gathered.clusters)
    assert len(expected) <= drawn <= members.bit_count()


@pytest.mark.parametrize("latitude", [4.6, 40.0, 53.3, 18.25, 23.44])
def test_a_point_on_the_edge_of_a_box_is_in_it(latitude: float) -> None:
    grid = grid_of([(73.0, latitude)])
    assert grid.gather((73.0, latitude, 74.0, latitude + 1), 5).total == 1
    assert grid.gather((72.0, latitude - 1, 73.0, latitude), 5).total == 1


@given(points, zooms, st.integers(0))
def test_over_the_whole_world_every_choice_is_drawn_exactly_once(
    places: list[tuple[float, float]], zoom: int, choice: int
) -> None:
    members = choice & ((1 << len(places)) - 1)
    gathered = grid_of(places).gather((-180, -85, 180, 85), zoom, members)
    assert sum(cluster.count for cluster in gathered.clusters) == members.bit_count() == gathered.total
    named = [row for cluster in gathered.clusters for row in cluster.rows]
    assert len(named) == len(set(named))
    assert all(members >> row & 1 for row in named)
    for cluster in gathered.clusters:
        assert len(cluster.rows) in (0, cluster.count)
        if cluster.count == 1:
            x, y = places[cluster.rows[0]]
            assert metres_between((cluster.longitude, cluster.latitude), (x, y)) < 1


@settings(max_examples=20)
@given(st.integers(0, 2**31), zooms)
def test_each_cell_holds_what_lies_in_it(seed: int, zoom: int) -> None:
    """Clusters before joining are cells of 64 or 32 pixels: recount them from the points."""
    rng = random.Random(seed)
    places = [(rng.gauss(102, 0.4), rng.gauss(40, 0.3)) for _ in range(400)]
    members = rng.getrandbits(400)
    grid = grid_of(places)
    for depth in (3, 7, min(20, zoom + 2)):
        counted: dict[tuple[int, int], int] = {}
        for row, place in enumerate(places):
            if members >> row & 1:
                x, y = to_world(*place)
                cell = int(x * 2**depth), int(y * 2**depth)
                counted[cell] = counted.get(cell, 0) + 1
        found = grid._cells(grid._sums(members), depth, 0.0, 0.0, 1.0, 1.0) if depth < 6 else None
        if found is not None:
            assert sorted(cell.count for cell in found) == sorted(counted.values())
        west, north = to_world(101.5, 40.5)
        east, south = to_world(102.5, 39.5)
        part = grid._cells(grid._sums(members), depth, west, north, east, south)
        if part is not None:
            within = [
                count
                for (column, line), count in counted.items()
                if int(west * 2**depth) <= column <= int(east * 2**depth)
                and int(north * 2**depth) <= line <= int(south * 2**depth)
            ]
            assert sorted(cell.count for cell in part) == sorted(within)


def test_points_at_one_place_are_one_cluster_that_names_them_all() -> None:
    grid = grid_of([(102.1, 40.1)] * 7 + [(103.0, 41.0)])
    at_any_zoom = [
        next(cluster for cluster in grid.gather((101, 39, 104, 42), zoom).clusters if cluster.count == 7)
        for zoom in (9, 14, MAX_ZOOM)
    ]
    assert all(sorted(cluster.rows) == list(range(7)) for cluster in at_any_zoom)


def test_two_doors_of_one_street_come_apart_on_zooming_in() -> None:
    grid = grid_of([(102.1, 40.1), (102.1010, 40.1)])  # 85 m
    assert [cluster.count for cluster in grid.gather((102, 40, 102.2, 40.2), 10).clusters] == [2]
    near = grid.gather((102.09, 40.09, 102.11, 40.11), 17).clusters
    assert sorted(cluster.rows for cluster in near) == [(0,), (1,)]


@pytest.mark.parametrize("zoom", range(0, 23, 2))
def test_an_answer_stays_small_however_much_lies_in_the_box(zoom: int) -> None:
    rng = random.Random(3)
    grid = grid_of([(rng.uniform(74, 134), rng.uniform(18, 53)) for _ in range(20_000)])
    gathered = grid.gather((-180, -85, 180, 85), zoom)
    assert len(gathered.clusters) <= 350
    assert sum(cluster.count for cluster in gathered.clusters) == 20_000


@given(points, degrees)
def test_nearest_first_and_an_area_no_nearer_than_it_is_known(
    places: list[tuple[float, float]], point: tuple[float, float]
) -> None:
    least = [3_000.0 if row % 3 == 0 else 0.0 for row in range(len(places))]
    ranked = grid_of(places).by_distance(point, (1 << len(places)) - 1, least)
    assert sorted(row for row, _ in ranked) == list(range(len(places)))
    for row, metres in ranked:
        assert metres == pytest.approx(metres_between(places[row], point), abs=0.5)
    shown = [max(metres, least[row]) for row, metres in ranked]
    assert shown == sorted(shown)


def test_an_empty_grid_answers() -> None:
    grid = grid_of([])
    assert grid.gather((100, 30, 110, 40), 8).clusters == []
    assert grid.members_within((100, 30, 110, 40)) == 0
    assert grid.box_of(0) is None


def test_one_stray_does_not_widen_the_first_view() -> None:
    places = [(102 + n / 1000, 40 + n / 1000) for n in range(400)] + [(0.0, 0.0)]
    box = grid_of(places).box_of((1 << 401) - 1)
    assert box is not None
    assert box[0] == pytest.approx(102, abs=0.01)
