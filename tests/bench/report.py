"""docs/performance.md, written from the figures: tables, aims, and whether they are met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench import complaint_report, rectification_report, suggestion_report

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
_BOUNDS = Path(__file__).with_name("bounds.md")
"""What bounds the figures, written by hand: the only part of the page that is."""

_BOUNDED = "## What bounds the figures"
_NAMES = ("list", "detail", "search", "map points")
_VISITS = ("cold", "warm")
_TOLD = {"unchanged": "unchanged (304)"}
_MB = 1_048_576
_BACKENDS = {"whoosh": "Whoosh", "postgres": "PostgreSQL", "fts5": "SQLite FTS5"}

_HOW = """
Written by `make bench`, which measures on 127.0.0.1 what stands here: synthetic homes (the same ones each
time), the portal under the gunicorn settings of `deploy/` with two sync workers on SQLite, a bare Flask page
under the same settings, and Datasette from PyPI in an environment of its own over a table of the same rows
(pages of 24 rows, no suggested facets). 16 connections; the addresses asked for are up to 1 500 different
combinations of filters, homes, words and boxes. The load client shares the machine's cores. Run it on a
machine that has nothing else to do.
""".strip().splitlines()

Figures = dict[str, Any]

_GROWTH = {
    "complaints": complaint_report,
    "rectification": rectification_report,
    "suggestions": suggestion_report,
}
"""Sections that set few records beside many."""


def text(results: Figures) -> str:
    """Return the whole page."""
    parts = [
        "# Performance",
        "",
        *_HOW,
        "",
        *_table(("", ""), results["machine"].items()),
        "",
        "## Aims",
        "",
        *_table(("aim", "measured", ""), _aims(results)),
        "",
    ]
    if "pages" in results:
        parts += ["## Pages over HTTP", "", *_pages(results["pages"]), ""]
    if "inside" in results:
        parts += ["## Search within one process", "", *_search(results["inside"]), ""]
        parts += ["## The map and the list in memory", "", *_memory(results["inside"]), ""]
    for name, about in _GROWTH.items():
        if name in results:
            parts += [*_section(about, results[name]), ""]
    return "\n".join(parts) + (_BOUNDS.read_text(encoding="utf-8") if _BOUNDS.exists() else "")


def with_growth(page: str, results: Figures) -> str:
    """Return a page written before, its other figures not at hand, with the sections on growth new."""
    for name, about in _GROWTH.items():
        if name in results:
            page = _with_section(page, about, results[name])
    return page


def _with_section(page: str, about: Any, found: Figures) -> str:
    before, heading, rest = page.partition(about.HEADING)
    if not heading:
        before, mark, rest = page.partition(_BOUNDED)
        return before + "\n".join(_section(about, found)) + "\n\n" + mark + rest
    _, following, after = rest.partition("\n## ")
    return before + "\n".join(_section(about, found)) + "\n" + following + after


def _section(about: Any, found: Figures) -> Iterator[str]:
    words, tables = about.section(found)
    yield from (about.HEADING, "", words, "")
    yield from _table(("aim", "measured", ""), about.aims(found))
    for heading, rows in tables:
        yield ""
        yield from _table(heading, rows)


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(heading)} |"
    yield f"|{'---|' * len(heading)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def _aims(results: Figures) -> Iterator[tuple[str, str, str]]:
    yield from _page_aims(results.get("pages", {}))
    yield from _search_aims(results.get("inside", {}))


def _page_aims(pages: Figures) -> Iterator[tuple[str, str, str]]:
    if "40000" not in pages:
        return
    small, large = pages["4000"], pages["40000"]
    for name, least in (("list", 10), ("search", 5)):
        for visit in _VISITS:
            times = large[name][visit]["rate"] / large[name][f"Datasette: {name}"]["rate"]
            yield _judged(f"{name} page, {visit}: ≥ {least} × Datasette's", f"{times:.1f} ×", times >= least)
    for visit in _VISITS:
        share = large["list"][visit]["rate"] / large["list"]["bare"]["rate"]
        yield _judged(f"list page, {visit}: ≥ 0.3 × the bare Flask page", f"{share:.2f} ×", share >= 0.3)
    for name in _NAMES:
        growth = _share_of_bare(small, name) / _share_of_bare(large, name)
        yield _judged(f"{name}, cold: cost at 40 000 ≤ 1.5 × that at 4 000", f"{growth:.2f} ×", growth <= 1.5)


def _share_of_bare(pages: Figures, name: str) -> float:
    """Return a page's rate by that of the bare page at the time: two sizes are measured minutes apart."""
    share: float = pages[name]["cold"]["rate"] / pages[name]["bare"]["rate"]
    return share


