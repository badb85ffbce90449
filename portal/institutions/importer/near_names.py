"""Names that are nearly the same: found by keys with one character left out, never by comparing all pairs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from portal.domain.names import name_key, near_key, within_one_edit

SHORTEST = 6
"""Characters; shorter names differ by one character all the time."""
LONGEST = 60
_TELLS_APART = frozenset(
    "0123456789abcdefghij一二三四五六七八九十百零〇两东西南北中上下前后左右内外新老大小甲乙丙丁分总"
)
_PLACE = re.compile(r"[^省市县区镇乡]{1,5}?(?:镇|乡|街道|村|社区|苏木|街)")


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name in a place: ``key`` says what it is, ``fresh`` that it's asked about."""

    key: Hashable
    name: str
    region_code: str
    fresh: bool


def near_pairs(named: Iterable[Named]) -> Iterator[tuple[Named, Named]]:
    """Yield (one asked about, an earlier or known one) of the same region whose names nearly agree."""
    by_region: dict[str, list[Named]] = defaultdict(list)
    for one in named:
        by_region[one.region_code].append(one)
    for members in by_region.values():
        if any(one.fresh for one in members):
            yield from _pairs_of(members)


def _pairs_of(members: list[Named]) -> Iterator[tuple[Named, Named]]:
    # Known ones first, then the file's rows in order: of a pair the later row is the one reported.
    buckets: dict[str, list[tuple[Named, str]]] = defaultdict(list)
    for one in members:
        key = near_key(one.name)[:LONGEST]
        seen: set[Hashable] = set()
        for deletion in _deletions(key):
            if one.fresh or any(other.fresh for other, _ in buckets.get(deletion, ())):
                for other, other_key in buckets.get(deletion, ()):
                    if (
                        other.key not in seen
                        and (one.fresh or other.fresh)
                        and _near(one, key, other, other_key)
                    ):
                        seen.add(other.key)
                        yield (one, other) if one.fresh else (other, one)
            buckets[deletion].append((one, key))


def _deletions(key: str) -> set[str]:
    keys = {key}
    if len(key) >= SHORTEST:
        keys.update(key[:i] + key[i + 1 :] for i in range(len(key)))
    return keys


def _near(one: Named, key: str, other: Named, other_key: str) -> bool:
    if key == other_key:
        return name_key(one.name) != name_key(other.name) or one.key != other.key
    if min(len(key), len(other_key)) < SHORTEST or not within_one_edit(key, other_key):
        return False
    if len(key) == len(other_key) and one.region_code.endswith("00"):
        return False  # a whole city has many homes whose names differ by one character
    return not _tells_apart(key, other_key)


def _tells_apart(left: str, right: str) -> bool:
    """True if the one differing character is a number or a direction, or lies in a place's name."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    same_length = len(left) == len(right)
    differing = {text[start] for text in (left, right) if start < len(text)} if same_length else {
        (left if len(left) > len(right) else right)[start]
    }  # fmt: skip
    if differing & _TELLS_APART:
        return True
    return any(
        found.start() <= start < found.end() for text in (left, right) for found in _PLACE.finditer(text)
    )
