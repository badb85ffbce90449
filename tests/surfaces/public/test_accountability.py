"""Found and put right: what the page says first, its picture and table, its files, what it costs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.accountability import figures
from portal.accountability.queries.figures import FiguresChoice, figures_of
from portal.accountability.service.targets import load_targets, read_targets
from portal.domain.actor import PUBLIC
from portal.domain.supervision_figures import Part
from portal.domain.visit_points import RULES
from portal.history.keeper import count_change
from portal.institutions.models import ComplianceResult
from portal.public.trend_chart import trend_chart
from portal.supervision.kinds import ProblemOrigin, Severity
from portal.unit_of_work import unit_of_work
from tests.integration.accountability.records import COUNTY, TODAY, counted, enter_problem, home, visit
from tests.integration.accountability.test_figures import spread
from tests.integration.accountability.test_targets import HEAD, assessed
from tests.surfaces.conftest import CountQueries


@pytest.fixture
def today() -> Iterator[datetime]:
    """The middle of July: every request is made then."""
    with clock.moved_to(clock.at(TODAY, 12)) as moment:
        yield moment


@pytest.fixture
def client(sqlite_app: Flask, today: datetime) -> FlaskClient:
    """A client of a portal with half a year of problems."""
    with sqlite_app.app_context():
        with unit_of_work():
            spread(7, 150)
            visit(home("丙养老院"), date(2026, 5, 4))
        counted()
    return sqlite_app.test_client()


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_first_screen_answers_whether_it_was_put_right(client: FlaskClient, sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        here = figures_of(FiguresChoice(), PUBLIC).here
    page = client.get("/accountability").text
    tally, begins = here.figures.tally, text_of(page[page.index("<main") :])[:600]
    assert f"已经到期的{tally.judged}个问题里， {tally.percent}% 按期改好了" in begins
    assert f"现在有{here.overdue_now}个问题逾期没有改好" in begins
    assert "今年去查过 1 ／3家" in begins
    table = text_of(page[page.index('id="parts"') :])
    assert " ".join(str(tally.parts[part]) for part in Part) in table


def test_a_county_has_its_own_page_and_files(client: FlaskClient) -> None:
    page = client.get(f"/accountability?region={COUNTY}&year=2026").text
    assert "三元区发现的问题，改好了吗" in text_of(page)
    address = re.search(r'href="([^"]*accountability\.csv[^"]*)"', page)
    assert address is not None
    rows = list(csv.reader(io.StringIO(client.get(address[1].replace("&amp;", "&")).text.lstrip("\ufeff"))))
    assert {row[1] for row in rows[1:]} == {"福建省三明市三元区"}
    header = rows[0]
    for row in rows[1:]:
        by_name = dict(zip(header, row, strict=True))
        parts = ("按期销号", "逾期才销号", "逾期还没销号", "还在期限里", "没有定期限")
        assert sum(int(by_name[name]) for name in parts) == int(by_name["登账问题"])
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/accountability.xlsx?region={COUNTY}").data))
    assert [sheet.title for sheet in book] == ["数据", "说明"]
    assert [cell.value for cell in book["数据"][1]] == header
    assert book["数据"].max_row == len(rows)


def test_the_picture_says_what_the_table_says(client: FlaskClient) -> None:
    page = client.get("/accountability").text
    figure = page[page.index('class="chart chart--columns"') :]
    label = re.search(r'aria-label="([^"]+)"', figure)
    assert label is not None
    assert "7个月里登账" in label[1]
    assert figure.count("column--first") == 7


def test_columns_are_as_high_as_their_counts_and_scales_are_round() -> None:
    chart = trend_chart([(date(2026, month, 1), month * 10, 5) for month in range(1, 8)])
    assert [line.value for line in chart.lines] == [0, 20, 40, 60, 80]
    heights = [month.first.height for month in chart.months]
    assert heights == sorted(heights)
    assert heights[3] == pytest.approx(heights[0] * 4, abs=0.3)
    assert chart.months[-1].label == "26年7月"
    assert all(month.second.x + month.second.width <= chart.right for month in chart.months)
    empty = trend_chart([])
    assert empty.months == ()


def test_few_told_by_the_public_are_marked(sqlite_app: Flask, today: datetime) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            where = home()
            enter_problem(where, date(2026, 5, 4), origin=ProblemOrigin.COMPLAINT)
            for _ in range(3):
                enter_problem(where, date(2026, 5, 4))
        counted()
    page = text_of(sqlite_app.test_client().get(f"/accountability?region={COUNTY}").text)
    assert "群众反映的少于3个" in page
    assert "不单列" in page


def test_a_young_year_is_shown_with_the_last_and_each_by_itself(sqlite_app: Flask, today: datetime) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            enter_problem(home(), date(2026, 5, 4))
        counted()
    client = sqlite_app.test_client()
    with clock.moved_to(clock.at(date(2027, 2, 1), 9)):
        both, last, this = (
            client.get(f"/accountability{query}").text for query in ("", "?year=2026", "?year=2027")
        )
    assert "2026年以来登账1个问题" in text_of(both)
    assert "2026年登账1个问题" in text_of(last)
    assert "今年还没有登账的问题" in text_of(this)
    for page in (both, last, this):
        assert "去年和今年" in page


def test_nothing_yet_says_so(sqlite_app: Flask, today: datetime) -> None:
    page = text_of(sqlite_app.test_client().get("/accountability").text)
    assert "今年还没有登账的问题" in page
    assert "现在没有逾期的" in page


@pytest.mark.parametrize(
    "query", ["?region=999999", "?region=x", "?year=1", "?year=20x6", "?region=" + "9" * 300]
)
def test_nonsense_shows_everything(client: FlaskClient, query: str) -> None:
    response = client.get(f"/accountability?{query}")
    assert response.status_code == 200
    assert '<h1 class="phrases">发现的问题' in response.text


def test_the_page_costs_the_same_however_many_problems(
    client: FlaskClient, sqlite_app: Flask, count_queries: CountQueries
) -> None:
    costs = []
    for _ in range(2):
        client.get("/accountability?year=2026")
        with count_queries(sqlite_app) as statements:
            client.get("/accountability?year=2026", headers={"X-Other": "1"})
        kept = len(statements)
        with sqlite_app.app_context():
            with unit_of_work():
                spread(11, 100)
            counted()
        with count_queries(sqlite_app) as statements:
            client.get("/accountability?year=2026")
        costs.append((kept, len(statements)))
    assert costs[0] == costs[1]
    assert costs[0][0] < 6  # kept in memory: what it depends on is asked, no more


def test_the_rule_of_points_is_public(client: FlaskClient) -> None:
    page = text_of(client.get("/accountability/points").text)
    for rule in RULES:
        assert rule.what in page
        each = f"每{rule.unit}" if rule.most_points > rule.points else ""
        assert f"{rule.what} {each}{rule.points}分" in page
        assert rule.source in page


def test_targets_show_numerator_denominator_and_what_is_not_known(sqlite_app: Flask, today: datetime) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            assessed(home(), ComplianceResult.PASSED)
            home("乙养老院")
            safe, trained = "service_safety,100,%,某方案（三）", "carers_trained,1000,人次,某方案"
            rows = f"2024,350400,{safe}\n2024,350400,{trained}\n"
            load_targets(read_targets(HEAD + rows))
            count_change()
        counted()
    client = sqlite_app.test_client()
    page = client.get("/accountability/targets").text
    said = text_of(page)
    assert "现在运营的养老机构2家" in said
    assert "1家 ，占50%" in said
    assert "还有 1家 没有记录，不知道；都算上，最多100%" in said
    assert "还说不准" in said
    assert "本平台没有培训的记录，算不出来" in said
    assert "三明市，2024年。某方案（三）" in said
    assert 'aria-label="达到50%，不知道50%，目标100%"' in page
    rows = list(csv.reader(io.StringIO(client.get("/accountability/targets.csv").text.lstrip("\ufeff"))))
    assert [row[5:9] for row in rows[1:]] == [["1", "2", "1", "0"], ["", "", "", ""]]
    assert "达到50%" in client.get(f"/accountability/targets?region={COUNTY}").text
    assert "还没有登记" in client.get("/accountability/targets?region=110101").text


def test_targets_follow_the_counted_months_without_any_other_change(
    sqlite_app: Flask, today: datetime
) -> None:
    with sqlite_app.app_context(), unit_of_work():
        load_targets(read_targets(f"{HEAD}2026,350400,major_cleared,100,%,某方案\n"))
        enter_problem(home(), TODAY, severity=Severity.MAJOR, criterion="4.1")
        count_change()
    client, page, file = sqlite_app.test_client(), "/accountability/targets", "/accountability/targets.csv"
    before = client.get(page).text, client.get(file).text
    with sqlite_app.app_context():
        figures.refresh_stale()  # the worker, a minute later: it changes no record
    after = client.get(page).text, client.get(file).text
    assert before[0] != after[0]
    assert next(csv.reader(io.StringIO(after[1].splitlines()[1])))[5:7] == ["0", "1"]


def test_the_workbook_is_made_once_a_version_and_stays_a_workbook(
    client: FlaskClient, sqlite_app: Flask
) -> None:
    first = client.get("/accountability.xlsx?year=2026")
    again = client.get("/accountability.xlsx?year=2026")
    assert first.data == again.data
    for answer in (first, again):
        assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        assert "download.xlsx" in answer.headers["Content-Disposition"]
    kept = sqlite_app.config["PORTAL"].data / "cache" / "csv"
    assert len([path for path in kept.rglob("*") if path.is_file()]) == 1
    with sqlite_app.app_context():
        with unit_of_work():
            enter_problem(home("丁养老院"), date(2026, 5, 4))
        counted()
    assert client.get("/accountability.xlsx?year=2026").data != first.data
