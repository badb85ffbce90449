"""Addresses made to break or to mislead, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from portal.extensions import db
from portal.history.keeper import Provenance
from portal.institutions import service
from portal.institutions.models import ClosureKind, ClosureNotice, Institution
from portal.unit_of_work import unit_of_work

DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    "address",
    [
        "/institutions/%00",
        "/institutions/a%00/history",
        "/institutions/compare?id=%00",
        "/letters/%00",
        "/closures/%00",
        "/institutions/unregistered/%00",
        "/institutions?q=%00",
        "/notices/%00",
        "/notices/%00.pdf",
        "/notices?q=%00",
        "/problems/%00",
    ],
)
def test_nul_in_an_address_is_no_page(app: Flask, address: str) -> None:
    assert app.test_client().get(address).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "endpoint=1",
        "_scheme=x",
        "_anchor=x",
        "_method=x",
        "_external=1",
        "self=1",
        "page=1&page=2",
        "filename=x",
    ],
)
@pytest.mark.parametrize(
    "page", ["/institutions", "/fees", "/grades", "/closures", "/concentrated-care", "/notices"]
)
def test_no_query_reaches_the_making_of_addresses(app: Flask, page: str, query: str) -> None:
    answer = app.test_client().get(f"{page}?{query}")
    assert answer.status_code == 200
    assert 'href="http://localhost' not in answer.text


def test_no_redirect_repeats_the_host_that_was_asked_for(app: Flask) -> None:
    for address in ("/institutions//abcdefgh", "/grades/", "/institutions/"):
        answer = app.test_client().get(address, headers={"Host": "evil.example"})
        assert "evil.example" not in answer.headers.get("Location", "")
        assert "evil.example" not in answer.text


@pytest.mark.parametrize("back", ["//[", "/\r\nSet-Cookie: a=b", "/\x00", "http:///x", "//evil.example/"])
def test_the_way_back_stays_here_whatever_is_asked(app: Flask, back: str) -> None:
    answer = app.test_client().post("/display", data={"mode": "elder", "back": back})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


def test_a_wrong_method_is_told_the_right_ones(app: Flask) -> None:
    answer = app.test_client().post("/institutions")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_was_withdrawn_is_no_news(
    app: Flask, enter_home: Callable[..., str], provenance: Callable[..., Provenance]
) -> None:
    public_id = enter_home("示例甲院")
    with app.app_context(), unit_of_work():
        home = db.session.scalars(select(Institution).where(Institution.public_id == public_id)).one()
        notice = ClosureNotice(
            institution_id=home.id,
            public_id="closure2",
            kind=ClosureKind.CLOSURE,
            announced_on=DAY,
            effective_on=DAY,
        )
        service.enter(notice, provenance(DAY, title="误发的关停公告"))
    client = app.test_client()
    assert "误发的关停公告" in client.get("/").text
    with app.app_context(), unit_of_work():
        service.withdraw(db.session.merge(notice), provenance(DAY, reason="误发"))
    html = client.get("/").text
    assert "误发的关停公告" not in html
    assert "关停公告</strong>" not in html
    assert "示例甲院" in html
