"""The list of institutions over HTTP: filters, paging, sorting, words, CSV, odd input, empty states."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.actor import SYSTEM
from portal.domain.fees import CareLevel, FeeItem, FeeUnit
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.models import FeeStandard, Filing, InstitutionKind, Registration
from portal.unit_of_work import unit_of_work

DAY = date(2026, 6, 1)
COUNTIES = ("350404", "350421")


@pytest.fixture(scope="module")
def client(module_app: Flask) -> FlaskClient:
    """Sixty homes: even ones in 三元区 and filed, every third with a price of ¥(1000 + 100 × number)."""
    with module_app.app_context(), unit_of_work():
        source = enter_source("示例月报", DAY, SourceKind.SPREADSHEET)
        p = Provenance(source, DAY, SYSTEM)
        for number in range(60):
            home = service.register_institution(
                {
                    "name": f"示例{number:02d}号养老院",
                    "region_code": COUNTIES[number % 2],
                    "kind": InstitutionKind.NURSING_HOME,
                    "address": f"=东街{number}号",
                    "beds_total": number or None,
                },
                p,
            )
            if number % 2 == 0:
                service.enter(Registration(institution_id=home.id, registered_on=DAY), p)
                service.enter(Filing(institution_id=home.id, filed_on=DAY), p)
            if number % 3 == 0:
                fen = (1000 + 100 * number) * 100
                fee = FeeStandard(
                    institution_id=home.id,
                    item=FeeItem.ALL_IN,
                    care_level=CareLevel.SELF_CARE,
                    amount_min_fen=fen,
                    amount_max_fen=fen,
                    unit=FeeUnit.MONTH,
                )
                service.enter(fee, p)
    return module_app.test_client()


def names(html: str) -> list[str]:
    return re.findall(r"<h2><a [^>]*>(示例\d\d号养老院)</a>", html)


def total(html: str) -> int:
    found = re.search(r'list-bar__total">([\d,]+)<', html)
    assert found, html
    return int(found[1].replace(",", ""))


def test_all_homes_are_listed_over_pages_without_repeat(client: FlaskClient) -> None:
    listed = [name for n in (1, 2, 3) for name in names(client.get(f"/institutions?page={n}").text)]
    assert len(listed) == len(set(listed)) == 60
    assert total(client.get("/institutions").text) == 60


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("region=350404", 30),
        ("region=350400", 60),
        ("region=350404&region=350421", 60),
        ("state=filed", 30),
        ("state=unregistered&region=350404", 0),
        ("state=filed&state=unregistered", 60),
        ("price=unpublished", 40),
        ("price=0-1500", 2),
        ("price=0-1500&care=full", 0),
        ("q=07号", 1),
        ("q=东街7 养老院", 1),
        ("q=７号&region=350404", 0),
        ("kind=unknown", 0),
        ("grade=none", 60),
    ],
)
def test_filters_combine(client: FlaskClient, query: str, expected: int) -> None:
    html = client.get(f"/institutions?{query}").text
    if expected:
        assert total(html) == expected
    else:
        assert "没有符合条件的机构" in html


def test_counts_tell_what_choosing_would_show(client: FlaskClient) -> None:
    html = client.get("/institutions?state=filed").text
    count = re.search(r'name="region" value="350404"><span>[^<]* <span class="soft">(\d+)<', html)
    assert count
    assert int(count[1]) == total(client.get("/institutions?state=filed&region=350404").text) == 30


def test_an_empty_answer_says_which_condition_to_drop(client: FlaskClient) -> None:
    html = client.get("/institutions?state=filed&region=350421").text
    offers = re.findall(r'href="([^"]+)">不限“([^”]+)”</a>，有 (\d+) 家', html)
    assert {label for _, label, _ in offers} == {"已登记备案", "明溪县"}
    for address, _, count in offers:
        assert total(client.get(address.replace("&amp;", "&")).text) == int(count)


def test_what_the_address_gets_wrong_is_said_not_obeyed(client: FlaskClient) -> None:
    html = client.get("/institutions?state=best&region=abc&sort=luck&care=x&page=zz&view=q").text
    assert total(html) == 60
    for part in ("state=best", "region=abc", "sort=luck", "care=x"):
        assert part in html


def test_typed_words_are_shown_as_text(client: FlaskClient) -> None:
    html = client.get("/institutions", query_string={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize("number", ["0", "-1", "999", "1e9", "٣"])
def test_odd_page_numbers_show_a_page(client: FlaskClient, number: str) -> None:
    assert client.get("/institutions", query_string={"page": number}).status_code == 200


def test_prices_sort_and_the_unpublished_come_last(client: FlaskClient) -> None:
    listed = names(client.get("/institutions?sort=price").text)
    assert listed[:3] == ["示例00号养老院", "示例03号养老院", "示例06号养老院"]
    listed = names(client.get("/institutions?sort=price_down").text)
    assert listed[0] == "示例57号养老院"


def test_the_csv_is_the_filtered_list_with_a_mark_and_no_formula(client: FlaskClient) -> None:
    answer = client.get("/institutions.csv?state=filed&sort=beds")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 30
    assert rows[0]["名称"] == "示例58号养老院"
    assert rows[0]["地址"] == "'=东街58号"
    assert rows[0]["登记备案"] == "已登记备案"
    assert rows[0]["最新资料日期"] == "2026-06-01"
    assert rows[0]["网址"].startswith("http://127.0.0.1:8000/institutions/")


def test_the_table_view_has_the_same_homes(client: FlaskClient) -> None:
    cards = names(client.get("/institutions?state=filed").text)
    table = re.findall(
        r'<th scope="row"><a [^>]*>([^<]+)</a>', client.get("/institutions?state=filed&view=table").text
    )
    assert table == cards


def test_an_unchanged_page_is_not_sent_twice(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    tag = client.get("/institutions").headers["ETag"]
    again = client.get("/institutions", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.data == b""
    client.set_cookie("display", "elder.normal")
    assert client.get("/institutions", headers={"If-None-Match": tag}).status_code == 200
    client.delete_cookie("display")
    with sqlite_app.app_context(), unit_of_work():
        source = enter_source("示例月报", clock.today(), SourceKind.SPREADSHEET)
        service.register_institution(
            {"name": "示例新院", "region_code": "350404"}, Provenance(source, clock.today(), SYSTEM)
        )
    changed = client.get("/institutions", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert total(changed.text) == 1


def test_an_empty_portal_says_so(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    assert "还没有机构资料" in client.get("/institutions").text
    assert "还没有机构资料" in client.get("/").text


def test_the_first_page_counts_and_links(client: FlaskClient) -> None:
    html = client.get("/").text
    assert re.search(r"开门的机构</dt><dd>60 ", html)
    assert re.search(r"其中已登记备案</dt><dd>30 ", html)
    assert re.search(r"公布价格</dt><dd>20 ", html)
    assert "示例月报" in html
