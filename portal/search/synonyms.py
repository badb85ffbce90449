"""Other words for what was typed, from the curated file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from portal.search.curated import synonyms
from portal.search.query import Query, Word
from portal.search.text import normalise

_MOST_REPLACEMENTS = 8


@dataclass(frozen=True, slots=True)
class Replacement:
    """A word with one synonym put in: ``typed`` 老人院 → ``used`` 敬老院 makes 槐安老人院 to 槐安敬老院."""

    text: str
    typed: str
    used: str


@lru_cache(maxsize=512)
def replacements(query: Query, word: Word) -> tuple[Replacement, ...]:
    """Return what to look for besides a word; nothing for a quoted one.

    Longer synonyms are tried before the shorter ones within them. Common endings of names are exchanged
    only where other characters were typed as well.
    """
    if word.quoted:
        return ()
    beside = len(query.words) > 1 or word not in query.words  # then it is a half of a word
    found: dict[str, Replacement] = {}
    covered: list[tuple[int, int]] = []
    for typed, others, only_beside in _table():
        start = word.text.find(typed)
        end = start + len(typed)
        if start < 0 or _within_longer(start, end, covered):
            continue
        if only_beside and not beside and typed == word.text:
            continue
        covered.append((start, end))
        for other in others:
            text = word.text[:start] + other + word.text[end:]
            if text != word.text:
                found.setdefault(text, Replacement(text, typed, other))
    return tuple(found.values())[:_MOST_REPLACEMENTS]


def _within_longer(start: int, end: int, covered: list[tuple[int, int]]) -> bool:
    return any(left <= start and end <= right and (left, right) != (start, end) for left, right in covered)


@cache
def _table() -> tuple[tuple[str, tuple[str, ...], bool], ...]:
    """Return (word, its replacements, only beside others), longest word first, all normalised."""
    rows: list[tuple[str, tuple[str, ...], bool]] = []
    known = synonyms()
    for word, others in known.one_way:
        rows.append((normalise(word), tuple(map(normalise, others)), False))
    for group in known.groups:
        words = tuple(map(normalise, group.words))
        rows += [(word, tuple(o for o in words if o != word), group.only_beside) for word in words]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))
