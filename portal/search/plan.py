"""From a query to what an index must do: terms to be combined, and what must then be checked in the text.

Both backends carry out the same plans over the same terms (``terms_of``), and so find the same records.

Terms carry the zone they come from: ``n:`` name, ``f:`` former names, ``d:`` details (each with single
characters and pairs), ``p:`` the first one or two characters of the name, ``e:`` the whole name, ``s:`` and
``i:`` the name's sound, ``k:`` kind, ``g:`` region.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, pairwise

from portal.search.ports import Document, Tier
from portal.search.query import Query, Word
from portal.search.readings import Unit, completions, parses, pattern, readings_of, sound_line, sound_terms
from portal.search.synonyms import replacements
from portal.search.text import covering_grams, grams, normalise, runs

TERMS_VERSION = 1
"""Grows when ``terms_of`` or ``lines_of`` change: every index made with another one is made anew."""

_LONGEST_TERM = 60
_LONGEST_DETAIL = 4000


class Zone(StrEnum):
    """A part of a document that is searched apart."""

    NAME = "n"
    FORMER = "f"
    DETAILS = "d"
    SOUND = "s"


class How(StrEnum):
    """What a check asks of a zone's text."""

    CONTAINS = "contains"
    STARTS = "starts"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class Term:
    """The documents that have this term."""

    term: str


@dataclass(frozen=True, slots=True)
class All:
    """The documents in all of these."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """The documents in at least one of these; none if there are none."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """The documents of ``node`` whose zone holds ``value`` in truth: terms alone cannot say in which order."""

    node: Node
    zone: Zone
    how: How
    value: str


Node = Term | All | Some | Check

NOTHING = Some(())

_OfWord = Callable[[Word], Node]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to find, tier by tier, and what to leave out.

    ``last_resort`` takes the place of the tiers where they find nothing at all.
    """

    tiers: tuple[tuple[Tier, Node], ...]
    last_resort: tuple[tuple[Tier, Node], ...] = ()
    refused: Node = NOTHING


def everything(tiers: Iterable[tuple[Tier, Node]]) -> Node:
    """Return what is in any tier."""
    return Some(tuple(node for _, node in tiers))


@dataclass(frozen=True, slots=True)
class Lines:
    """A document's zones as normalised text: one run a line."""

    name: str
    former: str
    details: str
    sound: str

    def zone(self, zone: Zone) -> str:
        """Return the text of one zone."""
        match zone:
            case Zone.NAME:
                return self.name
            case Zone.FORMER:
                return self.former
            case Zone.DETAILS:
                return self.details
            case Zone.SOUND:
                return self.sound


def lines_of(document: Document) -> Lines:
    """Return the texts that checks look into."""
    names = [normalise(document.name), *filter(None, map(normalise, document.former_names))]
    details = (run for _, text in document.details for run in runs(text[:_LONGEST_DETAIL]))
    spoken = [*names, *_places(document)]
    return Lines(names[0], "\n".join(names[1:]), "\n".join(details), "\n".join(map(sound_line, spoken)))


def _places(document: Document) -> Iterator[str]:
    return (run for field, text in document.details if field == "region" for run in runs(text))


def terms_of(document: Document, lines: Lines) -> set[str]:
    """Return every term of a document."""
    found = {f"k:{document.kind}", f"e:{lines.name[:_LONGEST_TERM]}", f"p:{lines.name[:1]}"}
    found.add(f"p:{lines.name[:2]}")
    found.update(f"g:{code}" for code in document.regions)
    for zone, text in ((Zone.NAME, lines.name), (Zone.FORMER, lines.former), (Zone.DETAILS, lines.details)):
        for run in text.split("\n"):
            found.update(f"{zone}:{gram}" for gram in grams(run))
    for spoken in (lines.name, *lines.former.split("\n"), *_places(document)):
        found |= sound_terms(spoken)
    return found


@lru_cache(maxsize=256)
def plan(query: Query, names_only: bool = False) -> Plan:
    """Return the plan of a query that has words."""
    words = query.words
    in_name = _every(words, _in_name)
    anywhere = _in_names if names_only else _written
    tiers: list[tuple[Tier, Node]] = [
        (Tier.EXACT, _exactly(query.joined)),
        (Tier.PREFIX, All((_starting(words[0].text), in_name))),
        (Tier.NAME, in_name),
        (Tier.FORMER, _every(words, _in_names)),
    ]
    if not names_only:
        tiers.append((Tier.REST, _every(words, _written)))
    if any(_sounds(word) is not NOTHING for word in words):
        tiers.append((Tier.READING, _every(words, lambda word: Some((anywhere(word), _sounds(word))))))
    if not names_only and any(replacements(query, word) for word in words):
        tiers.append((Tier.SYNONYM, _every(words, lambda word: _or_other_words(query, word))))
    refused = Some(tuple(map(_written, query.refused))) if query.refused else NOTHING
    last_resort: tuple[tuple[Tier, Node], ...] = ()
    if not names_only and any(map(halves, words)):
        last_resort = ((Tier.PARTS, _every(words, lambda word: _whole_or_halves(query, word))),)
    return Plan(tuple(tiers), last_resort, refused)


def in_zone(zone: Zone, run: str) -> Node:
    """Return the documents whose zone has this run of characters."""
    terms = All(tuple(Term(f"{zone}:{gram}") for gram in covering_grams(run)))
    return terms if len(run) <= 2 else Check(terms, zone, How.CONTAINS, run)


