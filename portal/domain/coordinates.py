"""Chinese map coordinates brought back to WGS84: GCJ-02 (Amap, Tencent) and BD-09 (Baidu)."""

from __future__ import annotations

from math import atan2, cos, pi, sin, sqrt

_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_BAIDU = pi * 3000.0 / 180.0
_ROUNDS = 4


def to_wgs84(longitude: float, latitude: float, system: str) -> tuple[float, float]:
    """Return WGS84 degrees (seven decimals) of a point given in ``wgs84``, ``gcj02`` or ``bd09``.

    A point in an unknown system is returned as it is: whoever draws it must know that it may be off by 700 m.
    """
    if system == "bd09":
        longitude, latitude = _bd09_to_gcj02(longitude, latitude)
    if system in ("bd09", "gcj02"):
        longitude, latitude = _gcj02_to_wgs84(longitude, latitude)
    return round(longitude, 7), round(latitude, 7)


def _gcj02_to_wgs84(longitude: float, latitude: float) -> tuple[float, float]:
    """Invert the published shift by iteration: after four rounds the error is far below a metre."""
    x, y = longitude, latitude
    for _ in range(_ROUNDS):
        shift_x, shift_y = _shift(x, y)
        x, y = longitude - shift_x, latitude - shift_y
    return x, y


def _bd09_to_gcj02(longitude: float, latitude: float) -> tuple[float, float]:
    x, y = longitude - 0.0065, latitude - 0.006
    radius = sqrt(x * x + y * y) - 0.00002 * sin(y * _BAIDU)
    angle = atan2(y, x) - 0.000003 * cos(x * _BAIDU)
    return radius * cos(angle), radius * sin(angle)


def _shift(longitude: float, latitude: float) -> tuple[float, float]:
    """Return how far GCJ-02 lies from WGS84 at a WGS84 point, in degrees."""
    x, y = longitude - 105.0, latitude - 35.0
    wave = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    radians = latitude / 180.0 * pi
    magic = 1 - _ECCENTRICITY * sin(radians) ** 2
    root = sqrt(magic)
    to_north = north * 180.0 / ((_AXIS * (1 - _ECCENTRICITY)) / (magic * root) * pi)
    to_east = east * 180.0 / (_AXIS / root * cos(radians) * pi)
    return to_east, to_north
