"""The institutions that a member of staff looks after: found by words, by region, by what is missing.

The public catalogue in memory, cut down to the scope; those withdrawn from it are asked of the database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select, true

from portal.domain.actor import PUBLIC, Scope
from portal.domain.names import name_key
from portal.domain.registration import RegistrationState
from portal.extensions import db
from portal.institutions.catalogue import bitmaps
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import Filters, Sort
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import Institution
from portal.institutions.queries.derived import derived
from portal.institutions.queries.scoping import visible
from portal.search.finding import matching_ids
from portal.search.ports import IndexUnavailable
from portal.search.query import read_query

OLD_AFTER = timedelta(days=365)
_MOST_SCOPES = 200
"""Scopes whose institutions are kept as a set: as many regions as sign in between two changes."""


class Missing(StrEnum):
    """What an institution's entry lacks."""

    PRICE = "price"
    BEDS = "beds"
    PHONE = "phone"
    ADDRESS = "address"
    POSITION = "position"
    KIND = "kind"
    MODE = "mode"
    OPERATING = "operating"
    REGISTRATION = "registration"
    FILING = "filing"
    GRADE = "grade"
    OLD = "old"
    """Nothing about it has been stated or confirmed for a year."""


class StaffSort(StrEnum):
    """Orders of the staff's list."""

    NAME = "name"
    OLDEST = "oldest"
    FRESH = "fresh"
    BEDS = "beds"


_LACKS: dict[Missing, Callable[[Entry, date], bool]] = {
    Missing.PRICE: lambda entry, _: not entry.totals,
    Missing.BEDS: lambda entry, _: entry.beds_total is None,
    Missing.PHONE: lambda entry, _: not entry.phone,
    Missing.ADDRESS: lambda entry, _: not entry.address,
    Missing.POSITION: lambda entry, _: entry.longitude is None,
    Missing.KIND: lambda entry, _: entry.kind is None,
    Missing.MODE: lambda entry, _: entry.mode is None,
    Missing.OPERATING: lambda entry, _: entry.operating is None,
    Missing.REGISTRATION: lambda entry, _: entry.registration is RegistrationState.UNREGISTERED,
    Missing.FILING: lambda entry, _: entry.registration is RegistrationState.REGISTERED,
    Missing.GRADE: lambda entry, _: entry.grade is None,
    Missing.OLD: lambda entry, day: entry.confirmed_on is None or day - entry.confirmed_on > OLD_AFTER,
}


@dataclass(frozen=True, slots=True)
class StaffList:
    """One page of the list. ``missing``: how many lack what, under the other choices."""

    entries: Sequence[Entry]
    total: int
    missing: dict[Missing, int]
    lacking: dict[int, tuple[Missing, ...]]
    """Institution id → what the entry lacks, for the entries of the page."""


@dataclass(frozen=True, slots=True)
class WithdrawnHome:
    """An institution that is hidden from everybody else."""

    public_id: str
    name: str
    region_code: str


def staff_list(
    scope: Scope,
    *,
    words: str = "",
    region: str | None = None,
    missing: Missing | None = None,
    sort: StaffSort = StaffSort.NAME,
    offset: int = 0,
    limit: int = 50,
) -> StaffList:
    """Return institutions within the scope. Costs no query beyond those that keep the catalogue fresh."""
    listed = catalogue(PUBLIC)
    lacks = derived(listed, "staff lacks", _lacking)
    within = _within(listed, scope) & _answering(listed, words)
    chosen: dict[str, tuple[str, ...]] = {} if region is None else {"region": (region,)}
    found = listed.find(Filters(chosen=chosen, members=within, sort=_SORTS[sort]))
    counts = {each: (found.members & lacks[each]).bit_count() for each in Missing}
    if missing is not None:
        found = replace(found, members=found.members & lacks[missing])
    if sort is StaffSort.OLDEST:
        # the freshest come first in the order that is kept: the same read from its end
        entries = list(found)[::-1][offset : offset + limit]
    else:
        order = listed.order(found.filters)
        entries = [listed.entries[slot] for slot in order.page(found.members, found.total, offset, limit)]
    lacking = {
        entry.id: tuple(each for each in Missing if _LACKS[each](entry, listed.day)) for entry in entries
    }
    return StaffList(entries, found.total, counts, lacking)


def withdrawn_homes(
    scope: Scope,
    *,
    words: str = "",
    region_codes: frozenset[str] | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[WithdrawnHome], int]:
    """Return the withdrawn institutions within the scope, and how many there are. Two queries."""
    key = name_key(words)
    conditions = [Institution.withdrawn == true(), *visible(Institution, scope)]
    if key:
        conditions.append(
            or_(Institution.name_key.contains(key, autoescape=True), Institution.public_id == words.strip())
        )
    if region_codes is not None:
        conditions.append(Institution.region_code.in_(region_codes))
    total = db.session.scalar(select(func.count()).select_from(Institution).where(*conditions)) or 0
    columns = (Institution.public_id, Institution.name, Institution.region_code)
    query = select(*columns).where(*conditions).order_by(Institution.name_key, Institution.id)
    rows = db.session.execute(query.offset(offset).limit(limit))
    return [WithdrawnHome(*row) for row in rows], total


_SORTS = {
    StaffSort.NAME: Sort.NAME,
    StaffSort.OLDEST: Sort.FRESH,
    StaffSort.FRESH: Sort.FRESH,
    StaffSort.BEDS: Sort.BEDS,
}


def _lacking(listed: Catalogue) -> dict[Missing, int]:
    return {
        each: bitmaps.set_of([slot for slot, entry in enumerate(listed.entries) if lacks(entry, listed.day)])
        for each, lacks in _LACKS.items()
    }


def _within(listed: Catalogue, scope: Scope) -> int:
    if scope.regions is None:
        return listed.everything
    kept: dict[frozenset[str], int] = derived(listed, "staff scopes", lambda _: {})
    regions = scope.regions
    if regions not in kept:
        if len(kept) >= _MOST_SCOPES:
            kept.clear()
        kept[regions] = bitmaps.set_of(
            [slot for slot, entry in enumerate(listed.entries) if entry.region_code in regions]
        )
    return kept[regions]


def _answering(listed: Catalogue, words: str) -> int:
    """Return the entries that answer typed words: by search, to the letter while its index is unavailable."""
    words = words.strip()
    if not words:
        return listed.everything
    by_id = listed.by_public_id.get(words)
    if by_id is not None:
        return listed.members_of([by_id.id])
    query = read_query(words)
    if not query and not query.refused:
        return listed.everything
    try:
        return listed.members_of(matching_ids(words, "institution"))
    except IndexUnavailable:
        return listed.find(Filters(words=words)).members
