"""Homes with problems that are still open, as a choice in the list and on the map (R25)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import Filters
from portal.institutions.catalogue.holder import catalogue
from portal.supervision.queries.open_problems import OpenCount, open_counts

NAME = "problems"
"""How the choice stands in an address."""
VALUES = {"major": "有重大隐患没改好", "open": "有问题没改好"}


def open_problems(listed: Catalogue) -> Mapping[int, OpenCount]:
    """Return what is published and still open at each home that has something, by institution id.

    Read once a version of the data: the catalogue is a new one whenever anything changed.
    """
    return listed.derived("open problems", lambda one: open_counts(None, PUBLIC, one.day))


def with_open_problems(listed: Catalogue, filters: Filters) -> Filters:
    """Return the filters with the homes that the choice comes to, where one was made."""
    chosen = filters.chosen.get(NAME, ())
    if not chosen:
        return replace(filters, within=None)
    homes = _homes(listed)
    within = 0
    for value in chosen:
        within |= homes[value]
    return replace(filters, within=within)


def counts(listed: Catalogue, filters: Filters) -> dict[str, int]:
    """Return how many homes each value would show under all the other filters."""
    others = listed.find(replace(filters, within=None)).members
    return {value: (others & homes).bit_count() for value, homes in _homes(listed).items()}


def in_words(count: OpenCount | None) -> str:
    """Return what is open at a home: 1个重大隐患没改好, 2个问题没改好. Empty where nothing is."""
    if count is None:
        return ""
    if not count.major:
        return f"{count.open}个问题没改好"
    others = count.open - count.major
    return f"{count.major}个重大隐患没改好" + (f"，另有{others}个问题" if others else "")


def _homes(listed: Catalogue) -> dict[str, int]:
    return listed.derived("homes with open problems", _read)


def _read(listed: Catalogue) -> dict[str, int]:
    known = open_problems(listed)
    major = (home for home, count in known.items() if count.major)
    return {"major": listed.members_of(major), "open": listed.members_of(known)}


@dataclass(frozen=True, slots=True)
class Beside:
    """A valid star grade beside major hazards that are still open: both are true (R25)."""

    entry: Entry
    major: int


def hazard_beside_grade(public_id: str | None) -> Beside | None:
    """Return what to flag of a home, None where there is nothing, or no such home is listed."""
    listed = catalogue(PUBLIC)
    entry = listed.by_public_id.get(public_id or "")
    if entry is None or entry.grade is None or not entry.grade.in_force:
        return None
    count = open_problems(listed).get(entry.id)
    return Beside(entry, count.major) if count is not None and count.major else None
