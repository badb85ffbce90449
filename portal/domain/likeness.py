"""How much two texts say the same: by the pairs of neighbouring characters that they share."""

from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import pairwise


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
