"""How much two texts say the same: by the pairs of neighbouring characters that they share."""

from __future__ import annotations

import unicodedata
from collections import Counter
from hashlib import blake2b
from itertools import pairwise

TERMS_MOST = 24
"""Terms by which one text is found."""


def likeness(one: str, other: str) -> float:
    """Return a number from 0 (nothing in common) to 1 (the same): twice the shared pairs over all pairs.

    Spaces, punctuation and the width of characters don't matter. A text of one character has no pairs.
    """
    pairs, others = _pairs(one), _pairs(other)
    total = pairs.total() + others.total()
    return 2 * (pairs & others).total() / total if total else 0.0


def _pairs(text: str) -> Counter[str]:
    bare = [letter for letter in unicodedata.normalize("NFKC", text).lower() if letter.isalnum()]
    return Counter(f"{left}{right}" for left, right in pairwise(bare))


def terms_of(text: str) -> list[int]:
    """Return the numbers (63 bits) by which a text is found among others, at most ``TERMS_MOST``."""
    pairs = sorted(_pairs(text), key=lambda pair: number_of(pair))
    return [number_of(pair) for pair in pairs[:TERMS_MOST]]


def number_of(term: str) -> int:
    """Return the number that stands for a term: the same everywhere, and from 0 to 2^63 - 1."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "big") >> 1
