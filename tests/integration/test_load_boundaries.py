"""``flask load-boundaries``: which region each shape of a file is, in which system, and what is of no use."""

from __future__ import annotations

import json
import shutil
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.maps.mercator import metres_between
from portal.reference.boundaries import Boundary, BoundarySystem
from portal.reference.boundary_set import MOST_POINTS, current_boundaries
from portal.reference.boundary_shape import contains
from portal.reference.regions import RegionDirectory
from tests.conftest import make_app

SQUARE = [[117.60, 26.20], [117.70, 26.20], [117.70, 26.30], [117.60, 26.30], [117.60, 26.20]]


def feature(ring: Any = None, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring or SQUARE]},
    }


def moved(by: float) -> list[list[float]]:
    return [[x + by, y] for x, y in SQUARE]


def load(app: Flask, tmp_path: Path, content: Any, *arguments: str) -> Result:
    path = tmp_path / "区划.geojson"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        document = (
            {"type": "FeatureCollection", "features": content} if isinstance(content, list) else content
        )
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    usual = arguments or ("--crs", "wgs84")
    return app.test_cli_runner().invoke(args=["load-boundaries", str(path), *usual])


def boundaries(app: Flask) -> dict[str, Boundary]:
    with app.app_context():
        return {boundary.region_code: boundary for boundary in db.session.scalars(select(Boundary))}


def test_shapes_are_matched_by_code_in_many_spellings(app: Flask, tmp_path: Path) -> None:
    in_chinese = {"行政区划代码": "350424.0"}
    features = [
        feature(adcode=350404),
        feature(moved(1), PAC="350405000000"),
        feature(moved(2), gb="156350421"),
        {**feature(moved(3)), "id": "350423"},
        feature(moved(4), **in_chinese),
    ]
    result = load(app, tmp_path, features)
    assert result.exit_code == 0, result.output
    assert "已装入5个行政区划的界线" in result.output
    assert set(boundaries(app)) == {"350404", "350405", "350421", "350423", "350424"}


def test_an_abolished_code_is_taken_for_its_heir_and_said_so(app: Flask, tmp_path: Path) -> None:
    # 沙县 350427 became 沙县区 350405 in 2021
    result = load(app, tmp_path, [feature(code="350427")])
    assert result.exit_code == 0, result.output
    assert set(boundaries(app)) == {"350405"}
    assert "沙县" in result.output
    assert "按现行区划装入" in result.output


def test_names_serve_where_they_name_one_region_only(app: Flask, tmp_path: Path) -> None:
    result = load(app, tmp_path, [feature(name="三元区"), feature(moved(1), name="鼓楼区")])
    assert result.exit_code == 0
    assert set(boundaries(app)) == {"350404"}
    assert "第2个 鼓楼区" in result.output
    assert "重名" in result.output


def test_what_cannot_be_used_is_listed_with_number_and_reason(app: Flask, tmp_path: Path) -> None:
    bad_line = {"type": "Feature", "properties": {"code": "350421"}, "geometry": {"type": "LineString"}}
    features = [
        feature(code="350404"),
        feature(code="990199"),
        feature(),
        bad_line,
        {"type": "Feature", "properties": {"code": "350423"}, "geometry": None},
        feature([[26.2, 117.6], [26.3, 117.6], [26.3, 117.7], [26.2, 117.6]], code="350424"),
        feature([[390000, 2900000], [390100, 2900000], [390100, 2900100], [390000, 2900000]], code="350425"),
        feature([[117.6, 26.2], [117.7, 26.2], [117.6, 26.2]], code="350426"),
    ]
    output = load(app, tmp_path, features).output
    assert "有7个图形没有装入" in output
    for number, reason in [
        (2, "“990199”不存在"),
        (3, "既没有行政区划代码，也没有名称"),
        (4, "只能用Polygon或MultiPolygon"),
        (5, "没有图形"),
        (6, "经度和纬度可能写反了"),
        (7, "投影坐标"),
        (8, "不到三个点"),
    ]:
        line = next(line for line in output.splitlines() if line.startswith(f"  第{number}个"))
        assert reason in line
    assert set(boundaries(app)) == {"350404"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"{", "不是完整的JSON"),
        (b"[" * 100_000, "不是完整的JSON"),
        ([], "没有一个区划"),
        ({"type": "Topology"}, "TopoJSON"),
        ({"type": "Polygon"}, "不是GeoJSON"),
        ([7], "第1个要素"),
        ([feature(code="990199")], "没有一个图形能对应到行政区划"),
        (
            {
                "type": "FeatureCollection",
                "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4527"}},
                "features": [feature(code="350404")],
            },
            "EPSG::4527",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_plain_words(
    app: Flask, tmp_path: Path, content: Any, reason: str
) -> None:
    result = load(app, tmp_path, content)
    assert result.exit_code == 1
    assert reason in result.output
    assert "Traceback" not in result.output
    assert boundaries(app) == {}


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_chinese_systems_are_brought_back_to_wgs84(app: Flask, tmp_path: Path, system: str) -> None:
    result = load(
        app, tmp_path, [feature(code="350404")], "--crs", system, "--source", "测试", "--as-of", "2026-05-31"
    )
    assert result.exit_code == 0, result.output
    held = boundaries(app)["350404"]
    assert held.system is BoundarySystem(system)
    assert (held.source_title, str(held.as_of)) == ("测试", "2026-05-31")
    first = held.polygons[0][0][0]
    assert 300 < metres_between(tuple(first), (117.60, 26.20)) < 1_600


