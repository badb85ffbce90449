"""The same rows in plain SQLite with FTS5 over the same tokens: for Datasette, and to measure search by.

FTS5 has no characters within words of its own: each run of text becomes its pairs of neighbours, and its last
character, so that a phrase of pairs is an exact substring and one character is the beginning of a pair.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import FACETS
from portal.institutions.catalogue.holder import catalogue
from portal.search.ports import Document
from portal.search.query import Query
from portal.search.registry import current_search
from portal.search.text import runs

_FILTERS = ("state", "operating", "kind", "mode", "grade", "free", "concentrated", "price_self_care")
COLUMNS = ("id", "public_id", "name", "province", "county", "region_label", "address", "phone", *_FILTERS)
FACETED = ("county", "state", "operating", "kind", "mode", "grade", "free", "concentrated", "price_self_care")
"""What the portal's list page counts, as far as a table of one row a home holds it."""


def build(path: Path) -> None:
    """Write the database of the portal at work to ``path``."""
    path.unlink(missing_ok=True)
    listed = catalogue(PUBLIC)
    documents = {
        document.record_id: document for document in current_search().sources["institution"].documents(PUBLIC)
    }
    with sqlite3.connect(path) as database:
        columns = ", ".join(f"{name} text" for name in COLUMNS[1:])
        database.execute(f"CREATE TABLE institution (id integer primary key, {columns}, "
                         "beds_total integer, longitude real, latitude real, tokens text)")  # fmt: skip
        marks = ", ".join("?" * (len(COLUMNS) + 4))
        rows = (_row(entry, documents[entry.id]) for entry in listed.entries)
        database.executemany(f"INSERT INTO institution VALUES ({marks})", rows)
        for name in ("county", "province", *_FILTERS, "longitude"):
            database.execute(f"CREATE INDEX by_{name} ON institution ({name})")
        index(database)
    database.close()


def index(database: sqlite3.Connection) -> None:
    """Fill the full-text index from the table."""
    database.execute(
        "CREATE VIRTUAL TABLE institution_fts USING fts5(tokens, content='institution', content_rowid='id')"
    )
    database.execute("INSERT INTO institution_fts (institution_fts) VALUES ('rebuild')")
    database.execute("INSERT INTO institution_fts (institution_fts) VALUES ('optimize')")
    database.commit()


def match_of(query: Query) -> str:
    """Return what FTS5 is asked: every word as a phrase of its pairs, one character as a beginning."""
    return " AND ".join(
        f'"{word.text}"*' if len(word.text) == 1 else '"' + " ".join(_pairs(word.text)) + '"'
        for word in query.words
    )


def _row(entry: Entry, document: Document) -> tuple[Any, ...]:
    values = {name: next(iter(FACETS[name](entry)), None) for name in _FILTERS}
    texts = (document.name, *document.former_names, *(text for _, text in document.details))
    return (
        entry.id, entry.public_id, entry.name, f"{entry.region_code[:2]}0000", entry.region_code,
        entry.region_label, entry.address, entry.phone, *(values[name] for name in _FILTERS),
        entry.beds_total, entry.longitude, entry.latitude, " ".join(_tokens(texts)),
    )  # fmt: skip


def _tokens(texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        for run in runs(text):
            yield from _pairs(run)
            yield run[-1]


def _pairs(run: str) -> list[str]:
    return list(map("".join, pairwise(run))) or [run]


def main() -> None:
    """Build it for the portal of the environment."""
    from portal import create_app

    with create_app().app_context():
        build(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
