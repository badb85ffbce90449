"""What this database holds — nothing, a fictional city or real homes — and how often it has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import g, has_request_context
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from portal.extensions import db
from portal.history.models import DataSet, DataSetKind

_ROW = DataSet.__table__.c
_STATE = select(_ROW.kind, _ROW.version, _ROW.loaded_on, _ROW.touches).where(_ROW.id == 1)
"""Asked for by every request: from the table, which costs a fraction of asking for mapped columns."""


@dataclass(frozen=True, slots=True)
class DataSetState:
    """A snapshot of the one ``data_set`` row."""

    kind: DataSetKind
    version: int
    loaded_on: date | None
    touches: int = 0

    @property
    def record_version(self) -> int:
        """Grows with changes of the records alone: what is made of nothing else stays good until then."""
        return self.version - self.touches

    @property
    def is_demo(self) -> bool:
        """True while everything shown is fictional."""
        return self.kind is DataSetKind.DEMO


def data_set_state() -> DataSetState:
    """Return the state, read once a request. While the database cannot answer: empty, version 0."""
    if not has_request_context():
        return _read()
    if "data_set_state" not in g:
        try:
            g.data_set_state = _read()
        except SQLAlchemyError:  # the error page must still render
            db.session.rollback()
            return DataSetState(DataSetKind.EMPTY, 0, None)
    state = g.data_set_state
    assert isinstance(state, DataSetState)
    return state


def mark_data_set(kind: DataSetKind, loaded_on: date | None = None) -> None:
    """Say what the database holds from now on; every page changes with it."""
    values = {"kind": kind, "loaded_on": loaded_on, "version": DataSet.version + 1}
    db.session.execute(update(DataSet).where(DataSet.id == 1).values(**values))


def touch_data_set() -> None:
    """Say that something beside the records has changed that pages show: caches are made anew."""
    values = {"version": DataSet.version + 1, "touches": DataSet.touches + 1}
    db.session.execute(update(DataSet).where(DataSet.id == 1).values(**values))


def _read() -> DataSetState:
    if db.session.registry.has():  # with what this unit of work has written
        row = db.session.connection().execute(_STATE).one_or_none()
    else:
        with db.engine.connect() as connection:
            row = connection.execute(_STATE).one_or_none()
    return DataSetState(*row) if row else DataSetState(DataSetKind.EMPTY, 0, None)
