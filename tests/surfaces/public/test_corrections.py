"""Saying that a page is wrong: the form, the receipt, the log that tells nothing of who reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.corrections import service
from portal.corrections.models import CorrectionReport, KnownHow
from portal.corrections.service import Claim, Words, lodge
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.domain.receipts import COMPLAINT, receipt_number
from portal.extensions import db, limiter
from portal.institutions.field_forms import Block
from portal.institutions.models import Institution
from portal.unit_of_work import unit_of_work
from tests.surfaces.conftest import CountQueries

DAY = date(2026, 3, 2)
NOON = clock.at(DAY, 12)
OFFICE = Scope(False, None, Department.CIVIL_AFFAIRS)
CLERK = Actor("示例县民政经办", 7)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    """No limits on requests, which have a test of their own."""
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.fixture
def home(enter_home: Callable[..., str]) -> str:
    return enter_home("示例敬老院", on=date(2026, 2, 1), phone="0598-8234567", beds_total=80)


def fill(page: str, **typed: str) -> dict[str, str]:
    """Return what the page's form sends: its hidden fields and what was typed."""
    hidden = dict(re.findall(r'type="hidden"[^>]*name="(submission|csrf_token)"[^>]*value="([^"]*)"', page))
    hidden |= dict(re.findall(r'name="(submission|csrf_token)" type="hidden" value="([^"]*)"', page))
    assert set(hidden) == {"submission", "csrf_token"}
    return {**hidden, "wrong": "床位写多了", "right": "60张", "known_how": "seen", **typed}


def report_it(client: FlaskClient, home: str, about: str = "?about=beds", **typed: str) -> str:
    """Send a report through the form and return the path of its receipt."""
    address = f"/institutions/{home}/wrong{about}"
    answer = client.post(address, data=fill(client.get(address).text, **typed))
    assert answer.status_code == 303, answer.text
    assert answer.location.startswith("/corrections/J20")
    return str(answer.location)


def reports(app: Flask) -> list[CorrectionReport]:
    with app.app_context():
        return list(db.session.scalars(select(CorrectionReport)))


def test_every_block_and_the_page_itself_lead_to_the_form(app: Flask, home: str) -> None:
    page = app.test_client().get(f"/institutions/{home}").text
    blocks = set(re.findall(r'<section class="section" id="(\w+)" aria-labelledby="\w+-title">', page)) - {
        "silent",
        "supervision",  # no record of the home: what is wrong there is said of the whole page
    }
    linked = set(re.findall(rf'href="/institutions/{home}/wrong\?about=(\w+)"', page))
    assert len(blocks) >= 5
    assert linked == blocks
    assert f'href="/institutions/{home}/wrong"' in page


def test_the_form_shows_what_the_page_says_and_the_receipt_when_an_answer_is_due(
    app: Flask, home: str
) -> None:
    client = app.test_client()
    with clock.moved_to(NOON):
        form = client.get(f"/institutions/{home}/wrong?about=beds")
        assert form.headers["Cache-Control"] == "no-store"
        assert "80张" in form.text
        receipt = client.get(report_it(client, home))
    assert receipt.headers["Cache-Control"] == "no-store"
    assert receipt.headers["X-Robots-Tag"] == "noindex"
    assert "2026年3月30日（周一）" in receipt.text
    assert "床位写多了" not in receipt.text
    (report,) = reports(app)
    assert "床位总数：80张" in report.snapshot
    assert (report.about, report.known_how) == (Block.BEDS, KnownHow.SEEN)


