"""Entering further records of a home for the pages to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.recorded import Recorded
from portal.institutions import service
from portal.institutions.models import Institution
from portal.unit_of_work import unit_of_work


@pytest.fixture
def enter_record(app: Flask, provenance: Callable[..., Provenance]) -> Callable[..., int]:
    """Enter a record: ``enter_record(Model, home=public id or None, on=day, **columns)`` returns its id."""

    def enter(
        model: type[Recorded],
        home: str | None = None,
        on: date | None = None,
        title: str = "养老机构月报",
        **columns: Any,
    ) -> int:
        day = on or clock.today()
        with app.app_context(), clock.moved_to(clock.at(day, 8)), unit_of_work():
            if home is not None:
                columns["institution_id"] = db.session.scalars(
                    select(Institution.id).where(Institution.public_id == home)
                ).one()
            record: Recorded = service.enter(model(**columns), provenance(day, title))
            return record.id

    return enter


@pytest.fixture
def amend_record(app: Flask, provenance: Callable[..., Provenance]) -> Callable[..., None]:
    """State new values: ``amend_record(Model, record id, on=day, reason=None, **changes)``."""

    def amend(
        model: type[Recorded],
        record_id: int,
        on: date | None = None,
        reason: str | None = None,
        **changes: Any,
    ) -> None:
        day = on or clock.today()
        with app.app_context(), clock.moved_to(clock.at(day, 23)), unit_of_work():
            record = db.session.get(model, record_id)
            assert record is not None
            service.amend(record, changes, provenance(day, reason=reason))

    return amend
