"""What homes' pages, grades and the first page show of supervision: open hazards beside a star in force."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.domain.grading import GradeScale
from portal.institutions.models import StarGrade
from portal.supervision.kinds import InspectionKind, InspectionResult, Severity
from tests.surfaces.public.inspecting import Inspectors, blocked_way, list_home, read

TODAY = clock.today()
FLAG = "有1个重大隐患没改好"


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def graded(app: Flask, name: str, ends: int = 300) -> str:
    grade = StarGrade(scale=GradeScale.NATIONAL, level=4, valid_from=days(-500), valid_to=days(ends))
    return list_home(app, name, days(-500), [grade])


def find(app: Flask, home: str, severity: Severity) -> str:
    """Have a visit find one problem, published without a notice; return its public id."""
    inspectors = Inspectors(app)
    visit = inspectors.visit(home, days(-60), InspectionResult.PROBLEMS, found=[blocked_way(severity)])
    (problem,) = inspectors.problems_of(visit)
    inspectors.office.publish(problem, days(-58))
    return problem


def test_a_valid_grade_beside_an_open_hazard_is_flagged_wherever_the_grade_stands(sqlite_app: Flask) -> None:
    home, calm = graded(sqlite_app, "清溪敬老院"), graded(sqlite_app, "福海养老院")
    problem = find(sqlite_app, home, Severity.MAJOR)
    find(sqlite_app, calm, Severity.SERIOUS)
    page = read(sqlite_app, f"/institutions/{home}", TODAY)
    assert FLAG in page
    assert "等级还有效，隐患也是真的" in page
    assert f"/problems/{problem}" in page
    other = read(sqlite_app, f"/institutions/{calm}", TODAY)
    assert "有1个问题没改好" in other
    assert "重大隐患没改好" not in other
    grades = read(sqlite_app, "/grades", TODAY)
    assert grades.count(FLAG) == 1
    assert f"/institutions/{home}#supervision" in grades
    rows = list(csv.DictReader(io.StringIO(read(sqlite_app, "/grades.csv", TODAY).lstrip("\ufeff"))))
    assert {row["机构名称"]: row["没改好的重大隐患"] for row in rows} == {
        "清溪敬老院": "1",
        "福海养老院": "0",
    }
    compared = read(sqlite_app, f"/institutions/compare?id={home}&id={calm}", TODAY)
    assert re.search('<span class="state state--bad">1个重大隐患', compared)
    Inspectors(sqlite_app).office.clear(problem, days(-2), days(-1))
    assert FLAG not in read(sqlite_app, f"/institutions/{home}", TODAY)
    assert FLAG not in read(sqlite_app, "/grades", TODAY)
    assert "查出的问题都改好了" in read(sqlite_app, f"/institutions/{home}", TODAY)


def test_a_grade_that_is_over_is_not_flagged_as_standing_beside(sqlite_app: Flask) -> None:
    home = graded(sqlite_app, "清溪敬老院", ends=-5)
    find(sqlite_app, home, Severity.MAJOR)
    page = read(sqlite_app, f"/institutions/{home}", TODAY)
    assert FLAG in page
    assert "等级还有效，隐患也是真的" not in page
    assert FLAG not in read(sqlite_app, "/grades?state=expired", TODAY)


def test_a_home_s_page_leads_to_all_of_it(app: Flask) -> None:
    home, inspectors = list_home(app, "清溪敬老院", days(-400)), Inspectors(app)
    for number in range(4):
        inspectors.visit(home, days(-40 - number), kind=InspectionKind.COMPLAINT, theme=None)
    visit = inspectors.visit(home, days(-30), InspectionResult.PROBLEMS, found=[blocked_way()])
    (problem,) = inspectors.problems_of(visit)
    notice = inspectors.office.issue([problem], days(-29), days(-28), days=3)
    page = read(app, f"/institutions/{home}", TODAY)
    for words in (
        'id="supervision"', 'href="#supervision"', f"/notices/{notice}", "全部5次检查", "整改通知书（1份）",
        f"/inspections?home={home}", "1个已逾期", "先后登记1个，销号0个", "群众反映",
    ):  # fmt: skip
        assert words in page, words


def test_a_home_without_a_record_says_what_that_means(sqlite_app: Flask) -> None:
    home = list_home(sqlite_app, "清溪敬老院", days(-400))
    page = read(sqlite_app, f"/institutions/{home}", TODAY)
    assert "没有公布，可能是没查过，也可能是查了还没公布" in page


def test_the_door_counts_what_is_open_and_leads_on(sqlite_app: Flask) -> None:
    home = list_home(sqlite_app, "清溪敬老院", days(-400))
    assert re.search(r"其中重大隐患</dt><dd>0 ", read(sqlite_app, "/supervision", TODAY))
    find(sqlite_app, home, Severity.MAJOR)
    page = read(sqlite_app, "/supervision", TODAY)
    assert re.search(r"还没改好的问题</dt><dd>1 ", page)
    assert re.search(r"其中重大隐患</dt><dd>1 ", page)
    for path in ("/notices", "/inspections", "/inspections/draws", "/credit"):
        assert f'href="{path}"' in page
    assert 'href="/supervision"' in read(sqlite_app, "/", TODAY)


@pytest.mark.parametrize(
    "path", ["/inspections", "/inspections/draws", "/credit", "/notices", "/supervision"]
)
def test_the_door_is_marked_on_everything_behind_it(module_app: Flask, path: str) -> None:
    page = read(module_app, path, TODAY)
    assert page.count('<a href="/supervision" aria-current="page">监督检查</a>') == 2


@pytest.mark.parametrize("path", ["/inspections", "/inspections/draws", "/credit"])
def test_odd_addresses_break_nothing(module_app: Flask, path: str) -> None:
    client = module_app.test_client()
    for query in (
        "endpoint=1&_external=1&self=1&filename=x", "home=%E2%98%83&q=%25_%27%22", "page=0", "page=-1",
        "page=999", "region=990102%27&year=0&kind=1&department=discipline&sort=%3Cb%3E",
    ):  # fmt: skip
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 200, query
        assert "<b>" not in answer.get_data(as_text=True)
    for odd in (f"{path}/%00", f"{path}?q=%00", f"{path}?page=9999999", f"{path}/{'z' * 3000}"):
        assert client.get(odd).status_code == 404, odd[:60]
