"""How a page takes voices: the challenge, waiting without scripts, forged presses, what people are told."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import altcha
import pytest
from flask import Flask, render_template_string, request
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal import clock, logs
from portal.access import anyone
from portal.audit.models import AuditEntry
from portal.domain.voice_limits import ASK_SUBJECT_SLOT, Apart
from portal.extensions import db, limiter
from portal.public import voicing
from portal.public.caching import depends_also_on
from portal.unit_of_work import unit_of_work
from portal.voices import service
from portal.voices.kinds import VoiceKind
from portal.voices.service import Tally, give
from portal.voices.visitor import Visitor, read_cookie

SUPPORT = VoiceKind.SUGGESTION
AT = clock.at(clock.today(), 10, 5)
OURS = {"Origin": "http://localhost"}
_PAGE = """{% import "macros/voice.html" as voice with context %}{{ voice.said(here) }}
{{ voice.support(here, 1, "/try", "/try/back", "多放几把椅子") }}{{ voice.sure(here.tallies[1]) }}"""


@pytest.fixture
def app(sqlite_app: Flask) -> Iterator[Flask]:
    """A portal with one suggestion, number 1, of which only its voices are known."""
    sqlite_app.config["PORTAL"].voice_challenge_cost = 100
    with sqlite_app.app_context():

        @voicing.takes_voices
        @anyone
        def support() -> Any:
            return voicing.ask_or_give(SUPPORT, 1, "", back="/there").then("/there")

        @voicing.takes_voices
        @anyone
        def back() -> Any:
            return voicing.take_back(SUPPORT, 1).then("/there?x=1")

        @depends_also_on(voicing.voices_version)
        @anyone
        def there() -> str:
            return render_template_string(_PAGE, here=voicing.voices_here(SUPPORT, [1]))

        sqlite_app.add_url_rule("/try", "public.try", support, methods=["POST"])
        sqlite_app.add_url_rule("/try/back", "public.try_back", back, methods=["POST"])
        sqlite_app.add_url_rule("/there", "public.there", there)
    limiter.reset()
    with clock.moved_to(AT):
        yield sqlite_app


def tally(app: Flask) -> Tally:
    with app.app_context():
        return service.tally(SUPPORT, 1)


def busy(app: Flask, voices: int = ASK_SUBJECT_SLOT, now: datetime = AT) -> None:
    """Let others come first."""
    with app.app_context(), unit_of_work():
        for number in range(voices):
            give(SUPPORT, 1, "", Visitor(f"{number:032x}", None, f"203.0.{number}.1"), now)


def press(client: FlaskClient, address: str = "198.51.100.7", **fields: str) -> TestResponse:
    return client.post("/try", data=fields, headers=OURS, environ_base={"REMOTE_ADDR": address})


def ticket_in(page: TestResponse) -> str:
    found = re.search(r'name="voice_ticket" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def solved(page: TestResponse) -> str:
    """Return what a device sends that has solved the page's challenge."""
    found = re.search(r"data-voice-challenge='([^']+)'", page.text)
    assert found, page.text
    challenge = altcha.Challenge.from_dict(json.loads(unescape(found[1])))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


def test_a_quiet_day_asks_for_nothing(app: Flask) -> None:
    client = app.test_client()
    done = press(client)
    assert (done.status_code, done.location) == (303, "/there?said=counted#voice")
    cookie = done.headers["Set-Cookie"]
    assert all(part in cookie for part in ("voice=", "HttpOnly", "SameSite=Lax", "Max-Age=31536000"))
    page = client.get(done.location).text
    assert "收到了，已经计入" in page
    assert "已支持" in page
    assert press(client).location == "/there?said=again#voice"
    other = app.test_client().get("/there").text
    assert "我也支持" in other
    gone = client.post("/try/back")
    assert gone.location == "/there?x=1&said=back#voice"
    assert client.post("/try/back").location == "/there?x=1&said=none#voice"
    assert tally(app).persons == 0


def test_a_page_with_counts_is_fresh_for_everybody(app: Flask) -> None:
    client, other = app.test_client(), app.test_client()
    tag = other.get("/there").headers.get("ETag")
    press(client)
    assert "已支持" in client.get("/there").text
    again = other.get("/there", headers={"If-None-Match": tag} if tag else {})
    assert again.status_code == 200
    assert "<strong>1</strong>" in again.text


