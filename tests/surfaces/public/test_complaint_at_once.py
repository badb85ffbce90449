"""A button pressed twice at one moment, on both databases: one case, one line, the same answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

from portal.complaints.models import CaseStep
from portal.domain.case_status import CaseEvent
from portal.extensions import db, limiter
from tests.surfaces.public.complaining import (
    NEW,
    TRACK,
    cases,
    hidden,
    lodged,
    open_case,
    read_receipt,
    typed_in,
)

PRESSES = 4


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.fixture
def home(enter_home: Callable[..., str]) -> str:
    return enter_home("示例敬老院", on=date(2026, 2, 1))


def at_once(app: Flask, path: str, data: dict[str, Any], cookies: str) -> list[tuple[int, str]]:
    """Send the same form from several threads at one moment."""
    start, answers = Barrier(PRESSES), []

    def press() -> None:
        browser = app.test_client(use_cookies=False)
        start.wait()
        answer = browser.post(path, data=dict(data), headers={"Cookie": cookies})
        answers.append((answer.status_code, answer.text))

    presses = [Thread(target=press) for _ in range(PRESSES)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    return answers


def cookies_of(client: Any) -> str:
    return "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())


def test_one_form_sent_at_once_is_one_case_with_one_receipt(app: Flask, home: str) -> None:
    client = app.test_client()
    sent = typed_in(client.get(NEW).text, home)
    answers = at_once(app, NEW, sent, cookies_of(client))
    assert [status for status, _ in answers] == [201] * PRESSES
    assert len({read_receipt(page) for _, page in answers}) == 1
    assert read_receipt(answers[0][1])[1]
    assert len(cases(app)) == 1


def test_one_addition_sent_at_once_is_one_line(app: Flask, home: str) -> None:
    client = app.test_client()
    open_case(client, *lodged(client, home))
    page = client.get(TRACK).text
    sent = {name: hidden(page, name) for name in ("add-csrf_token", "add-seen")}
    answers = at_once(app, f"{TRACK}/add", sent | {"add-text": "同时按了几次"}, cookies_of(client))
    assert [status for status, _ in answers] == [303] * PRESSES
    with app.app_context():
        events = list(db.session.scalars(db.select(CaseStep.event).order_by(CaseStep.id)))
    assert events == [CaseEvent.LODGE, CaseEvent.ADD]
