"""What every test of a surface may ask for: counted queries, and homes to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from time import time
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from portal import clock
from portal.domain.actor import IMPORTER
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.models import Institution
from portal.unit_of_work import unit_of_work

CountQueries = Callable[[Flask], AbstractContextManager[list[str]]]


@contextmanager
def _count_queries(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def count_queries() -> CountQueries:
    """``with count_queries(app) as statements: client.get(…)`` then ``len(statements)``: what it cost."""
    return _count_queries


@pytest.fixture
def within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what counts attempts no time passes: on the slowest machine, too, they come within one minute."""
    moment = time()
    monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: moment))


@pytest.fixture
def provenance() -> Callable[..., Provenance]:
    """Make where facts come from: ``provenance(day, title=…, reason=…, **columns of the source)``.

    Call it within an application context and a unit of work.
    """

    def make(day: date, title: str = "养老机构月报", reason: str | None = None, **source: Any) -> Provenance:
        return Provenance(enter_source(title, day, SourceKind.SPREADSHEET, **source), day, IMPORTER, reason)

    return make


@pytest.fixture
def enter_home(app: Flask, provenance: Callable[..., Provenance]) -> Callable[..., str]:
    """Enter a home: ``enter_home(name, on=day, **facts)`` commits it and returns its public id."""

    def enter(name: str = "示例敬老院", on: date | None = None, **facts: Any) -> str:
        day = on or clock.today()
        values = {"name": name, "region_code": "350404", **facts}
        with app.app_context(), clock.moved_to(clock.at(day)), unit_of_work():
            home: Institution = service.register_institution(values, provenance(day))
            return home.public_id

    return enter


@pytest.fixture
def enter_records(app: Flask, provenance: Callable[..., Provenance]) -> Callable[..., None]:
    """Enter many records of one home at once: ``enter_records(public_id, [Model(…), …], on=day)``."""

    def enter(home: str, records: Sequence[Any], on: date | None = None) -> None:
        day = on or clock.today()
        with app.app_context(), clock.moved_to(clock.at(day)), unit_of_work():
            owner = db.session.scalars(select(Institution.id).where(Institution.public_id == home)).one()
            source = provenance(day)
            for record in records:
                record.institution_id = owner
                service.enter(record, source)

    return enter
