"""Staff for tests: accounts, and clients that are wholly signed in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.accounts import sessions
from portal.accounts.models import StaffMember
from portal.accounts.sign_in import strengthen
from portal.accounts.staff import create_staff
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.unit_of_work import unit_of_work

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Made:
    """An account as tests need it."""

    id: int
    email: str
    role: Role
    department: Department
    region_code: str | None


def make_staff(
    app: Flask,
    role: Role = Role.CLERK,
    department: Department = Department.CIVIL_AFFAIRS,
    region_code: str | None = "350404",
    *,
    name: str = "测试人员",
    demo: bool = False,
) -> Made:
    """Enter an account without a password (``signed_in`` needs none); ``enter_home`` enters at 350404."""
    email = f"staff{next(_numbers)}@example.cn"
    with app.app_context(), unit_of_work():
        made = create_staff(name, email, role, department, region_code, demo=demo)
        return Made(made.id, email, role, made.department, region_code)


def signed_in(app: Flask, who: Made) -> FlaskClient:
    """Return a client of a browser in which ``who`` has signed in, second factor and all."""
    with app.app_context(), unit_of_work():
        staff = db.session.get_one(StaffMember, who.id)
        token = sessions.open_session(staff, "Mozilla/5.0 (Windows NT 10.0) Chrome/120")
        found = sessions.session_of(token)
        assert found is not None
        strengthen(found[0].id)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
        session["proved_at"] = int(clock.now().timestamp())
    return client
