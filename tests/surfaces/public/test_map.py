"""The map's page and what its script asks for: the list's filters, honest positions, plain refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import brotli
import pytest
from flask import Flask

from portal.config import Settings, SettingsError, load_settings
from portal.domain.fees import CareLevel, FeeItem, FeeUnit
from portal.institutions.models import FeeStandard, PositionPrecision, PositionSystem
from portal.reference.boundaries import enter_boundary
from portal.unit_of_work import unit_of_work
from tests.conftest import make_app
from tests.surfaces.conftest import CountQueries
from tests.surfaces.public.test_query_growth import enter_homes

EXACT = {"position_precision": PositionPrecision.EXACT, "position_system": PositionSystem.WGS84}
HOSTILE = ("<script>alert(1)</script>", "${alert(1)}", "</script><img src=x onerror=alert(1)>")
BOX = "bbox=117,26,118,27"


def points(app: Flask, query: str = f"{BOX}&zoom=9") -> dict[str, Any]:
    answer = app.test_client().get(f"/map/points?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.fixture
def county(app: Flask) -> None:
    """三元区 as a square of a tenth of a degree."""
    ring = [(117.5, 26.2), (117.6, 26.2), (117.6, 26.3), (117.5, 26.3), (117.5, 26.2)]
    with app.app_context(), unit_of_work():
        enter_boundary("350404", [[ring]], _source())


def _source() -> Any:
    from portal.reference.boundaries import BoundarySource

    return BoundarySource(title="测试界线")


def test_a_home_stands_on_the_map_with_what_its_popup_says(
    app: Flask, enter_home: Callable[..., str], enter_records: Callable[..., None]
) -> None:
    home = enter_home("示例敬老院", longitude=117.55, latitude=26.25, beds_free=7, **EXACT)
    fee = FeeStandard(item=FeeItem.ALL_IN, care_level=CareLevel.SELF_CARE, unit=FeeUnit.MONTH,
                      amount_min_fen=120_000, amount_max_fen=180_000)  # fmt: skip
    enter_records(home, [fee])
    found = points(app)
    assert found["total"] == 1
    (group,) = found["groups"]
    assert group == {"at": [117.55, 26.25], "count": 1, "ids": [home]}
    told = found["homes"][home]
    assert (told["name"], told["state"], told["grade"]) == ("示例敬老院", "未登记", "未评定等级")
    assert (told["price"], told["free"], told["care"]) == ("¥1,200–1,800/月", "7张", "自理")


def test_an_imprecise_position_is_an_area_and_says_so(app: Flask, enter_home: Callable[..., str]) -> None:
    place = {"longitude": 117.55, "latitude": 26.25}
    enter_home(
        "甲", **place, position_precision=PositionPrecision.TOWNSHIP, position_system=PositionSystem.WGS84
    )
    (group,) = points(app)["groups"]
    assert group["radius"] == 3_000
    enter_home("乙", longitude=117.9, latitude=26.9, position_precision=PositionPrecision.EXACT,
               position_system=PositionSystem.UNKNOWN)  # fmt: skip
    found = points(app)
    (other,) = (group for group in found["groups"] if group["at"][0] > 117.8)
    assert other["radius"] == 700
    assert "坐标系没有注明" in found["homes"][other["ids"][0]]["where"]
    assert "只知道在这个乡镇" in app.test_client().get("/map").text


def test_homes_without_a_position_are_counted_and_listed(app: Flask, enter_home: Callable[..., str]) -> None:
    enter_home("有位置院", longitude=117.55, latitude=26.25, **EXACT)
    enter_home("没位置院", address="新市路1号")
    page = app.test_client().get("/map").text
    assert re.search(r"<strong>1</strong>家没有位置", page)
    listed = app.test_client().get("/map?show=unplaced").text
    assert "没位置院" in listed
    assert "有位置院" not in listed
    assert points(app)["total"] == 1


@pytest.mark.usefixtures("county")
def test_a_position_outside_its_county_is_flagged(app: Flask, enter_home: Callable[..., str]) -> None:
    right = enter_home("在里面", longitude=117.55, latitude=26.25, **EXACT)
    wrong = enter_home("在外面", longitude=117.75, latitude=26.25, **EXACT)
    near = enter_home("差一点", longitude=117.6009, latitude=26.25, **EXACT)  # 90 m beyond a rough line
    rough = enter_home("只知道县", longitude=117.75, latitude=26.29, position_system=PositionSystem.WGS84,
                       position_precision=PositionPrecision.COUNTY)  # fmt: skip
    homes = points(app, f"{BOX}&zoom=15")["homes"]
    assert [homes[home].get("outside", False) for home in (right, wrong, near, rough)] == [
        False,
        True,
        False,
        False,
    ]
    listed = app.test_client().get("/map?show=outside").text
    assert "位置与所属区县不符，待核实" in listed
    assert "在外面" in listed
    assert "在里面" not in listed


def test_the_lists_filters_and_words_are_the_maps(app: Flask, enter_home: Callable[..., str]) -> None:
    enter_home("有空床院", longitude=117.55, latitude=26.25, beds_free=3, **EXACT)
    enter_home("没空床院", longitude=117.65, latitude=26.35, beds_free=0, **EXACT)
    assert points(app)["total"] == 2
    assert points(app, f"{BOX}&zoom=9&free=yes")["total"] == 1
    assert points(app, f"{BOX}&zoom=9&q={quote('没空床')}")["total"] == 1
    assert points(app, f"{BOX}&zoom=9&region=350405")["total"] == 0
    client = app.test_client()
    page = client.get(f"/map?free=yes&q={quote('空床')}").text
    assert f'href="/institutions?free=yes&amp;q={quote("空床")}"' in page
    listed = client.get(f"/institutions?free=yes&q={quote('空床')}&sort=beds&view=table").text
    assert f'href="/map?free=yes&amp;q={quote("空床")}"' in listed


def test_near_a_county_a_road_and_a_home(app: Flask, enter_home: Callable[..., str]) -> None:
    enter_home("橘园敬老院", address="橘灯路8号", longitude=117.55, latitude=26.25, **EXACT)
    enter_home("远处敬老院", address="别处街1号", longitude=117.75, latitude=26.25, **EXACT)
    client = app.test_client()
    for typed, words in [
        ("橘灯路88号3单元", "那里有一家机构"),
        ("三元区橘灯路", "那里有一家机构"),
        ("橘园敬老院", "按“橘园敬老院”的位置量"),
        ("三元区", "从三元区的中间量起"),
    ]:
        page = client.get(f"/map?near={quote(typed)}").text
        assert words in page, typed
        assert re.search(r"橘园敬老院.*远处敬老院", page, re.S), typed
    assert (
        "20.0公里" in client.get(f"/map?near={quote('橘灯路')}").text
        or "20公里" in client.get(f"/map?near={quote('橘灯路')}").text
    )
    assert "没有认出" in client.get(f"/map?near={quote('火星大街')}").text


@pytest.mark.parametrize(
    "query",
    ["", "bbox=1,2,3&zoom=4", "bbox=118,26,117,27&zoom=9", "bbox=a,b,c,d&zoom=9", "bbox=117,26,118,27",
     "bbox=117,26,118,27&zoom=99", "bbox=117,26,118,27&zoom=-1", "bbox=nan,nan,nan,nan&zoom=9",
     "bbox=1e9,2,3,4&zoom=3", "bbox=117,26,118,99&zoom=9"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/map/points", "/map/boundaries.json"])
def test_a_box_that_is_none_is_refused_in_chinese(module_app: Flask, path: str, query: str) -> None:
    answer = module_app.test_client().get(f"{path}?{query}")
    assert answer.status_code == 400
    assert re.search("[一-鿿]", answer.get_json()["error"])
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("query", ["/map?at=x", "/map?at=9/999/1", "/map?at=9/26/118/2", "/map/list?bbox=1"])
def test_a_view_that_is_none_is_refused_on_a_page(module_app: Flask, query: str) -> None:
    answer = module_app.test_client().get(query)
    assert answer.status_code == 400
    assert re.search("应当|超出|不是数", answer.text)


def test_hostile_names_are_text_everywhere(app: Flask, enter_home: Callable[..., str]) -> None:
    for number, name in enumerate(HOSTILE):
        enter_home(name, longitude=117.5 + number / 10, latitude=26.25, address=name, **EXACT)
    client = app.test_client()
    for path in ("/map", f"/map/list?{BOX}", f"/map?near={quote(HOSTILE[0])}&q={quote(HOSTILE[2])}"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "onerror=alert(1)>" not in page
    script = client.get("/map/start.js").text
    assert "alert" not in script
    answer = client.get(f"/map/points?{BOX}&zoom=12")
    assert answer.mimetype == "application/json"
    assert {home["name"] for home in answer.get_json()["homes"].values()} == set(HOSTILE)


def test_the_map_page_alone_may_ask_where_the_visitor_is(module_app: Flask) -> None:
    client = module_app.test_client()
    assert "geolocation=(self)" in client.get("/map").headers["Permissions-Policy"]
    assert "geolocation=()" in client.get("/institutions").headers["Permissions-Policy"]


def test_an_unchanged_page_may_still_ask(module_app: Flask) -> None:
    """The headers of a 304 replace those that the browser kept."""
    client = module_app.test_client()
    again = client.get("/map", headers={"If-None-Match": client.get("/map").headers["ETag"]})
    assert again.status_code == 304
    assert "geolocation=(self)" in again.headers["Permissions-Policy"]


def test_a_base_layer_opens_the_policy_for_its_pictures_on_the_map_alone(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any
) -> None:
    folder = tmp_path_factory.mktemp("tiles")
    (folder / "portal.db").write_bytes(sqlite_template.read_bytes())
    app = make_app(
        folder,
        map_tiles_url="https://tiles.example.cn/{z}/{x}/{y}.png",
        map_attribution="某某市<b>地图",
        map_review_number="某S(2026)001号",
    )
    client = app.test_client()
    answer = client.get("/map")
    policy = answer.headers["Content-Security-Policy"]
    assert "img-src 'self' https://tiles.example.cn;" in policy
    assert "script-src 'self';" in policy
    assert "审图号：某S(2026)001号" in answer.text or "没有机构资料" in answer.text
    assert "<b>地图" not in answer.text
    assert "tiles.example.cn" not in client.get("/institutions").headers["Content-Security-Policy"]
    assert "https://tiles.example.cn/{z}/{x}/{y}.png" in client.get("/map/start.js").text


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"map_tianditu_key": "a" * 32}, "审图号"),
        ({"map_tiles_url": "https://t.cn/{z}/{x}/{y}"}, "审图号"),
        ({"map_tiles_url": "https://t.cn/{z}/{x}", "map_review_number": "1"}, "{y}"),
        ({"map_tiles_url": "ftp://t.cn/{z}/{x}/{y}", "map_review_number": "1"}, "https://"),
        ({"map_tiles_url": "https://t.cn/{z}/{x}/{y}; script-src *", "map_review_number": "1"}, "semicolons"),
        ({"map_tianditu_key": "key&x=1 ", "map_review_number": "1"}, "letters and digits"),
        (
            {
                "map_tianditu_key": "a" * 32,
                "map_tiles_url": "https://t.cn/{z}/{x}/{y}",
                "map_review_number": "1",
            },
            "one base layer",
        ),
    ],
)
def test_a_base_layer_that_may_not_be_shown_stops_the_start(values: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(word)):
        load_settings(**values)
    assert Settings(map_tianditu_key=None).map_review_number is None


def test_one_home_and_a_thousand_cost_the_same_queries(
    app: Flask, provenance: Callable[..., Any], count_queries: CountQueries
) -> None:
    paths = (f"/map/points?{BOX}&zoom=9", "/map", f"/map/list?{BOX}", f"/map/boundaries.json?{BOX}&zoom=9")
    client = app.test_client()
    costs = []
    for first, count in ((0, 1), (1, 1_000)):
        enter_homes(app, provenance, first, count)
        client.get("/map")  # the catalogue is read
        for path in paths:
            with count_queries(app) as statements:
                assert client.get(path).status_code == 200
            costs.append(len(statements))
    assert costs[:4] == costs[4:]
    assert max(costs) <= 2


def test_an_answer_is_small_compressed(app: Flask, enter_home: Callable[..., str]) -> None:
    for number in range(60):
        enter_home(
            f"第{number}号养老服务有限公司云汀示范敬老院",
            longitude=117.02 + number * 0.016,
            latitude=26.05 + number % 9 * 0.1,
            **EXACT,
        )
    answer = app.test_client().get(f"/map/points?{BOX}&zoom=10", headers={"Accept-Encoding": "br"})
    assert len(answer.data) < 6_000
    found = json.loads(brotli.decompress(answer.data))
    assert len(found["homes"]) > 40


def test_unchanged_answers_are_not_sent_again(app: Flask) -> None:
    client = app.test_client()
    first = client.get(f"/map/boundaries.json?{BOX}&zoom=9")
    again = client.get(f"/map/boundaries.json?{BOX}&zoom=9", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_without_any_home_the_page_says_what_to_do(module_app: Flask) -> None:
    assert "还没有机构资料" in module_app.test_client().get("/map").text