def _search_aims(inside: Figures) -> Iterator[tuple[str, str, str]]:
    for count, backend, most in (("4000", "whoosh", 8), ("40000", "whoosh", 35), ("40000", "postgres", 10)):
        if found := inside.get(count, {}).get(backend):
            p95 = found["classes"]["all"]["p95"]
            aim = f"{_BACKENDS[backend]}: p95 ≤ {most} ms at {_number(count)}"
            yield _judged(aim, f"{p95:.1f} ms", p95 <= most)
            yield _judged(
                f"{_BACKENDS[backend]}: exact substrings at {_number(count)}",
                f"{found['recall']:.3f}",
                found["recall"] == 1,
            )
    if found := inside.get("40000", {}).get("map"):
        yield _judged("map answer: p95 ≤ 5 ms of work at 40 000", f"{found['p95']:.1f} ms", found["p95"] <= 5)
        largest = found["largest"] / 1024
        yield _judged("map answer: ≤ 30 KB compressed", f"{largest:.1f} KB", largest <= 30)


def _judged(aim: str, measured: str, met: bool) -> tuple[str, str, str]:
    return aim, measured, "met" if met else "**missed**"


def _pages(pages: Figures) -> Iterator[str]:
    yield "*Cold*: each address asked for once. *Warm*: the same addresses again: kept answers. The bare page"
    yield "is measured before and after each page: what else the machine does then weighs on both."
    yield ""
    rows = []
    for count, figures in pages.items():
        for name in _NAMES:
            for what, measured in figures[name].items():
                label = f"portal: {name}, {_TOLD.get(what, what)}"
                if what.startswith("Datasette"):
                    label = what
                elif what == "bare":
                    label = f"bare Flask page (before and after: {name})"
                share = measured["rate"] / figures[name]["bare"]["rate"]
                rows.append((label, _number(count), *_page_cells(measured), f"{share:.2f}"))
    heading = (
        "page",
        "homes",
        "requests/s",
        "p50 ms",
        "p95 ms",
        "KB sent",
        "client's cores",
        "failures",
        "× bare",
    )
    yield from _table(heading, rows)
    yield ""
    rows_ = []
    for count, figures in pages.items():
        server = figures["server"]
        memory = (f"{server['Pss'] / _MB:.0f}", f"{server['Pss at the end'] / _MB:.0f}")
        rows_.append((_number(count), f"{server['ready_after']:.1f}", *memory))
    yield from _table(("homes", "seconds to the first answer", "MB at the start", "MB at the end"), rows_)
    yield ""
    yield "Memory: proportional set size of the master and both workers together."


def _page_cells(figures: Figures) -> tuple[str, ...]:
    failed = ", ".join(f"{count} × {what}" for what, count in figures["failures"].items())
    return (
        f"{figures['rate']:,.0f}",
        f"{figures['p50']:.1f}",
        f"{figures['p95']:.1f}",
        f"{figures['mean_bytes'] / 1024:.1f}",
        f"{figures['client_share']:.2f}",
        failed or "none",
    )


def _search(inside: Figures) -> Iterator[str]:
    yield "A page of 20 hits with totals counted to at least 1 000, each query asked once. FTS5 holds the"
    yield "same text in pairs of characters; it gives hits in no order and knows no sounds, no mistakes."
    for count, figures in inside.items():
        backends = [name for name in _BACKENDS if name in figures]
        yield ""
        yield f"### {_number(count)} homes"
        yield ""
        names = list(figures[backends[0]]["classes"])
        heading = ["query", *(f"{_BACKENDS[name]} p50 / p95 ms" for name in backends)]
        rows = []
        for name in names:
            cells = (figures[backend]["classes"].get(name) for backend in backends)
            rows.append([name, *(f"{c['p50']:.1f} / {c['p95']:.1f}" if c else "–" for c in cells)])
        yield from _table(heading, rows)
        yield ""
        built = [
            (
                _BACKENDS[name],
                f"{figures[name]['build']:.0f}",
                f"{figures[name]['build_memory'] / _MB:.0f}",
                f"{figures[name]['size'] / _MB:.0f}",
                f"{figures[name]['recall']:.3f}",
            )
            for name in backends
            if "build" in figures[name]
        ]
        yield from _table(
            ("index", "build s", "memory while building MB", "size MB", "exact substrings found"), built
        )


def _memory(inside: Figures) -> Iterator[str]:
    rows = []
    for count, figures in inside.items():
        points, listed = figures["map"], figures["list"]
        rows.append(
            (
                _number(count),
                f"{points['p50']:.1f} / {points['p95']:.1f}",
                f"{points['largest'] / 1024:.1f}",
                f"{points['first']:.0f}",
                f"{listed['whole']:.1f}",
                f"{listed['change'] * 1000:.0f}",
                f"{listed['day'] * 1000:.0f}",
                f"{listed['memory'] / _MB:.0f}",
            )
        )
    yield from _table(
        (
            "homes",
            "map answer p50 / p95 ms",
            "largest KB",
            "first answer ms",
            "reading the list s",
            "after one change ms",
            "on a new day ms",
            "process MB",
        ),
        rows,
    )


def _number(count: str) -> str:
    return f"{int(count):,}".replace(",", " ")
