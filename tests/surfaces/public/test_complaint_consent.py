"""On the writer's page: complaint or consent to publish taken back, and what staff entered for a caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.complaints.models import Case
from portal.complaints.service.steps import step
from portal.domain.actor import Actor
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.permissions import Role
from portal.extensions import db, limiter
from portal.unit_of_work import unit_of_work
from tests.surfaces.public.complaining import NOON, TRACK, act, cases, lodged, open_case, steps, twice
from tests.surfaces.staff import make_staff


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.fixture
def home(enter_home: Callable[..., str]) -> str:
    return enter_home("示例敬老院", on=date(2026, 2, 1))


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with clock.moved_to(NOON):
        yield app.test_client()


def test_consent_to_publish_is_taken_back_after_being_asked(
    app: Flask, client: FlaskClient, home: str
) -> None:
    assert open_case(client, *lodged(client, home, consent_publish="y")).status_code == 303
    assert "不再同意公开" in client.get(TRACK).text
    asked = client.get(f"{TRACK}/consent")
    assert (asked.status_code, "不再同意公开？" in asked.text) == (200, True)
    assert [case.consent_publish for case in cases(app)] == [True]
    sent = act(client, CaseEvent.UNPUBLISH, "consent")
    stale = client.post(**{**sent, "data": {**sent["data"], "unpublish-csrf_token": "x"}})
    assert (stale.status_code, "不再同意公开？" in stale.text) == (422, True)
    page = twice(client, sent).text
    assert "已经收回您的同意" in page
    assert f"{TRACK}/consent" not in page
    assert [case.consent_publish for case in cases(app)] == [False]
    assert [event for event, _ in steps(app)].count(CaseEvent.UNPUBLISH) == 1
    assert client.get(f"{TRACK}/consent").location == TRACK


def test_what_staff_entered_for_a_caller_is_told_apart(app: Flask, client: FlaskClient, home: str) -> None:
    assert open_case(client, *lodged(client, home)).status_code == 303
    (case,) = cases(app)
    with app.app_context(), clock.moved_to(NOON), unit_of_work():
        said = {"by": "staff", "channel": "phone"}
        clerk = Actor("示例县民政经办", make_staff(app, Role.CLERK).id)
        step(db.session.get_one(Case, case.id), CaseEvent.ADD, clerk, words="电话补充一句", said=said)
    page = client.get(TRACK).text
    assert "工作人员按您电话里说的代记。" in page
    assert "示例县民政经办" in page
    assert "电话补充一句" in page


def test_a_complaint_is_withdrawn_after_being_asked(app: Flask, client: FlaskClient, home: str) -> None:
    assert open_case(client, *lodged(client, home)).status_code == 303
    asked = client.get(f"{TRACK}/withdraw")
    assert asked.status_code == 200
    assert "撤回这件投诉？" in asked.text
    assert [case.status for case in cases(app)] == [CaseStatus.LODGED]
    page = twice(client, act(client, CaseEvent.WITHDRAW, "withdraw", reason="问题解决了"))
    assert "您撤回了这件投诉" in page.text
    assert [case.status for case in cases(app)] == [CaseStatus.WITHDRAWN]
    assert client.get(f"{TRACK}/withdraw").location == TRACK