def test_under_load_a_device_works_and_its_solution_is_good_once(app: Flask) -> None:
    busy(app)
    client = app.test_client()
    page = press(client, words="a<b")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert 'name="words" value="a&lt;b"' in page.text
    proof = {"voice_ticket": ticket_in(page), "voice_solution": solved(page)}
    assert press(client, **proof).location == "/there?said=counted#voice"
    assert tally(app).sure.solved == 1
    client.post("/try/back")
    assert "已经用过了" in press(client, **proof).text
    thief = app.test_client()
    press(thief)
    assert "隔得太久" in press(thief, **proof).text
    assert tally(app).persons == ASK_SUBJECT_SLOT


def test_a_solution_grows_old_by_the_portals_clock(app: Flask) -> None:
    busy(app)
    client = app.test_client()
    page = press(client)
    proof = {"voice_ticket": ticket_in(page), "voice_solution": solved(page)}
    with clock.moved_to(AT + timedelta(minutes=10, seconds=1)):
        busy(app, now=clock.now())
        assert "隔得太久" in press(client, **proof).text
    with clock.moved_to(AT - timedelta(days=300)):
        # a clock set back makes no ticket ripe
        assert press(client, voice_ticket=proof["voice_ticket"]).status_code == 200
    assert tally(app).sure.solved == 0


@pytest.mark.parametrize("broken", ["", "!", "e30=", "W10=", "null", "x" * 5000])
def test_what_is_no_solution_is_none(app: Flask, broken: str) -> None:
    busy(app)
    client = app.test_client()
    page = press(client)
    again = press(client, voice_ticket=ticket_in(page), voice_solution=broken)
    assert again.status_code == 200
    assert ("没有算对" if broken else "时间还没到") in again.text


def test_an_easier_challenge_of_ones_own_is_none(app: Flask) -> None:
    busy(app)
    client = app.test_client()
    page = press(client)
    sent = json.loads(base64.b64decode(solved(page)))
    for change in (
        {"keyPrefix": "0"},
        {"cost": 1},
        {"data": {"n": "0" * 32}},
        {"keySignature": None},
    ):
        forged = json.loads(json.dumps(sent))
        forged["challenge"]["parameters"] |= change
        payload = base64.b64encode(json.dumps(forged).encode()).decode()
        assert "没有算对" in press(client, voice_ticket=ticket_in(page), voice_solution=payload).text
    wrong = json.loads(json.dumps(sent))
    wrong["solution"]["derivedKey"] = "00" * 32
    payload = base64.b64encode(json.dumps(wrong).encode()).decode()
    assert "没有算对" in press(client, voice_ticket=ticket_in(page), voice_solution=payload).text
    assert tally(app).persons == ASK_SUBJECT_SLOT


def test_without_scripts_waiting_is_enough(app: Flask) -> None:
    busy(app)
    client = app.test_client()
    page = press(client)
    ticket = ticket_in(page)
    assert "请等20秒" in page.text
    with clock.moved_to(AT + timedelta(seconds=15)):
        early = press(client, voice_ticket=ticket)
        assert "还要等6秒" in early.text
        assert ticket_in(early) == ticket
        assert "data-voice-challenge" not in early.text
    with clock.moved_to(AT + timedelta(seconds=20)):
        assert press(client, voice_ticket=ticket).location == "/there?said=counted#voice"
    assert tally(app).sure.waited == 1


def test_a_browser_without_cookies_is_told(app: Flask) -> None:
    busy(app)
    client = app.test_client(use_cookies=False)
    page = press(client)
    assert "请在设置里允许" in press(client, voice_ticket=ticket_in(page)).text


