"""The page's section on the rectification record: what 100 000 notices cost beside 1 000."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

HEADING = "## 100 000 rectification notices"

GROWTH = 1.5
"""How much more a page or feed may cost with 100 000 notices than with 1 000."""

Figures = dict[str, Any]
Rows = list[tuple[str, ...]]

_HOW = """
Synthetic notices of three years, for 4 000 homes in 120 counties: 80 % put right in time, 12 % late, 3 %
overdue, 3 % come back, the rest still running; with 1.5 problems each, their logs, deadlines, visits, and one
credit entry to twenty. Both sizes are asked in turn in one process, by the test client, 25 times each, never
from a kept answer but for "304"; medians. Whatever else the machine does weighs on both: the ratio counts. KB
say how much was shown: a page with more on it costs more. What is asked of one home, one notice, one problem
is the same at both sizes; the rest of the county and of the province grows. Both databases have counted what
they hold (ANALYZE): PostgreSQL does so by itself, SQLite only when told.
"""


def aims(found: Figures) -> Iterator[tuple[str, str, str]]:
    """Yield what was aimed at, measured, met."""
    for database in _databases(found):
        pages = found[database]["pages"]
        ratios = {name: _ratio(one["ms"]) for name, one in pages.items()}
        worst = max(ratios, key=lambda name: ratios[name])
        within = sum(ratio <= GROWTH for ratio in ratios.values())
        aim = f"{database}: every page and feed at 100 000 notices ≤ {GROWTH} × its cost at 1 000"
        measured = f"{within} of {len(ratios)}; most: {ratios[worst]:.2f} × ({worst})"
        yield aim, measured, "met" if within == len(ratios) else "**missed**"


def section(found: Figures) -> tuple[str, list[tuple[tuple[str, ...], Rows]]]:
    """Return the words of the section, and its tables: heading and rows."""
    words = (
        f"{_HOW.strip()}\n\nMeasured {found['date']}; the machine was busy with {found['load']} processes."
    )
    return words, [_pages(found), _changes(found)]


def _pages(found: Figures) -> tuple[tuple[str, ...], Rows]:
    rows = []
    for database in _databases(found):
        for name, one in found[database]["pages"].items():
            few, many = one["ms"]
            size = " → ".join(f"{number / 1024:.0f}" for number in one["bytes"])
            rows.append((name, database, f"{few:.1f}", f"{many:.1f}", f"{_ratio(one['ms']):.2f} ×", size))
    return ("page", "database", "ms at 1 000", "ms at 100 000", "ratio", "KB"), rows


def _changes(found: Figures) -> tuple[tuple[str, ...], Rows]:
    rows = []
    for database in _databases(found):
        few, many = found[database]["counting"]
        rows.append((database, f"{few:.0f}", f"{many:.0f}"))
    return ("counts of the filters, made anew after a change", "ms at 1 000", "ms at 100 000"), rows


def _ratio(both: list[float]) -> float:
    few, many = both
    return many / few


def _databases(found: Figures) -> Iterator[str]:
    yield from (name for name in ("SQLite", "PostgreSQL") if name in found)
