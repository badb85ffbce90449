"""Boundaries: what lies within, and drawings that get coarser without falling apart."""

from __future__ import annotations

import math
from array import array
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reference.boundary_shape import (
    FINEST_METRES,
    Polygons,
    Weights,
    coarser,
    contains,
    label_point,
    metres_to_edge,
    prepared,
    ring_weights,
)

SQUARE = [(102.0, 40.0), (103.0, 40.0), (103.0, 41.0), (102.0, 41.0), (102.0, 40.0)]
HOLE = [(102.4, 40.4), (102.6, 40.4), (102.6, 40.6), (102.4, 40.6), (102.4, 40.4)]


def star(radii: list[float]) -> list[tuple[float, float]]:
    """Return a ring around a centre, one corner a radius."""
    turn = 2 * math.pi / len(radii)
    ring = [(102 + r * math.cos(n * turn), 40 + r * math.sin(n * turn)) for n, r in enumerate(radii)]
    return [*ring, ring[0]]


def drawn(shape: Polygons, weights: Weights, metres: float) -> list[list[tuple[float, float]]]:
    """Return the rings of a drawing."""
    rings = [
        array("d", [number for (x, y), w in zip(ring, weighed, strict=True) for number in (x, y, w)])
        for polygon, polygon_weights in zip(shape, weights, strict=True)
        for ring, weighed in zip(polygon, polygon_weights, strict=True)
    ]
    return [[(x, y) for x, y in ring.tolist()] for ring in coarser(rings, metres)]


def distance_to(line: list[tuple[float, float]], point: tuple[float, float]) -> float:
    return metres_to_edge([[line]], *point)


@given(st.lists(st.floats(0.2, 1.0), min_size=5, max_size=60), st.sampled_from([50, 500, 5_000, 20_000]))
def test_a_coarse_drawing_strays_no_farther_than_it_may(radii: list[float], metres: int) -> None:
    shape, weights = prepared([[star(radii)]])
    for ring in drawn(shape, weights, metres):
        assert ring[0] == ring[-1]
        for point in shape[0][0]:
            # ranks are nested, so that the error of each level can add to that of the level above
            assert distance_to(ring, point) <= 4 * metres + FINEST_METRES


@given(st.lists(st.floats(0.2, 1.0), min_size=5, max_size=40))
def test_a_coarser_drawing_has_no_points_that_a_finer_one_lacks(radii: list[float]) -> None:
    shape, weights = prepared([[star(radii)]])
    drawings = [drawn(shape, weights, metres) for metres in (10, 100, 1_000, 10_000)]
    for finer, rougher in pairwise(drawings):
        assert {p for ring in rougher for p in ring} <= {p for ring in finer for p in ring}


def test_an_islet_disappears_as_a_whole() -> None:
    islet = [(104.0, 40.0), (104.01, 40.0), (104.01, 40.01), (104.0, 40.0)]
    shape, weights = prepared([[SQUARE], [islet]])
    assert len(drawn(shape, weights, 100)) == 2
    assert len(drawn(shape, weights, 5_000)) == 1


def test_points_on_a_straight_line_are_not_kept() -> None:
    edge = [(102 + n / 100, 40.0) for n in range(100)]
    shape, _ = prepared([[[*edge, (103.0, 40.0), (103.0, 41.0), (102.0, 41.0), (102.0, 40.0)]]])
    assert len(shape[0][0]) <= 6


def test_a_hole_is_outside() -> None:
    assert contains([[SQUARE, HOLE]], 102.2, 40.2)
    assert not contains([[SQUARE, HOLE]], 102.5, 40.5)
    assert not contains([[SQUARE, HOLE]], 103.5, 40.5)
    assert metres_to_edge([[SQUARE]], 103.1, 40.5) == pytest.approx(8_460, rel=0.01)


@given(st.lists(st.floats(0.05, 1.0), min_size=5, max_size=40))
def test_the_name_stands_within(radii: list[float]) -> None:
    ring = star(radii)
    assert contains([[ring]], *label_point([[ring]]))


def test_rings_that_are_too_small_are_left_out() -> None:
    speck = [(102.0, 40.0), (102.000001, 40.0), (102.0, 40.000001), (102.0, 40.0)]
    assert prepared([[speck]]) == ([], [])
    assert len(ring_weights(SQUARE)) == len(SQUARE)
