"""What folium makes is split into an element and a script, and loads nothing from elsewhere."""

from __future__ import annotations

import re

import pytest

from portal.maps.page import render_map
from portal.maps.tiles import base_layers

BOX = (101.0, 39.0, 103.0, 41.0)
TIANDITU = base_layers("a1" * 16, None)


def test_the_same_map_is_the_same_text() -> None:
    assert render_map(BOX, TIANDITU) == render_map(BOX, TIANDITU)


def test_without_a_base_layer_nothing_is_loaded() -> None:
    made = render_map(BOX, ())
    assert "//" not in made.html + made.script
    assert made.html.count("<") == 2
    assert 'id="map_institutions"' in made.html


def test_the_script_holds_no_markup_and_sets_nobody_limits_of_zooming() -> None:
    made = render_map(BOX, TIANDITU)
    assert "<" not in made.script
    assert "user-scalable" not in made.html + made.script


def test_tianditu_is_ground_and_names_with_the_key() -> None:
    script = render_map(BOX, TIANDITU).script
    addresses = re.findall(r'"(https://[^"]+)"', script.replace("\\u0026", "&"))
    assert [re.search(r"LAYER=(\w+)", address)[1] for address in addresses] == ["vec", "cva"]  # type: ignore[index]
    assert all("/vec_w/" in a or "/cva_w/" in a for a in addresses)
    assert all(address.endswith("tk=" + "a1" * 16) for address in addresses)
    assert "https://t0.tianditu.gov.cn" in TIANDITU[0].origins
    assert len(TIANDITU[0].origins) == 8


@pytest.mark.parametrize(
    ("url", "origins"),
    [
        ("https://tiles.example.cn/{z}/{x}/{y}.png", ("https://tiles.example.cn",)),
        (
            "https://{s}.example.cn:8443/{z}/{x}/{y}",
            ("https://a.example.cn:8443", "https://b.example.cn:8443", "https://c.example.cn:8443"),
        ),
    ],
)
def test_any_tile_source_names_its_origins(url: str, origins: tuple[str, ...]) -> None:
    (layer,) = base_layers(None, url)
    assert layer.origins == origins


def test_nothing_set_is_no_layer() -> None:
    assert base_layers(None, None) == ()
