"""Chinese map coordinates come back to within five metres of where they were measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.coordinates import _shift, to_wgs84
from portal.maps.mercator import metres_between

# control pairs published with googollee/eviltransform (Shanghai, Shenzhen, Beijing) and hujiulong/gcoord (the
# middles of cities in all three systems); longitude first
PAIRS = [
    ("gcj02", (121.531541859215, 31.17530398364597), (121.5272106, 31.1774276)),
    ("gcj02", (113.9171764808363, 22.540796131694766), (113.912316, 22.543847)),
    ("gcj02", (116.38404722455657, 39.91334545536069), (116.377817, 39.911954)),
    ("gcj02", (114.022306, 33.0115324), (114.0164322, 33.0133556)),
    ("gcj02", (92.0512438, 31.4762063), (92.0499619, 31.4784436)),
    ("gcj02", (116.0482308, 43.9334573), (116.0414035, 43.9312805)),
    ("bd09", (114.0287781, 33.0176697), (114.0164322, 33.0133556)),
    ("bd09", (92.0576832, 31.4824421), (92.0499619, 31.4784436)),
    ("bd09", (123.438095, 41.8114013), (123.4253306, 41.8032629)),
    ("bd09", (108.6607283, 21.9856319), (108.6503952, 21.9828281)),
]


@pytest.mark.parametrize(("system", "given_", "true"), PAIRS)
def test_published_control_pairs(system: str, given_: tuple[float, float], true: tuple[float, float]) -> None:
    assert metres_between(given_, true) > 100, "a pair that shows nothing"
    assert metres_between(to_wgs84(*given_, system), true) < 5


@given(st.floats(74, 134), st.floats(18, 53))
def test_the_shift_is_undone_anywhere_in_china(longitude: float, latitude: float) -> None:
    east, north = _shift(longitude, latitude)
    found = to_wgs84(longitude + east, latitude + north, "gcj02")
    assert metres_between(found, (longitude, latitude)) < 0.1


def test_wgs84_and_unknown_systems_are_left_alone() -> None:
    assert to_wgs84(116.4, 39.9, "wgs84") == (116.4, 39.9)
    assert to_wgs84(116.4, 39.9, "unknown") == (116.4, 39.9)
