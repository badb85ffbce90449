"""What is asked of an index to find names, or counties, by their sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.search.nodes import All, Check, How, Node, Some, Term, Zone
from portal.search.readings import Unit, any_of, completions, pattern


def sounding(readings: Sequence[Sequence[Unit]], zone: Zone = Zone.SOUND) -> Node:
    """Return the documents with a name (or a county) that sounds like one of these sequences of units."""
    certain: list[Node] = []
    to_check: list[Node] = []
    patterns: list[str] = []
    for units in readings:
        node, whole_truth = _one_reading(units, zone)
        if whole_truth:
            certain.append(node)
        else:
            to_check.append(node)
            patterns.append(pattern(units))
    if to_check:
        certain.append(Check(Some(tuple(to_check)), zone, How.PATTERN, any_of(patterns)))
    return Some(tuple(certain))


def _one_reading(units: Sequence[Unit], zone: Zone) -> tuple[Node, bool]:
    """Return what terms say of units side by side, and whether that is the whole truth.

    Of several syllables the pairs are held to say enough, though they could stand apart in a name.
    """
    if len(units) == 1 and units[0].kind != "character":
        return _alone(units[0], zone), True
    pairs = [_side_by_side(*pair, zone) for pair in pairwise(units)]
    said = all(pair.whole_truth for pair in pairs)
    spelt_out = all(unit.kind == "syllable" for unit in units[:-1])
    return All(tuple(pair.node for pair in pairs)), said and (spelt_out or len(pairs) == 1)


def _alone(unit: Unit, zone: Zone) -> Node:
    if unit.kind == "character":
        return _written(unit.text, zone)
    if unit.kind == "syllable":
        return Term(f"{zone}:{unit.text}")
    if len(unit.text) == 1 or not completions(unit.text):
        return Term(f"{_initials_of(zone)}:{unit.text[0]}")
    return Some(tuple(Term(f"{zone}:{syllable}") for syllable in completions(unit.text)))


@dataclass(frozen=True, slots=True)
class _Pair:
    """What two neighbouring units ask for; ``whole_truth`` where nothing is left to be checked."""

    node: Node
    whole_truth: bool


def _side_by_side(left: Unit, right: Unit, zone: Zone) -> _Pair:
    if left.kind == right.kind == "character":
        return _Pair(_written(left.text + right.text, zone), True)
    if "character" in (left.kind, right.kind):
        return _Pair(All((_alone(left, zone), _alone(right, zone))), False)
    if left.kind == right.kind == "syllable":
        return _Pair(Term(f"{zone}:{left.text}'{right.text}"), True)
    if left.kind == "syllable" and len(right.text) > 1 and completions(right.text):
        return _Pair(
            Some(tuple(Term(f"{zone}:{left.text}'{whole}") for whole in completions(right.text))), True
        )
    both_initials = left.kind == right.kind and len(left.text) == len(right.text) == 1
    return _Pair(Term(f"{_initials_of(zone)}:{left.text[0]}{right.text[0]}"), both_initials)


def _written(gram: str, zone: Zone) -> Node:
    """Return the documents with characters typed amid letters; a county's stand among the details."""
    zones = (Zone.DETAILS,) if zone is Zone.PLACE_SOUND else (Zone.NAME, Zone.FORMER)
    return Some(tuple(Term(f"{where}:{gram}") for where in zones))


def _initials_of(zone: Zone) -> str:
    return "li" if zone is Zone.PLACE_SOUND else "i"
