"""Homes to index, and the search of an application on each database."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from portal import clock
from portal.domain.actor import SYSTEM
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.models import Institution
from portal.search.registry import Search, search_of
from portal.unit_of_work import unit_of_work

JAN, JUN = date(2026, 1, 1), date(2026, 6, 1)


def stated(day: date = JAN) -> Provenance:
    """Return the provenance of a monthly list."""
    return Provenance(enter_source("月报", day, SourceKind.SPREADSHEET), day, SYSTEM)


def home(name: str) -> Institution:
    """Enter a home; the caller commits."""
    with clock.moved_to(clock.at(JUN)):
        return service.register_institution({"name": name, "region_code": "350404"}, stated())


def committed_homes(*names: str) -> list[int]:
    """Enter homes in a transaction of their own and return their ids."""
    with unit_of_work():
        homes = [home(name) for name in names]
    return [one.id for one in homes]


def rename(home_id: int, name: str) -> None:
    """Rename a home; the caller commits."""
    from portal.extensions import db

    with clock.moved_to(clock.at(JUN)):
        service.amend_institution(db.session.get_one(Institution, home_id), {"name": name}, stated(JUN))


@pytest.fixture
def search(app: Flask) -> Search:
    """The search of the application, with the index that fits its database."""
    return search_of(app)
