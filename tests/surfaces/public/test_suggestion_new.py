"""Suggesting: look-alikes first, nothing typed is lost, what is a complaint goes there with its words."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.extensions import limiter
from portal.intake.access_codes import check
from portal.intake.attachments import files_of
from portal.topics.kinds import PRIVACY_VERSION, SuggestionKind
from portal.topics.service.words import contact_of, words_of
from tests.integration.topics.suggesting import TITLE, WISH, published
from tests.surfaces.conftest import CountQueries
from tests.surfaces.public.complaining import NEW as COMPLAIN
from tests.surfaces.public.complaining import TEXT as COMPLAINT
from tests.surfaces.public.complaining import photo
from tests.surfaces.public.complaining import typed_in as complaint_typed_in
from tests.surfaces.public.test_complaint_new import file
from tests.surfaces.public.wishing import (
    NEW,
    TEXT,
    public_id_of,
    read_receipt,
    send,
    typed_in,
    wishes,
)

NOON = clock.at(date(2026, 3, 2), 12)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
ALIKE = "/suggestions/alike"


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    """No limits on requests, which have a test of their own."""
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.fixture(autouse=True)
def home(enter_home: Callable[..., str]) -> str:
    """One home: the form offers the counties of its city and not of the whole country."""
    return enter_home("示例敬老院", on=date(2026, 2, 1))


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with clock.moved_to(NOON):
        yield app.test_client()


def test_the_form_is_short_and_says_whom_else_to_turn_to(client: FlaskClient) -> None:
    page = client.get(f"{NEW}?region=350404&kind=fees")
    assert page.headers["Cache-Control"] == "no-store"
    assert re.search(r'<option value="350404" selected>三元区', page.text)
    assert re.search(r'<option value="350400">三明市（到处都有）', page.text)
    assert re.search(r'value="fees" checked', page.text)
    for number in ("110", "119", "120", "12388"):
        assert f'href="tel:{number}"' in page.text
    assert 'href="/complaints/new"' in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "请写一写您希望整治什么"),
        ({"text": "太 贵"}, "写得太短"),
        ({"text": "太" * 501}, "请不要超过500个字"),
        ({"kind": ""}, "请选一项，说不清就选“其他”"),
        ({"kind": "rumour"}, "是哪方面的"),
        ({"region": ""}, "请选说的是哪个区县"),
        ({"region": "999999"}, "请选说的是哪个区县"),
        ({"telephone": "打给我"}, "电话只写数字"),
        ({"mail": "zhang@"}, "邮箱像"),
        ({"website": "http://spam.example"}, "这一格请空着"),
        ({"csrf_token": "stale"}, "这一页开得太久了"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, typed: dict[str, str], said: str
) -> None:
    sent = typed_in(client.get(NEW).text, text=TEXT + HOSTILE, telephone="13900139000") | typed
    answer = client.post(NEW, data=sent)
    assert answer.status_code == 422
    assert answer.headers["Cache-Control"] == "no-store"
    summary = answer.text.split("error-summary")[1].split("</ul>")[0]
    assert said in summary
    assert HOSTILE not in answer.text
    for name in ("text", "telephone", "mail"):
        assert sent[name].replace(HOSTILE, "") in answer.text, name
    for anchor in re.findall(r'<a href="#([\w-]+)">', summary):
        assert f'id="{anchor}"' in answer.text
    assert wishes(app) == []


def test_the_receipt_shows_number_code_and_the_day_by_which_it_is_looked_at(
    app: Flask, client: FlaskClient
) -> None:
    answer = send(client, telephone="13900139000", mail="wei@example.cn", files=file(photo()))
    assert answer.status_code == 201
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert "Location" not in answer.headers
    number, code = read_receipt(answer.text)
    assert "2026年3月9日（周一）" in answer.text
    assert 'data-draft-done="suggestion"' in answer.text
    assert "13900139000" not in answer.text
    assert "wei@example.cn" not in answer.text
    (one,) = wishes(app)
    assert (one.receipt, one.kind, one.region_code) == (number, SuggestionKind.MEDICAL, "350404")
    assert (one.privacy_version, one.has_mail, one.published_at) == (PRIVACY_VERSION, True, None)
    kept = [str(getattr(one, column.name)) for column in one.__table__.columns]
    assert not any(said in value for value in kept for said in (TEXT, code, "13900139000", "wei@example"))
    with app.app_context():
        contact = contact_of(one)
        assert words_of(one) == TEXT
        assert contact is not None
        assert (contact.telephone, contact.mail) == ("13900139000", "wei@example.cn")
        assert check(one.access_hash, number, code)
        assert len(files_of(one.subject)) == 1


def test_the_same_form_twice_is_one_suggestion_and_the_code_is_shown_for_15_minutes(app: Flask) -> None:
    client = app.test_client()
    with clock.moved_to(NOON):
        sent = typed_in(client.get(NEW).text)
        first = client.post(NEW, data=sent)
    with clock.moved_to(NOON + timedelta(minutes=15)):
        second = client.post(NEW, data=sent | {"text": TEXT + "，还有别的"})
    with clock.moved_to(NOON + timedelta(minutes=16)):
        third = client.post(NEW, data=sent | {"csrf_token": "grown old", "kind": ""})
    assert [page.status_code for page in (first, second, third)] == [201] * 3
    number, code = read_receipt(first.text)
    assert read_receipt(second.text) == (number, code)
    assert "没有重复登记" in second.text
    assert read_receipt(third.text) == (number, "")
    assert len(wishes(app)) == 1


def test_what_others_said_is_shown_once_before_anything_is_entered(app: Flask, client: FlaskClient) -> None:
    public_id = public_id_of(app, published(app))
    said = {"text": WISH.text, "kind": "canteen"}
    looked = client.post(NEW, data=typed_in(client.get(NEW).text, **said, send=None, look="1"))
    assert looked.status_code == 200
    assert "error-summary" not in looked.text
    assert f'href="/suggestions/{public_id}"' in looked.text
    assert WISH.text in looked.text
    assert f'form="support-{public_id}"' in looked.text
    assert (
        f'<form id="support-{public_id}" method="post" action="/suggestions/{public_id}/support"'
        in looked.text
    )
    # who looked first is not stopped; who did not is, once
    assert client.post(NEW, data=typed_in(looked.text, **said)).status_code == 201
    stopped = send(client, **said)
    assert stopped.status_code == 422
    assert "还没有提交，请先看一眼" in stopped.text
    assert "error-summary" not in stopped.text
    assert TITLE in stopped.text
    assert client.post(NEW, data=typed_in(stopped.text, **said)).status_code == 201
    assert send(client).status_code == 201, "what nobody said is entered at once"
    nothing = client.post(NEW, data=typed_in(client.get(NEW).text, text=TEXT, send=None, look="1"))
    assert "还没有人说过差不多的" not in nothing.text or TITLE not in nothing.text


def test_the_pages_script_is_told_the_same_by_post_alone(app: Flask, client: FlaskClient) -> None:
    public_id = public_id_of(app, published(app))
    assert client.get(f"{ALIKE}?text=长者食堂").status_code == 404, "the words must stand in no address"
    told = client.post(ALIKE, data={"text": WISH.text, "region": "350404", "kind": ""})
    assert (told.status_code, told.headers["Cache-Control"]) == (200, "no-store")
    assert "Set-Cookie" not in told.headers
    assert f'form="support-{public_id}"' in told.text
    assert f'id="support-{public_id}"' in told.text
    assert client.post(ALIKE, data={"text": "短", "region": "x", "kind": "rumour"}).text == ""
    assert wishes(app)[1:] == []


def test_a_look_costs_the_same_however_many_there_are(
    app: Flask, client: FlaskClient, count_queries: CountQueries
) -> None:
    costs = []
    for _ in range(2):
        published(app)
        client.post(ALIKE, data={"text": WISH.text})  # what is read once
        with count_queries(app) as statements:
            client.post(ALIKE, data={"text": WISH.text})
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_what_is_a_complaint_goes_there_with_its_words_and_in_no_address(
    app: Flask, client: FlaskClient, home: str
) -> None:
    sent = typed_in(client.get(NEW).text, text=COMPLAINT + HOSTILE, send=None, carry="1", website="x")
    there = client.post(COMPLAIN, data=sent)
    assert there.status_code == 200
    assert there.headers["Cache-Control"] == "no-store"
    assert "error-summary" not in there.text
    assert COMPLAINT in there.text
    assert HOSTILE not in there.text
    assert html.escape("<script>alert(1)</script>") in there.text
    assert "已经带过来了" in there.text
    fresh = complaint_typed_in(there.text, home)
    assert fresh["submission"] != sent["submission"], "or the receipt of one could be shown for the other"
    assert client.post(COMPLAIN, data=fresh).status_code == 201
    assert wishes(app) == []


@pytest.mark.usefixtures("within_a_minute")
def test_too_many_are_slowed_down_and_keep_their_text(app: Flask, client: FlaskClient) -> None:
    sent = typed_in(client.get(NEW).text, shown="y")
    limiter.enabled = True
    limiter.reset()
    answers = [client.post(NEW, data=sent | {"submission": f"{number:032x}"}) for number in range(7)]
    again = client.post(NEW, data=sent | {"submission": f"{3:032x}"})
    limiter.reset()
    assert read_receipt(again.text) == read_receipt(answers[3].text), (
        "a receipt loaded again is no suggestion"
    )
    assert [answer.status_code for answer in answers] == [201] * 6 + [429]
    assert TEXT in answers[-1].text
    assert "提交得太快" in answers[-1].text
    assert len(wishes(app)) == 6


@pytest.mark.parametrize(
    ("text", "told", "carries"),
    [
        ("我父亲在幸福养老院，上周被护工打了，要求退还押金", "走投诉更快", True),
        ("局长收了养老院老板的红包，一直包庇，请查一查", "12388", False),
        ("幸福养老院着火了，快来人", "先打电话", False),
    ],
)
def test_what_belongs_elsewhere_is_asked_about_once_and_refuses_nobody(
    app: Flask, client: FlaskClient, text: str, told: str, carries: bool
) -> None:
    asked = send(client, text=text)
    assert asked.status_code == 422
    box = asked.text.split('id="diversion"')[1].split("</section>")[0]
    assert told in box
    assert "error-summary" not in asked.text, "nothing is wrong with it"
    assert ('name="carry"' in box) is carries
    assert text in asked.text
    assert wishes(app) == []
    # pressed once more, it is what the writer says it is; something else is asked about anew
    other = typed_in(asked.text, text="护理员正在打老人，快来救人", shown="y")
    assert client.post(NEW, data=other).status_code == 422
    assert client.post(NEW, data=typed_in(asked.text, text=text)).status_code == 201


def test_the_first_number_to_call_is_the_one_that_helps(client: FlaskClient) -> None:
    for text, number in (("幸福养老院着火了，快来人", "119"), ("护理员正在打老人，快来救人", "110")):
        box = send(client, text=text).text.split('id="diversion"')[1].split("</section>")[0]
        assert re.findall(r'href="tel:(\d+)"', box)[0] == number
        assert sorted(re.findall(r'href="tel:(\d+)"', box)) == ["110", "119", "120"]