def test_the_same_page_sent_twice_gives_the_same_receipt(app: Flask, home: str) -> None:
    client, address = app.test_client(), f"/institutions/{home}/wrong?about=beds"
    data = fill(client.get(address).text)
    assert client.post(address, data=data).location == client.post(address, data=data).location
    assert len(reports(app)) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"wrong": ""}, "请写一写哪里不对"),
        ({"wrong": "太" * 1001}, "请不要超过1000个字"),
        ({"known_how": ""}, "请选一项"),
        ({"known_how": "rumour"}, "您是怎么知道的"),
        ({"wrong": "打13800138000"}, "第2个字起的“138…00”像是手机号"),
        ({"wrong": "我妈证110101194901010017"}, "像是身份证号，请删掉"),
        ({"right": "证110101194901010017", "public_numbers": "y"}, "像是身份证号，请删掉"),
        ({"website": "http://spam.example"}, "这一格请空着"),
        ({"csrf_token": "stale"}, "这一页开得太久了"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    app: Flask, home: str, typed: dict[str, str], said: str
) -> None:
    client, address = app.test_client(), f"/institutions/{home}/wrong?about=basics"
    sent = fill(client.get(address).text, right="牌子上写的" + HOSTILE, item="institution.address")
    sent |= typed
    answer = client.post(address, data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert sent["wrong"] in answer.text
    assert "牌子上写的" in answer.text or "right" in typed
    assert '<option selected value="institution.address">' in answer.text
    assert HOSTILE not in answer.text
    for anchor in re.findall(
        r'<a href="#([\w-]+)">', answer.text.split("error-summary")[1].split("</ul>")[0]
    ):
        assert f'id="{anchor}"' in answer.text
    assert reports(app) == []
    again = fill(answer.text)
    assert again["submission"] == sent["submission"]


def test_a_number_that_is_the_homes_own_is_taken_once_that_is_said(app: Flask, home: str) -> None:
    client = app.test_client()
    report_it(client, home, "?about=basics", right="13800138000", public_numbers="y")
    report_it(client, home, "?about=basics", right="13800138000", item="institution.phone")
    assert len(reports(app)) == 2


def test_an_unknown_block_or_fact_is_the_whole_page(app: Flask, home: str) -> None:
    client = app.test_client()
    report_it(client, home, "?about=nonsense", item="institution.phone")
    (report,) = reports(app)
    assert (report.about, report.item, report.record_kind) == (None, None, "institution")


def test_there_is_no_form_for_a_home_that_is_not_there(app: Flask, home: str) -> None:
    client = app.test_client()
    assert client.get("/institutions/22222222/wrong").status_code == 404
    assert client.post("/institutions/22222222/wrong", data={"wrong": "x"}).status_code == 404


@pytest.mark.usefixtures("within_a_minute")
def test_too_many_reports_are_slowed_down(app: Flask, home: str) -> None:
    limiter.enabled = True
    limiter.reset()
    client, address = app.test_client(), f"/institutions/{home}/wrong"
    codes = [client.post(address, data={}).status_code for _ in range(8)]
    limiter.reset()
    assert codes[:6] == [422] * 6
    assert codes[6:] == [429] * 2


def lodged(
    app: Flask, home: str, at: object = NOON, words: str = "张三说的", reason: str | None = None
) -> None:
    """Enter a report at a moment and, with a reason, reject it two days later."""
    with app.app_context():
        number = db.session.scalar(select(db.func.count(CorrectionReport.id))) or 0
        with clock.moved_to(at), unit_of_work():  # type: ignore[arg-type]
            record = db.session.scalars(select(Institution).where(Institution.public_id == home)).one()
            claim = Claim(Block.BEDS, None, "床位总数：80张", Words(words, ""), KnownHow.SEEN)
            report = lodge(record, claim, f"{number:032x}")
        if reason is not None:
            with clock.moved_to(at + timedelta(days=2)), unit_of_work():  # type: ignore[operator]
                service.reject(report, reason, CLERK, OFFICE, report.version)


def test_the_log_shows_the_answer_and_nothing_of_who_reported(app: Flask, home: str) -> None:
    lodged(app, home, reason="核对无误" + HOSTILE)
    lodged(app, home)
    (receipt, waiting) = [report.receipt for report in reports(app)]
    client = app.test_client()
    with clock.moved_to(NOON + timedelta(days=3)):
        page, table = client.get("/corrections").text, client.get("/corrections.csv").text
    for text in (page, table):
        assert "示例敬老院" in text
        assert "核对无误" in text
        assert "张三" not in text
        assert receipt not in text
        assert waiting not in text
        assert "3月2日" not in text
        assert "2026-03-02" not in text
    assert HOSTILE not in page
    assert "2026年3月有人反映" in page
    assert "2026-03," in table
    assert "还有 <strong>1</strong> 件没有答复，都在期限内" in page


def test_the_log_counts_what_is_overdue_and_is_fresh_after_each_decision(app: Flask, home: str) -> None:
    client = app.test_client()
    lodged(app, home)
    with clock.moved_to(clock.at(date(2026, 3, 31), 9)):
        before = client.get("/corrections")
        assert "1件超期" in before.text
        unchanged = client.get("/corrections", headers={"If-None-Match": before.headers["ETag"]})
        assert unchanged.status_code == 304
        lodged(app, home, reason="核对无误")
        after = client.get("/corrections", headers={"If-None-Match": before.headers["ETag"]})
        assert after.status_code == 200
        assert "核对无误" in after.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", True), ("?outcome=rejected", True), ("?outcome=accepted", False), ("?region=350404", True),
     ("?region=110101", False), ("?outcome=open", True), ("?region=nonsense&page=7", True)],
)  # fmt: skip
def test_the_log_is_filtered_by_place_and_outcome(app: Flask, home: str, query: str, shown: bool) -> None:
    lodged(app, home, reason="核对无误")
    client = app.test_client()
    assert ("核对无误" in client.get(f"/corrections{query}").text) is shown
    assert ("核对无误" in client.get(f"/corrections.csv{query}").text) is shown


