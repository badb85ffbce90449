"""Publishing a complaint: original beside proposal, a reviewer's word, nothing personal, taken back again."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.complaints.models import CasePublication
from portal.complaints.service.words import Told
from portal.domain.permissions import Role
from portal.extensions import db
from tests.surfaces.backoffice.casework import PERSON, PHONE, Client, address, case_of, done, lodged
from tests.surfaces.backoffice.records import inputs


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


def answered(app: Flask, clerk: FlaskClient, **changes: object) -> str:
    told = Told(f"我是{PERSON}，电话{PHONE}，夜里没有人值班。")
    receipt = lodged(app, **{"told": told, "consent_publish": True, **changes})
    done(clerk, receipt, "accept")
    done(clerk, receipt, "start")
    done(clerk, receipt, "reply", words="夜班已加到两个人。", finding="true")
    return receipt


def published(app: Flask) -> CasePublication:
    with app.app_context():
        return db.session.scalars(select(CasePublication)).one()


def test_a_reviewer_reads_both_changes_and_publishes(app: Flask, staff_client: Client) -> None:
    clerk, reviewer = staff_client(), staff_client(Role.REVIEWER)
    receipt = answered(app, clerk)
    place = address(receipt, "publication")
    assert clerk.get(place).status_code == 403
    assert "准备公开" not in clerk.get(address(receipt)).text
    assert "准备公开" in reviewer.get(address(receipt)).text
    page = reviewer.get(place).text
    assert f"<mark>{PERSON}</mark>" in page
    assert f"<mark>{PHONE}</mark>" in page
    form = inputs(page)
    assert PERSON not in form["text"]
    assert PHONE not in form["text"]
    assert "夜里没有人值班" in form["text"]
    assert form["reply"] == "夜班已加到两个人。"
    form.pop("show_home", None)
    leaky = reviewer.post(place, data=form | {"text": f"{PERSON}说夜里没有人。", "title": "夜间照护"})
    assert leaky.status_code == 409
    assert "还有不能公开的内容" in leaky.text
    assert f"{PERSON}说夜里没有人。</textarea>" in leaky.text
    empty = reviewer.post(place, data=form | {"title": ""})
    assert empty.status_code == 422
    assert reviewer.post(place, data=form | {"title": "夜里没有人", "do": "save"}).status_code == 303
    form = inputs(reviewer.get(place).text)
    assert form["title"] == "夜里没有人"
    form.pop("show_home", None)
    assert reviewer.post(place, data=form).status_code == 303
    assert published(app).title == "夜里没有人"
    assert "已公开" in clerk.get(address(receipt)).text
    form = inputs(reviewer.get(place).text)
    form.pop("show_home", None)
    assert reviewer.post(place, data=form | {"title": "夜班"}).status_code == 303
    assert published(app).title == "夜班"
    stale = reviewer.post(place, data=form | {"version": "1", "title": "晚来的"})
    assert stale.status_code == 409
    assert "晚来的" in stale.text
    withdraw = address(receipt, "publication/withdraw")
    seen = str(case_of(app, receipt).version)
    assert reviewer.post(withdraw, data={"unpublish-version": seen}).status_code == 422
    late = reviewer.post(withdraw, data={"unpublish-version": "1", "unpublish-reason": "投诉人要求"})
    assert late.status_code == 409
    gone = reviewer.post(withdraw, data={"unpublish-version": seen, "unpublish-reason": "投诉人要求"})
    assert gone.status_code == 303
    assert published(app).withdrawn_reason == "投诉人要求"
    assert "以前公开过" in reviewer.get(place).text


def test_a_new_proposal_takes_the_place_of_what_was_typed(app: Flask, staff_client: Client) -> None:
    clerk, reviewer = staff_client(), staff_client(Role.REVIEWER)
    receipt = answered(app, clerk)
    place = address(receipt, "publication")
    page = reviewer.post(
        place, data={"title": "旧", "text": "旧的", "reply": "旧的", "do": "propose"}, follow_redirects=True
    ).text
    form = inputs(page)
    assert "夜里没有人值班" in form["text"]
    assert re.search(r"已重新遮一遍", page)


def test_without_consent_it_says_so_and_offers_nothing(app: Flask, staff_client: Client) -> None:
    clerk, reviewer = staff_client(), staff_client(Role.REVIEWER)
    receipt = answered(app, clerk, consent_publish=False)
    place = address(receipt, "publication")
    page = reviewer.get(place).text
    assert "投诉人没有同意公开" in page
    assert "<textarea" not in page
    form = {"version": str(case_of(app, receipt).version), "title": "a", "text": "b", "reply": "c"}
    forced = reviewer.post(place, data=form)
    assert forced.status_code == 409
    with app.app_context():
        assert db.session.scalars(select(CasePublication)).all() == []