def test_another_site_cannot_press_for_its_visitors(app: Flask) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site", **OURS}, {"Origin": "https://evil.example"}, {}):
        client = app.test_client()
        page = client.post("/try", headers=headers)
        assert page.status_code == 200
        assert "确认是您自己要表达的" in page.text
    assert tally(app).persons == 0
    # whoever sits there presses once more
    assert press(client, voice_ticket=ticket_in(page)).location == "/there?said=counted#voice"
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Referer": "http://localhost/there"}):
        assert app.test_client().post("/try", headers=headers).status_code == 303


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_press_from_elsewhere_neither_solves_itself_nor_changes_who_somebody_is(
    app: Flask, site: str
) -> None:
    """In busy hours the page solves its challenge by itself; a browser's number is how it takes back."""
    client, elsewhere = app.test_client(), {"Sec-Fetch-Site": site}
    assert press(client).status_code == 303
    number = client.get_cookie("voice")
    assert number is not None
    busy(app)
    # the cookie stays behind where another site presses; a neighbour beneath the same domain brings it along
    stranger = app.test_client() if site == "cross-site" else client
    page = stranger.post("/try", headers=elsewhere)
    assert "确认是您自己要表达的" in page.text
    assert "data-voice-challenge" not in page.text
    assert "voice_ticket" not in page.text
    assert "Set-Cookie" not in page.headers
    refused = client.post("/try/back", headers=elsewhere)
    assert refused.location == "/there?x=1&said=elsewhere#voice"
    assert "没有收回" in client.get(refused.location).text
    assert press(client).location == "/there?said=again#voice"


def test_tickets_of_quiet_hours_buy_nothing_in_busy_ones(app: Flask) -> None:
    client = app.test_client()
    ticket = ticket_in(client.post("/try"))
    busy(app)
    page = press(client, voice_ticket=ticket)
    assert "要再核对一次" in page.text
    assert "data-voice-challenge" in page.text


def test_being_asked_does_not_age_a_browser(app: Flask) -> None:
    client = app.test_client()
    for hours in (0, 5):
        with clock.moved_to(AT + timedelta(hours=hours)):
            client.post("/try")
            with app.test_request_context(headers={"Cookie": f"voice={client.get_cookie('voice').value}"}):  # type: ignore[union-attr]
                assert voicing.visitor_of(request).is_new(clock.now())
    press(client)
    with (
        clock.moved_to(AT + timedelta(hours=1)),
        app.test_request_context(headers={"Cookie": f"voice={client.get_cookie('voice').value}"}),  # type: ignore[union-attr]
    ):
        assert not voicing.visitor_of(request).is_new(clock.now())


@pytest.mark.parametrize("cookie", ["x", "W10.abc", "x" * 4000, "ÿ"])
def test_a_cookie_that_is_none_of_ours_is_a_new_browser(app: Flask, cookie: str) -> None:
    with app.test_request_context(headers={"Cookie": f"voice={cookie}"}):
        assert voicing.visitor_of(request).number is None


def test_whoever_stands_apart_is_told_why_and_never_refused(app: Flask) -> None:
    said = []
    for _ in range(12):
        client = app.test_client()
        answer = press(client)
        if answer.status_code == 200:
            answer = press(client, voice_ticket=ticket_in(answer), voice_solution=solved(answer))
        said.append(answer.location)
    assert said.count("/there?said=counted#voice") == 5
    assert said.count(f"/there?said=apart-{Apart.ADDRESS}#voice") == 7
    page = client.get(said[-1]).text
    assert "一家机构、一个村共用一条线路" in page
    assert "另有7人单独列出" in page
    assert "已支持" in page


def test_a_closed_count_says_so(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        service.close_count(SUPPORT, 1)
    assert press(app.test_client()).location == "/there?said=closed#voice"


def test_how_it_is_counted_is_told_with_the_numbers_in_force(app: Flask) -> None:
    app.config["PORTAL"].voices_per_network = 77
    page = app.test_client().get("/suggestions/how-counted").text
    assert "最多77人" in page
    assert "最多385人" in page
    assert "等20秒" in page
    assert all(word in page for word in ("来得特别急", "样子像机器", "30天", "180天"))


def test_no_address_and_no_number_stands_anywhere(
    app: Flask, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure_logs("DEBUG")
    try:
        busy(app)
        client = app.test_client()
        page = press(client)
        press(client, voice_ticket=ticket_in(page), voice_solution=solved(page))
    finally:
        logs.configure_logs("ERROR")
    cookie = client.get_cookie("voice")
    assert cookie is not None
    known = read_cookie_in(app, cookie.value)
    said = capfd.readouterr()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("portal.db*"))
    assert "public.try" in said.out + said.err
    for secret in ("198.51.100", known, cookie.value):
        assert secret not in said.out + said.err
        assert secret.encode() not in kept
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def read_cookie_in(app: Flask, written: str) -> str:
    """Return the number in a cookie of ours."""
    with app.app_context():
        found = read_cookie(written)
    assert found is not None
    return found[0]
