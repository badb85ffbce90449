"""The list itself: which entries match, how many would match each filter value, and one page in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from portal.institutions.catalogue import bitmaps
from portal.institutions.catalogue.bitmaps import Facet
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import FACETS, Filters, Sort, price_facet, sort_key, typed_words
from portal.reference.regions import RegionDirectory

T = TypeVar("T")

_REMEMBERED_WORDS = 100
"""Typed texts whose matches are kept: filtering and counting one page ask for the same text."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one choice of filters: a set of entries, to be counted or listed."""

    catalogue: Catalogue
    filters: Filters
    members: int

    @property
    def total(self) -> int:
        """How many entries match."""
        return self.members.bit_count()

    def page(self, number: int, size: int) -> list[Entry]:
        """Return page ``number`` (from 1) of the entries in the chosen order."""
        first = (number - 1) * size
        return list(islice(iter(self), first, first + size))

    def __iter__(self) -> Iterator[Entry]:
        entries = self.catalogue.entries
        return (entries[slot] for slot in self.catalogue.ordered(self.members, self.filters))

    def counts(self) -> dict[str, dict[str, int]]:
        """Return, per filter and value, how many entries choosing it would show."""
        return self.catalogue.counts(self.filters)


class Catalogue:
    """All public institutions as of one day and one version of the data. Never changed once built."""

    def __init__(self, entries: Sequence[Entry], regions: RegionDirectory, day: date, version: int) -> None:
        self.entries = tuple(entries)
        self.regions = regions
        self.day = day
        self.version = version
        self.by_public_id = {entry.public_id: entry for entry in self.entries}
        self.by_id = {entry.id: entry for entry in self.entries}
        self.everything = bitmaps.full(len(self.entries))
        self._facets = {
            name: Facet.build([tuple(values(entry)) for entry in self.entries])
            for name, values in FACETS.items()
        }
        paths: dict[str, tuple[str, ...]] = {}
        self._facets["region"] = Facet.build([self._path(entry.region_code, paths) for entry in self.entries])
        self._orders: dict[tuple[Sort, str], list[int]] = {}
        self._derived: dict[str, Any] = {}
        self._words: dict[str, int] = {}

    def find(self, filters: Filters) -> Found:
        """Return what matches; unknown filter names or values match nothing of their filter."""
        members = bitmaps.select(self._facets, filters.keyed(), self._with_words(filters.words))
        return Found(self, filters, members)

    def counts(self, filters: Filters) -> dict[str, dict[str, int]]:
        """Return the counts of every filter value, each under all the other filters."""
        base = self._with_words(filters.words)
        found = bitmaps.counts(self._facets, filters.keyed(), base)
        found["price"] = found[price_facet(filters.care)]
        return found

    def ordered(self, members: int, filters: Filters) -> Iterable[int]:
        """Return the slots of ``members`` in the order that the filters ask for."""
        return bitmaps.in_order(members, self._order(filters), len(self.entries))

    def derived(self, name: str, compute: Callable[[Catalogue], T]) -> T:
        """Return ``compute(self)``, worked out once for as long as this catalogue is the current one."""
        if name not in self._derived:
            self._derived[name] = compute(self)
        found: T = self._derived[name]
        return found

    def region_choices(self, chosen: Sequence[str]) -> list[str]:
        """Return the region codes to offer: the chosen ones, and those beneath or beside them."""
        offered = self._regions_near(chosen)
        return [*(code for code in chosen if code not in offered), *offered]

    def _regions_near(self, chosen: Sequence[str]) -> list[str]:
        held = self._facets["region"].sets
        top: str | None
        if len(chosen) == 1 and any(row.code in held for row in self.regions.children(chosen[0])):
            top = chosen[0]
        elif chosen:
            parent = self.regions.get(chosen[0])
            top = parent.parent_code if parent and parent.parent_code else None
        else:
            top = self.derived("root", Catalogue._root)
        if top is None:
            return sorted(code for code in held if not self.regions.ancestors(code))
        return [row.code for row in self.regions.children(top) if row.code in held]

    def _root(self) -> str | None:
        """Return the lowest region under which all entries lie and which has regions beneath it."""
        held = self._facets["region"].sets
        root: str | None = None
        while True:
            below = (
                [row.code for row in self.regions.children(root) if row.code in held]
                if root
                else [code for code in held if not self.regions.ancestors(code)]
            )
            if len(below) != 1 or held[below[0]] != self.everything:
                return root
            if not any(row.code in held for row in self.regions.children(below[0])):
                return root
            root = below[0]

    def _path(self, code: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        if code not in known:
            known[code] = (*(row.code for row in self.regions.ancestors(code)), code)
        return known[code]

    def _with_words(self, words: str) -> int:
        if words not in self._words:
            if len(self._words) >= _REMEMBERED_WORDS:
                self._words.clear()
            self._words[words] = self._containing(typed_words(words))
        return self._words[words]

    def _containing(self, wanted: Sequence[str]) -> int:
        if not wanted:
            return self.everything
        bits = bytearray((len(self.entries) + 7) // 8)
        for slot, entry in enumerate(self.entries):
            text = entry.text
            if all(word in text for word in wanted):
                bits[slot >> 3] |= 1 << (slot & 7)
        return int.from_bytes(bits, "little")

    def _order(self, filters: Filters) -> list[int]:
        by_price = filters.sort in (Sort.PRICE, Sort.PRICE_DOWN)
        key = (filters.sort, filters.care.value if by_price else "")
        if key not in self._orders:
            rank = sort_key(filters.sort, filters.care)
            self._orders[key] = sorted(
                range(len(self.entries)),
                key=lambda slot: (rank(self.entries[slot]), self.entries[slot].id),
            )
        return self._orders[key]
