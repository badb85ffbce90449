"""The list itself: which entries match, how many would match each filter value, and one page in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from portal.domain.fees import CareLevel
from portal.institutions.catalogue import bitmaps
from portal.institutions.catalogue.bitmaps import Counts, Facet
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import FACETS, Filters, Sort, price_facet, sort_key, typed_words
from portal.institutions.catalogue.orders import Order
from portal.institutions.catalogue.texts import Texts
from portal.reference.regions import RegionDirectory

T = TypeVar("T")

_MOST_KEPT = 100
"""Answers of one sort that are kept: filtering, counting and paging ask for the same ones."""

OrderName = tuple[Sort, str]
"""An order, and the care level where it is one by price."""


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
        entries, order = self.catalogue.entries, self.catalogue.order(self.filters)
        return [entries[slot] for slot in order.page(self.members, self.total, (number - 1) * size, size)]

    def __iter__(self) -> Iterator[Entry]:
        entries, order = self.catalogue.entries, self.catalogue.order(self.filters)
        return (entries[slot] for slot in order.all_of(self.members))

    def counts(self) -> Mapping[str, Counts]:
        """Return, per filter and value, how many entries choosing it would show."""
        return self.catalogue.counts(self.filters)


_OF_ENTRIES_ALONE = frozenset({"texts", "root", "tops"})
"""What is derived within the catalogue itself: the same entries give the same."""


class Catalogue:
    """All public institutions as of one day and one version of the data. Never changed once built."""

    def __init__(
        self,
        entries: Sequence[Entry],
        regions: RegionDirectory,
        day: date,
        version: int,
        *,
        _facets: Mapping[str, Facet] | None = None,
        _former_orders: Mapping[OrderName, tuple[Order, frozenset[int]]] | None = None,
    ) -> None:
        self.entries = tuple(entries)
        self.regions = regions
        self.day = day
        self.version = version
        self.by_public_id = {entry.public_id: entry for entry in self.entries}
        self.by_id = {entry.id: entry for entry in self.entries}
        self.everything = bitmaps.full(len(self.entries))
        self._facets = _facets if _facets is not None else self._build_facets()
        self._orders: dict[OrderName, Order] = {}
        self._former_orders = dict(_former_orders or {})
        """Orders of an older catalogue, with the slots that have changed since."""
        self._derived: dict[str, Any] = {}
        self._words: _Shelf[int] = _Shelf()
        self._counts: _Shelf[Mapping[str, Counts]] = _Shelf()

    def amended(self, gone: Collection[int], fresh: Iterable[Entry], day: date, version: int) -> Catalogue:
        """Return the catalogue with these institutions' entries taken out and ``fresh`` ones put in.

        Everything made from the unchanged entries is kept: a change costs what it changes.
        """
        entries, touched = _replaced(self.entries, self.slots, gone, fresh)
        before = {slot: self.entries[slot] for slot in touched if slot < len(self.entries)}
        after = {slot: entries[slot] for slot in touched if slot < len(entries)}
        facets = {
            name: facet.amended(
                {slot: values(entry) for slot, entry in before.items()},
                {slot: values(entry) for slot, entry in after.items()},
            )
            for name, facet in self._facets.items()
            for values in (self._values_of(name),)
        }
        orders = {
            name: (order, since | touched)
            for name, (order, since) in (
                self._former_orders | {name: (order, frozenset()) for name, order in self._orders.items()}
            ).items()
        }
        return Catalogue(entries, self.regions, day, version, _facets=facets, _former_orders=orders)

    def renumbered(self, version: int) -> Catalogue:
        """Return the same catalogue for a later version of the data that changed none of its entries.

        What was derived from it may tell of more than the entries, and is derived anew.
        """
        same = copy(self)
        same.version = version
        same._derived = {name: made for name, made in self._derived.items() if name in _OF_ENTRIES_ALONE}
        return same

    def find(self, filters: Filters) -> Found:
        """Return what matches; unknown filter names or values match nothing of their filter."""
        members = bitmaps.select(self._facets, filters.keyed(), self._base(filters))
        return Found(self, filters, members)

    def counts(self, filters: Filters) -> Mapping[str, Counts]:
        """Return the counts of every filter value, each under all the other filters."""
        chosen = filters.keyed()

        def count() -> Mapping[str, Counts]:
            found = bitmaps.counts(self._facets, chosen, self._base(filters))
            return found | {"price": found[price_facet(filters.care)]}

        typed = filters.words, filters.members, filters.within
        key = (*typed, filters.care, tuple(sorted(chosen.items())))
        return self._counts.kept(key, count)

    def members_of(self, ids: Iterable[int]) -> int:
        """Return the entries of these institutions as a set, for ``Filters.members``; others are left out."""
        return bitmaps.set_of([slot for slot in map(self.slots.get, ids) if slot is not None])

    @cached_property
    def slots(self) -> Mapping[int, int]:
        """Institution id → its slot, the place in ``entries``."""
        return {entry.id: slot for slot, entry in enumerate(self.entries)}

    def order(self, filters: Filters) -> Order:
        """Return the order that the filters ask for."""
        by_price = filters.sort in (Sort.PRICE, Sort.PRICE_DOWN)
        name = (filters.sort, filters.care.value if by_price else "")
        if name not in self._orders:
            self._orders[name] = self._make_order(name, filters)
        return self._orders[name]

    def prepare(self) -> None:
        """Make every order now: a server does so before its first visitor, and changes carry them along."""
        for sort in Sort:
            for care in CareLevel:
                self.order(Filters(care=care, sort=sort))

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
            return self.derived("tops", Catalogue._tops)
        return [row.code for row in self.regions.children(top) if row.code in held]

    def _tops(self) -> list[str]:
        return sorted(code for code in self._facets["region"].sets if not self.regions.ancestors(code))

    def _root(self) -> str | None:
        """Return the lowest region under which all entries lie and which has regions beneath it."""
        held = self._facets["region"].sets
        root: str | None = None
        while True:
            below = (
                [row.code for row in self.regions.children(root) if row.code in held]
                if root
                else self._tops()
            )
            if len(below) != 1 or held[below[0]] != self.everything:
                return root
            if not any(row.code in held for row in self.regions.children(below[0])):
                return root
            root = below[0]

    def _build_facets(self) -> dict[str, Facet]:
        return {name: Facet.build(map(self._values_of(name), self.entries)) for name in (*FACETS, "region")}

    def _values_of(self, name: str) -> Callable[[Entry], Iterable[str]]:
        if name != "region":
            return FACETS[name]
        paths: dict[str, tuple[str, ...]] = {}

        def path(entry: Entry) -> tuple[str, ...]:
            code = entry.region_code
            if code not in paths:
                paths[code] = (*(row.code for row in self.regions.ancestors(code)), code)
            return paths[code]

        return path

    def _base(self, filters: Filters) -> int:
        found = self._with_words(filters)
        return found if filters.within is None else found & filters.within

    def _with_words(self, filters: Filters) -> int:
        if filters.members is not None:
            return filters.members
        wanted = typed_words(filters.words)
        if not wanted:
            return self.everything
        return self._words.kept(
            tuple(wanted), lambda: bitmaps.set_of(self.derived("texts", _texts).containing(wanted))
        )

    def _make_order(self, name: OrderName, filters: Filters) -> Order:
        rank, entries = sort_key(filters.sort, filters.care), self.entries
        ties: Sequence[int] = [entry.id for entry in entries]
        if filters.sort not in (Sort.STANDING, Sort.NAME):
            ties = self.order(Filters(sort=Sort.STANDING)).places

        def key(slot: int) -> Any:
            return rank(entries[slot]), ties[slot]

        former, touched = self._former_orders.pop(name, (None, frozenset()))
        if former is None or len(touched) > len(entries) // 8:
            return Order.by(key, len(entries))
        return former.amended(touched, key, len(entries))


class _Shelf(dict[Any, T]):
    """A bounded number of answers, thrown away together when there are too many."""

    def kept(self, key: Any, make: Callable[[], T]) -> T:
        value = self.get(key)
        if value is None:
            value = make()
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[key] = value
        return value


def _texts(listed: Catalogue) -> Texts:
    return Texts([entry.text for entry in listed.entries])


def _replaced(
    entries: Sequence[Entry], slots: Mapping[int, int], gone: Collection[int], fresh: Iterable[Entry]
) -> tuple[list[Entry], frozenset[int]]:
    """Return the entries after a change, without gaps, and the slots that hold something else than before."""
    changed, touched, back = list(entries), set[int](), set[int]()
    for entry in fresh:
        slot = slots.get(entry.id)
        if slot is None:
            slot = len(changed)
            changed.append(entry)
        changed[slot] = entry
        touched.add(slot)
        back.add(entry.id)
    gaps = [slots[key] for key in gone if key in slots and key not in back]
    for slot in sorted(gaps, reverse=True):  # from the end: what fills a gap is never itself to go
        touched.update((slot, len(changed) - 1))
        last = changed.pop()
        if slot < len(changed):
            changed[slot] = last
    return changed, frozenset(touched)
