"""``make bench``: measure everything and write docs/performance.md. ``--quick``: 4 000 homes, only printed.

Databases are filled once and kept in var/bench (PORTAL_BENCH_DATA); results.json there holds every figure,
and ``--report`` writes the page from it again.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from portal import clock
from tests.bench import machine, pages, store
from tests.bench.questions import Questions
from tests.bench.report import PAGE, text, with_growth
from tests.bench.store import Portal

SIZES = (4_000, 40_000)
LARGE = 400_000
COMPLAINTS = (10_000, 1_000_000)
NOTICES = (1_000, 100_000)
SUGGESTIONS = (5_000, 500_000)

Figures = dict[str, Any]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="4 000 homes on SQLite, printed and not kept")
    parser.add_argument("--no-large", action="store_true", help="leave 400 000 homes out")
    parser.add_argument(
        "--only",
        choices=("pages", "inside", "complaints", "rectification", "suggestions"),
        help="the other figures are those kept",
    )
    parser.add_argument("--report", action="store_true", help="write the page from the figures kept")
    given = parser.parse_args()
    for stop in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(
            stop, lambda number, _frame: sys.exit(128 + number)
        )  # the servers are stopped on the way
    kept = store.HERE / "results.json"
    results: Figures = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    if not given.report:
        store.HERE.mkdir(parents=True, exist_ok=True)
        sizes = SIZES[:1] if given.quick else SIZES
        results = {} if given.quick or not given.only else results
        if given.only not in _GROWTH:
            results["machine"] = machine.describe()
        if given.only in (None, "inside"):
            results["inside"] = _inside(sizes, quick=given.quick, large=not (given.quick or given.no_large))
        if given.only in (None, "pages"):
            results["pages"] = _pages(sizes)
        for name, measure in _GROWTH.items():
            if given.only == name or not (given.only or given.quick):
                results[name] = measure()
    if not given.report and "machine" in results:
        results["machine"]["load at the end"] = (
            f"{os.getloadavg()[0]:.1f} (the measuring itself makes about 3)"
        )
    if given.quick:
        print(text(results))
        return
    kept.write_text(json.dumps(results, indent=1), encoding="utf-8")
    if "machine" in results:
        PAGE.write_text(text(results), encoding="utf-8")
    else:  # the others were measured elsewhere: they stay as they are
        page = with_growth(PAGE.read_text(encoding="utf-8"), results)
        PAGE.write_text(page, encoding="utf-8")
    print(f"written: {PAGE.relative_to(store.ROOT)}")


def _inside(sizes: tuple[int, ...], *, quick: bool, large: bool) -> Figures:
    found: Figures = {}
    for count in (*sizes, *((LARGE,) if large else ())):
        portal = store.sqlite_portal(count)
        found[str(count)] = {
            "list": _told(f"list in memory, {count}", lambda p=portal: _ask("list", p)),
            "whoosh": _told(f"Whoosh, {count}", lambda p=portal: _search(p)),
            "map": _told(f"map, {count}", lambda p=portal: _ask("map", p)),
            "fts5": _told(f"FTS5, {count}", lambda p=portal: _fts(p)),
        }
        if not quick:
            with store.postgres_portal(count) as other:
                found[str(count)]["postgres"] = _told(f"PostgreSQL, {count}", lambda p=other: _search(p))
    return found


def _pages(sizes: tuple[int, ...]) -> Figures:
    found: Figures = {}
    for count in sizes:
        portal, questions = store.sqlite_portal(count), Questions(count)
        _index(portal)
        peer = _peer(portal)
        found[str(count)] = _told(
            f"pages, {count}", lambda p=portal, d=peer, q=questions: pages.side_by_side(p, d, q)
        )
    return found


def _complaints() -> Figures:
    return _few_and_many("complaints", COMPLAINTS, "tests.bench.complaints")


def _rectification() -> Figures:
    return _few_and_many("rectifications", NOTICES, "tests.bench.rectification")


def _suggestions() -> Figures:
    return _few_and_many("suggestions", SUGGESTIONS, "tests.bench.suggestions")


def _few_and_many(kind: str, counts: tuple[int, ...], asking: str) -> Figures:
    found: Figures = {"date": clock.today().isoformat(), "load": f"{os.getloadavg()[0]:.1f}"}
    for name, postgres in (("SQLite", False), ("PostgreSQL", True)):
        with store.filled_portals(kind, counts, postgres) as portals:
            found[name] = _told(f"{kind}, {name}", lambda p=portals: _asked_in_turn(asking, p))
    return found


def _asked_in_turn(asking: str, portals: Sequence[Portal]) -> Figures:
    places = [*(one.folder for one in portals), *(one.database_url for one in portals if one.database_url)]
    ran = store.run("-m", asking, *places)
    figures: Figures = json.loads(ran.output)
    return figures


def _search(portal: Portal) -> Figures:
    """Build the index anew and ask it."""
    built = store.run("-m", "flask", "--app", "wsgi", "search", "rebuild", settings=portal.settings)
    return {"build": built.seconds, "build_memory": built.most_memory, **_ask("search", portal)}


def _index(portal: Portal) -> None:
    """Build the index where there is none in order."""
    status = ("-m", "flask", "--app", "wsgi", "search", "status")
    try:
        store.run(*status, settings=portal.settings)
    except RuntimeError:
        store.run("-m", "flask", "--app", "wsgi", "search", "rebuild", settings=portal.settings)


def _fts(portal: Portal) -> Figures:
    path = _peer(portal)
    return _ask("fts", portal, "--fts", str(path)) | {"size": path.stat().st_size}


def _peer(portal: Portal) -> Path:
    path = portal.folder / "bench.db"
    if not path.exists():
        store.run("-m", "tests.bench.peer", path, settings=portal.settings)
    return path


def _ask(part: str, portal: Portal, *more: str) -> Figures:
    ran = store.run("-m", "tests.bench.inside", part, str(portal.count), *more, settings=portal.settings)
    figures: Figures = json.loads(ran.output)
    return figures | {"memory": ran.most_memory}


def _told(what: str, measure: Callable[[], Figures]) -> Figures:
    print(f"… {what}", file=sys.stderr, flush=True)
    return measure()


_GROWTH: dict[str, Callable[[], Figures]] = {
    "complaints": _complaints,
    "rectification": _rectification,
    "suggestions": _suggestions,
}
"""Parts that set few records beside many, each with a section of its own on the page."""


if __name__ == "__main__":
    main()
