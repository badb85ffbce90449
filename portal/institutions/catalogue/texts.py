"""Looking for typed words in every entry: one long text, gone through at memory speed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate


class Texts:
    """The texts of all entries in order of their slots, joined by a mark that no text holds."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._joined = "\0".join(texts)
        self._starts = [0, *accumulate(len(text) + 1 for text in texts)]

    def containing(self, words: Sequence[str]) -> list[int]:
        """Return the slots whose text holds every word (at least one word, none empty)."""
        longest, *others = sorted(words, key=len, reverse=True)
        found, place = [], self._joined.find(longest)
        while place >= 0:
            slot = bisect_right(self._starts, place) - 1
            text = self._texts[slot]
            if all(word in text for word in others):
                found.append(slot)
            place = self._joined.find(longest, self._starts[slot + 1])
        return found
