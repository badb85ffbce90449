"""Names one character away from what was typed: to be offered, never put in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from portal.search.nodes import NOTHING, All, Check, How, Node, Some, Zone, terms_within
from portal.search.readings import Unit, readings_of
from portal.search.sounding import sounding

_LONGEST_NAME = 24
_LONG = 8


def one_character_away(text: str) -> Node:
    """Return the documents with a name that has ``text`` in it but for one character: wrong, missing or
    one too many; or a name that sounds the same.

    Of three characters only the inner ones may differ: with an end off, the rest says too little. Nothing
    for texts longer than names are.
    """
    if len(text) > _LONGEST_NAME:
        return NOTHING
    inner = range(1, len(text) - 1) if len(text) == 3 else range(len(text))
    splits: list[tuple[str, str, str]] = []
    for index in inner:
        left, right = text[:index], text[index + 1 :]
        splits.append((left, "[^\n]", right))
        if len(text) > 3:
            splits.append((left, "", right))
    splits += [(text[:index], "[^\n]", text[index:]) for index in range(1, len(text))]
    patterns = "|".join(dict.fromkeys(f"{re.escape(a)}{gap}{re.escape(b)}" for a, gap, b in splits))
    zones = []
    for zone in (Zone.NAME, Zone.FORMER):
        sides = [_all_of(zone, *pair) for pair in _intact(text, splits)]
        zones.append(Check(Some(tuple(sides)), zone, How.PATTERN, f"({patterns})"))
    return Some((*zones, _same_sound(text)))


def _intact(text: str, splits: Sequence[tuple[str, str, str]]) -> list[tuple[str, ...]]:
    """Return what of the text a name must have, one way or the other. Of a long one, one half or the other
    is as it should be: one character cannot be wrong in both."""
    if len(text) >= _LONG:
        return [(text[: len(text) // 2],), (text[len(text) // 2 :],)]
    return list(dict.fromkeys((left, right) for left, _, right in splits))


def _all_of(zone: Zone, *parts: str) -> Node:
    return All(tuple(term for part in parts for term in terms_within(zone, part)))


def _same_sound(text: str) -> Node:
    """Return the names that sound as ``text`` is most likely read."""
    heard = readings_of(text)
    if not all(heard):
        return NOTHING
    return sounding([tuple(Unit(options[0], "syllable") for options in heard)])
