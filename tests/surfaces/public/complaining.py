"""Lodging a complaint through the form, for the tests of the citizen's pages."""

from __future__ import annotations

import html
import io
import re
from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import clock
from portal.complaints.models import Case, CaseStep
from portal.complaints.service.steps import step
from portal.complaints.service.words import step_words
from portal.domain.actor import Actor
from portal.domain.case_status import CaseEvent
from portal.extensions import db
from portal.unit_of_work import unit_of_work

NEW = "/complaints/new"
TRACK = "/complaints/track"
TEXT = "上个月起每月多收三百元，问了也不说为什么"
NOON = clock.at(date(2026, 3, 2), 12)
CLERK = Actor("示例县市场监管经办")


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'<input id="{name}" name="{name}" type="hidden" value="([^"]*)"', page)
    assert found is not None, name
    return html.unescape(found[1])


def typed_in(page: str, home: str, **typed: Any) -> dict[str, Any]:
    """Return what the form of ``page`` sends, filled in; ``typed`` replaces, None leaves a field out."""
    fields = {name: hidden(page, name) for name in ("csrf_token", "submission", "asked_health")}
    fields |= {"q": "", "home": home, "place_name": "", "place": "", "region": ""}
    fields |= {"category": "fees", "happened_on": "", "happened_about": "", "text": TEXT, "asked": "退钱"}
    fields |= {"appearance": "anonymous", "name": "", "phone": "", "mail": "", "address": "", "website": ""}
    fields |= {"send": "1", **typed}
    return {name: value for name, value in fields.items() if value is not None}


def send(client: FlaskClient, home: str, **typed: Any) -> TestResponse:
    """Open the form and send it."""
    page = client.get(NEW).text
    return client.post(NEW, data=typed_in(page, home, **typed))


def read_receipt(page: str) -> tuple[str, str]:
    """Return number and code from a receipt."""
    number = re.search(r"T\d{4}-[0-9A-Z]{8}", page)
    code = re.search(r'class="slip__code"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert number is not None
    return number[0], "-".join(re.findall(r"<span>(\w{4})</span>", code[1])) if code else ""


def lodged(client: FlaskClient, home: str, **typed: Any) -> tuple[str, str]:
    """Lodge a complaint and return its number and code."""
    answer = send(client, home, **typed)
    assert answer.status_code == 201, answer.text
    return read_receipt(answer.text)


def open_case(client: FlaskClient, number: str, code: str) -> TestResponse:
    """Type number and code into the tracking page."""
    token = hidden(client.get(TRACK).text, "csrf_token")
    return client.post(TRACK, data={"csrf_token": token, "receipt": number, "code": code})


def cases(app: Flask) -> list[Case]:
    """Return all cases."""
    with app.app_context():
        return list(db.session.scalars(select(Case).order_by(Case.id)))


def in_one_piece(fields: dict[str, Any], data: bytes, name: str = "a.jpg") -> dict[str, Any]:
    """Return how the test client sends a form with one large file: from memory, not by a file of its own."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    parts.append(f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n')
    body = "".join(parts).encode() + data + b"\r\n--x--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=x"}


def photo(width: int = 60) -> bytes:
    """Return a small photo."""
    drawn = io.BytesIO()
    Image.new("RGB", (width, 40), "teal").save(drawn, "JPEG")
    return drawn.getvalue()


def by_staff(app: Flask, *events: CaseEvent, words: str | None = None, at: Any = NOON, **said: Any) -> None:
    """Let staff do something with the first case."""
    with app.app_context(), clock.moved_to(at), unit_of_work():
        case = db.session.scalars(select(Case).order_by(Case.id)).first()
        assert case is not None
        for event in events:
            step(case, event, CLERK, words=words, said=said or None, to_citizen=True)


def steps(app: Flask) -> list[tuple[CaseEvent, str | None]]:
    """Return what happened to all cases, with its words."""
    with app.app_context():
        return [
            (one.event, step_words(one)) for one in db.session.scalars(select(CaseStep).order_by(CaseStep.id))
        ]


def act(client: FlaskClient, event: CaseEvent, path: str, **typed: Any) -> dict[str, Any]:
    """Return how one form of the case's page is sent."""
    asked_first = {CaseEvent.WITHDRAW: f"{TRACK}/withdraw", CaseEvent.UNPUBLISH: f"{TRACK}/consent"}
    page = client.get(asked_first.get(event, TRACK)).text
    own = [f"{event.value}-csrf_token", f"{event.value}-seen"]
    data = {name: hidden(page, name) for name in own}
    data |= {f"{event.value}-{name}" if name != "files" else name: value for name, value in typed.items()}
    return {"path": f"{TRACK}/{path}", "data": data}


def twice(client: FlaskClient, sent: dict[str, Any]) -> TestResponse:
    """Press the button twice, and show what came of it."""
    first, second = (client.post(**{**sent, "data": dict(sent["data"])}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303), first.text + second.text
    assert first.location == second.location
    return client.get(first.location)
