"""Regions as list pages offer them: the next ones to choose, with how many rows each would show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.actor import Scope
from portal.institutions.catalogue.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class RegionChoice:
    """One region of a filter. ``count``: rows that lie in it or beneath."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class RegionFilter:
    """What a page offers: the way back up, and the regions beneath or beside the chosen one."""

    chosen: str | None
    chosen_label: str | None
    up: tuple[RegionChoice, ...]
    choices: tuple[RegionChoice, ...]


def region_filter(
    catalogue: Catalogue, rows_by_region: Mapping[str, int], chosen: str | None
) -> RegionFilter:
    """Return the filter for rows counted by the code of their own region."""

    def counted(code: str) -> RegionChoice:
        count = sum(rows_by_region.get(each, 0) for each in catalogue.regions.within(code))
        return RegionChoice(code, catalogue.regions.label(code), count)

    codes = catalogue.region_choices([chosen] if chosen else [])
    top = catalogue.region_choices([])
    shared = {row.code for row in catalogue.regions.ancestors(top[0])} if top else set()
    above = catalogue.regions.ancestors(chosen) if chosen else []
    return RegionFilter(
        chosen,
        catalogue.regions.label(chosen) if chosen else None,
        tuple(counted(row.code) for row in above if row.code not in shared),
        tuple(counted(code) for code in codes),
    )


def known_region(catalogue: Catalogue, code: str | None) -> str | None:
    """Return ``code`` if there is such a region, None otherwise: a mistyped address shows everything."""
    return code if code and catalogue.regions.get(code) is not None else None


def covered(catalogue: Catalogue, scope: Scope, region: str | None, code: str) -> bool:
    """True if a record of region ``code`` lies within the scope and within the chosen ``region``."""
    return scope.covers(code) and (region is None or code in catalogue.regions.within(region))