def test_loading_again_replaces_and_every_page_is_made_anew(app: Flask, tmp_path: Path) -> None:
    load(app, tmp_path, [feature(code="350404")])
    with app.app_context():
        before = data_set_state().version
    load(app, tmp_path, [feature(moved(0.5), code="350404")])
    (held,) = boundaries(app).values()
    assert held.west == pytest.approx(118.10)
    with app.app_context():
        assert data_set_state().version == before + 1
        regions = RegionDirectory.load(db.session())
        found = current_boundaries(regions)
        assert found is current_boundaries(regions)
        assert found.metres_outside("350404", 118.15, 26.25) == 0
        assert found.metres_outside("350404", 117.65, 26.25) > 10_000
    load(app, tmp_path, [feature(moved(0.7), code="350404")])
    with app.app_context():
        assert current_boundaries(regions) is not found


def test_parts_of_one_region_are_one_boundary(app: Flask, tmp_path: Path) -> None:
    load(app, tmp_path, [feature(code="350404"), feature(moved(1), code="350404")])
    (held,) = boundaries(app).values()
    assert contains(held.polygons, 117.65, 26.25)
    assert contains(held.polygons, 118.65, 26.25)


def test_the_zoom_decides_which_level_is_drawn_and_a_drawing_stays_small(app: Flask, tmp_path: Path) -> None:
    def blob(x: float, y: float, size: float) -> list[list[float]]:
        turns = [n * 2 * pi / 1_500 for n in range(1_500)]
        rough = [size * (1 + 0.08 * sin(40 * t) + 0.03 * sin(311 * t)) for t in turns]
        ring = [[x + r * cos(t), y + r * sin(t)] for t, r in zip(turns, rough, strict=True)]
        return [*ring, ring[0]]

    with app.app_context():
        regions = RegionDirectory.load(db.session())
        cities = regions.children("350000")
        counties = [county.code for city in cities for county in regions.children(city.code)]
    features = [
        feature(blob(116 + n % 9 * 0.45, 24 + n // 9 * 0.45, 0.2), code=code)
        for n, code in enumerate(counties)
    ]
    features.append(feature(blob(118, 26, 2.5), code="350000"))
    assert load(app, tmp_path, features).exit_code == 0
    with app.app_context():
        found = current_boundaries(regions)
        china = (73.0, 3.0, 135.0, 54.0)
        level, outlines = found.outlines(china, 4)
        assert (level, [outline.code for outline in outlines]) == ("province", ["350000"])
        level, outlines = found.outlines(china, 6)
        assert (
            level == "county"
        )  # no city has a boundary: the counties stand for them, the province for nobody
        assert len(outlines) == len(counties)
        _, outlines = found.outlines(china, 18)
        points = sum(len(line) for outline in outlines for line in outline.lines) // 2
        assert len(outlines) == len(counties)
        assert points <= MOST_POINTS


def test_the_demo_city_brings_its_counties_and_takes_them_away(demo_folder: Path, tmp_path: Path) -> None:
    """On SQLite alone: PostgreSQL refuses to let a region go whose boundary stays (``test_demo``)."""
    shutil.copytree(demo_folder, tmp_path / "data")
    app = make_app(tmp_path / "data")
    held = boundaries(app)
    assert len(held) == 8
    assert all(boundary.entered_at <= clock.now() for boundary in held.values())
    assert app.test_cli_runner().invoke(args=["demo", "wipe", "--yes"]).exit_code == 0
    assert boundaries(app) == {}
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
