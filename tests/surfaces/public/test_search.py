"""Search over HTTP: reasons, counts, pages, odd input, empty states, and nothing that is public no more."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.names import name_key
from portal.extensions import db
from portal.history import bulk
from portal.history.keeper import Provenance
from portal.institutions import service
from portal.institutions.models import (
    ClosureKind,
    ClosureNotice,
    Filing,
    FoundHow,
    Institution,
    Registration,
    UnregisteredHome,
)
from portal.search import indexing
from portal.search.registry import search_of
from portal.unit_of_work import unit_of_work
from tests.surfaces.conftest import CountQueries

DAY = date(2026, 1, 1)
HOSTILE = "<script>alert(1)</script>怡和${alert(1)}"

EnterHome = Callable[..., str]
EnterRecord = Callable[..., int]


def index(app: Flask) -> None:
    with app.app_context():
        indexing.rebuild(search_of(app))


def names(html: str) -> list[str]:
    headings = re.findall(r'<li class="found">\s*<h2><a [^>]*>(.*?)</a>', html, re.S)
    return [unescape(re.sub(r"<[^>]+>", "", heading)) for heading in headings]


def total(html: str) -> str | None:
    found = re.search(r'search-total">([\d,+]+)<', html)
    return found[1] if found else None


def chips(html: str) -> dict[str, str]:
    """Label → count of the links that narrow the results."""
    return dict(re.findall(r'<li><a href="[^"]*"[^>]*>([^<]+?) <span class="soft number">([\d,+]+)<', html))


def search(client: FlaskClient, words: str, **query: object) -> str:
    answer = client.get("/search", query_string={"q": words, **query})
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def city(app: Flask, enter_home: EnterHome, enter_record: EnterRecord) -> FlaskClient:
    """Homes in two counties, a notice and an unregistered home, all in the index."""
    yihe = enter_home("示例怡和养老院", on=DAY, address="桔林路1号", operator="示例物业公司")
    enter_home("示例松鹤敬老院", on=DAY, region_code="350421", services="认知症照护", former_names=None)
    enter_home(HOSTILE, on=DAY, region_code="350421")
    enter_record(Registration, yihe, on=DAY, registered_on=DAY)
    enter_record(Filing, yihe, on=DAY, filed_on=DAY, number="元养备〔2026〕1号")
    notice = {"kind": ClosureKind.SUSPENSION, "announced_on": DAY, "effective_on": DAY}
    enter_record(ClosureNotice, yihe, on=DAY, public_id="notice22", **notice)
    today = clock.today()
    steps = ("verified_on", "operator_told_on", "objection_ended_on")
    passed = {step: today - timedelta(days=60 - 10 * number) for number, step in enumerate(steps)}
    facts = {"found_on": DAY, "found_how": FoundHow.SURVEY, "region_code": "350404"}
    enter_record(UnregisteredHome, on=DAY, public_id="bcdf2345", name="怡和托老点", **facts, **passed)
    index(app)
    return app.test_client()


def test_results_come_with_their_facts_and_the_hit_marked(city: FlaskClient) -> None:
    html = search(city, "怡和养老")
    assert names(html) == ["示例怡和养老院", "示例怡和养老院"]  # the home, and the notice about it
    assert "示例<mark>怡和养老</mark>院" in html
    assert "已登记备案" in html
    assert "三元区" in html
    assert "2026年1月1日起暂停" in html


@pytest.mark.parametrize(
    ("typed", "found", "why"),
    [
        ("yihe", "示例怡和养老院", "拼音：yihe→怡和"),
        ("slyh", "示例怡和养老院", "拼音首字母：slyh→示例怡和"),
        ("桔林路", "示例怡和养老院", "地址："),
        ("示例物业", "示例怡和养老院", "运营方："),
        ("元养备", "示例怡和养老院", "备案编号："),
        ("認知症", "示例松鹤敬老院", "服务内容："),
    ],
)
def test_another_reason_than_the_name_is_told(city: FlaskClient, typed: str, found: str, why: str) -> None:
    html = search(city, typed, kind="institution")
    assert names(html)[0] == found
    reasons = re.findall(r'<div class="found__why">(.*?)</div>', html, re.S)
    assert why in re.sub(r"<[^>]+>", "", reasons[0])


def test_kinds_and_counties_are_counted_and_lead_to_what_they_count(city: FlaskClient) -> None:
    html = search(city, "怡和")
    counted = chips(html)
    assert (counted["全部"], counted["养老机构"], counted["关停公告"], counted["未登记场所"]) == (
        "4",
        "2",
        "1",
        "1",
    )
    assert (counted["三元区"], counted["明溪县"]) == ("3", "1")
    narrowed = search(city, "怡和", region="350421", kind="institution")
    assert total(narrowed) == "1"
    assert names(narrowed) == [HOSTILE]
    assert 'name="region" value="350421"' in narrowed, "a new word is looked for in the same place"


def test_what_the_address_gets_wrong_narrows_nothing(city: FlaskClient) -> None:
    html = search(city, "怡和", region="999999", kind="everything", page="x")
    assert total(html) == "4"


def test_a_hostile_name_is_text(city: FlaskClient) -> None:
    html = search(city, "alert")
    assert "<script>alert" not in html
    assert HOSTILE in names(html)
    answer = city.get("/search/suggest", query_string={"q": "怡和"})
    assert "".join(text for text, _ in answer.json["suggestions"][-1]["name"])
    assert answer.mimetype == "application/json"
    echoed = search(city, "</script><script>alert(1)//")
    assert "<script>alert" not in echoed


def test_nothing_typed_shows_what_can_be_searched_with_examples_that_find(city: FlaskClient) -> None:
    html = city.get("/search").text
    examples = re.findall(r'<ul class="examples">(.*?)</ul>', html, re.S)[0]
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', examples)]
    assert links
    for link in links:
        assert names(city.get(link).text), parse_qs(urlsplit(link).query)
    assert "没有可以搜的字" in search(city, "。。！")


def test_an_empty_portal_says_so(sqlite_app: Flask) -> None:
    index(sqlite_app)
    client = sqlite_app.test_client()
    assert "还没有机构资料" in client.get("/search").text
    assert "没有搜到" in search(client, "怡和")


def test_no_result_says_what_to_try_next(city: FlaskClient) -> None:
    html = search(city, "怡和 查无此物", region="350404")
    assert "没有搜到“怡和 查无此物”" in html
    assert ">怡和</a>" in html
    for next_step in ("/institutions?open=1", "tel:12345", "拼音", "不限地区和类别"):
        assert next_step in html


def test_a_near_name_is_offered_never_put_in_its_place(city: FlaskClient) -> None:
    html = search(city, "示例怡合养老院")
    offered = re.search(r"您是不是要找：<a href=\"([^\"]+)\">([^<]+)</a>", html)
    assert offered
    assert offered[2] == "示例怡和养老院"
    assert names(html) == []
    assert names(city.get(unescape(offered[1])).text)[0] == "示例怡和养老院"


def test_what_is_cut_is_said(city: FlaskClient) -> None:
    assert "写得太长" in search(city, "怡" * 150)
    assert "写得太长" not in search(city, "怡和")


def test_a_record_withdrawn_a_moment_ago_is_never_shown_from_the_index(
    app: Flask, city: FlaskClient, provenance: Callable[..., Provenance]
) -> None:
    with app.app_context(), unit_of_work():
        home = db.session.query(Institution).filter_by(name="示例怡和养老院").one()
        service.withdraw(home, provenance(clock.today()))
        unregistered = db.session.query(UnregisteredHome).one()
        service.withdraw(unregistered, provenance(clock.today()))
    for words in ("怡和养老院", "yihe", "桔林路", "托老点"):
        html = search(city, words)
        assert "示例怡和养老院" not in names(html)
        assert "怡和托老点" not in names(html)
    assert "没有搜到" in search(city, "桔林路")
    suggested = city.get("/search/suggest", query_string={"q": "怡和养"}).json
    assert suggested == {"suggestions": []}


def test_suggestions_name_kind_place_and_page_and_are_kept_nowhere(city: FlaskClient) -> None:
    answer = city.get("/search/suggest", query_string={"q": "yihe"})
    first = answer.json["suggestions"][0]
    assert "".join(text for text, _ in first["name"]) == "示例怡和养老院"
    assert [text for text, hit in first["name"] if hit] == ["怡和"]
    assert (first["kind"], first["place"]) == ("养老机构", "三元区")
    assert "拼音" in first["why"]
    assert city.get(first["url"]).status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert city.get("/search/suggest").json == {"suggestions": []}
    assert city.get("/search/suggest", query_string={"q": "<" * 300}).json == {"suggestions": []}


def test_without_an_index_names_are_found_to_the_letter_and_the_page_says_so(
    app: Flask, enter_home: EnterHome
) -> None:
    enter_home("示例怡和养老院", address="桔林路1号")
    enter_home("示例松鹤敬老院", region_code="350421")
    client = app.test_client()
    html = search(client, "怡和")
    assert "正在重建" in html
    assert names(html) == ["示例怡和养老院"]
    assert "<mark>怡和</mark>" in html
    assert names(search(client, "示例", region="350421")) == ["示例松鹤敬老院"]
    suggested = client.get("/search/suggest", query_string={"q": "松鹤"}).json["suggestions"]
    assert [one["place"] for one in suggested] == ["明溪县"]
    listed = client.get("/institutions", query_string={"q": "怡和"}).text
    assert "正在重建" in listed
    assert "示例怡和养老院" in listed
    makeshift = client.get("/search?q=yihe")
    assert makeshift.headers["Cache-Control"] == "no-store"
    assert "ETag" not in makeshift.headers
    index(app)
    assert "正在重建" not in client.get("/search?q=yihe").text


def test_an_answer_changes_with_the_index_though_no_fact_has_changed(
    app: Flask, enter_home: EnterHome
) -> None:
    enter_home("示例怡和养老院")
    index(app)
    client = app.test_client()
    tag = client.get("/search?q=yihe").headers["ETag"]
    assert client.get("/search?q=yihe", headers={"If-None-Match": tag}).status_code == 304
    index(app)
    assert client.get("/search?q=yihe", headers={"If-None-Match": tag}).status_code == 200


def test_the_list_is_searched_as_everything_is_and_filtered_and_sorted_as_ever(city: FlaskClient) -> None:
    def listed(**query: object) -> list[str]:
        html = city.get("/institutions", query_string=query).text
        return [unescape(name) for name in re.findall(r"<h2><a [^>]*>([^<]+)</a>", html)]

    assert listed(q="yihe") == ["示例怡和养老院", HOSTILE]
    assert listed(q="yihe", state="filed") == ["示例怡和养老院"]
    assert listed(q="認知症") == ["示例松鹤敬老院"]
    assert listed(q="示例 -怡和") == ["示例松鹤敬老院"]
    assert listed(q="yihe", sort="name") == [HOSTILE, "示例怡和养老院"]
    html = city.get("/institutions", query_string={"q": "yihe"}).text
    count = re.search(r'name="region" value="350404"><span>[^<]* <span class="soft">(\d+)<', html)
    assert count
    assert count[1] == "1"
    csv = city.get("/institutions.csv", query_string={"q": "songhe"}).data.decode("utf-8-sig")
    assert "示例松鹤敬老院" in csv
    assert "怡和" not in csv


def enter_many(app: Flask, provenance: Callable[..., Provenance], first: int, last: int) -> None:
    """Enter homes 示例0000养老院, … from ``first`` up to, not including, ``last``, and index them."""
    with app.app_context(), unit_of_work():
        homes = [(f"home{number:04d}", f"示例{number:04d}养老院") for number in range(first, last)]
        rows = [
            {"public_id": public_id, "name": name, "name_key": name_key(name), "region_code": "350404"}
            for public_id, name in homes
        ]
        bulk.open_many(Institution, rows, None, provenance(DAY))
    index(app)


def test_pages_cost_the_same_for_few_hits_and_for_hundreds(
    app: Flask, provenance: Callable[..., Provenance], count_queries: CountQueries
) -> None:
    client = app.test_client()

    def cost(address: str) -> int:
        client.get(address)
        with count_queries(app) as statements:
            assert client.get(address).status_code == 200
        return len(statements)

    addresses = ("/search?q=示例", "/search/suggest?q=示例", "/institutions?q=示例", "/search")
    enter_many(app, provenance, 0, 30)
    few = {address: cost(address) for address in addresses}
    enter_many(app, provenance, 30, 600)
    many = {address: cost(address) for address in addresses}
    assert few == many
    assert max(many.values()) <= 16


def test_the_first_thousand_can_be_paged_to_and_the_page_says_that_there_are_more(
    app: Flask, provenance: Callable[..., Provenance]
) -> None:
    enter_many(app, provenance, 0, 1100)
    client = app.test_client()
    html = client.get("/search?q=示例&page=999").text
    assert re.search(r'search-total">1,(100|000\+)<', html)
    assert "只列出最相关的前1,000条" in html
    last = names(html)
    assert len(last) == 20
    assert not set(last) & set(names(client.get("/search?q=示例&page=2").text))
