"""Why a document was found: the stretch of its text, as written, that answers each word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.search.plan import halves, has_letters
from portal.search.ports import Document
from portal.search.query import Query, Word
from portal.search.readings import Unit, parses, pattern, sound_line
from portal.search.synonyms import replacements
from portal.search.text import normalise_with_offsets

TYPED, PINYIN, INITIALS, SYNONYM = "typed", "pinyin", "initials", "synonym"

_LONGEST = 60
_BEFORE = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """One stretch of a text that answers: from ``start`` up to, not including, ``end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One field in which words were found, as written; long texts are cut around the first mark."""

    field: str
    """``name``, ``former_name`` or a field of ``Document.details``."""
    text: str
    marks: tuple[Mark, ...]
    by: str
    """``typed`` | ``pinyin`` | ``initials`` | ``synonym``"""
    word: str
    """What was typed (of several words in one field the first)."""
    used: str = ""
    """The synonym that was found in its place."""


def reasons(query: Query, document: Document) -> tuple[Reason, ...]:
    """Return a reason for each field that answers some word, that of the name first.

    Each word is explained where it weighs most: name, former name, details in their order; only then by
    sound, then by synonym, then by its halves.
    """
    fields = list(_fields(document))
    found: dict[tuple[str, str, str], list[tuple[Mark, Word, str]]] = {}
    for word in query.words:
        for field, text, mark, by, used in _of_word(query, word, fields):
            found.setdefault((field, text, by), []).append((mark, word, used))
    ordered = sorted(found.items(), key=lambda item: [name for name, _ in fields].index(item[0][0]))
    return tuple(
        _reason(field, text, by, [mark for mark, _, _ in hits], hits[0][1].text, hits[0][2])
        for (field, text, by), hits in ordered
    )


def _fields(document: Document) -> Iterator[tuple[str, str]]:
    yield "name", document.name
    for name in document.former_names:
        yield "former_name", name
    yield from document.details


_Found = tuple[str, str, Mark, str, str]


def _of_word(query: Query, word: Word, fields: Sequence[tuple[str, str]]) -> list[_Found]:
    whole = _whole(query, word, fields)
    if whole is not None:
        return [whole]
    for pair in halves(word):
        both = [_whole(query, half, fields) for half in pair]
        if all(both):
            return [part for part in both if part is not None]
    return []


def _whole(query: Query, word: Word, fields: Sequence[tuple[str, str]]) -> _Found | None:
    for field, text in fields:
        if mark := _written(word.text, text):
            return field, text, mark, TYPED, ""
    for field, text in fields:
        if field in ("name", "former_name", "region") and (heard := _heard(word, text)):
            return field, text, heard[0], heard[1], ""
    for other in replacements(query, word):
        for field, text in fields:
            if mark := _written(other.text, text):
                return field, text, mark, SYNONYM, other.used
    return None


def _written(run: str, text: str) -> Mark | None:
    normal, offsets = _normal(text)
    start = normal.find(run)
    return None if start < 0 else Mark(offsets[start], offsets[start + len(run) - 1] + 1)


@lru_cache(maxsize=64)
def _normal(text: str) -> tuple[str, list[int]]:
    """As ``normalise_with_offsets``, kept for the next word: eight words look into the same long texts."""
    return normalise_with_offsets(text)


def _heard(word: Word, text: str) -> tuple[Mark, str] | None:
    if not has_letters(word):
        return None
    normal, offsets = _normal(text)
    line = sound_line(normal)
    for units in parses(word.text):
        match = re.search(pattern(units), line)
        if match:
            start = match.start() + (1 if match.group(1) else 0)
            first = line.count(" ", 0, start)
            return Mark(offsets[first], offsets[first + len(units) - 1] + 1), _by(units)
    return None


def _by(units: Sequence[Unit]) -> str:
    initials = all(unit.kind == "beginning" and len(unit.text) <= 2 for unit in units)
    return INITIALS if initials else PINYIN


def _reason(field: str, text: str, by: str, marks: Sequence[Mark], word: str, used: str) -> Reason:
    ordered = _apart(sorted(marks, key=lambda mark: (mark.start, mark.end)))
    start = max(0, ordered[0].start - _BEFORE) if len(text) > _LONGEST else 0
    end = min(len(text), max(start + _LONGEST, ordered[0].end)) if len(text) > _LONGEST else len(text)
    before = "…" if start else ""
    shift = start - len(before)
    kept = tuple(Mark(m.start - shift, min(m.end, end) - shift) for m in ordered if m.start < end)
    return Reason(field, f"{before}{text[start:end]}{'…' if end < len(text) else ''}", kept, by, word, used)


def _apart(marks: Sequence[Mark]) -> list[Mark]:
    """Join marks that overlap or touch."""
    joined: list[Mark] = []
    for mark in marks:
        if joined and mark.start <= joined[-1].end:
            joined[-1] = Mark(joined[-1].start, max(joined[-1].end, mark.end))
        else:
            joined.append(mark)
    return joined
