"""Pages over HTTP: the portal's beside the bare Flask page and Datasette's equivalents."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portal.search.query import read_query
from tests.bench import servers, store
from tests.bench.peer import FACETED, match_of
from tests.bench.questions import Questions, address
from tests.bench.servers import Server
from tests.bench.store import Portal

SECONDS = 4.0
_COLD_SECONDS = 6.0
_TABLE = "/{database}/institution"

Figures = dict[str, Any]


def bare() -> Figures:
    """Return the figures of the bare page."""
    with servers.bare_flask() as server:
        _load(server, ["/"], 1.0)
        return _load(server, ["/"])


def portal(of: Portal, questions: Questions) -> Figures:
    """Return per page the figures of the first visit of each address and of visits repeated."""
    pages = {
        "list": [address("/institutions", query) for query in questions.lists()],
        "detail": [address(f"/institutions/{home.public_id}", {}) for home in questions.details()],
        "search": [address("/search", {"q": typed}) for typed in _typed(questions)],
        "map points": [address("/map/points", query) for query in questions.boxes()],
    }
    figures: Figures = {}
    with servers.portal(of.folder, of.database_url) as server:
        figures["server"] = {"ready_after": server.ready_after, **server.memory()}
        for name, addresses in pages.items():
            _load(server, addresses[-20:], 1.0, once=True)
            first = addresses[:-20]
            cold = _load(server, first, _COLD_SECONDS, once=True)
            again = first[: min(300, cold["requests"])]
            _load(server, again, 2.0)  # both workers meet what they are about to be asked
            figures[name] = {"cold": cold, "warm": _load(server, again)}
        figures["server"] |= {f"{kind} at the end": size for kind, size in server.memory().items()}
        figures["unchanged"] = _unchanged(server, pages["list"][0])
    return figures


def datasette(database: Path, questions: Questions) -> Figures:
    """Return the figures of Datasette's pages with the same filters, rows and words."""
    table = _TABLE.format(database=database.stem)
    plain, counted = [], []
    for query in questions.lists()[:300]:
        filters = _filters_of(query)
        plain.append(address(table, filters))
        counted.append(address(table, filters) + "".join(f"&_facet={name}" for name in FACETED))
    words = [
        address(table, {"_search": match_of(read_query(typed)), "_searchmode": "raw", "_nocol": "tokens"})
        for typed in _typed(questions)[:300]
    ]
    rows = [f"{table}/{number}" for number in range(1, 301)]
    boxes = [address(f"{table}.json", _box_of(query)) for query in questions.boxes()[:300]]
    with servers.datasette(store.datasette_python(), database) as server:
        pages = {"list": plain, "list with counts": counted, "detail": rows, "search": words}
        pages["map points"] = boxes
        figures: Figures = {}
        for name, addresses in pages.items():
            _load(server, addresses[:20], 1.0)
            figures[name] = _load(server, addresses)
        return figures


def _typed(questions: Questions) -> list[str]:
    """Return queries that every server can answer, one of each class in turn."""
    classes = questions.queries()
    words = [
        classes[name]
        for name in ("two characters", "three to five", "full name", "several words", "county and word")
    ]
    words += [classes["address"], classes["common words"], classes["one character"]]
    longest = max(map(len, words))
    return [queries[turn] for turn in range(longest) for queries in words if turn < len(queries)]


def _filters_of(query: dict[str, str]) -> dict[str, str]:
    """Return the portal's filters as Datasette writes them."""
    found = {"_nocol": "tokens"}
    region = query.get("region", "")
    if region:
        found["province" if region.endswith("0000") else "county"] = region
    if "state" in query:
        found["state"] = query["state"]
    if "price" in query:
        found["price_self_care"] = query["price"]
    for name in ("grade", "kind", "free"):
        if name in query:
            found[name] = query[name]
    order = {"price": "price_self_care", "beds": "beds_total", "grade": "grade", "name": "name"}
    if query.get("sort") in order:
        found["_sort"] = order[query["sort"]]
    return found


def _box_of(query: dict[str, str]) -> dict[str, str]:
    west, south, east, north = query["bbox"].split(",")
    bounds = {"longitude__gte": west, "longitude__lte": east, "latitude__gte": south, "latitude__lte": north}
    return {**bounds, "_nocol": "tokens", "_size": "400"}


def _unchanged(server: Server, target: str) -> Figures:
    """Return the figures of asking again for a page one already has."""
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{server.port}{target}") as answer:
        tag = answer.headers["ETag"]
    return _load(server, [target], headers=f"If-None-Match: {tag}", expect=304)


def _load(
    server: Server,
    addresses: Sequence[str],
    seconds: float = SECONDS,
    *,
    once: bool = False,
    headers: str = "",
    expect: int = 200,
) -> Figures:
    """Run the load client in a process of its own."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="ascii") as file:
        file.write("\n".join(addresses))
        file.flush()
        command = ["-m", "tests.bench.load", str(server.port), file.name, "--seconds", str(seconds)]
        command += ["--header", headers, "--expect", str(expect)] + (["--once"] if once else [])
        ran = store.run(*command)
    time.sleep(0.2)
    figures: Figures = json.loads(ran.output)
    return figures
