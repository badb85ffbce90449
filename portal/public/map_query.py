"""What the addresses of the map carry beside the filters: a box, a zoom, a view, a place to measure from."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from portal.maps.mercator import LIMIT, TILE, Box, to_degrees, to_world

_MOST_ZOOM = 22
_TYPICAL = (760, 560)


class BadView(ValueError):
    """A part of the address that can't be read; the message says which and what it should look like."""


@dataclass(frozen=True, slots=True)
class View:
    """A middle and a zoom, as the address of the page carries them: ``at=12/40.2314/102.1733``."""

    zoom: float
    """Whole steps over a base layer; anything between without one."""
    latitude: float
    longitude: float

    @property
    def box(self) -> Box:
        """What a map of ordinary size shows of it."""
        x, y = to_world(self.longitude, self.latitude)
        across, down = (pixels / 2 / (TILE * 2**self.zoom) for pixels in _TYPICAL)
        west, north = to_degrees(x - across, y - down)
        east, south = to_degrees(x + across, y + down)
        return west, south, east, north


def read_box(text: str) -> Box:
    """Return the box of ``west,south,east,north`` in degrees. Raises BadView."""
    parts = text.split(",")
    if len(parts) != 4:
        raise BadView("bbox 应当是“西,南,东,北”四个数，用逗号隔开")
    west, south, east, north = (_degrees("bbox", part) for part in parts)
    if not (-540 <= west < east <= 540 and -90 <= south < north <= 90):
        raise BadView("bbox 的范围不对：西应小于东，南应小于北，都用经纬度")
    return west, max(south, -LIMIT), east, min(north, LIMIT)


def read_zoom(text: str) -> int:
    """Return the zoom of an address. Raises BadView."""
    if not re.fullmatch(r"[0-9]{1,2}", text) or int(text) > _MOST_ZOOM:
        raise BadView(f"zoom 应当是0到{_MOST_ZOOM}的整数")
    return int(text)


def read_view(text: str) -> View:
    """Return the view of ``zoom/latitude/longitude``. Raises BadView."""
    parts = text.split("/")
    if len(parts) != 3:
        raise BadView("at 应当是“级别/纬度/经度”，例如 at=12/40.23/102.17")
    latitude, longitude = _degrees("at", parts[1]), _degrees("at", parts[2])
    if abs(latitude) > LIMIT or abs(longitude) > 180:
        raise BadView("at 里的纬度或经度超出了范围")
    zoom = _degrees("at", parts[0])
    if not 0 <= zoom <= _MOST_ZOOM:
        raise BadView(f"at 里的级别应当在0到{_MOST_ZOOM}之间")
    return View(zoom, latitude, longitude)


def _degrees(name: str, text: str) -> float:
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,15})?", text.strip()):
        raise BadView(f"{name} 里的“{text.strip()[:20]}”不是数")
    number = float(text)
    assert math.isfinite(number)
    return number
