"""A session that was left open is not enough to change the locks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal import clock
from portal.accounts.models import StaffMember
from portal.accounts.passwords import hash_password
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from tests.surfaces.staff import make_staff, signed_in

PASSWORD = "竹影清风-1987-桥"
LOCKS = ("/staff/second-factor/recovery-codes", "/staff/second-factor/remove", "/staff/second-factor/set-up")


@pytest.mark.parametrize("address", LOCKS)
def test_the_password_is_asked_for_again_after_a_quarter_of_an_hour(app: Flask, address: str) -> None:
    who = make_staff(app)
    with app.app_context(), unit_of_work():
        db.session.get_one(StaffMember, who.id).password_hash = hash_password(PASSWORD)
    client = signed_in(app, who)
    later = clock.now() + timedelta(minutes=16)
    with clock.moved_to(later):
        asked = client.post(address, data={"code": "123456"})
        assert asked.status_code == 303
        assert asked.location.startswith("/staff/prove")
        wrong = client.post("/staff/prove", data={"password": "something else"})
        assert wrong.status_code == 422
        assert "现在的密码不对" in wrong.text
        assert client.post("/staff/prove", data={"password": PASSWORD}).location == "/staff/me"
        assert not (client.post(address, data={"code": "123456"}).location or "").startswith("/staff/prove")


def test_guessing_it_locks_the_asking_and_not_the_door(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app)
    with sqlite_app.app_context(), unit_of_work():
        db.session.get_one(StaffMember, who.id).password_hash = hash_password(PASSWORD)
    client = signed_in(sqlite_app, who)
    for _ in range(5):
        client.post("/staff/prove", data={"password": "something else"})
    assert "试错次数太多" in client.post("/staff/prove", data={"password": PASSWORD}).text
    door = sqlite_app.test_client().post("/staff/sign-in", data={"email": who.email, "password": PASSWORD})
    assert door.status_code == 303
