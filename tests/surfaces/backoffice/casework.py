"""Working on complaints through the back office's pages, for tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import clock
from portal.complaints.models import Case, CaseStep
from portal.extensions import db
from tests.integration.complaints.cases import lodge_case

Client = Callable[..., FlaskClient]
TEXT, PERSON, PHONE = "护工夜里不来，老人从床上摔下来。", "林秋月", "13800138000"
"""As ``lodge_case`` writes them."""


def lodged(app: Flask, days: int = 3, **changes: Any) -> str:
    """Lodge a complaint some days ago; return its number."""
    number, _ = lodge_case(app, clock.at(clock.today() - timedelta(days=days)), **changes)
    with app.app_context():
        return db.session.get_one(Case, number).receipt


def address(receipt: str, name: str = "") -> str:
    """Return a complaint's page, or where something is done with it."""
    return f"/staff/cases/{receipt}" + (f"/{name}" if name else "")


def version(client: FlaskClient, receipt: str) -> str:
    """Return the version that the page of a case shows."""
    return re.findall(r'version"[^>]*value="(\d+)"', client.get(address(receipt)).text)[0]


def do(client: FlaskClient, receipt: str, deed: str, seen: str = "", **fields: str) -> TestResponse:
    """Fill in one form of a case's page and send it. ``seen``: a version seen earlier."""
    data = {f"{deed}-{name}": value for name, value in fields.items()}
    data[f"{deed}-version"] = seen or version(client, receipt)
    return client.post(address(receipt, deed.replace("_", "-")), data=data)


def done(client: FlaskClient, receipt: str, deed: str, **fields: str) -> None:
    """As ``do``, and it has to work."""
    answer = do(client, receipt, deed, **fields)
    assert answer.status_code == 303, re.sub(r"<[^>]+>", "", answer.text)


def case_of(app: Flask, receipt: str) -> Case:
    """Return the case as the database has it."""
    with app.app_context():
        return db.session.scalars(select(Case).where(Case.receipt == receipt)).one()


def events(app: Flask, receipt: str) -> list[str]:
    """Return what happened to a case, in order."""
    query = select(CaseStep.event).join(Case, Case.id == CaseStep.case_id).where(Case.receipt == receipt)
    with app.app_context():
        return [event.value for event in db.session.scalars(query.order_by(CaseStep.id))]


def offered(page: str) -> set[str]:
    """Return the deeds whose forms a case's page holds."""
    return {name.replace("-", "_") for name in re.findall(r'action="/staff/cases/[^/"]+/([a-z-]+)"', page)}
