"""A city's office for the tests of the call-back."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.integration.surveys.calling import Office


@pytest.fixture
def office(sqlite_app: Flask) -> Office:
    """On SQLite, with two homes and a round."""
    found = Office(sqlite_app)
    found.enter("甲养老院", "乙养老院")
    found.open()
    return found


@pytest.fixture
def any_office(app: Flask) -> Office:
    """On either database, with one home and a round."""
    found = Office(app)
    found.enter("甲养老院")
    found.open()
    return found
