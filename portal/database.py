"""The declarative base, the column types we add, and how SQLite is opened."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Enum, Index, Integer, MetaData, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from portal.clock import SHANGHAI

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


compact_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""How JSON columns are written: Chinese as Chinese, a third of the size of its escapes."""


class Base(DeclarativeBase):
    """Every constraint gets a name, so that a migration can speak of it on either database."""

    metadata = MetaData(naming_convention=NAMING)


class Moment(TypeDecorator[datetime]):
    """An aware moment: stored in UTC (SQLite keeps no zone), handed out in Asia/Shanghai."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        aware = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        return aware.astimezone(SHANGHAI)


def enum_column(kind: type[StrEnum], name: str) -> Enum:
    """Return a column type that stores a StrEnum's values as text under a named CHECK constraint."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def primary_key() -> Mapped[int]:
    """Return an integer primary key column."""
    return mapped_column(Integer, primary_key=True)


def few(name: str, column: str) -> Index:
    """Return an index of a column that hardly any row has a value in: of those rows only.

    Over all rows, the databases' statistics say that a value stands in nearly every row, and SQLite reads
    another index from end to end instead.
    """
    held = text(f"{column} IS NOT NULL")
    return Index(name, column, sqlite_where=held, postgresql_where=held)


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, _record: Any) -> None:
    """Readers never wait for the writer (WAL), foreign keys hold, a second writer waits its turn."""
    if not isinstance(connection, sqlite3.Connection):
        return
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "savepoint")
def _begin_before_savepoint(connection: Connection, _name: str) -> None:
    """Open the transaction on SQLite: a savepoint without one around it would be committed by its release."""
    raw = connection.connection.dbapi_connection
    if isinstance(raw, sqlite3.Connection) and not raw.in_transaction:
        raw.execute("BEGIN IMMEDIATE")
