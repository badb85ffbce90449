"""A county's office for the tests of accountability."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.integration.complaints.office import Office


@pytest.fixture
def office(sqlite_app: Flask) -> Office:
    """On SQLite."""
    return Office(sqlite_app)
