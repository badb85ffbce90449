"""Figures from within one process: search by class of query, the map's work, the list in memory.

``python -m tests.bench.inside PART COUNT …`` runs in the environment of a portal and prints JSON: ``search``
(with ``--fts FILE`` beside), ``map``, or ``list``.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal import clock, create_app
from portal.domain.actor import PUBLIC, SYSTEM
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import Institution
from portal.search.ports import MOST_RANKED, Request
from portal.search.query import read_query
from portal.search.registry import current_search
from portal.unit_of_work import unit_of_work
from tests.bench.peer import match_of
from tests.bench.questions import Queries, Questions, address

_PAGE = 20
_CAPPED = """
    SELECT count(*) FROM (SELECT 1 FROM institution_fts WHERE institution_fts MATCH ? LIMIT ?)
"""
_HITS = "SELECT rowid FROM institution_fts WHERE institution_fts MATCH ? LIMIT ?"
_BY_LETTERS = ("pinyin", "initials", "one wrong character")
"""What FTS5 by itself has no answer to."""

Figures = dict[str, Any]


def timed(asked: Sequence[str], ask: Callable[[str], object]) -> list[float]:
    """Return the milliseconds of asking each for the first time, after some others that are not counted."""
    uncounted = min(3, len(asked) // 4)
    for each in asked[:uncounted]:
        ask(each)
    times = []
    for each in asked[uncounted:]:
        started = time.perf_counter()
        ask(each)
        times.append((time.perf_counter() - started) * 1000)
    return times


def spread(times: Sequence[float]) -> Figures:
    """Return p50 and p95."""
    ordered = sorted(times)
    return {
        "p50": ordered[len(ordered) // 2],
        "p95": ordered[int(len(ordered) * 0.95)],
        "asked": len(ordered),
    }


def by_class(queries: Queries, ask: Callable[[str], object]) -> Figures:
    """Return the spread of each class of queries, and of all together."""
    times = {name: timed(asked, ask) for name, asked in queries.items()}
    every = [each for own in times.values() for each in own]
    return {**{name: spread(own) for name, own in times.items()}, "all": spread(every)}


def search(questions: Questions) -> Figures:
    """Return the figures of the portal's own search, and how many exact substrings of names it finds."""
    backend = current_search().backend
    classes = by_class(
        questions.queries(), lambda typed: backend.find(Request(read_query(typed), limit=_PAGE))
    )
    status = backend.status()
    return {
        "backend": backend.name,
        "classes": classes,
        "documents": status.documents,
        "size": status.size,
        "recall": _substring_recall(questions),
    }


def fts(questions: Questions, path: str) -> Figures:
    """Return the same of SQLite FTS5 over the same tokens, its answers in no order and counted to the cap."""
    database = sqlite3.connect(f"file:{path}?immutable=1", uri=True)

    def ask(typed: str) -> None:
        match = match_of(read_query(typed))
        database.execute(_HITS, (match, _PAGE)).fetchall()
        database.execute(_CAPPED, (match, MOST_RANKED + 1)).fetchone()

    queries = {name: asked for name, asked in questions.queries().items() if name not in _BY_LETTERS}
    classes = by_class(queries, ask)
    database.close()
    return {"classes": classes}


def _substring_recall(questions: Questions) -> float:
    """Return the part found of the homes whose name has what was typed, over 60 typed stretches."""
    rng = Random(7)
    backend = current_search().backend
    found = wanted = 0
    for home in rng.sample(questions.homes, 60):
        length = rng.randrange(1, min(6, len(home.name)))
        start = rng.randrange(len(home.name) - length + 1)
        typed = home.name[start : start + length]
        having = {entry.id for entry in catalogue(PUBLIC).entries if typed in entry.name}
        ids = set(backend.matching(read_query(typed), "institution"))
        found, wanted = found + len(having & ids), wanted + len(having)
    return found / wanted


def points(app: Flask, questions: Questions) -> Figures:
    """Return the work of answering the map, and the largest compressed answer, over boxes at every zoom."""
    client = app.test_client()
    asked = [address("/map/points", query) for query in questions.boxes()[:400]]
    sizes: list[int] = []

    def ask(target: str) -> None:
        answer = client.get(target, headers={"Accept-Encoding": "br"})
        assert answer.status_code == 200, (target, answer.status_code)
        sizes.append(len(answer.data))

    started = time.perf_counter()
    ask(asked[0])
    first = time.perf_counter() - started
    return spread(timed(asked, ask)) | {"largest": max(sizes), "first": first * 1000}


def the_list() -> Figures:
    """Return the seconds that the list in memory takes: read whole, after one change, on a new day."""
    started = time.perf_counter()
    listed = catalogue(PUBLIC)
    whole = time.perf_counter() - started
    today = clock.today()
    with unit_of_work():
        home = db.session.scalars(select(Institution).where(Institution.id == listed.entries[0].id)).one()
        source = enter_source("改动", today, SourceKind.SPREADSHEET)
        free = (home.beds_free or 0) + 1
        service.amend_institution(home, {"beds_free": free}, Provenance(source, today, SYSTEM))
    started = time.perf_counter()
    catalogue(PUBLIC)
    change = time.perf_counter() - started
    with clock.moved_to(clock.at(today.replace(year=today.year + 1, month=1, day=1))):
        started = time.perf_counter()
        listed = catalogue(PUBLIC)
        day = time.perf_counter() - started
    return {"whole": whole, "change": change, "day": day, "entries": len(listed.entries)}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=("search", "fts", "map", "list"))
    parser.add_argument("count", type=int)
    parser.add_argument("--fts")
    given = parser.parse_args()
    app = create_app()
    with app.app_context():
        match given.part:
            case "search":
                figures = search(Questions(given.count))
            case "fts":
                figures = fts(Questions(given.count), given.fts)
            case "map":
                figures = points(app, Questions(given.count))
            case _:
                figures = the_list()
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
