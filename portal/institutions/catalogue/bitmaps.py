"""Sets of institutions as whole numbers: bit n is entry n. And/or/count run at memory speed.

40 000 entries make a number of 5 KB; counting one value of one filter takes some microseconds, so that what
a page shows can be counted for each request: but only that. Three thousand counties are not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence


class Counts(Mapping[str, int]):
    """How many entries of one set have each value of a filter; each is counted when it is asked for."""

    def __init__(self, sets: Mapping[str, int], within: int) -> None:
        self._sets = sets
        self._within = within
        self._known: dict[str, int] = {}

    def __getitem__(self, value: str) -> int:
        count = self._known.get(value)
        if count is None:
            count = self._known[value] = (self._sets[value] & self._within).bit_count()
        return count

    def __iter__(self) -> Iterator[str]:
        return iter(self._sets)

    def __len__(self) -> int:
        return len(self._sets)


class Facet:
    """For one filter: value → the set of entries that have it; no value without any. Never changed."""

    def __init__(self, sets: Mapping[str, int]) -> None:
        self.sets = sets

    @classmethod
    def build(cls, values_by_slot: Iterable[Iterable[str]]) -> Facet:
        """Return the facet of entries listed by slot."""
        return Facet({}).amended({}, dict(enumerate(values_by_slot)))

    def amended(self, before: Mapping[int, Iterable[str]], after: Mapping[int, Iterable[str]]) -> Facet:
        """Return the facet after some slots changed their values: slot → what it had, slot → what it has."""
        lost, won = _slots_by_value(before), _slots_by_value(after)
        sets = dict(self.sets)
        for value in lost.keys() | won.keys():
            members = sets.pop(value, 0) & ~set_of(lost.get(value, ())) | set_of(won.get(value, ()))
            if members:
                sets[value] = members
        return Facet(sets)

    def any_of(self, values: Iterable[str]) -> int:
        """Return the entries that have at least one of ``values``."""
        chosen = 0
        for value in values:
            chosen |= self.sets.get(value, 0)
        return chosen

    def counts(self, within: int) -> Counts:
        """Return how many of the entries ``within`` have each value."""
        return Counts(self.sets, within)


def select(facets: Mapping[str, Facet], chosen: Mapping[str, Sequence[str]], base: int) -> int:
    """Return the entries of ``base`` that match every chosen filter (any of its values)."""
    result = base
    for name, values in chosen.items():
        if values:
            result &= facets[name].any_of(values)
    return result


def counts(facets: Mapping[str, Facet], chosen: Mapping[str, Sequence[str]], base: int) -> dict[str, Counts]:
    """Return, per filter and value, how many entries one would see on choosing that value.

    Each filter is counted under all the *other* filters, so that its own values can be compared.
    """
    matching = select(facets, chosen, base)
    return {
        name: facet.counts(
            select(facets, {n: v for n, v in chosen.items() if n != name}, base)
            if chosen.get(name)
            else matching
        )
        for name, facet in facets.items()
    }


def set_of(slots: Collection[int]) -> int:
    """Return slots as a set; setting bits in bytes keeps this linear."""
    if not slots:
        return 0
    bits = bytearray((max(slots) >> 3) + 1)
    for slot in slots:
        bits[slot >> 3] |= 1 << (slot & 7)
    return int.from_bytes(bits, "little")


def slots_of(members: int) -> list[int]:
    """Return the slots of a set, highest first: quick where there are few."""
    digits = format(members, "b")
    highest, found = len(digits) - 1, []
    place = digits.find("1")
    while place >= 0:
        found.append(highest - place)
        place = digits.find("1", place + 1)
    return found


def flags_of(members: int, size: int) -> bytes:
    """Return one byte a slot, 1 for the slots of the set and 0 for the others."""
    return format(members, f"0{size}b")[::-1].encode("ascii").translate(_DIGIT_VALUES)


def full(size: int) -> int:
    """Return the set of all ``size`` entries."""
    return (1 << size) - 1


_DIGIT_VALUES = bytes(1 if byte == ord("1") else 0 for byte in range(256))


def _slots_by_value(values_by_slot: Mapping[int, Iterable[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for slot, values in values_by_slot.items():
        for value in values:
            found[value].append(slot)
    return found
