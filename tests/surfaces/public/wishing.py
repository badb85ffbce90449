"""Suggesting through the form, for the tests of the column's public pages."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.extensions import db
from portal.topics.models import Suggestion
from tests.surfaces.public.complaining import hidden

NEW = "/suggestions/new"
TRACK = "/suggestions/track"
TEXT = "村里的卫生所周末不开门，老人拿药要跑到镇上去，希望周末也有人值班"


def typed_in(page: str, **typed: Any) -> dict[str, Any]:
    """Return what the form of ``page`` sends, filled in; ``typed`` replaces, None leaves a field out."""
    fields = {name: hidden(page, name) for name in ("csrf_token", "submission", "asked", "shown")}
    fields |= {
        "text": TEXT,
        "kind": "medical",
        "region": "350404",
        "telephone": "",
        "mail": "",
        "website": "",
    }
    fields |= {"send": "1", **typed}
    return {name: value for name, value in fields.items() if value is not None}


def send(client: FlaskClient, **typed: Any) -> TestResponse:
    """Open the form and send it."""
    return client.post(NEW, data=typed_in(client.get(NEW).text, **typed))


def read_receipt(page: str) -> tuple[str, str]:
    """Return number and code from a receipt."""
    number = re.search(r"D\d{4}-[0-9A-Z]{8}", page)
    code = re.search(r'class="slip__code"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert number is not None
    return number[0], "-".join(re.findall(r"<span>(\w{4})</span>", code[1])) if code else ""


def lodged_by(client: FlaskClient, **typed: Any) -> tuple[str, str]:
    """Send the form and return number and code."""
    answer = send(client, **typed)
    assert answer.status_code == 201, answer.text
    return read_receipt(answer.text)


def open_wish(client: FlaskClient, number: str, code: str) -> TestResponse:
    """Type number and code into the tracking page."""
    token = hidden(client.get(TRACK).text, "csrf_token")
    return client.post(TRACK, data={"csrf_token": token, "receipt": number, "code": code})


def wishes(app: Flask) -> list[Suggestion]:
    """Return all suggestions."""
    with app.app_context():
        return list(db.session.scalars(select(Suggestion).order_by(Suggestion.id)))


def public_id_of(app: Flask, number: int) -> str:
    """Return the public id of a suggestion."""
    with app.app_context():
        return db.session.get_one(Suggestion, number).public_id
