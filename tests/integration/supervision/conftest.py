"""A county's departments for the tests of supervision."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.integration.supervision.bureau import Bureau


@pytest.fixture
def bureau(sqlite_app: Flask) -> Bureau:
    """On SQLite."""
    return Bureau(sqlite_app)
