"""Entries in an order, one page at a time: never the whole list sorted, nor walked, for one page."""

from __future__ import annotations

from array import array
from bisect import insort
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from itertools import compress, islice
from typing import Any

from portal.institutions.catalogue.bitmaps import flags_of, slots_of

Key = Callable[[int], Any]

_SORT_AGAINST_WALK = 4
"""Sorting one slot costs as much as passing four on the way through the order."""


class Order:
    """Every slot once, in one order."""

    def __init__(self, slots: Sequence[int]) -> None:
        self.slots = slots

    @classmethod
    def by(cls, key: Key, size: int) -> Order:
        """Return the slots below ``size`` by ``key``, which must tell any two of them apart."""
        return cls(sorted(range(size), key=key))

    def amended(self, touched: Collection[int], key: Key, size: int) -> Order:
        """Return the order of the slots below ``size`` after the touched ones changed.

        The others must stand to each other as before.
        """
        slots = [slot for slot in self.slots if slot < size and slot not in touched]
        for slot in touched:
            if slot < size:
                insort(slots, slot, key=key)
        return Order(slots)

    @cached_property
    def places(self) -> array[int]:
        """Slot → its place in the order, from 0."""
        found = array("I", bytes(4 * len(self.slots)))
        for place, slot in enumerate(self.slots):
            found[slot] = place
        return found

    def all_of(self, members: int) -> Iterator[int]:
        """Yield the slots of a set in this order."""
        flags = flags_of(members, len(self.slots))
        return compress(self.slots, map(flags.__getitem__, self.slots))

    def page(self, members: int, total: int, first: int, size: int) -> Sequence[int]:
        """Return ``size`` slots of a set of ``total``, from the ``first`` on (from 0)."""
        if total == len(self.slots):
            return self.slots[first : first + size]
        if first >= total:
            return ()
        steps = min(first + size, total) * len(self.slots) // total
        if total * _SORT_AGAINST_WALK < steps:
            return sorted(slots_of(members), key=self.places.__getitem__)[first : first + size]
        return list(islice(self.all_of(members), first, first + size))
