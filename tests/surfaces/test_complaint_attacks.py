"""Attacks on the complaints from a browser: forged forms, borrowed cookies, typed scripts."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from portal.access import ACCESS_ATTRIBUTE
from portal.complaints.jobs import count_figures
from portal.complaints.models import Case, CaseStep
from portal.domain.permissions import Department, Role
from portal.extensions import db, limiter
from portal.public.complaint_session import COOKIE
from tests.surfaces.backoffice.casework import do
from tests.surfaces.public.complaining import TRACK, lodged, open_case
from tests.surfaces.staff import make_staff, signed_in

COUNTY = "350404"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture
def unlimited() -> object:
    limiter.enabled = False
    yield
    limiter.enabled = True


def unlisted(app: Flask, **typed: str) -> tuple[str, str]:
    """Lodge about a home that is not listed; return number and code."""
    about = {"place_name": "某处", "region": COUNTY, **typed}
    return lodged(app.test_client(), "other", **about)


def everything(app: Flask) -> tuple[object, ...]:
    with app.app_context():
        cases = db.session.execute(select(Case.id, Case.version, Case.status)).all()
        return tuple(map(tuple, cases)), len(db.session.scalars(select(CaseStep)).all())


def test_no_form_of_a_complaint_is_taken_without_its_token(app: Flask, unlimited: object) -> None:
    """Whatever the browser is signed in to: another site's page can send forms, and cannot read tokens."""
    number, code = unlisted(app)
    citizen = app.test_client()
    assert open_case(citizen, number, code).status_code == 303
    reviewer = signed_in(app, make_staff(app, Role.REVIEWER, Department.MARKET, COUNTY))
    before, tried = everything(app), 0
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or not re.search("complaints|cases|clues", rule.rule):
            continue
        if rule.endpoint == "public.track_leave":  # closes the visitor's own view, and needs no token
            continue
        assert getattr(app.view_functions[rule.endpoint], ACCESS_ATTRIBUTE, None) is not None
        given = {"receipt": number, "name": "reply", "draft_id": 1, "clue_id": 1, "region_code": COUNTY,
                 "template_id": 1}  # fmt: skip
        with app.test_request_context():
            place = app.url_for(rule.endpoint, **{name: given[name] for name in rule.arguments})
        deed = rule.endpoint.removeprefix("backoffice.case_").removeprefix("public.track_")
        event = {"answer": "answer_question", "again": "ask_again"}.get(deed, deed)
        form = {f"{deed}-version": "1", f"{deed}-words": "伪造", f"{deed}-reason": "伪造", "version": "1",
                f"{event}-text": "伪造", f"{event}-reason": "伪造", "send": "1", "receipt": number,
                "code": code}  # fmt: skip
        client = reviewer if rule.endpoint.startswith("backoffice.") else citizen
        answer = client.post(place, data=form)
        assert answer.status_code in (400, 422), rule.endpoint
        tried += 1
    assert everything(app) == before
    assert tried > 35


def test_a_cookie_opens_the_case_it_was_made_for_and_no_other(app: Flask, unlimited: object) -> None:
    first, second = unlisted(app), unlisted(app)
    client = app.test_client()
    open_case(client, *first)
    assert first[0] in client.get(TRACK).text
    with app.app_context():
        hashes = {case.receipt: case.access_hash for case in db.session.scalars(select(Case))}
        ids = {case.receipt: case.id for case in db.session.scalars(select(Case))}
    theirs, purpose = [ids[second[0]], hashes[second[0]][:16]], "complaint-track"
    mixed = [ids[second[0]], hashes[first[0]][:16]]  # a backup was put back: the id is another writer's now
    key = app.secret_key or ""
    forged = [
        URLSafeTimedSerializer("guess", salt=purpose).dumps(theirs),
        URLSafeTimedSerializer(key, salt="session").dumps(theirs),
        *(URLSafeTimedSerializer(key, salt=purpose).dumps(one) for one in (mixed, theirs[0], {}, [1, 2, 3])),
        "x",
    ]
    for cookie in forged:
        thief = app.test_client()
        thief.set_cookie(COOKIE, cookie, path=TRACK)
        assert second[0] not in thief.get(TRACK).text, cookie


@pytest.mark.usefixtures("within_a_minute")
def test_a_false_forwarded_address_gives_no_more_tries(app: Flask) -> None:
    number, _ = unlisted(app)
    client = app.test_client()
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(TRACK).text)[0]
    statuses = [
        client.post(
            TRACK,
            data={"csrf_token": token, "receipt": number, "code": "0000-0000-0000"},
            headers={"X-Forwarded-For": f"10.0.0.{each}", "X-Real-IP": f"10.0.1.{each}"},
        ).status_code
        for each in range(12)
    ]
    limiter.reset()
    assert statuses[:10] == [422] * 10
    assert statuses[10:] == [429] * 2


def test_what_is_typed_runs_nowhere(app: Flask, unlimited: object) -> None:
    number, code = unlisted(
        app, text=f"收费的事情说不清楚{SCRIPT}", asked=SCRIPT, happened_about=SCRIPT[:60], place_name=SCRIPT,
        place=SCRIPT, name=SCRIPT[:60], appearance="named",
    )  # fmt: skip
    app.config["WTF_CSRF_ENABLED"] = False
    reviewer = signed_in(app, make_staff(app, Role.REVIEWER, Department.MARKET, COUNTY, name=SCRIPT[:60]))
    for deed, words in (("accept", {}), ("start", {}), ("note", {"words": SCRIPT}),
                        ("reply", {"words": SCRIPT, "finding": "true"})):  # fmt: skip
        assert do(reviewer, number, deed, **words).status_code == 303
    citizen = app.test_client()
    citizen.post(TRACK, data={"receipt": number, "code": code})
    citizen.post(f"{TRACK}/rate", data={"rate-rating": "unsatisfied", "rate-reason": SCRIPT})
    pages = [citizen.get(TRACK), citizen.get(f"{TRACK}?done={SCRIPT}")]
    pages += [
        reviewer.get(f"/staff/cases{end}")
        for end in ("", f"/{number}", f"/{number}/publication", f"/{number}/erase", "?state=ended")
    ]
    pages += [reviewer.get("/staff"), reviewer.get("/staff/audit")]
    assert "&lt;script&gt;" in pages[0].text
    assert "&lt;script&gt;" in pages[3].text
    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "same-origin"


def test_a_county_with_one_complaint_is_told_no_more_of_by_its_own_address(app: Flask) -> None:
    """The list of counties leaves it out; asking for the county itself must not hand it over."""
    unlisted(app)
    with app.app_context():
        count_figures()
    page = app.test_client().get(f"/complaints?region={COUNTY}").text
    assert "收到的少于3件" in page
    assert "少于3件）" in page
    for told in ('id="both"', 'id="months"', 'class="numbers"', "收到1件", "（1件）"):
        assert told not in page
