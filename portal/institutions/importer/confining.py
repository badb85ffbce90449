"""Keeping a list to its own region: what it says of homes elsewhere is quarantined, never entered. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from portal.institutions.importer.matching import Matching
from portal.institutions.importer.row_model import CellNote, HomeRow


def rows_outside(rows: Iterable[HomeRow], inside: Collection[str], heading: str) -> None:
    """Give rows a problem that say that their home lies elsewhere."""
    for row in rows:
        if not row.problems and row.region_code not in inside:
            reason = "所在地区不属于这次导入的地区，请由当地民政部门导入"
            row.problems.append(CellNote(heading, row.name, reason))


def homes_outside(
    matching: Matching, inside: Collection[str], heading: str, label: Callable[[str], str]
) -> None:
    """Give rows a problem that speak of a home which is known to lie elsewhere."""
    kept = []
    for row, home in matching.matched:
        if home.region_code in inside:
            kept.append((row, home))
        else:
            reason = f"这家机构（{home.public_id}）登记在{label(home.region_code)}，请由当地民政部门修改"
            row.problems.append(CellNote(heading, row.name, reason))
    matching.matched = kept
