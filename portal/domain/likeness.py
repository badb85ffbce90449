"""How much two texts say the same.

``likeness`` looks at letters alone: pairs of neighbouring characters. ``alikeness`` knows the words of elder
care that mean one thing (``likeness_words``), so that a suggestion is found again said differently; and
``terms_of`` gives the few numbers by which such texts are looked up among any number of others.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from itertools import combinations, pairwise
from types import MappingProxyType

from portal.domain.likeness_words import COMMON, IDLE, THINGS

TERMS_MOST = 24
"""Terms by which one text is found."""
_THINGS_MOST = 6
"""Things of a text that are paired: what is named first is what it is about."""
_OF_COMMON, _OF_THING, _OF_PAIR = 0.3, 2.0, 0.4
"""How much it tells that two texts share: what nearly all speak of, a thing, a pair of characters."""
_PAIR_ASIDE = 0.1
"""How much a pair of characters takes away that only one of them has: most are chance."""
_DOUBT = 1.0
"""A text that says little is never wholly like another."""
_ENOUGH = 2.0
"""Less than a thing in common, or five pairs, is nothing in common."""


def likeness(one: str, other: str) -> float:
    """Return a number from 0 (nothing in common) to 1 (the same): twice the shared pairs over all pairs.

    Spaces, punctuation and the width of characters don't matter. A text of one character has no pairs.
    """
    pairs, others = _pairs(one), _pairs(other)
    total = pairs.total() + others.total()
    return 2 * (pairs & others).total() / total if total else 0.0


def _pairs(text: str) -> Counter[str]:
    return Counter(f"{left}{right}" for left, right in pairwise(_bare(text)))


def meaning_of(text: str) -> Mapping[str, float]:
    """Return what a text speaks of, in the order in which it does, each with how much it tells.

    Things stand under the first of their words; of the rest of the text, pairs of neighbouring characters.
    """
    words, pattern = _lexicon()
    found: dict[str, float] = {}
    last = 0
    for hit in pattern.finditer(bare := _bare(text)):
        _add_pairs(found, bare[last : hit.start()])
        last = hit.end()
        for thing, tells in words[hit[0]]:
            found.setdefault(thing, tells)
    _add_pairs(found, bare[last:])
    return MappingProxyType(found)


def alikeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return from 0 to below 1 how much two texts (as ``meaning_of`` gives them) say the same.

    What they share, of what the shorter one says: who writes at length may say what somebody else said in a
    line.
    """
    shared = sum(tells for thing, tells in one.items() if thing in other)
    if shared < _ENOUGH:
        return 0.0
    return min(1.0, shared / (min(_weight(one), _weight(other)) + _DOUBT))


def terms_of(text: str) -> list[int]:
    """Return the numbers by which a text is found among others, at most ``TERMS_MOST``.

    The things it speaks of, each two of them together, which far fewer texts share, and pairs of characters.
    """
    meaning = meaning_of(text)
    things = [thing for thing, tells in meaning.items() if tells == _OF_THING][:_THINGS_MOST]
    two = [f"{first}+{second}" for first, second in combinations(sorted(things), 2)]
    pairs = [pair for pair, tells in meaning.items() if tells == _OF_PAIR]
    return [number_of(term) for term in (*two, *things, *pairs)[:TERMS_MOST]]


def number_of(term: str) -> int:
    """Return the number that stands for a term: the same everywhere, from 0 to 2^63 - 1."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "big") >> 1


def _weight(meaning: Mapping[str, float]) -> float:
    return sum(_PAIR_ASIDE if tells == _OF_PAIR else tells for tells in meaning.values())


@cache
def _lexicon() -> tuple[Mapping[str, tuple[tuple[str, float], ...]], re.Pattern[str]]:
    """Return every word with what it means, and the pattern that finds them, the longest first."""
    words: dict[str, tuple[tuple[str, float], ...]] = dict.fromkeys(IDLE.split(), ())
    for tells, lines in ((_OF_COMMON, COMMON), (_OF_THING, THINGS)):
        for line in lines.strip().splitlines():
            thing, *_ = line.split()
            for word in line.split():
                words[word] = (*words.get(word, ()), (thing, tells))
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return MappingProxyType(words), re.compile("|".join(map(re.escape, longest_first)))


def _add_pairs(found: dict[str, float], text: str) -> None:
    for left, right in pairwise(text):
        found.setdefault(f"{left}{right}", _OF_PAIR)


def _bare(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).lower() if letter.isalnum())
