"""Following a suggestion with number and code: who has both sees it, nobody else learns that it exists."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from portal import clock
from portal.domain.receipts import SUGGESTION, receipt_number
from portal.domain.suggestion_status import SuggestionStatus
from portal.extensions import limiter
from portal.public.suggestion_session import COOKIE
from portal.topics.kinds import WhyNotPublic
from portal.topics.service import answering, moderating
from portal.topics.service.words import contact_of
from tests.integration.topics.suggesting import TITLE, do, lodged, published, standing
from tests.surfaces.conftest import CountQueries
from tests.surfaces.public.complaining import TRACK as CASES
from tests.surfaces.public.complaining import hidden
from tests.surfaces.public.wishing import TEXT, TRACK, lodged_by, open_wish, public_id_of, wishes

NOON = clock.at(date(2026, 3, 2), 12)
WRONG = "登记编号和查询码对不上"


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with clock.moved_to(NOON):
        yield app.test_client()


def opened(app: Flask, client: FlaskClient) -> int:
    """Lodge a suggestion, open it in this browser, and return its id."""
    number, done = lodged(app)
    assert done.code is not None
    with app.app_context():
        receipt = wishes(app)[-1].receipt
    assert open_wish(client, receipt, done.code).status_code == 303
    return number


def test_number_and_code_open_it_for_half_an_hour_and_stand_in_no_address(
    app: Flask, client: FlaskClient
) -> None:
    number, code = lodged_by(client)
    there = open_wish(client, number.lower(), code.replace("-", " ").lower())
    assert (there.status_code, there.location) == (303, TRACK)
    cookie = there.headers["Set-Cookie"]
    assert f"Path={TRACK}" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    page = client.get(TRACK)
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert number in page.text
    assert TEXT in page.text
    assert code not in page.text
    assert "最晚2026年3月9日（周一）看完" in page.text
    assert number not in app.test_client().get(TRACK).text
    left = client.post(f"{TRACK}/leave")
    assert number not in client.get(left.location).text
    assert number not in client.get(TRACK).text


def test_an_unknown_number_and_a_wrong_code_are_answered_alike(
    app: Flask, client: FlaskClient, count_queries: CountQueries
) -> None:
    mine, _ = lodged_by(client)
    other, other_code = lodged_by(client)
    numbers = (receipt_number(SUGGESTION, 2026, drawn) for drawn in (7, 123_456, 99))
    nobodys = next(number for number in numbers if number not in (mine, other))
    token = hidden(client.get(TRACK).text, "csrf_token")
    found = []
    for receipt, code in ((mine, "2222-2222-2222"), (mine, other_code), (nobodys, other_code)):
        with count_queries(app) as statements:
            page = client.post(TRACK, data={"csrf_token": token, "receipt": receipt, "code": code})
        assert COOKIE not in page.headers.get("Set-Cookie", "")
        found.append((page.status_code, len(statements), re.sub(r'value="[^"]*"', "", page.text)))
    assert found[0] == found[1] == found[2]
    assert found[0][0] == 422
    assert WRONG in found[0][2]
    assert open_wish(client, other, other_code).status_code == 303


def test_a_cookie_opens_what_it_was_made_for_and_no_complaint(app: Flask, client: FlaskClient) -> None:
    number, _ = lodged_by(client)
    (one,) = wishes(app)
    key, theirs = app.secret_key or "", [one.id, one.access_hash[:16]]
    forged = [
        URLSafeTimedSerializer("guess", salt="suggestion-track").dumps(theirs),
        URLSafeTimedSerializer(key, salt="complaint-track").dumps(theirs),
        URLSafeTimedSerializer(key, salt="suggestion-track").dumps([one.id, "0" * 16]),
        "x",
    ]
    for cookie in forged:
        thief = app.test_client()
        thief.set_cookie(COOKIE, cookie, path=TRACK)
        assert number not in thief.get(TRACK).text, cookie
    own = URLSafeTimedSerializer(key, salt="suggestion-track").dumps(theirs)
    thief = app.test_client()
    thief.set_cookie("case", own, path=CASES)
    assert number not in thief.get(CASES).text
    friend = app.test_client()
    friend.set_cookie(COOKIE, own, path=TRACK)
    assert number in friend.get(TRACK).text


@pytest.mark.usefixtures("within_a_minute")
def test_guessing_is_slowed_down(app: Flask, client: FlaskClient) -> None:
    number, _ = lodged_by(client)
    token = hidden(client.get(TRACK).text, "csrf_token")
    limiter.enabled = True
    limiter.reset()
    statuses = [
        client.post(
            TRACK,
            data={"csrf_token": token, "receipt": number, "code": "2222-2222-2222"},
            headers={"X-Forwarded-For": f"10.0.0.{each}"},
        ).status_code
        for each in range(12)
    ]
    limiter.reset()
    assert statuses == [422] * 10 + [429] * 2


def test_the_writer_reads_what_became_of_it(app: Flask, client: FlaskClient) -> None:
    number = opened(app, client)
    do(app, moderating.publish, number, TITLE, "希望在小区里开一个助餐点。")
    do(app, answering.answer, number, "今年九月开。")
    page = client.get(TRACK).text
    assert "已经公开答复" in page
    assert f'href="/suggestions/{public_id_of(app, number)}"' in page
    assert "今年九月开。" in page


def test_the_writer_reads_why_it_is_not_public(app: Flask, client: FlaskClient) -> None:
    number = opened(app, client)
    do(app, moderating.decline, number, WhyNotPublic.UNCLEAR, "没看明白是哪个小区。")
    page = client.get(TRACK).text
    assert "为什么没有公开：看不明白" in page
    assert "没看明白是哪个小区。" in page


def test_what_belongs_to_complaints_is_carried_there_with_its_words(app: Flask, client: FlaskClient) -> None:
    number = opened(app, client)
    do(app, moderating.send_to_complaints, number, "这是一件具体的事，请走投诉。")
    page = client.get(TRACK).text
    form = page.split('<form method="post" action="/complaints/new"')[1].split("</form>")[0]
    words = re.search(r'<textarea name="text"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    assert words is not None
    there = client.post("/complaints/new", data={"carry": "1", "text": html.unescape(words[1])})
    assert there.status_code == 200
    assert words[1] in there.text


def test_withdrawing_is_asked_about_and_takes_the_public_page_down(app: Flask, client: FlaskClient) -> None:
    number = opened(app, client)
    do(app, moderating.publish, number, TITLE, "希望在小区里开一个助餐点。")
    public = f"/suggestions/{public_id_of(app, number)}"
    assert client.get(public).status_code == 200
    forged = client.post(f"{TRACK}/withdraw", data={"sure": "y"})
    assert forged.status_code == 422
    assert client.get(public).status_code == 200
    page = client.get(f"{TRACK}/withdraw").text
    data = {"csrf_token": hidden(page, "csrf_token"), "sure": "y"}
    done = client.post(f"{TRACK}/withdraw", data=data)
    assert (done.status_code, done.location) == (303, f"{TRACK}?done=withdraw")
    assert "已经撤回" in client.get(done.location).text
    assert client.get(public).status_code == 404
    assert standing(app, number)[0].status is SuggestionStatus.WITHDRAWN
    assert client.get(f"{TRACK}/withdraw").status_code == 303, "nothing is left to be withdrawn"


def test_how_to_be_reached_can_be_changed_and_taken_away(app: Flask, client: FlaskClient) -> None:
    number = opened(app, client)
    token = hidden(client.get(TRACK).text, "csrf_token")

    def save(**typed: str) -> int:
        data = {"csrf_token": token, "telephone": "", "mail": "", **typed}
        return client.post(f"{TRACK}/contact", data=data).status_code

    assert save(mail="zhang@") == 422
    assert save(csrf_token="stale", mail="hua@example.cn") == 422
    assert save(telephone="13911112222", mail="hua@example.cn") == 303
    with app.app_context():
        contact = contact_of(standing(app, number)[0])
        assert contact is not None
        assert (contact.telephone, contact.mail) == ("13911112222", "hua@example.cn")
    assert save() == 303
    with app.app_context():
        assert contact_of(standing(app, number)[0]) is None


def test_nobody_without_the_cookie_does_anything(app: Flask, client: FlaskClient) -> None:
    number = opened(app, client)
    stranger = app.test_client()
    for path in ("withdraw", "contact"):
        answer = stranger.post(f"{TRACK}/{path}", data={"sure": "y", "mail": "x@example.cn"})
        assert (answer.status_code, answer.location) == (303, f"{TRACK}?gone=1")
    assert standing(app, number)[0].status is SuggestionStatus.RECEIVED
    with clock.moved_to(NOON + timedelta(minutes=1)):
        assert published(app)  # nothing is locked
