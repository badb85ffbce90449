"""Signing in: a password, a second factor where it is due, and no third way."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.accounts import second_factor
from portal.accounts.models import LinkPurpose, StaffMember, StaffSession
from portal.accounts.passwords import hash_password
from portal.accounts.staff import new_link
from portal.audit.models import AuditEntry
from portal.domain.permissions import Role
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from portal.vault.sealing import seal
from tests.surfaces.staff import Made, make_staff, signed_in

PASSWORD = "竹影清风-1987-桥"


def give_password(app: Flask, who: Made, secret: str | None = None) -> None:
    with app.app_context(), unit_of_work():
        staff = db.session.get_one(StaffMember, who.id)
        staff.password_hash = hash_password(PASSWORD)
        if secret is not None:
            staff.totp_sealed = seal(staff.subject, secret)


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **options: str):
    return client.post("/staff/sign-in", data={"email": email, "password": password}, query_string=options)


def actions(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)))


def test_a_clerk_signs_in_and_goes_on_to_the_page_asked_for(app: Flask) -> None:
    who = make_staff(app)
    give_password(app, who)
    client = app.test_client()
    refused = client.get("/staff/me")
    assert (refused.status_code, refused.location) == (303, "/staff/sign-in?next=/staff/me")
    done = sign_in(client, f"  {who.email.upper()} ", next="/staff/me")
    assert (done.status_code, done.location) == (303, "/staff/me")
    page = client.get("/staff/me")
    assert page.status_code == 200
    assert who.email in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert actions(app)[-1] == "sign_in"
    client.post("/staff/sign-out")
    assert client.get("/staff/me").status_code == 303
    assert actions(app)[-1] == "sign_out"


def test_a_stolen_cookie_is_worth_nothing_after_sign_out(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app)
    client = signed_in(sqlite_app, who)
    with client.session_transaction() as session:
        kept = dict(session)
    client.post("/staff/sign-out")
    thief = sqlite_app.test_client()
    with thief.session_transaction() as session:
        session.update(kept)
    assert thief.get("/staff/me").status_code == 303


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/staff", "/staff\\@evil", "/institutions"]
)
def test_nobody_is_sent_elsewhere(sqlite_app: Flask, target: str) -> None:
    who = make_staff(sqlite_app)
    give_password(sqlite_app, who)
    assert sign_in(sqlite_app.test_client(), who.email, next=target).location == "/staff"


def test_wrong_address_and_wrong_password_look_the_same(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app)
    give_password(sqlite_app, who)
    client = sqlite_app.test_client()
    wrong = sign_in(client, who.email, "not the password")
    nobody = sign_in(client, "nobody@example.cn", "not the password")
    assert wrong.status_code == nobody.status_code == 422
    assert "邮箱或密码不对" in wrong.text
    assert wrong.text.replace(who.email, "nobody@example.cn") == nobody.text
    assert f'value="{who.email}"' in wrong.text, "what was typed stays"
    assert "not the password" not in wrong.text


def test_guessing_is_slowed_down_and_forgotten_after_the_right_password(app: Flask) -> None:
    who = make_staff(app)
    give_password(app, who)
    client = app.test_client()
    for _ in range(5):
        sign_in(client, who.email, "wrong password!")
    locked = sign_in(client, who.email)
    assert "试错次数太多" in locked.text
    assert "分钟后再试" in locked.text
    for _ in range(5):
        sign_in(client, "nobody@example.cn", "wrong password!")
    assert "试错次数太多" in sign_in(client, "nobody@example.cn").text, "a lockout tells nobody who exists"
    with clock.moved_to(clock.now() + timedelta(minutes=2)):
        assert sign_in(client, who.email).status_code == 303
    assert "locked_out" in actions(app)


def test_second_factor_once_set_is_asked_for_and_no_code_is_good_twice(app: Flask) -> None:
    secret = pyotp.random_base32()
    who = make_staff(app, Role.REVIEWER)
    give_password(app, who, secret)
    client, moment = app.test_client(), clock.at(clock.today(), 9)
    with clock.moved_to(moment):
        assert sign_in(client, who.email).location == "/staff/second-factor"
        assert client.get("/staff").location.startswith("/staff/second-factor")
        assert client.post("/staff/second-factor", data={"code": "000000"}).status_code == 422
        code = pyotp.TOTP(secret).at(moment)
        assert (
            client.post("/staff/second-factor", data={"code": f"{code[:3]} {code[3:]}"}).location == "/staff"
        )
        assert client.get("/staff").status_code == 200
        second = app.test_client()
        sign_in(second, who.email)
        again = second.post("/staff/second-factor", data={"code": code})
        assert again.status_code == 422
        assert "已经用过" in again.text


def test_codes_are_guessed_no_faster_than_passwords(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app, Role.REVIEWER)
    secret = pyotp.random_base32()
    give_password(sqlite_app, who, secret)
    client = sqlite_app.test_client()
    sign_in(client, who.email)
    for _ in range(5):
        client.post("/staff/second-factor", data={"code": "000000"})
    refused = client.post("/staff/second-factor", data={"code": pyotp.TOTP(secret).at(clock.now())})
    assert refused.status_code == 422
    assert "试错次数太多" in refused.text


def test_who_needs_a_second_factor_sets_it_up_before_anything_else(app: Flask) -> None:
    who = make_staff(app, Role.SUPERVISOR)
    give_password(app, who)
    client = app.test_client()
    sign_in(client, who.email)
    assert client.get("/staff/audit").location.startswith("/staff/second-factor")
    assert client.get("/staff/second-factor").location.startswith("/staff/second-factor/set-up")
    page = client.get("/staff/second-factor/set-up")
    secret = re.search(r'密钥：<code class="code">([A-Z2-7 ]+)</code>', page.text)
    assert secret is not None
    picture = client.get("/staff/second-factor/qr.svg")
    assert picture.mimetype == "image/svg+xml"
    assert ElementTree.fromstring(picture.data).tag == "{http://www.w3.org/2000/svg}svg"
    code = pyotp.TOTP(secret[1].replace(" ", "")).at(clock.now())
    wrong = client.post("/staff/second-factor/set-up", data={"code": "000000"})
    assert wrong.status_code == 422
    done = client.post("/staff/second-factor/set-up", data={"code": code})
    codes = re.findall(r"<code class=\"code\">([2-9a-z]{5}-[2-9a-z]{5})</code>", done.text)
    assert len(codes) == 10
    assert client.get("/staff/audit").status_code == 200
    other = app.test_client()
    sign_in(other, who.email)
    assert other.post("/staff/second-factor", data={"code": codes[0]}).location == "/staff"
    third = app.test_client()
    sign_in(third, who.email)
    assert third.post("/staff/second-factor", data={"code": codes[0]}).status_code == 422, "each code once"
    with app.app_context():
        texts = " ".join(db.session.scalars(select(AuditEntry.content)))
    assert secret[1].replace(" ", "") not in texts
    assert not any(code in texts for code in codes)


def test_a_set_factor_cannot_be_replaced_by_who_has_the_password_alone(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app, Role.REVIEWER)
    give_password(sqlite_app, who, pyotp.random_base32())
    client = sqlite_app.test_client()
    sign_in(client, who.email)
    assert client.get("/staff/second-factor/set-up").location == "/staff/second-factor"
    assert (
        client.post("/staff/second-factor/set-up", data={"code": "123456"}).location == "/staff/second-factor"
    )
    assert client.get("/staff/second-factor/qr.svg").status_code == 404


def test_sessions_end_when_idle_too_long_and_after_a_day(sqlite_app: Flask) -> None:
    client = signed_in(sqlite_app, make_staff(sqlite_app))
    start = clock.now()
    with clock.moved_to(start + timedelta(minutes=119)):
        assert client.get("/staff").status_code == 200
    with clock.moved_to(start + timedelta(hours=3, minutes=58)):
        assert client.get("/staff").status_code == 200, "the visit before kept it alive"
    with clock.moved_to(start + timedelta(hours=6, minutes=1)):
        assert client.get("/staff").status_code == 303
    busy = signed_in(sqlite_app, make_staff(sqlite_app))
    start = clock.now()
    for hour in range(1, 12):
        with clock.moved_to(start + timedelta(hours=hour)):
            assert busy.get("/staff").status_code == 200
    with clock.moved_to(start + timedelta(hours=12, minutes=1)):
        assert busy.get("/staff").status_code == 303


def test_a_link_sets_a_password_once(app: Flask) -> None:
    who = make_staff(app)
    with app.app_context(), unit_of_work():
        token = new_link(db.session.get_one(StaffMember, who.id), LinkPurpose.INVITATION)
    client, address = app.test_client(), f"/staff/link/{token}"
    assert client.get(address).status_code == 200
    weak = client.post(address, data={"password": "password1234", "again": "password1234"})
    assert weak.status_code == 422
    assert "常见密码" in weak.text
    differ = client.post(address, data={"password": PASSWORD, "again": PASSWORD + "x"})
    assert "两次填的不一样" in differ.text
    assert client.post(address, data={"password": PASSWORD, "again": PASSWORD}).location == "/staff/sign-in"
    assert client.get(address).status_code == 410
    assert sign_in(client, who.email).status_code == 303


def test_a_link_runs_out(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app)
    with sqlite_app.app_context(), unit_of_work():
        token = new_link(db.session.get_one(StaffMember, who.id), LinkPurpose.RESET)
    with clock.moved_to(clock.now() + timedelta(hours=2, seconds=1)):
        assert sqlite_app.test_client().get(f"/staff/link/{token}").status_code == 410
    assert sqlite_app.test_client().get("/staff/link/nonsense").status_code == 410


def test_forgetting_a_password_tells_nobody_who_has_an_account(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app)
    client = sqlite_app.test_client()
    known = client.post("/staff/forgotten", data={"email": who.email})
    unknown = client.post("/staff/forgotten", data={"email": "nobody@example.cn"})
    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text
    with sqlite_app.app_context():
        from portal.notify.models import Mail

        mails = list(db.session.scalars(select(Mail)))
    assert [mail.kind for mail in mails] == ["reset"]
    assert who.email not in mails[0].title + mails[0].recipient_sealed + mails[0].body_sealed


def test_changing_the_password_signs_out_everywhere_else(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app)
    give_password(sqlite_app, who)
    here, there = signed_in(sqlite_app, who), signed_in(sqlite_app, who)
    new = {"password": "山高水长 2026 木", "again": "山高水长 2026 木"}
    assert here.post("/staff/me/password", data={"old": "wrong", **new}).status_code == 422
    assert here.post("/staff/me/password", data={"old": PASSWORD, **new}).status_code == 303
    assert here.get("/staff").status_code == 200
    assert there.get("/staff").status_code == 303


def test_sessions_are_listed_and_ended_from_another_browser(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app)
    here, there = signed_in(sqlite_app, who), signed_in(sqlite_app, who)
    stranger = signed_in(sqlite_app, make_staff(sqlite_app))
    with sqlite_app.app_context():
        ids = list(db.session.scalars(select(StaffSession.id).where(StaffSession.staff_id == who.id)))
    assert here.get("/staff/me").text.count("退出这台") == 1
    stranger.post(f"/staff/me/sessions/{max(ids)}/end")
    assert there.get("/staff").status_code == 200, "nobody ends another person's session"
    here.post(f"/staff/me/sessions/{max(ids)}/end")
    assert there.get("/staff").status_code == 303
    assert here.get("/staff").status_code == 200


def test_demo_staff_are_let_in_by_no_production_portal(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app, demo=True)
    give_password(sqlite_app, who)
    client = signed_in(sqlite_app, who)
    assert client.get("/staff").status_code == 200
    sqlite_app.config["DEMO_ALLOWED"] = False
    assert client.get("/staff").status_code == 303
    assert sign_in(sqlite_app.test_client(), who.email).status_code == 422


def test_the_second_factor_step_drift_is_one() -> None:
    secret, moment = pyotp.random_base32(), clock.at(clock.today(), 9)
    totp = pyotp.TOTP(secret)
    with clock.moved_to(moment):
        for seconds, good in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
            found = second_factor.step_of(secret, totp.at(moment + timedelta(seconds=seconds)))
            assert (found is not None) is good, seconds
