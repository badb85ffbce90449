"""The page's section on suggestions: what 500 000 cost beside 5 000."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

HEADING = "## 500 000 suggestions"

GROWTH = 1.5
"""How much more a page or a look for look-alikes may cost with 500 000 suggestions than with 5 000."""

Figures = dict[str, Any]
Rows = list[tuple[str, ...]]

_HOW = """
Synthetic suggestions of two years in twelve counties: 20 000 different texts, put together of what the
look-alikes know and what they don't; one in twenty-five waits, six of seven are public, most answered. Both
sizes are asked in turn in one process, 30 times each, never from a kept answer; medians. Pages by the test
client, look-alikes by the query alone. Whatever else the machine does weighs on both: the ratio counts.
"""


def aims(found: Figures) -> Iterator[tuple[str, str, str]]:
    """Yield what was aimed at, measured, met."""
    for database, figures in _databases(found):
        ratios = {name: many / few for name, (few, many) in figures["pages"].items()}
        worst = max(ratios, key=lambda name: ratios[name])
        within = sum(ratio <= GROWTH for ratio in ratios.values())
        aim = f"{database}: every page and look-alike at 500 000 suggestions ≤ {GROWTH} × its cost at 5 000"
        measured = f"{within} of {len(ratios)}; most: {ratios[worst]:.2f} × ({worst})"
        yield aim, measured, "met" if within == len(ratios) else "**missed**"


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
    return ("page or question", "database", "ms at 5 000", "ms at 500 000", "ratio"), rows


def _lodging(found: Figures) -> tuple[tuple[str, ...], Rows]:
    rows = []
    for database, figures in _databases(found):
        for size in ("small", "large"):
            one = figures[size]
            numbers = (f"{one[name]:,}".replace(",", " ") for name in ("suggestions", "public", "terms"))
            rows.append((database, *numbers, f"{one['lodged']:.0f}"))
    return ("database", "suggestions", "public", "terms", "lodged a second"), rows


def _databases(found: Figures) -> Iterator[tuple[str, Figures]]:
    for name in ("SQLite", "PostgreSQL"):
        if name in found:
            yield name, found[name]
