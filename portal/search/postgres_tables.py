"""The index's tables in PostgreSQL: a schema of their own, outside the migrations: an index can be lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

from portal.search.fingerprint import fingerprint
from portal.search.indexed import lines_of, terms_of
from portal.search.ports import Document

SCHEMA = "search_index"
_BUILDING = "search_index_building"
_LOCK = 7_310_204_211
"""The number of the advisory lock that writers take."""
_AT_A_TIME = 500

# A document's terms take some 3 KB: kept in the row, so that looking at them costs no second read
_TABLES = """
CREATE TABLE {schema}.document (
    kind text COLLATE "C" NOT NULL,
    record_id integer NOT NULL,
    ordering text COLLATE "C" NOT NULL,
    place text COLLATE "C" NOT NULL,
    name_line text COLLATE "C" NOT NULL,
    former_line text COLLATE "C" NOT NULL,
    details_line text COLLATE "C" NOT NULL,
    sound_line text COLLATE "C" NOT NULL,
    place_sound_line text COLLATE "C" NOT NULL,
    fingerprint text NOT NULL,
    terms tsvector NOT NULL,
    PRIMARY KEY (kind, record_id)
) WITH (toast_tuple_target = 8160);
CREATE TABLE {schema}.state (generation bigint NOT NULL);
INSERT INTO {schema}.state VALUES (txid_current());
ALTER TABLE {schema}.document ALTER COLUMN terms SET STATISTICS 1000;
"""

_INDEXES = """
CREATE INDEX document_terms ON {schema}.document USING gin (terms) WITH (fastupdate = off);
CREATE INDEX document_ordering ON {schema}.document (ordering);
ANALYZE {schema}.document;
"""

_PUT = """
INSERT INTO {schema}.document VALUES (
    :kind, :record_id, :ordering, :place, :name_line, :former_line, :details_line, :sound_line,
    :place_sound_line, :fingerprint, array_to_tsvector(CAST(:terms AS text[]))
)
ON CONFLICT (kind, record_id) DO UPDATE SET
    ordering = excluded.ordering, place = excluded.place, name_line = excluded.name_line,
    former_line = excluded.former_line, details_line = excluded.details_line,
    sound_line = excluded.sound_line, place_sound_line = excluded.place_sound_line,
    fingerprint = excluded.fingerprint, terms = excluded.terms
"""


class PostgresBatch:
    """Documents on their way into one commit."""

    def __init__(self, connection: Connection, schema: str) -> None:
        self._connection = connection
        self._schema = schema

    def put(self, documents: Iterable[Document]) -> None:
        """Enter documents, each in place of the one of the same kind and record."""
        statement = text(_PUT.format(schema=self._schema))
        for some in _batches(map(_row, documents)):
            self._connection.execute(statement, some)

    def remove(self, references: Iterable[tuple[str, int]]) -> None:
        """Take out (kind, record id); unknown ones are no error."""
        statement = text(f"DELETE FROM {self._schema}.document WHERE kind = :kind AND record_id = :id")
        rows = [{"kind": kind, "id": record_id} for kind, record_id in references]
        if rows:
            self._connection.execute(statement, rows)


def lock(connection: Connection) -> None:
    """Wait for other writers and keep them out until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def next_generation(connection: Connection, schema: str) -> None:
    """Note that the index changes with this transaction."""
    connection.execute(text(f"UPDATE {schema}.state SET generation = txid_current()"))


def create(connection: Connection) -> str:
    """Make empty tables beside those in use; return their schema."""
    connection.execute(text(f"DROP SCHEMA IF EXISTS {_BUILDING} CASCADE"))
    connection.execute(text(f"CREATE SCHEMA {_BUILDING}"))
    _run(connection, _TABLES)
    return _BUILDING


def put_into_use(connection: Connection, schema: str) -> None:
    """Index the new tables and let them take the place of the old ones."""
    _run(connection, _INDEXES)
    connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
    connection.execute(text(f"ALTER SCHEMA {schema} RENAME TO {SCHEMA}"))


def _run(connection: Connection, statements: str) -> None:
    for statement in statements.format(schema=_BUILDING).split(";"):
        if statement.strip():
            connection.execute(text(statement))


def _row(document: Document) -> dict[str, Any]:
    lines = lines_of(document)
    values = {
        "kind": document.kind,
        "record_id": document.record_id,
        "ordering": f"{document.order}/{document.kind}/{document.record_id:010d}",
        "place": "/".join(document.regions),
        "name_line": lines.name,
        "former_line": lines.former,
        "details_line": lines.details,
        "sound_line": lines.sound,
        "place_sound_line": lines.place_sound,
        "fingerprint": fingerprint(document),
        "terms": sorted(map(_storable, terms_of(document, lines))),
    }
    return {name: _storable(value) if isinstance(value, str) else value for name, value in values.items()}


def _storable(value: str) -> str:
    """Return text that UTF-8 can hold: a lone surrogate must not stop the indexing of all others."""
    return value.encode("utf-8", "replace").decode()


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while some := list(islice(rows, _AT_A_TIME)):
        yield some
