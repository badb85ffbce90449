"""Star grades: the list agrees with the catalogue, local scales stand apart, states follow the day."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Flask

from portal import clock
from portal.domain.actor import PUBLIC
from portal.domain.grading import GradeScale, GradeState
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import OperatingState, StarGrade
from portal.institutions.queries.grades import GradeChoice, GradeOrder, star_grades

TODAY = clock.today()


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def grade(enter_record: Callable[..., int], home: str, level: int = 3, **columns: object) -> int:
    values: dict[str, object] = {
        "scale": GradeScale.NATIONAL,
        "level": level,
        "as_written": "一二三四五"[level - 1] + "级",
        "valid_from": days(-400),
        "valid_to": days(400),
        **columns,
    }
    return enter_record(StarGrade, home, **values)


def in_every_state(enter_home: Callable[..., str], enter_record: Callable[..., int]) -> None:
    grade(enter_record, enter_home("有效养老院"), body="市等级评定委员会", certificate_number="示A-001")
    grade(enter_record, enter_home("将到期养老院"), valid_to=days(90))
    grade(enter_record, enter_home("已到期养老院"), valid_to=days(-1))
    grade(enter_record, enter_home("撤销养老院"), revoked_on=TODAY, revoked_reason="复核未达到")
    grade(enter_record, enter_home("未生效养老院"), valid_from=days(1))
    grade(enter_record, enter_home("无期限养老院"), valid_from=None, valid_to=None)


def names(app: Flask, choice: GradeChoice) -> set[str]:
    with app.test_request_context("/"):
        return {each.home.name for each in star_grades(choice, PUBLIC).certificates}


def test_states_follow_the_day(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    in_every_state(enter_home, enter_record)
    assert names(app, GradeChoice()) == {"有效养老院", "将到期养老院", "无期限养老院"}
    for state, name in {
        GradeState.EXPIRING: "将到期养老院",
        GradeState.EXPIRED: "已到期养老院",
        GradeState.REVOKED: "撤销养老院",
        GradeState.PENDING: "未生效养老院",
        GradeState.UNDATED: "无期限养老院",
    }.items():
        assert names(app, GradeChoice(state=state)) == {name}
        page = app.test_client().get(f"/grades?state={state.value}").get_data(as_text=True)
        assert name in page
    page = app.test_client().get("/grades").get_data(as_text=True)
    for words in ("一级最低，五级最高", "GB/T 37276-2018", "市等级评定委员会", "示A-001", "证书编号未公布"):
        assert words in page
    assert "复核未达到" in app.test_client().get("/grades?state=revoked").get_data(as_text=True)


def test_a_renewed_grade_hides_the_one_it_replaced_and_agrees_with_the_catalogue(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    home = enter_home("续评养老院")
    grade(enter_record, home, 2, valid_from=days(-1500), valid_to=days(-400))
    grade(enter_record, home, 3)
    grade(enter_record, home, 4, valid_from=days(20), valid_to=days(1000))
    in_every_state(enter_home, enter_record)
    assert "续评养老院" not in names(app, GradeChoice(state=GradeState.EXPIRED))
    assert "续评养老院" in names(app, GradeChoice(state=GradeState.PENDING))
    with app.test_request_context("/"):
        listed = catalogue(PUBLIC)
        for entry in listed.entries:
            shown = entry.grade
            assert shown is not None
            found = star_grades(GradeChoice(state=shown.state), PUBLIC).certificates
            assert (entry.id, shown.level) in {(each.home.id, each.level) for each in found}
        held = star_grades(GradeChoice(), PUBLIC).held
    assert held == {5: 0, 4: 0, 3: 4, 2: 0, 1: 0}


def test_a_local_scale_stands_apart_without_stars(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    enter_record(StarGrade, enter_home("叶级养老院"), scale=GradeScale.LOCAL, level=None, as_written="四叶级")
    grade(enter_record, enter_home("国标养老院"))
    client = app.test_client()
    assert "叶级养老院" not in client.get("/grades").get_data(as_text=True)
    page = client.get("/grades?scale=local").get_data(as_text=True)
    rows = page[page.index("<tbody>", page.index('id="list"')) :]
    assert "四叶级" in rows
    assert "grade__stars" not in rows
    assert "国标养老院" not in rows
    assert "不能和国家标准的一级至五级比高低" in page


def test_homes_that_have_closed_hold_no_grade(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    grade(enter_record, enter_home("关停养老院", operating_state=OperatingState.CLOSED))
    assert names(app, GradeChoice()) == set()


def test_orders_filters_and_the_file(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    for number in range(35):
        grade(enter_record, enter_home(f"第{number:02d}养老院"), number % 5 + 1, valid_to=days(100 + number))
    elsewhere = enter_home("别县养老院", region_code="350421")
    grade(enter_record, elsewhere, 5)
    with app.test_request_context("/"):
        down = star_grades(GradeChoice(order=GradeOrder.LEVEL_DOWN), PUBLIC).certificates
        ends = star_grades(GradeChoice(order=GradeOrder.ENDS_FIRST), PUBLIC).certificates
        here = star_grades(GradeChoice(region="350421", level=5), PUBLIC)
    assert [each.level for each in down] == sorted((each.level or 0 for each in down), reverse=True)
    assert ends[0].home.name == "第00养老院"
    assert [each.home.name for each in here.certificates] == ["别县养老院"]
    assert here.levels == {5: 1, 4: 0, 3: 0, 2: 0, 1: 0}
    client = app.test_client()
    page = client.get("/grades?level=5&page=2").get_data(as_text=True)
    assert "共8家" in page
    second = client.get("/grades?page=2").get_data(as_text=True)
    assert "第31至36家，共36家" in second
    rows = list(csv.DictReader(io.StringIO(client.get("/grades.csv?level=5").data.decode("utf-8-sig"))))
    assert len(rows) == 8
    assert {row["等级"] for row in rows} == {"五级"}
    assert {row["来源"] for row in rows} == {"养老机构月报"}
    assert rows[0]["网址"].startswith("http")


def test_no_grades_yet_says_what_to_do(app: Flask, enter_home: Callable[..., str]) -> None:
    assert "还没有公布等级评定结果" in app.test_client().get("/grades").get_data(as_text=True)


def test_many_certificates_cost_as_many_queries_as_one(
    app: Flask,
    enter_home: Callable[..., str],
    enter_record: Callable[..., int],
    count_queries: Any,
) -> None:
    client = app.test_client()
    counts = []
    for batch in (1, 25):
        for number in range(batch):
            grade(enter_record, enter_home(f"第{batch}{number}养老院"))
        client.get("/grades")
        with count_queries(app) as statements:
            client.get("/grades")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 5
