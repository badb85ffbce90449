"""When something goes wrong: the right status, a page of ours, and nothing told that is nobody's business."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, abort

from tests.conftest import make_app

SECRET = "QxHemlichkeit7"
CODES = (400, 403, 404, 405, 413, 429, 500)


@pytest.fixture
def failing_app(sqlite_app: Flask) -> Flask:
    """The portal with routes that go wrong in every way."""

    def fail(code: int) -> None:
        abort(code)

    def crash() -> None:
        raise ValueError(SECRET)

    sqlite_app.add_url_rule("/fail/<int:code>", "fail", fail)
    sqlite_app.add_url_rule("/crash", "crash", crash, methods=["GET", "POST"])
    return sqlite_app


def check_page(text: str) -> None:
    """A whole page in the site's look, without a word from inside."""
    assert '<html lang="zh-CN"' in text
    assert 'class="site-header"' in text
    assert 'class="site-footer"' in text
    assert text.count("<h1") == 1
    for inside in ("Traceback", "werkzeug", "sqlalchemy", "ValueError", "File &#34;", SECRET):
        assert inside not in text


@pytest.mark.parametrize("code", CODES)
def test_every_error_has_a_page_of_ours(failing_app: Flask, code: int) -> None:
    response = failing_app.test_client().get(f"/fail/{code}")
    assert response.status_code == code
    assert f"错误 {code}" in response.text
    check_page(response.text)
    assert "Content-Security-Policy" in response.headers


def test_an_error_without_words_of_its_own_has_a_page_too(failing_app: Flask) -> None:
    response = failing_app.test_client().get("/fail/418")
    assert response.status_code == 418
    check_page(response.text)


def test_a_crash_tells_the_visitor_nothing(failing_app: Flask) -> None:
    response = failing_app.test_client().get("/crash")
    assert response.status_code == 500
    check_page(response.text)


def test_errors_that_really_happen(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    for response, code in (
        (client.get("/no-such-page"), 404),
        (client.post("/"), 405),
        (client.post("/display", data={"back": "x" * (3 * 1024 * 1024)}), 413),
    ):
        assert response.status_code == code
        check_page(response.text)


def test_a_form_without_its_token_is_refused(failing_app: Flask) -> None:
    response = failing_app.test_client().post("/crash", data={"name": SECRET})
    assert response.status_code == 400
    check_page(response.text)


def test_an_error_page_in_large_letters(failing_app: Flask) -> None:
    client = failing_app.test_client()
    client.set_cookie("display", "elder.large")
    assert 'data-mode="elder"' in client.get("/fail/404").text


def test_healthy(app: Flask) -> None:
    response = app.test_client().get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "ok"})


@pytest.mark.parametrize("database_url", [None, "postgresql://portal@127.0.0.1:1/portal"])
def test_not_healthy_without_a_migrated_database(tmp_path: Path, database_url: str | None) -> None:
    client = make_app(tmp_path, database_url).test_client()
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (503, {"status": "database unavailable"})
    page = client.get("/institutions")
    assert page.status_code == 500
    check_page(page.text)
