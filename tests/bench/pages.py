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
_BARE_SECONDS = 2.0

Figures = dict[str, Any]


def side_by_side(portal: Portal, database: Path, questions: Questions) -> Figures:
    """Return per page the figures of all three servers, measured one right after the other.

    All stand ready; only one is asked at a time. The bare page is measured before and after each page, so
    that what else the machine does meanwhile weighs on both alike.
    """
    ours, theirs = _portal_pages(questions), _datasette_pages(database, questions)
    figures: Figures = {}
    with (
        servers.portal(portal.folder, portal.database_url) as server,
        servers.bare_flask() as bare,
        servers.datasette(store.datasette_python(), database) as datasette,
    ):
        figures["server"] = {"ready_after": server.ready_after, **server.memory()}
        _load(bare, ["/"], 1.0)
        for name, addresses in ours.items():
            before = _load(bare, ["/"], _BARE_SECONDS)
            figures[name] = _first_and_again(server, addresses)
            after = _load(bare, ["/"], _BARE_SECONDS)
            figures[name]["bare"] = {**after, "rate": (before["rate"] + after["rate"]) / 2}
            for their_name, their_addresses in theirs.items():
                if their_name.startswith(name):
                    _load(datasette, their_addresses[:20], 1.0)
                    figures[name][f"Datasette: {their_name}"] = _load(datasette, their_addresses)
        figures["list"]["unchanged"] = _unchanged(server, ours["list"][0])
        figures["server"] |= {f"{kind} at the end": size for kind, size in server.memory().items()}
    return figures


def _first_and_again(server: Server, addresses: Sequence[str]) -> Figures:
    """Return the figures of the first visit of each address and of visits repeated."""
    _load(server, addresses[-20:], 1.0, once=True)
    cold = _load(server, addresses[:-20], _COLD_SECONDS, once=True)
    again = addresses[: min(100, cold["requests"])]
    _load(server, again * 5, 15.0, once=True)  # both workers meet what they are about to be asked
    return {"cold": cold, "warm": _load(server, again)}


def _portal_pages(questions: Questions) -> dict[str, list[str]]:
    return {
        "list": [address("/institutions", query) for query in questions.lists()],
        "detail": [address(f"/institutions/{home.public_id}", {}) for home in questions.details()],
        "search": [address("/search", {"q": typed}) for typed in _typed(questions)],
        "map points": [address("/map/points", query) for query in questions.boxes()],
    }


def _datasette_pages(database: Path, questions: Questions) -> dict[str, list[str]]:
    """Return the addresses of Datasette's pages with the same filters, rows and words."""
    table = f"/{database.stem}/institution"
    plain, counted = [], []
    for query in questions.lists()[:300]:
        filters = _filters_of(query)
        plain.append(address(table, filters))
        counted.append(address(table, filters) + "".join(f"&_facet={name}" for name in FACETED))
    words = [
        address(table, {"_search": match_of(read_query(typed)), "_searchmode": "raw", "_nocol": "tokens"})
        for typed in _typed(questions)[:300]
    ]
    return {
        "list": plain,
        "list with counts": counted,
        "detail": [f"{table}/{number}" for number in range(1, 301)],
        "search": words,
        "map points": [address(f"{table}.json", _box_of(query)) for query in questions.boxes()[:300]],
    }


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
    return {**bounds, "_nocol": "tokens", "_size": "100"}


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
