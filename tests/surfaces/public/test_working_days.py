"""The page on working days: the answer in words and day by day, errors in the form, amendments."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.actor import Actor
from portal.domain.working_days import Arranged, DayFact
from portal.history.data_set import touch_data_set
from portal.reference.calendar_service import NoticeDocument, amend_calendar
from portal.unit_of_work import unit_of_work
from tests.surfaces.conftest import CountQueries

ADDRESS = "/working-days"


def amend(app: Flask) -> None:
    days = {
        date(2026, 12, 31): DayFact(Arranged.REST, "元旦"),
        date(2026, 12, 27): DayFact(Arranged.WORK, "元旦"),
    }
    with app.app_context(), unit_of_work():
        amend_calendar(days, NoticeDocument("关于调整的通知", url="https://example.cn/9"), Actor("经办"))
        touch_data_set()


def text_of(client: FlaskClient, query: str) -> str:
    answer = client.get(f"{ADDRESS}?{query}")
    assert answer.status_code == 200
    return answer.text


def test_without_a_question_it_counts_five_days_from_today(module_app: Flask) -> None:
    with clock.moved_to(clock.at(date(2026, 3, 2))):
        page = text_of(module_app.test_client(), "")
    assert "2026年3月9日（周一）" in page
    assert 'value="2026-03-02"' in page
    assert 'value="5"' in page


def test_the_strip_tells_each_day_and_why(module_app: Flask) -> None:
    with clock.moved_to(clock.at(date(2026, 2, 14))):
        page = text_of(module_app.test_client(), "from=2026-02-13&days=2")
    strip = page.split('<ol class="day-strip')[1].split("</ol>")[0]
    assert strip.count("<li") == 12
    assert strip.count("春节</span>") == 8
    assert strip.count(">班</abbr>") == 1
    assert strip.count(">今天<") == strip.count(">到期<") == 1
    assert strip.index(">今天<") < strip.index(">到期<")
    assert "跳过了春节假期和周末；2月14日（周六）调休上班，照样算" in page


@pytest.mark.parametrize("typed", ["2026-02-13", "2026/2/13", "20260213", "2026年2月13日", " 2026.2.13 "])
def test_a_date_is_understood_however_it_is_typed(module_app: Flask, typed: str) -> None:
    page = module_app.test_client().get(ADDRESS, query_string={"from": typed, "days": "2"}).text
    assert "2026年2月24日（周二）" in page
    assert 'value="2026-02-13"' in page


def test_past_the_published_years_it_says_provisional(module_app: Flask) -> None:
    client = module_app.test_client()
    assert "<strong>暂定。</strong>" not in text_of(client, "from=2026-02-13&days=20")
    assert "<strong>暂定。</strong>2027年的放假安排还没有公布" in text_of(client, "from=2027-03-01&days=5")
    assert "2027年放假和调休（暂定）" in text_of(client, "year=2027")
    assert "还不知道" in text_of(client, "year=2027")
    assert "（暂定）" not in text_of(client, "year=2026")


@pytest.mark.parametrize(
    ("received", "days", "wrong"),
    [
        ("2026-13-40", "5", ["from"]),
        ("", "5", ["from"]),
        ("昨天", "5", ["from"]),
        ("1990-01-01", "5", ["from"]),
        ("2099-12-31", "5", ["from"]),
        ("2026-02-13", "0", ["days"]),
        ("2026-02-13", "-5", ["days"]),
        ("2026-02-13", "1001", ["days"]),
        ("2026-02-13", "五", ["days"]),
        ("2026-02-13", "²", ["days"]),
        ("<b>", "9" * 500, ["from", "days"]),
    ],
)
def test_errors_stand_at_the_field_and_at_the_top_and_what_was_typed_stays(
    module_app: Flask, received: str, days: str, wrong: list[str]
) -> None:
    answer = module_app.test_client().get(ADDRESS, query_string={"from": received, "days": days})
    assert answer.status_code == 400
    assert "no-store" in answer.headers["Cache-Control"]
    for name in ("from", "days"):
        assert (f'id="{name}-error"' in answer.text) is (name in wrong)
        assert (f'<a href="#{name}">' in answer.text) is (name in wrong)
    assert "day-strip--" not in answer.text
    assert f'value="{received.replace("<", "&lt;").replace(">", "&gt;")}"' in answer.text


def test_an_amended_day_stands_with_its_paper_and_moves_the_answer(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    question = "from=2026-12-25&days=1"
    before = client.get(f"{ADDRESS}?{question}")
    assert "2026年12月28日（周一）" in before.text
    tag = before.headers["ETag"]
    amend(sqlite_app)
    after = client.get(f"{ADDRESS}?{question}", headers={"If-None-Match": tag})
    assert after.status_code == 200  # not 304: an amendment makes every page anew
    assert '<strong class="nowrap">2026年12月27日（周日）</strong>' in after.text
    assert '<a href="https://example.cn/9" rel="noopener">关于调整的通知</a>' in after.text
    assert "2026年12月31日（周四）放假" in after.text


def test_links_to_other_years_keep_the_question(module_app: Flask) -> None:
    page = text_of(module_app.test_client(), "from=2026-02-13&days=2")
    assert "/working-days?year=2027&amp;from=2026-02-13&amp;days=2#year" in page


def test_the_page_costs_one_query_for_the_calendar(sqlite_app: Flask, count_queries: CountQueries) -> None:
    amend(sqlite_app)
    client = sqlite_app.test_client()
    client.get(ADDRESS)
    with count_queries(sqlite_app) as statements:
        client.get(f"{ADDRESS}?from=2026-12-01&days=20")
    assert len([one for one in statements if "calendar" in one]) == 1


@pytest.mark.parametrize("typed", ["2026112", "202611", "20261"])
def test_digits_that_could_be_two_days_are_asked_for_again(module_app: Flask, typed: str) -> None:
    answer = module_app.test_client().get(f"{ADDRESS}?from={typed}&days=5")
    assert answer.status_code == 400
    assert "请填收到的日期" in answer.text


@pytest.mark.parametrize(
    "typed", ["20260224", "2026-2-24", "2026/02/24", "2026.2.24", "2026年2月24日", "2026 2 24"]
)
def test_a_date_is_read_as_people_write_it(module_app: Flask, typed: str) -> None:
    assert 'value="2026-02-24"' in text_of(module_app.test_client(), f"from={typed}&days=5")
