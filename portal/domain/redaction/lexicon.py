"""How dear each reading of a piece of text is: words, characters, parts of names. Lower is likelier."""

from __future__ import annotations

from functools import cache

from portal.domain.redaction.longer_words import QUADRUPLES, SINGLES, TRIPLES
from portal.domain.redaction.name_parts import (
    AFTER,
    COMPOUND_SURNAMES,
    CUES,
    GIVEN,
    NEVER_GIVEN,
    SELDOM_GIVEN,
    SURNAMES,
    TITLES,
)
from portal.domain.redaction.words import PAIRS

LONGEST_WORD = 4
UNKNOWN = 12.5
"""A character that is no word of its own."""

_LN_TOTAL = 17.9
_COMPOUND = 5.2
_RARE, _COMMON = 10.5, 13.0
_SELDOM_GIVEN = 10.0
_NO_GIVEN = 16.0
_OF_A_VILLAGE, _VILLAGE = "村庄镇乡县屯寨营沟坡湾港口集堡巷街路桥岗坪坝塘圩店铺园湖河岭", 10.5
_OF_OURS = 9.5
"""A cue or a title that the dictionary counts too low or not at all."""


@cache
def words() -> dict[str, float]:
    """Return every word with its cost."""
    costs = {}
    for size, table in enumerate((SINGLES, PAIRS, TRIPLES, QUADRUPLES), 1):
        for count, run in table.items():
            for start in range(0, len(run), size):
                costs[run[start : start + size]] = _LN_TOTAL - count - 0.5
    for surname, cost in surnames().items():
        if len(surname) == 1:
            for tail in _OF_A_VILLAGE:  # 王村, 李家庄: places before they are persons
                costs.setdefault(surname + tail, _VILLAGE + cost / 2)
                costs.setdefault(f"{surname}家{tail}", _VILLAGE + cost / 2)
    for word in [*titles(), *cues(), *after()]:
        if 1 < len(word) <= LONGEST_WORD:
            costs[word] = min(costs.get(word, UNKNOWN), _OF_OURS)
    return costs


@cache
def surnames() -> dict[str, float]:
    """Return every surname with its cost."""
    costs = {surname: cost for cost, row in SURNAMES for surname in row}
    return costs | dict.fromkeys(COMPOUND_SURNAMES.split(), _COMPOUND)


@cache
def _given() -> dict[str, float]:
    costs = dict.fromkeys(NEVER_GIVEN, _NO_GIVEN) | dict.fromkeys(SELDOM_GIVEN, _SELDOM_GIVEN) | {"和": 11.0}
    for cost, row in GIVEN:
        for character in row:
            costs.setdefault(character, cost)
    return costs


def given(character: str) -> float:
    """Return what it costs to read a character as one of a given name."""
    cost = _given().get(character)
    if cost is None:  # who is no common word either is likelier a name
        return _COMMON if character in words() else _RARE
    return cost


@cache
def cues() -> dict[str, float]:
    """Return what may stand before a name, with how much it speaks for one."""
    return {cue: worth for worth, row in reversed(CUES.items()) for cue in row.split()}


@cache
def after() -> dict[str, float]:
    """Return what may stand behind a name, with how much it speaks for one."""
    return {word: worth for worth, row in reversed(AFTER.items()) for word in row.split()}


@cache
def titles() -> frozenset[str]:
    """Return every title."""
    return frozenset(TITLES.split())
