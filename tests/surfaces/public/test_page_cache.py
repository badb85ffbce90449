"""Kept answers: drawn once, never older than the database, never one visitor's for another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask, Response, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.access import anyone
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.institutions import service
from portal.institutions.models import Institution
from portal.public import page_cache
from portal.public.page_cache import Answer, PageCache, kept_in_memory
from portal.unit_of_work import unit_of_work

LIST = "/institutions?sort=name"


@pytest.fixture
def drawn(app: Flask) -> Iterator[list[str]]:
    """The names of the pages drawn so far."""
    names: list[str] = []

    def note(_app: Flask, template: object, **_context: object) -> None:
        names.append(template.name)  # type: ignore[attr-defined]

    template_rendered.connect(note, app)
    yield names
    template_rendered.disconnect(note, app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def headers(answer: Response) -> dict[str, object]:
    return dict(answer.headers) | {"Vary": answer.vary.as_set()}


def test_a_page_is_drawn_once_and_sent_alike(
    client: FlaskClient, enter_home: Callable[..., str], drawn: list[str]
) -> None:
    page = f"/institutions/{enter_home('示例甲院')}"
    for address in (LIST, page):
        first, again = client.get(address), client.get(address)
        assert first.data == again.data
        assert first.status_code == again.status_code == 200
        assert headers(first) == headers(again)
    assert len(drawn) == 2


def test_a_changed_or_withdrawn_home_is_seen_at_once(
    app: Flask,
    client: FlaskClient,
    enter_home: Callable[..., str],
    provenance: Callable[..., Provenance],
) -> None:
    public_id = enter_home("示例甲院", on=date(2026, 6, 1))
    page = f"/institutions/{public_id}"
    assert "示例甲院" in client.get(LIST).text
    assert client.get(page).status_code == 200

    def change(how: Callable[[Institution, Provenance], object]) -> None:
        with app.app_context(), unit_of_work():
            home = db.session.scalars(select(Institution).where(Institution.public_id == public_id)).one()
            how(home, provenance(clock.today(), reason="错"))

    change(lambda home, p: service.amend_institution(home, {"name": "示例乙院"}, p))
    assert "示例乙院" in client.get(LIST).text
    assert "示例乙院" in client.get(page).text
    change(service.withdraw)
    assert "示例乙院" not in client.get(LIST).text
    assert client.get(page).status_code == 404


def test_a_new_day_is_a_new_page(
    client: FlaskClient, enter_home: Callable[..., str], drawn: list[str]
) -> None:
    enter_home("示例甲院", on=date(2026, 6, 1))
    for day in (date(2026, 6, 1), date(2026, 6, 2)):
        with clock.moved_to(clock.at(day)):
            assert f"{day.year}年{day.month}月{day.day}日" in client.get(LIST).text
    assert len(drawn) == 2


def test_display_encoding_and_address_each_have_their_own(
    app: Flask, client: FlaskClient, enter_home: Callable[..., str]
) -> None:
    enter_home("示例甲院")
    plain = client.get(LIST)
    small = client.get(LIST, headers={"Accept-Encoding": "br"})
    assert small.headers["Content-Encoding"] == "br"
    assert len(small.data) < len(plain.data)
    assert "Content-Encoding" not in client.get(LIST).headers
    assert client.get(LIST, headers={"Accept-Encoding": "br"}).data == small.data
    assert client.get("/institutions?sort=price").text != plain.text
    elder = app.test_client()
    elder.set_cookie("display", "elder.large")
    assert 'data-mode="elder"' in elder.get(LIST).text
    assert 'data-mode="standard"' in client.get(LIST).text


def test_what_is_not_a_plain_page_is_not_kept(
    app: Flask, client: FlaskClient, enter_home: Callable[..., str]
) -> None:
    enter_home("示例甲院")
    cache: PageCache = app.extensions["page_cache"]
    for address in (
        "/institutions/zzzzzzzz",
        "/institutions?page=99999999",
        "/display",
        "/institutions.csv",
        "/healthz",
    ):
        client.get(address)
    client.head(LIST)
    assert cache.size == 0
    client.get(LIST)
    assert cache.size > 0


@pytest.mark.parametrize("spoil", ["cookie", "no_store"])
def test_an_answer_for_one_visitor_is_not_kept(sqlite_app: Flask, spoil: str) -> None:
    from portal.public import sections

    answers = iter(range(10))

    @anyone
    @kept_in_memory
    def own() -> Response:
        response = Response(str(next(answers)), content_type="text/plain")
        if spoil == "cookie":
            response.set_cookie("seen", "1")
        else:
            response.cache_control.no_store = True
        return response

    sqlite_app.add_url_rule("/own", f"{sections.blueprint.name}.own", own)
    client = sqlite_app.test_client()
    assert [client.get("/own").text for _ in range(3)] == ["0", "1", "2"]


def test_the_memory_is_bounded_and_the_longest_unasked_goes_first() -> None:
    cache = PageCache(most_bytes=10_000)
    for number in range(5):
        cache.put("1", (str(number),), Answer(b"x" * 2000, "text/html", None))
        cache.get("1", ("0",))
    assert cache.size <= 10_000
    kept = [number for number in range(5) if cache.get("1", (str(number),))]
    assert kept == [0, 3, 4]
    cache.put("1", ("large",), Answer(b"x" * 20_000, "text/html", None))
    assert cache.get("1", ("large",)) is None
    cache.put("1", ("0",), Answer(b"y", "text/html", None))
    assert cache.get("1", ("0",)).body == b"y"
    assert cache.get("2", ("0",)) is None
    assert cache.size == 0


def test_only_answers_below_the_limit_are_kept() -> None:
    cache = PageCache()
    cache.put("1", ("file",), Answer(b"x" * (page_cache._LARGEST + 1), "text/csv", None))
    assert cache.get("1", ("file",)) is None