def test_a_withdrawn_home_takes_its_reports_out_of_the_log_but_not_from_who_holds_the_receipt(
    app: Flask, home: str, provenance: Callable[..., object]
) -> None:
    from portal.institutions import service as institutions

    lodged(app, home, reason="核对无误")
    (report,) = reports(app)
    with app.app_context(), unit_of_work():
        record = db.session.scalars(select(Institution).where(Institution.public_id == home)).one()
        institutions.withdraw(record, provenance(clock.today()))  # type: ignore[arg-type]
    client = app.test_client()
    assert "核对无误" not in client.get("/corrections").text
    receipt = client.get(f"/corrections/{report.receipt}")
    assert receipt.status_code == 200
    assert "示例敬老院" not in receipt.text
    assert "核对无误" in receipt.text


def test_a_receipt_is_found_however_it_is_written_and_a_slip_is_named(app: Flask, home: str) -> None:
    lodged(app, home)
    (report,) = reports(app)
    client = app.test_client()
    spoken = report.receipt.lower().replace("-", " ")
    assert client.get("/corrections/find", query_string={"receipt": spoken}).location.endswith(report.receipt)
    wrong = client.get("/corrections/find", query_string={"receipt": HOSTILE})
    assert wrong.status_code == 422
    assert HOSTILE not in wrong.text
    assert "回执号像 J2026-" in wrong.text
    complaint = receipt_number(COMPLAINT, 2026, 12345)
    other = client.get("/corrections/find", query_string={"receipt": complaint})
    assert other.status_code == 422
    assert "这是投诉的登记编号，不是纠错的回执号" in other.text
    last = "2" if report.receipt[-1] != "2" else "3"
    slip = client.get("/corrections/find", query_string={"receipt": report.receipt[:-1] + last})
    assert "抄错" in slip.text
    assert client.get("/corrections/J2026-22222222").status_code == 404


def test_the_log_costs_the_same_for_one_report_and_for_many(
    app: Flask, home: str, count_queries: CountQueries
) -> None:
    client = app.test_client()
    lodged(app, home, reason="核对无误")
    client.get("/corrections")
    with count_queries(app) as one:
        client.get("/corrections?page=1")
    for _ in range(25):
        lodged(app, home, reason="核对无误")
        lodged(app, home)
    client.get("/corrections")
    with count_queries(app) as many:
        page = client.get("/corrections?page=2")
    assert "核对无误" in page.text
    assert len(many) == len(one)