def sounding(readings: Sequence[Sequence[Unit]]) -> Node:
    """Return the documents with a name that sounds like one of these sequences of units."""
    return Some(tuple(_one_reading(tuple(units)) for units in readings))


def _every(words: Sequence[Word], node: _OfWord) -> Node:
    return All(tuple(node(word) for word in words))


def _in_name(word: Word) -> Node:
    return in_zone(Zone.NAME, word.text)


def _in_names(word: Word) -> Node:
    return Some((in_zone(Zone.NAME, word.text), in_zone(Zone.FORMER, word.text)))


def _written(word: Word) -> Node:
    return Some(tuple(in_zone(zone, word.text) for zone in (Zone.NAME, Zone.FORMER, Zone.DETAILS)))


def _exactly(name: str) -> Node:
    whole = Term(f"e:{name[:_LONGEST_TERM]}")
    return whole if len(name) <= _LONGEST_TERM else Check(whole, Zone.NAME, How.STARTS, name)


def _starting(run: str) -> Node:
    first = Term(f"p:{run[:2]}")
    return first if len(run) <= 2 else Check(first, Zone.NAME, How.STARTS, run)


def _sounds(word: Word) -> Node:
    """Return what a word with letters in it finds by sound; letters alone must be, or begin, pinyin."""
    if word.quoted or not any("a" <= character <= "z" for character in word.text):
        return NOTHING
    readings = parses(word.text)
    return sounding(readings) if readings else NOTHING


def _or_other_words(query: Query, word: Word) -> Node:
    others = (_written(Word(other.text, quoted=True)) for other in replacements(query, word))
    return Some((_written(word), _sounds(word), *others))


def _whole_or_halves(query: Query, word: Word) -> Node:
    apart = (All(tuple(_or_other_words(query, half) for half in pair)) for pair in halves(word))
    return Some((_or_other_words(query, word), *apart))


def halves(word: Word) -> list[tuple[Word, Word]]:
    """Return the ways to take a word apart: between any two characters, in pinyin between syllables;
    no half is shorter than two characters."""
    if word.quoted:
        return []
    text = word.text
    ends = {0}
    for units in parses(text)[:3] or (tuple(Unit(character, "character") for character in text),):
        ends |= set(accumulate(len(unit.text) for unit in units))
    return [(Word(text[:end]), Word(text[end:])) for end in sorted(ends) if 2 <= end <= len(text) - 2]


def _one_reading(units: tuple[Unit, ...]) -> Node:
    """Return the documents with these units side by side. Up to two units the terms themselves may say so."""
    if len(units) == 1 and units[0].kind != "character":
        return _alone(units[0])
    pairs = [_side_by_side(*pair) for pair in pairwise(units)]
    if len(pairs) == 1 and pairs[0].whole_truth:
        return pairs[0].node
    return Check(All(tuple(pair.node for pair in pairs)), Zone.SOUND, How.PATTERN, pattern(units))


def _alone(unit: Unit) -> Node:
    if unit.kind == "character":
        return Some((Term(f"{Zone.NAME}:{unit.text}"), Term(f"{Zone.FORMER}:{unit.text}")))
    if unit.kind == "syllable":
        return Term(f"s:{unit.text}")
    if len(unit.text) == 1 or not completions(unit.text):
        return Term(f"i:{unit.text[0]}")
    return Some(tuple(Term(f"s:{syllable}") for syllable in completions(unit.text)))


@dataclass(frozen=True, slots=True)
class _Pair:
    """What two neighbouring units ask for; ``whole_truth`` where nothing is left to be checked."""

    node: Node
    whole_truth: bool


def _side_by_side(left: Unit, right: Unit) -> _Pair:
    if left.kind == right.kind == "character":
        pair = left.text + right.text
        return _Pair(Some((Term(f"{Zone.NAME}:{pair}"), Term(f"{Zone.FORMER}:{pair}"))), True)
    if "character" in (left.kind, right.kind):
        return _Pair(All((_alone(left), _alone(right))), False)
    if left.kind == right.kind == "syllable":
        return _Pair(Term(f"s:{left.text}'{right.text}"), True)
    if left.kind == "syllable" and len(right.text) > 1 and completions(right.text):
        return _Pair(Some(tuple(Term(f"s:{left.text}'{whole}") for whole in completions(right.text))), True)
    both_initials = left.kind == right.kind and len(left.text) == len(right.text) == 1
    return _Pair(Term(f"i:{left.text[0]}{right.text[0]}"), both_initials)


def one_character_away(text: str) -> Node:
    """Return the documents with a name that has ``text`` in it but for one character: wrong, missing or
    one too many; or a name that sounds the same.

    Of three characters only the inner ones may differ: with an end off, the rest says too little.
    """
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
        sides = dict.fromkeys((left, right) for left, _, right in splits)
        candidates = Some(tuple(All(tuple(_grams_of(zone, *pair))) for pair in sides))
        zones.append(Check(candidates, zone, How.PATTERN, f"({patterns})"))
    return Some((*zones, _same_sound(text)))


def _grams_of(zone: Zone, *parts: str) -> list[Node]:
    return [Term(f"{zone}:{gram}") for part in parts for gram in covering_grams(part)]


def _same_sound(text: str) -> Node:
    """Return the names that sound as ``text`` is most likely read."""
    heard = readings_of(text)
    if not all(heard):
        return NOTHING
    return sounding([tuple(Unit(options[0], "syllable") for options in heard)])
