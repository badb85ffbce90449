"""Clients of the back office: forms without tokens, so that tests can post what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.extensions import limiter
from tests.surfaces.staff import make_staff, signed_in

Client = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def plain_forms(request: pytest.FixtureRequest) -> Iterator[None]:
    """Take away tokens and rate limits, which have tests of their own."""
    for name in ("app", "sqlite_app", "postgres_app"):
        if name in request.fixturenames:
            request.getfixturevalue(name).config["WTF_CSRF_ENABLED"] = False
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.fixture
def staff_client(sqlite_app: Flask) -> Client:
    """Make a signed-in browser: ``staff_client(Role.CLERK, Department.FIRE, "350404")``."""

    def make(*arguments: object, **options: object) -> FlaskClient:
        return signed_in(sqlite_app, make_staff(sqlite_app, *arguments, **options))  # type: ignore[arg-type]

    return make
