"""The map itself, made by folium: a place in the page and a script that the site serves as a file.

folium's own page loads scripts from public networks, forbids zooming and runs inline. Of what it makes we
take two parts, the element and the script, under fixed names; Leaflet comes from our own origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import folium

from portal.maps.grid import MAX_ZOOM
from portal.maps.mercator import Box, zoom_to_fit
from portal.maps.tiles import TileLayer

CHINA: Box = (73.5, 18.0, 135.1, 53.6)
"""What is shown where nothing is known of any place."""
_TYPICAL = (700, 520)
"""Pixels of the map on a laptop: for the first zoom, before the browser knows better."""


@dataclass(frozen=True, slots=True)
class MapPage:
    """The two parts of a map: ``html`` goes into the page, ``script`` into a file of its own."""

    html: str
    script: str


class _Map(folium.Map):
    """A map that loads nothing by itself: the page names the scripts and styles of our own origin."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium reads and changes the class's list
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class _Tiles(folium.TileLayer):
    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


def render_map(box: Box | None, layers: Sequence[TileLayer]) -> MapPage:
    """Return a map that shows ``box`` (degrees) over these base layers; the same input, the same text."""
    shown = box or CHINA
    middle = ((shown[1] + shown[3]) / 2, (shown[0] + shown[2]) / 2)
    made = _Map(
        location=[round(middle[0], 5), round(middle[1], 5)],
        zoom_start=zoom_to_fit(shown, *_TYPICAL, most=16),
        tiles=None,
        minZoom=3,
        maxZoom=MAX_ZOOM,
        zoom_control=False,  # ours speaks Chinese
        attribution_control=False,  # the page itself names its sources, in text that stays
        world_copy_jump=False,
        prefer_canvas=False,
    )
    made._id = "institutions"
    for number, layer in enumerate(layers):
        tiles = _Tiles(
            layer.url,
            attr=" ",
            name=f"base {number}",
            min_zoom=3,
            max_zoom=MAX_ZOOM,
            subdomains=layer.servers or "abc",
            referrer_policy="origin",  # keys are bound to the site; the page's address stays with us
        )
        tiles._id = f"base_{number}"
        made.add_child(tiles, name=f"base_{number}")
    root = made.get_root()
    root.render()
    assert isinstance(root, folium.Figure)
    return MapPage(root.html.render().strip(), root.script.render().strip() + "\n")
