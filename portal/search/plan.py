"""From a query to a plan: what to find, best first. Both backends carry out the same plans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from portal.search.nodes import LONGEST_TERM, NOTHING, All, Check, How, Node, Some, Term, Zone, in_zone
from portal.search.ports import Tier
from portal.search.query import Query, Word
from portal.search.readings import parses
from portal.search.sounding import sounding
from portal.search.synonyms import replacements

Tiers = tuple[tuple[Tier, Node], ...]

_OfWord = Callable[[Word], Node]

_MOST_CUTS = 12
"""Ways to take all words apart, beyond which none is: so much in one go is no county with a kind of home."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to find, tier by tier (each takes in those before it), and what to leave out.

    Where ``tiers`` find anything, ``more`` follows them; where they do not, ``last_resort`` is all there is.
    """

    tiers: Tiers
    more: Tiers = ()
    last_resort: Tiers = ()
    refused: Node = NOTHING


def everything(tiers: Tiers) -> Node:
    """Return what is in any tier: the last one, for each takes in those before it."""
    return tiers[-1][1] if tiers else NOTHING


@lru_cache(maxsize=16)
def plan(query: Query, names_only: bool = False, halves_too: bool = True) -> Plan:
    """Return the plan of a query that has words."""
    refused = Some(tuple(map(_written, query.refused))) if query.refused else NOTHING
    if names_only:
        return Plan(_by_name(query) + _by_sound(query, _in_names), refused=refused)
    more = _by_synonyms(query)
    last_resort = _by_halves(query, more) if halves_too else more
    return Plan(_by_name(query) + _by_details(query), more, last_resort, refused)


def _by_name(query: Query) -> Tiers:
    words = query.words
    in_name = _every(words, _in_name)
    return (
        (Tier.EXACT, _exactly(query.joined)),
        (Tier.PREFIX, All((_starting(words[0].text), in_name))),
        (Tier.NAME, in_name),
        (Tier.FORMER, _every(words, _in_names)),
    )


def _by_details(query: Query) -> Tiers:
    words = query.words
    written = _every(words, _written)
    tiers: Tiers = ((Tier.REST, written),)
    if len(words) > 1:
        tiers = ((Tier.NAME_AND_MORE, All((Some(tuple(map(_in_name, words))), written))), *tiers)
    return tiers + _by_sound(query, _written)


def _by_synonyms(query: Query) -> Tiers:
    if not any(replacements(query, word) for word in query.words):
        return ()
    return ((Tier.SYNONYM, _every(query.words, lambda word: _or_other_words(query, word))),)


def _by_sound(query: Query, written: _OfWord) -> Tiers:
    words = query.words
    if all(_sounds(query, word) is NOTHING for word in words):
        return ()
    tiers: Tiers = ((Tier.READING, _every(words, lambda word: Some((written(word), _sounds(query, word))))),)
    if written is _written:
        tiers += ((Tier.COUNTY_READING, _every(words, lambda word: _heard_or_written(query, word))),)
    return tiers


def _by_halves(query: Query, synonyms: Tiers) -> Tiers:
    """Return what has each word or both its halves: 鹤栖县敬老院 is 鹤栖县 and 敬老院 typed in one go."""
    words = query.words
    if not 0 < sum(len(halves(word)) for word in words) <= _MOST_CUTS:
        return synonyms

    def heard(word: Word) -> Node:
        return _heard_or_written(query, word)

    def other_words(word: Word) -> Node:
        return _or_other_words(query, word)

    return (
        (Tier.HALVES_IN_NAME, _every(words, lambda word: _apart(word, _in_name))),
        (Tier.HALVES_NAMED, _every(words, lambda word: _apart(word, heard, _in_name))),
        (Tier.HALVES, _every(words, lambda word: _apart(word, heard))),
        *synonyms,
        (Tier.HALVES_SYNONYM, _every(words, lambda word: _apart(word, other_words))),
    )


def _apart(word: Word, node: _OfWord, one_at_least: _OfWord | None = None) -> Node:
    """Return what has the word whole, or both its halves; ``one_at_least`` of these in a stricter way."""
    ways = [node(word)]
    for pair in halves(word):
        both = All(tuple(map(node, pair)))
        ways.append(both if one_at_least is None else All((Some(tuple(map(one_at_least, pair))), both)))
    return Some(tuple(ways))


def halves(word: Word) -> list[tuple[Word, Word]]:
    """Return the ways to take a word apart: where letters meet characters if they do; else between any two
    characters, or any two syllables. No half is shorter than two characters.
    """
    if word.quoted:
        return []
    text = word.text
    meeting = [end for end in range(1, len(text)) if _is_letter(text[end - 1]) is not _is_letter(text[end])]
    if meeting:
        ends = meeting
    elif _is_letter(text[0]):
        ends = list(accumulate(len(unit.text) for parse in parses(text)[:1] for unit in parse))
    else:
        ends = list(range(len(text)))
    return [(Word(text[:end]), Word(text[end:])) for end in ends if 2 <= end <= len(text) - 2]


def _is_letter(character: str) -> bool:
    return "a" <= character <= "z"


def has_letters(word: Word) -> bool:
    """True for a word that may be meant by its sound."""
    return not word.quoted and any(map(_is_letter, word.text))


def _every(words: Sequence[Word], node: _OfWord) -> Node:
    return All(tuple(node(word) for word in words))


def _in_name(word: Word) -> Node:
    return in_zone(Zone.NAME, word.text)


def _in_names(word: Word) -> Node:
    return Some((in_zone(Zone.NAME, word.text), in_zone(Zone.FORMER, word.text)))


def _written(word: Word) -> Node:
    return Some(tuple(in_zone(zone, word.text) for zone in (Zone.NAME, Zone.FORMER, Zone.DETAILS)))


def _exactly(name: str) -> Node:
    whole = Term(f"e:{name[:LONGEST_TERM]}")
    return whole if len(name) <= LONGEST_TERM else Check(whole, Zone.NAME, How.STARTS, name)


def _starting(run: str) -> Node:
    first = Term(f"p:{run[:2]}")
    return first if len(run) <= 2 else Check(first, Zone.NAME, How.STARTS, run)


def _sounds(query: Query, word: Word, zone: Zone = Zone.SOUND) -> Node:
    """Return what a word with letters in it finds by sound. One letter says something only by itself."""
    if not has_letters(word) or (len(word.text) == 1 and len(query.words) > 1):
        return NOTHING
    readings = parses(word.text)
    return sounding(readings, zone) if readings else NOTHING


def _heard_or_written(query: Query, word: Word) -> Node:
    heard = (_sounds(query, word, zone) for zone in (Zone.SOUND, Zone.PLACE_SOUND))
    return Some((_written(word), *heard))


def _or_other_words(query: Query, word: Word) -> Node:
    others = (_written(Word(other.text, quoted=True)) for other in replacements(query, word))
    return Some((_heard_or_written(query, word), *others))
