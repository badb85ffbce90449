"""A home to report about, and reports about it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.corrections.models import KnownHow
from portal.corrections.service import Claim, Words, lodge
from portal.domain.actor import IMPORTER
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import Revision, SourceKind
from portal.history.sources import enter_source
from portal.institutions import service as institutions
from portal.institutions.field_forms import Block
from portal.institutions.models import Institution
from portal.unit_of_work import unit_of_work

COUNTY = "350404"
DAY = date(2026, 3, 2)
NOON = clock.at(DAY, 12)


@pytest.fixture
def home(app: Flask) -> str:
    """The public id of a home in ``COUNTY``, entered on 1 February 2026."""
    day = date(2026, 2, 1)
    with app.app_context(), clock.moved_to(clock.at(day)), unit_of_work():
        told = Provenance(enter_source("养老机构月报", day, SourceKind.SPREADSHEET), day, IMPORTER)
        values = {"name": "示例敬老院", "region_code": COUNTY, "beds_total": 80}
        return institutions.register_institution(values, told).public_id


@pytest.fixture
def lodged(app: Flask, home: str) -> Callable[..., int]:
    """Lodge a report: ``lodged(about, item, at=moment, submission=…)`` commits it and returns its id."""

    def make(
        about: Block | None = Block.BEDS,
        item: str | None = None,
        at: datetime = NOON,
        submission: str | None = None,
        words: Words | None = None,
    ) -> int:
        said = words or Words("床位写多了", "门口写的是60张")
        claim = Claim(about, item, "床位总数：80张", said, KnownHow.SEEN)
        with app.app_context(), clock.moved_to(at), unit_of_work():
            return lodge(institution_of(home), claim, submission or uuid.uuid4().hex).id

    return make


def institution_of(public_id: str) -> Institution:
    """Return the record of a home, within an application context."""
    return db.session.scalars(select(Institution).where(Institution.public_id == public_id)).one()


@pytest.fixture
def amended(app: Flask, home: str) -> Callable[..., int]:
    """Change a fact of the home: ``amended(at=moment, beds_total=60)`` commits; returns the revision's id."""

    def make(at: datetime, **facts: Any) -> int:
        day = at.date()
        with app.app_context(), clock.moved_to(at), unit_of_work():
            told = Provenance(enter_source("更正说明", day, SourceKind.DOCUMENT), day, IMPORTER)
            institutions.amend_institution(institution_of(home), facts, told)
        with app.app_context():
            return db.session.scalars(select(Revision.id).order_by(Revision.id.desc())).first() or 0

    return make
