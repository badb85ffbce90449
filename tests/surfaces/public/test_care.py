"""Concentrated care: who may apply, where there are places, and counties that have not said."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Flask

from portal import clock
from portal.domain.actor import PUBLIC
from portal.institutions.models import CareGuide, ConcentratedCare
from portal.institutions.queries.care import care_directory

TODAY = clock.today()

GUIDE: dict[str, object] = {
    "region_code": "350404",
    "who_may_apply": "低保对象\n完全失能",
    "steps": "到乡镇申请\n\n上门评估\n公示七天",
    "papers": "身份证\n低保证",
    "office": "三元区民政局养老股",
}


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def designate(enter_record: Callable[..., int], home: str, **columns: object) -> int:
    values: dict[str, object] = {"designated_on": days(-200), "quota": 20, "free_places": 3, **columns}
    return enter_record(ConcentratedCare, home, **values)


def test_only_designations_that_hold_today_are_current(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    for name, columns in {
        "现有": {},
        "今天结束": {"ended_on": TODAY},
        "明天结束": {"ended_on": days(1)},
        "明天开始": {"designated_on": days(1)},
    }.items():
        designate(enter_record, enter_home(f"{name}养老院"), **columns)
    with app.test_request_context("/"):
        names = {view.home.name for county in care_directory(None, PUBLIC).counties for view in county.homes}
    assert names == {"现有养老院", "明天结束养老院"}
    client = app.test_client()
    page = client.get("/concentrated-care").get_data(as_text=True)
    assert "今天结束养老院" not in page
    assert "经评估" in page
    file = client.get("/concentrated-care.csv").data
    assert file.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))
    assert {row["机构名称"] for row in rows} == names


def test_free_places_stand_with_their_day_and_old_ones_say_so(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    designate(enter_record, enter_home("新数养老院"), free_as_of=days(-3))
    page = app.test_client().get("/concentrated-care").get_data(as_text=True)
    assert f"{days(-3).year}年{days(-3).month}月{days(-3).day}日的数字" in page
    assert "较旧，请先打电话" not in page
    designate(enter_record, enter_home("旧数养老院"), free_as_of=days(-300))
    assert "较旧，请先打电话" in app.test_client().get("/concentrated-care").get_data(as_text=True)


def test_the_guide_gives_every_part_or_says_that_it_is_not_published(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    designate(enter_record, enter_home())
    enter_record(CareGuide, **{**GUIDE, "papers": ""})
    client = app.test_client()
    page = client.get("/concentrated-care/350404").get_data(as_text=True)
    assert page.count("<li>") >= 3
    for words in ("低保对象", "上门评估", "三元区民政局养老股", "示例敬老院", "来源"):
        assert words in page
    for part in ("所需材料", "收费标准", "补助标准"):
        assert f"还没有公布{part}" in page
    assert "办理期限没有公布" in page
    overview = client.get("/concentrated-care").get_data(as_text=True)
    assert "/concentrated-care/350404" in overview


def test_a_county_without_a_guide_is_named_and_has_a_page_that_says_so(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    enter_home("别县养老院", region_code="350421")
    designate(enter_record, enter_home())
    client = app.test_client()
    page = client.get("/concentrated-care").get_data(as_text=True)
    assert "还没有公布申请办法：" in page
    assert "/concentrated-care/350421" in page
    empty = client.get("/concentrated-care/350404").get_data(as_text=True)
    assert "还没有在这里公布" in empty
    assert "示例敬老院" in empty
    for code in ("350423", "350400", "abcdef", "999999"):
        assert client.get(f"/concentrated-care/{code}").status_code == 404, code


def test_an_empty_directory_says_whom_to_ask(app: Flask) -> None:
    page = app.test_client().get("/concentrated-care").get_data(as_text=True)
    assert "还没有公布集中照护机构名录" in page
    assert "乡镇政府" in page


def test_many_homes_cost_as_many_queries_as_one(
    app: Flask,
    enter_home: Callable[..., str],
    enter_record: Callable[..., int],
    count_queries: Any,
) -> None:
    enter_record(CareGuide, **GUIDE)
    client = app.test_client()
    counts = []
    for batch in (1, 12):
        for number in range(batch):
            designate(enter_record, enter_home(f"第{batch}{number}养老院"))
        for address in ("/concentrated-care", "/concentrated-care/350404"):
            client.get(address)
            with count_queries(app) as statements:
                client.get(address)
            counts.append(len(statements))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 8
