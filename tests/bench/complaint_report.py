"""The page's section on complaints: what a million cost beside ten thousand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

HEADING = "## A million complaints"

GROWTH = 1.5
"""How much more a page may cost with a million cases than with ten thousand."""

Figures = dict[str, Any]
Rows = list[tuple[str, ...]]

_HOW = """
Synthetic complaints of two years in twelve counties, one in twenty-five open, four lines of log each, one in
fifty published. Both sizes are asked in turn in one process, by the test client, 40 times each, never from a
kept answer; what stands here are medians. Whatever else the machine does weighs on both: the ratio counts.
"""


def aims(found: Figures) -> Iterator[tuple[str, str, str]]:
    """Yield what was aimed at, measured, met."""
    for database, figures in _databases(found):
        for name in ("queue: what is to do", "public figures"):
            few, many = figures["pages"][name]
            aim = f"{name}, {database}: cost at 1 000 000 cases ≤ {GROWTH} × that at 10 000"
            yield aim, f"{many / few:.2f} ×", "met" if many <= GROWTH * few else "**missed**"


def section(found: Figures) -> tuple[str, list[tuple[tuple[str, ...], Rows]]]:
    """Return the words of the section, and its tables: heading and rows."""
    words = (
        f"{_HOW.strip()}\n\nMeasured {found['date']}; the machine was busy with {found['load']} processes."
    )
    return words, [_pages(found), _lodging(found)]


def _pages(found: Figures) -> tuple[tuple[str, ...], Rows]:
    rows = [
        (name, database, f"{few:.1f}", f"{many:.1f}", f"{many / few:.2f} ×")
        for database, figures in _databases(found)
        for name, (few, many) in figures["pages"].items()
    ]
    return ("page", "database", "ms at 10 000", "ms at 1 000 000", "ratio"), rows


def _lodging(found: Figures) -> tuple[tuple[str, ...], Rows]:
    rows = []
    for database, figures in _databases(found):
        for size in ("small", "large"):
            one = figures[size]
            cases = f"{one['cases']:,}".replace(",", " ")
            counted = f"{one['seconds'] * 1000:.0f} ms ({one['handlings']})"
            rate = f"{one['lodged']:.0f}", f"{one['bare']:.0f}", f"1 : {one['bare'] / one['lodged']:.1f}"
            rows.append((database, cases, *rate, counted))
    heading = (
        "database",
        "cases",
        "lodged a second",
        "bare inserts a second",
        "ratio",
        "counting the fullest month anew (its cases)",
    )
    return heading, rows


def _databases(found: Figures) -> Iterator[tuple[str, Figures]]:
    for name in ("SQLite", "PostgreSQL"):
        if name in found:
            yield name, found[name]
