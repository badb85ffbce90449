"""Who answers in time, published cases and their feed: what they say, what they never say, what they cost."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock
from portal.complaints import figures
from portal.complaints.kinds import Category
from portal.complaints.models import Case, CasePublication
from portal.complaints.queries.figures import FiguresChoice, figures_of
from portal.complaints.service.publication import change, publish, unpublish
from portal.domain.actor import PUBLIC
from portal.domain.case_figures import Part
from portal.extensions import db
from portal.public.charts import Stack, stack_chart
from portal.search.indexing import keep_up
from portal.search.registry import search_of
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import COUNTY, enter_home
from tests.integration.complaints.histories import TODAY, enter, enter_counted, history
from tests.integration.complaints.office import Office, standing
from tests.integration.complaints.test_publication import GOOD, answered, approved, published
from tests.surfaces.conftest import CountQueries

HOSTILE = "<script>alert(1)</script>&]]>"
SMALL = "350425"


@pytest.fixture
def today() -> Iterator[datetime]:
    """The middle of July: every request is made then."""
    with clock.moved_to(clock.at(TODAY, 12)) as moment:
        yield moment


@pytest.fixture
def counted(sqlite_app: Flask, today: datetime) -> FlaskClient:
    """A client of a portal with half a year of complaints."""
    with sqlite_app.app_context():
        enter_counted(history(20260715, 400))
    return sqlite_app.test_client()


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_first_screen_answers_who_answers_in_time(counted: FlaskClient, sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        here = figures_of(FiguresChoice(), PUBLIC).here
    page = counted.get("/complaints").text
    first, begins = here.once.first, text_of(page[page.index("<main") :])[:500]
    assert f"应当答复的{first.judged}件里， {first.percent}% 在5个工作日内答复了" in begins
    assert f"现在有{here.overdue_now}件超期没有答复" in begins
    assert begins.index("我要投诉") < begins.index("今年收到")
    assert 'href="/complaints/new"' in page
    assert 'href="/complaints/track"' in page
    table = text_of(page[page.index('id="both"') :])
    parts = " ".join(str(first.parts[part]) for part in Part)
    order = (Part.IN_TIME, Part.LATE, Part.OVERDUE, Part.RUNNING, Part.WITHDRAWN)
    assert parts == " ".join(str(first.parts[part]) for part in order)
    assert f"首次答复（5个工作日） {parts} {first.received} {first.percent}%" in table


def test_counties_under_ten_are_not_ranked_and_the_page_says_so(counted: FlaskClient) -> None:
    page = counted.get("/complaints?region=350400").text
    assert "不到10件的地方不算比例、不排名" in page
    table = page[page.index('id="places"') : page.index('id="months"')]
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", table, re.DOTALL)
    ranked = ['class="rank"' in row for row in rows]
    assert ranked == sorted(ranked, reverse=True)
    for row in rows:
        assert ('class="rank"' in row) == ("%" in row)
    assert f"region={COUNTY}" in table
    assert table.count("<text") == 2 * sum(ranked)


def test_a_small_month_is_not_told_on_the_page_nor_in_the_file(
    counted: FlaskClient, sqlite_app: Flask
) -> None:
    with sqlite_app.app_context():
        months = figures_of(FiguresChoice(SMALL), PUBLIC).months
    few = [month for month in months if month.figures.few]
    assert few
    page = counted.get(f"/complaints?region={SMALL}").text
    table = page[page.index('id="months"') :]
    for month in few:
        row = re.search(rf"{month.month.year}年{month.month.month}月</th>(.*?)</tr>", table, re.DOTALL)
        assert row is not None
        assert text_of(row[1]) == "少于3件"
    rows = list(csv.reader(io.StringIO(counted.get("/complaints.csv").text.removeprefix("\ufeff"))))
    told = {(row[0], row[1]): row[2:] for row in rows[1:]}
    for month in few:
        (line,) = [
            cells
            for (when, where), cells in told.items()
            if when == f"{month.month:%Y-%m}" and "大田" in where
        ]
        assert line == ["少于3", *[""] * (len(rows[0]) - 3)]
    assert all(len(row) == len(rows[0]) for row in rows)
    assert not {"1", "2"} & {row[2] for row in rows[1:]}


def test_a_place_with_one_case_tells_nothing_of_it(sqlite_app: Flask, today: datetime) -> None:
    with sqlite_app.app_context():
        made = [one for one in history(11, 40) if one.number == 1]
        for place, one in enumerate(made):
            one.place = SMALL if place == 0 else COUNTY
            one.again = False
        enter_counted(made)
    client = sqlite_app.test_client()
    page = text_of(
        client.get(f"/complaints?region={SMALL}").text.partition("<main")[2].partition("</main>")[0]
    )
    assert "今年收到的少于3件。太少了，不单列" in page
    for untold in ("应当答复", "按时率", "中位数", "满意", "按收到的月份"):
        assert untold not in page
    table = client.get("/complaints").text
    row = re.search(r">大田县</a></th>(.*?)</tr>", table, re.DOTALL)
    assert row is not None
    assert text_of(row[1]) == "少于3件"
    assert "大田县（少于3件）" in table


def test_the_file_adds_up_to_what_it_says_was_received(counted: FlaskClient) -> None:
    rows = list(
        csv.DictReader(io.StringIO(counted.get("/complaints.csv?year=2026").text.removeprefix("\ufeff")))
    )
    whole = [row for row in rows if row["收到"].isdigit()]
    assert len(whole) > 10
    for row in whole:
        for clock_name in ("首次答复", "办理答复"):
            parts = [
                int(row[f"{clock_name}：{part}"])
                for part in ("按时", "超期", "过期未答", "还没到期", "答复前撤回")
            ]
            assert sum(parts) == int(row["收到"])


def test_stacked_bars_are_whole_and_lie_side_by_side() -> None:
    stacks = [
        Stack("甲", "", (("in-time", 3), ("late", 0), ("running", 1))),
        Stack("乙", "", (("late", 2),)),
        Stack("丙", "", ()),
    ]
    one, other, none = stack_chart(stacks).rows
    assert [part.kind for part in one.parts] == ["in-time", "running"]
    assert one.parts[0].x + one.parts[0].width == one.parts[1].x
    assert other.parts[0].width * 2 == sum(part.width for part in one.parts)
    assert none.parts == ()
    shares = stack_chart(stacks, shares=True).rows
    assert sum(part.width for part in shares[0].parts) == shares[1].parts[0].width
    assert stack_chart([]).rows == ()


def test_nonsense_in_the_address_shows_everything(counted: FlaskClient) -> None:
    plain = counted.get("/complaints")
    for address in (
        "/complaints?region=999999",
        "/complaints?region=%00x",
        "/complaints?year=abc",
        "/complaints?year=1",
    ):
        found = counted.get(address)
        assert found.status_code in (200, 404)
        if found.status_code == 200:
            assert text_of(found.text) == text_of(plain.text)


def test_pages_cost_the_same_for_few_cases_and_for_many(
    sqlite_app: Flask, today: datetime, count_queries: CountQueries
) -> None:
    client = sqlite_app.test_client()

    def cost(address: str) -> int:
        client.get(address)
        sqlite_app.extensions["page_cache"]._version = "other"
        with count_queries(sqlite_app) as statements:
            assert client.get(address).status_code == 200
        return len(statements)

    addresses = (
        "/complaints",
        f"/complaints?region={COUNTY}&year=2026",
        "/complaints/published",
        "/feeds/complaints.xml",
    )
    with sqlite_app.app_context():
        enter_counted(history(1, 20))
    few = {address: cost(address) for address in addresses}
    with sqlite_app.app_context():
        enter_counted(history(2, 600))
    many = {address: cost(address) for address in addresses}
    assert few == many
    assert max(many.values()) <= 12


def test_a_page_is_kept_until_something_is_counted(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    empty = client.get("/complaints")
    assert "还没有收到投诉" in empty.text
    tag = {"If-None-Match": empty.headers["ETag"]}
    assert client.get("/complaints", headers=tag).status_code == 304
    with sqlite_app.app_context():
        enter_counted(history(4, 40))
    found = client.get("/complaints?year=2026", headers=tag)
    assert found.status_code == 200
    with sqlite_app.app_context(), unit_of_work():
        enter(history(5, 1))
        figures.recount()
    assert "一分钟内算进来" in client.get("/complaints?year=2026").text


def test_a_published_case_says_what_was_approved_and_no_more(office: Office) -> None:
    home = enter_home(office.app)
    number = answered(office, institution_id=home)
    words = (f"夜里没人{HOSTILE}", f"老人摔倒。{HOSTILE}", "已责令整改。")
    public_id = approved(office, publish, number, *words).public_id
    client = office.app.test_client()
    receipt = standing(office.app, number).case.receipt
    for address in ("/complaints/published", f"/complaints/published/{public_id}", "/feeds/complaints.xml"):
        page = client.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        for never in (receipt, "林秋月", "13800138000", "示例敬老院", "3月2日", "2026-03-02", "2026-03-05"):
            assert never not in page.text
    page = text_of(client.get(f"/complaints/published/{public_id}").text)
    for said in ("2026年3月公开", "首次答复按时 3个工作日", "第3个工作日 办理答复", "查实情况： 属实"):
        assert said in page


def test_what_was_taken_back_is_gone_everywhere(office: Office) -> None:
    client = office.app.test_client()
    number = answered(office, institution_id=enter_home(office.app))
    public_id = approved(office, publish, number).public_id
    addresses = ("/complaints/published", "/feeds/complaints.xml", "/search?q=夜里没有护工")
    keep(office.app)
    assert all(
        GOOD[0] in client.get(address).text.replace("<mark>", "").replace("</mark>", "")
        for address in addresses
    )
    office.do("审大力", unpublish, number, "投诉人要求撤下。")
    keep(office.app)
    assert client.get(f"/complaints/published/{public_id}").status_code == 404
    for address in addresses:
        assert public_id not in client.get(address).text


def keep(app: Flask) -> None:
    with app.app_context():
        keep_up(search_of(app))


def test_search_finds_a_case_by_its_words_and_says_why(office: Office) -> None:
    public_id = approved(office, publish, answered(office)).public_id
    keep(office.app)
    page = office.app.test_client().get("/search?q=责令整改").text
    assert f"/complaints/published/{public_id}" in page
    assert "投诉与答复" in text_of(page)
    assert "答复：" in text_of(page)
    assert office.app.test_client().get("/search?q=责令整改&kind=institution").text.count(public_id) == 0


def test_filters_and_pages_of_the_list(office: Office) -> None:
    number = answered(office, category=Category.SAFETY)
    approved(office, publish, number)
    with office.app.app_context(), unit_of_work():
        first = published(office.app, number)
        db.session.add_all(copies(first, 45))
    client = office.app.test_client()
    page = client.get("/complaints/published?page=3&category=care").text
    assert "第41至45件，共45件" in text_of(page)
    assert "category=care" in page
    assert client.get("/complaints/published?category=safety").text.count('class="entry"') == 1
    assert "没有符合这些条件的" in client.get("/complaints/published?category=fire").text


def copies(one: CasePublication, count: int) -> list[CasePublication]:
    """Publications of further cases, all about care."""
    cases = [answered_row(number) for number in range(count)]
    return [
        CasePublication(
            case_id=case, public_id=f"copy{number:04d}", region_code=one.region_code, category=Category.CARE,
            title=f"第{number}件", text="正文", reply="答复", timeline=one.timeline, approved_by="民政",
            published_at=one.published_at, changed_at=one.changed_at,
        )
        for number, case in enumerate(cases)
    ]  # fmt: skip


def answered_row(number: int) -> int:
    enter([one for one in history(number, 1) if one.number == 1])
    found = db.session.scalar(select(func.max(Case.id)))
    assert found is not None
    return found


def test_the_feed_reads_as_rss_and_its_entries_stay_over_edits(office: Office) -> None:
    client = office.app.test_client()
    number = answered(office)
    public_id = approved(office, publish, number).public_id
    first = client.get("/feeds/complaints.xml")
    assert first.content_type == "application/rss+xml; charset=utf-8"
    feed = feedparser.parse(first.data)
    assert (feed.bozo, feed.version, feed.feed.language) == (False, "rss20", "zh-CN")
    (entry,) = feed.entries
    assert (entry.title, entry.id) == (GOOD[0], f"urn:portal:complaint:{public_id}")
    assert entry.link.endswith(f"/complaints/published/{public_id}")
    assert GOOD[1] in entry.summary
    assert GOOD[2] in entry.summary
    assert [tag.term for tag in entry.tags] == ["照护服务"]
    assert "published" not in entry  # no day
    unchanged = client.get("/feeds/complaints.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    office.do("审大力", change, number, "夜班缺人", *GOOD[1:], False, at=clock.at(date(2026, 3, 20), 9))
    second = client.get("/feeds/complaints.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    (changed,) = feedparser.parse(second.data).entries
    assert (changed.title, changed.id) == ("夜班缺人", entry.id)
    page = client.get("/complaints/published").text
    assert 'rel="alternate" type="application/rss+xml"' in page


def test_characters_that_xml_does_not_know_do_not_break_the_feed(office: Office) -> None:
    words = ("夜里\x0b没人", "老人\x00摔倒 & <b>没人</b> ]]> 管", "已整改\ufffe。")
    number = answered(office)
    approved(office, publish, number, "夜里没人", "老人摔倒", "已整改。")
    with office.app.app_context(), unit_of_work():
        row = db.session.get_one(CasePublication, 1)
        row.title, row.text, row.reply = words[0], words[1].replace("\x00", ""), words[2]
    feed = feedparser.parse(office.app.test_client().get("/feeds/complaints.xml").data)
    assert not feed.bozo
    assert feed.entries[0].title == "夜里没人"
    assert "& <b>没人</b> ]]> 管" in feed.entries[0].summary.replace("&lt;", "<").replace("&amp;", "&")


def test_an_empty_feed_is_a_feed(sqlite_app: Flask) -> None:
    feed = feedparser.parse(sqlite_app.test_client().get("/feeds/complaints.xml").data)
    assert (feed.bozo, feed.entries) == (False, [])


@pytest.fixture
def office(sqlite_app: Flask) -> Office:
    """The staff of a county."""
    return Office(sqlite_app)
