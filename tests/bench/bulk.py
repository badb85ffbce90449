"""Many rows at once into a benchmark's empty tables: by statements on SQLite, by COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, insert, text

from portal.extensions import db

Row = dict[str, Any]


def write(table: Table, rows: Sequence[Row]) -> None:
    """Enter rows that all name the same columns, in a transaction of their own."""
    if not rows:
        return
    if db.engine.dialect.name == "sqlite":
        with db.engine.begin() as connection:
            connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    raw = db.engine.raw_connection()
    try:
        columns = ", ".join(names)
        with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copying:
            for row in rows:
                copying.write_row([getattr(row[name], "value", row[name]) for name in names])
        raw.commit()
    finally:
        raw.close()


def number_on(tables: Iterable[Table]) -> None:
    """Let PostgreSQL's numbers go on after those that were written."""
    if db.engine.dialect.name == "sqlite":
        return
    with db.engine.begin() as connection:
        for table in tables:
            if "id" in table.c:
                last = f"(SELECT max(id) FROM {table.name})"
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})")
                )


def analyze() -> None:
    """Let the database count what it holds, as it does by itself after a while."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
