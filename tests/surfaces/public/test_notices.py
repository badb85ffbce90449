"""The public pages of rectification notices: found, read, printed; and nothing that is not public."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.permissions import Department
from portal.institutions.models import Institution
from portal.supervision.kinds import ProblemCategory, Severity
from tests.surfaces.conftest import CountQueries
from tests.surfaces.public.rectifying import Office
from tests.unit.paper.pdf_text import text_of

ISSUED, SERVED, DUE = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 17)
TODAY = date(2026, 3, 10)


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    """Both databases are asked by the tests of the queries, and by ``test_problems``."""
    return sqlite_app


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def home(enter_home: Callable[..., str]) -> str:
    return enter_home("示例敬老院", on=date(2026, 1, 5))


def read(app: Flask, path: str, today: date = TODAY) -> str:
    with clock.moved_to(clock.at(today, 9)):
        answer = app.test_client().get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.text


def status(client: FlaskClient, path: str, today: date = TODAY) -> int:
    with clock.moved_to(clock.at(today, 9)):
        return client.get(path).status_code


def a_notice(office: Office, home: str | None, **said: object) -> tuple[str, str]:
    """Issue and publish a notice on one problem; return both public ids."""
    problem = office.enter(home, ISSUED, **said)  # type: ignore[arg-type]
    return office.issue([problem], ISSUED, SERVED), problem


def test_an_empty_list_says_what_will_stand_there(app: Flask) -> None:
    page = read(app, "/notices")
    assert "还没有公开过整改通知书" in page


def test_the_list_tells_whose_notice_it_is_and_where_it_stands(app: Flask, office: Office, home: str) -> None:
    notice, _ = a_notice(office, home, severity=Severity.MAJOR)
    page = read(app, "/notices")
    assert f'href="/notices/{notice}">示例敬老院</a>' in page
    assert "2026年3月2日（周一）" in page
    assert "还剩5个工作日" in page
    assert '<span class="hazard">重大隐患</span>' in page
    assert "过了2个工作日，期限是2026年3月17日（周二）" in read(app, "/notices", date(2026, 3, 19))
    assert "今天到期" in read(app, "/notices", DUE)


def test_each_filter_narrows_the_list(app: Flask, office: Office, enter_home: Callable[..., str]) -> None:
    one, other = enter_home("甲敬老院", on=date(2026, 1, 5)), enter_home("乙敬老院", on=date(2026, 1, 5))
    fire, problem = a_notice(office, one)
    food, _ = a_notice(
        office, other, title="留样不足", category=ProblemCategory.FOOD, severity=Severity.MAJOR
    )
    fire_office = Office(app, Department.FIRE)
    theirs, _ = a_notice(fire_office, one)
    office.clear(problem, date(2026, 3, 5), date(2026, 3, 6))
    everything = {fire, food, theirs}
    for query, shown in {
        "": everything,
        "category=food": {food},
        "severity=major": {food},
        "category=fire&severity=major": set(),
        "department=fire": {theirs},
        "state=cleared": {fire},
        "state=open": {food, theirs},
        "state=overdue": set(),
        "q=甲敬老院": {fire, theirs},
        "q=〔2026〕2号": {food},
        "region=350404": everything,
        "region=350402": set(),
        "state=nonsense&category=nonsense&department=discipline": everything,
    }.items():
        page = read(app, f"/notices?{query}")
        assert {one for one in everything if f"/notices/{one}" in page} == shown, query
        rows = list(csv.DictReader(io.StringIO(read(app, f"/notices.csv?{query}").lstrip("\ufeff"))))
        assert {row["网址"].rsplit("/", 1)[1] for row in rows} == shown, query
    overdue = read(app, "/notices?state=overdue", date(2026, 4, 1))
    assert f"/notices/{food}" in overdue
    assert f"/notices/{fire}" not in overdue


def test_the_order_can_be_the_one_of_the_last_days(app: Flask, office: Office, home: str) -> None:
    soon, late = (office.enter(home, ISSUED, title=title) for title in ("甲", "乙"))
    later = office.issue([late], ISSUED, SERVED, days=5)
    first = office.issue([soon], ISSUED, SERVED, days=20)
    page = read(app, "/notices?sort=deadline")
    assert page.index(f"/notices/{later}") < page.index(f"/notices/{first}")
    page = read(app, "/notices")
    assert page.index(f"/notices/{first}") < page.index(f"/notices/{later}")


def test_the_file_holds_what_the_list_shows_and_runs_nothing(app: Flask, office: Office, home: str) -> None:
    notice, _ = a_notice(office, home, severity=Severity.MAJOR)
    (row,) = csv.DictReader(io.StringIO(read(app, "/notices.csv").lstrip("\ufeff")))
    assert row["机构名称"] == "示例敬老院"
    assert row["机构编号"] == home
    assert (row["发出日期"], row["整改期限"]) == ("2026-03-02", "2026-03-17")
    assert (row["现在怎样"], row["最严重的"]) == ("还没改好", "重大隐患")
    assert row["网址"].endswith(f"/notices/{notice}")


def test_a_page_past_the_end_is_the_last_one(app: Flask, office: Office, home: str) -> None:
    notice, _ = a_notice(office, home)
    assert f"/notices/{notice}" in read(app, "/notices?page=900")


def test_the_page_has_the_whole_text_its_days_and_its_problems(app: Flask, office: Office, home: str) -> None:
    notice, problem = a_notice(office, home, severity=Severity.MAJOR)
    page = read(app, f"/notices/{notice}")
    for words in (
        "三元区民政局", "关于消防问题的整改通知书", "示例敬老院：", "三楼东侧疏散门用铁链锁住。",
        "整改完成后提请验收。", "自送达之日起10个工作日内", "到<strong>2026年3月17日（周二）</strong>为止",
        "当面送达", "三元区民政局养老服务股", 'class="day-strip',
    ):  # fmt: skip
        assert words in page, words
    assert f'href="/problems/{problem}"' in page
    assert f'href="/institutions/{home}"' in page
    assert f'href="/notices/{notice}.pdf"' in page


def test_an_extension_leaves_the_earlier_day_on_the_page(app: Flask, office: Office, home: str) -> None:
    notice, _ = a_notice(office, home)
    office.extend(notice, date(2026, 3, 16), date(2026, 3, 31))
    page = read(app, f"/notices/{notice}", date(2026, 3, 20))
    assert "最初到2026年3月17日（周二）" in page
    assert "2026年3月16日延长到2026年3月31日（周二）" in page
    assert "配件要从外地调来" not in page, "the reason was written for the staff"
    assert "没有改好</span>" not in page


def test_the_pdf_says_what_the_page_says(app: Flask, office: Office, home: str) -> None:
    notice, _ = a_notice(office, home)
    answer = app.test_client().get(f"/notices/{notice}.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    said = text_of(answer.data).replace(" ", "")
    for words in ("三元区民政局", "示例敬老院：", "三楼东侧疏散门用铁链锁住。", f"/notices/{notice}"):
        assert words in said, words


def test_pages_and_pdf_are_unchanged_until_something_changes(app: Flask, office: Office, home: str) -> None:
    notice, problem = a_notice(office, home)
    client = app.test_client()
    for path in ("/notices", f"/notices/{notice}", f"/notices/{notice}.pdf", f"/problems/{problem}"):
        first = client.get(path)
        asked = {"If-None-Match": first.headers["ETag"]}
        assert client.get(path, headers=asked).status_code == 304, path
    before = client.get("/notices").headers["ETag"]
    office.clear(problem, date(2026, 3, 5), date(2026, 3, 6))
    assert client.get("/notices").headers["ETag"] != before
    assert "按期改好" in client.get(f"/notices/{notice}").text


def test_what_is_not_public_is_nowhere(app: Flask, office: Office, home: str) -> None:
    client = app.test_client()
    hidden = office.enter(home, ISSUED)
    notice = office.issue([hidden], ISSUED, SERVED, public=False)
    taken, _ = a_notice(office, home, title="发错的")
    office.withdraw(taken, date(2026, 3, 4))
    for one in (notice, taken, "abcd2345", "x" * 300):
        assert status(client, f"/notices/{one}") == 404
        assert status(client, f"/notices/{one}.pdf") == 404
    page = read(app, "/notices")
    assert notice not in page
    assert taken not in page
    assert notice not in read(app, "/notices.csv")


def test_a_home_that_was_taken_down_takes_its_notices_along(
    app: Flask, office: Office, home: str, amend_record: Callable[..., None]
) -> None:
    notice, problem = a_notice(office, home)
    amend_record(Institution, office.home_id(home), withdrawn=True)
    for path in (f"/notices/{notice}", f"/notices/{notice}.pdf", f"/problems/{problem}"):
        assert status(app.test_client(), path) == 404
    assert notice not in read(app, "/notices")


def test_the_list_names_its_feeds(app: Flask, office: Office, home: str) -> None:
    a_notice(office, home)
    page = read(app, "/notices?region=350404")
    for path in (
        "/feeds/rectifications.xml",
        "/feeds/rectifications.atom",
        "/feeds/rectifications/350404.xml",
    ):
        assert f'href="{path}"' in page
        assert app.test_client().get(path).status_code == 200


def test_a_list_of_many_costs_as_many_queries_as_one_of_few(
    app: Flask, office: Office, home: str, count_queries: CountQueries
) -> None:
    def cost() -> int:
        with count_queries(app) as statements:
            read(app, "/notices?sort=deadline")
        return len(statements)

    a_notice(office, home)
    read(app, "/notices")
    few = cost()
    for number in range(6):
        a_notice(office, home, title=f"问题{number}")
    read(app, "/notices")
    assert cost() <= few
