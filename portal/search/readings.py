"""How a name sounds: the pinyin of its characters, and what typed letters may stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, pairwise, product

from pypinyin import Style, pinyin
from pypinyin.constants import PINYIN_DICT

from portal.search.curated import place_readings

_MOST_READINGS = 4
_MOST_APART = 2
_MOST_PARSES = 24
_MOST_OF_LONG = 4
"""Readings of a word of more than ``_SHORT`` characters: its syllables leave few that are as short."""
_LONGEST_READ = 40
"""Characters beyond which a word is not taken for pinyin: a name of ten is typed in some thirty."""
_LONGEST_INITIALS = 5
_SHORT = 8
_MOST_COMPLETIONS = 12
_START = "(^| |\n)"
_VOWELS = frozenset("aeiouv")
_LETTERS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Unit:
    """One typed unit: a character as it is, a whole syllable, or the beginning of one."""

    text: str
    kind: str
    """``character`` | ``syllable`` | ``beginning``"""


@lru_cache(maxsize=4096)
def readings_of(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the possible syllables of each character of a normalised name, without tones; ü is v.

    Several where a character has several; none for letters, digits and characters nobody reads.
    """
    spoken: list[list[str]] = pinyin(  # the stubs know less than the library takes
        name,
        style=Style.NORMAL,
        heteronym=True,
        errors=_silent,  # type: ignore[arg-type]
    )
    found = [[part for part in syllables if part.isascii() and part.isalpha()] for syllables in spoken]
    alone = [_alone(character) for character in name]
    if len(found) != len(name):  # something that the library reads together with its neighbour
        found = alone
    # 六安 is read lu an, and typed liuan by whoever has only seen it written
    found = [[*inside, *apart[:_MOST_APART]] for inside, apart in zip(found, alone, strict=True)]
    for place, syllables in place_readings().items():
        start = name.find(place)
        while start >= 0:
            for offset, syllable in enumerate(syllables):
                found[start + offset] = [syllable, *found[start + offset]]
            start = name.find(place, start + 1)
    return tuple(tuple(_spellings(options)) for options in found)


def _silent(text: str) -> list[list[str]]:
    return [[""] for _ in text]


@cache
def _alone(character: str) -> list[str]:
    spoken = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return [part for part in (spoken[0] if spoken else []) if part.isascii() and part.isalpha()]


def _spellings(options: Sequence[str]) -> list[str]:
    """Keep the likely readings, each also as people without a ü type it: 绿 lv and lu."""
    kept = list(dict.fromkeys(options))[:_MOST_READINGS]
    return list(dict.fromkeys([*kept, *(part.replace("v", "u") for part in kept)]))


@cache
def syllables() -> frozenset[str]:
    """Return every syllable that some character has."""
    spoken = {syllable for readings in PINYIN_DICT.values() for syllable in readings.split(",")}
    plain = {_toneless(syllable) for syllable in spoken}
    plain |= {syllable.replace("v", "u") for syllable in plain}
    return frozenset(s for s in plain if _LETTERS.fullmatch(s) and len(s) <= 6 and set(s) & _VOWELS)


def _toneless(syllable: str) -> str:
    """Return ``lǜ`` as ``lv``: tone marks off, ü as v."""
    apart = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(part for part in apart if not unicodedata.combining(part))


@cache
def _initials() -> frozenset[str]:
    return frozenset({syllable[0] for syllable in syllables()} | {"zh", "ch", "sh"})


@lru_cache(maxsize=512)
def completions(beginning: str) -> tuple[str, ...]:
    """Return the syllables that begin so, shortest first; none where too many do to be told apart."""
    found = sorted((s for s in syllables() if s.startswith(beginning)), key=lambda s: (len(s), s))
    return tuple(found) if len(found) <= _MOST_COMPLETIONS else ()


@lru_cache(maxsize=256)
def parses(word: str) -> tuple[tuple[Unit, ...], ...]:
    """Return the ways to read a typed word with letters in it as units, those of the fewest units first.

    ``yihe`` → yi·he; ``yh`` → y·h; ``sanming敬`` → san·ming·敬. Empty where it cannot be read so, or is
    longer than any name sounds. Of long words only the readings with as few units as can be: nobody types
    ``yanglaoyuan`` for eleven characters.
    """
    if len(word) > _LONGEST_READ:
        return ()
    steps = [tuple(_next_units(word, position)) for position in range(len(word))]
    fewest = _fewest(steps)
    if fewest[0] > len(word):
        return ()
    if len(word) > _SHORT:
        return tuple(islice(_ways(steps, fewest, 0, fewest[0]), _MOST_OF_LONG))
    lengths = fewest[0], fewest[0] + 1
    ways = [way for length in lengths for way in _ways(steps, fewest, 0, length)]
    if len(word) <= _LONGEST_INITIALS:
        starts = [tuple(unit for unit in units if unit.kind == "beginning") for units in steps]
        longer = range(fewest[0] + 2, len(word) + 1)
        ways += [way for length in longer for way in _ways(starts, _fewest(starts), 0, length)]
    return tuple(ways[:_MOST_PARSES])


def _fewest(steps: Sequence[Sequence[Unit]]) -> list[int]:
    """Return for each position the fewest units that lead from it to the end; more than there are
    characters where none do."""
    size = len(steps)
    fewest = [size + 1] * size + [0]
    for position in reversed(range(size)):
        ahead = (fewest[position + len(unit.text)] + 1 for unit in steps[position])
        fewest[position] = min(ahead, default=size + 1)
    return fewest


def _ways(
    steps: Sequence[Sequence[Unit]], fewest: Sequence[int], position: int, length: int
) -> Iterator[tuple[Unit, ...]]:
    """Yield the ways to go from a position to the end in exactly so many units, the first few of them."""
    if position == len(steps):
        if not length:
            yield ()
        return
    found = 0
    for unit in steps[position]:
        onward = position + len(unit.text)
        if fewest[onward] >= length:
            continue
        for rest in _ways(steps, fewest, onward, length - 1):
            yield (unit, *rest)
            found += 1
            if found == _MOST_PARSES:
                return


def _next_units(word: str, position: int) -> Iterator[Unit]:
    letters = _LETTERS.match(word, position)
    if letters is None:
        yield Unit(word[position], "character")
        return
    rest = letters.group()
    for length in range(min(6, len(rest)), 0, -1):
        part = rest[:length]
        under_way = position + length == len(word) and bool(completions(part))
        if part in syllables() and not under_way:
            yield Unit(part, "syllable")
        if part in _initials() or under_way:
            yield Unit(part, "beginning")


def sound_terms(name: str) -> set[str]:
    """Return the terms under which a name is found by its sound.

    For a character's syllable ``s:yi`` and initial ``i:y``; for two neighbours ``s:yi'he`` and ``i:yh``.
    """
    heard = readings_of(name)
    terms: set[str] = set()
    for options in heard:
        terms.update(f"s:{syllable}" for syllable in options)
        terms.update(f"i:{syllable[0]}" for syllable in options)
    for left, right in pairwise(heard):
        for first, second in product(left, right):
            terms.add(f"s:{first}'{second}")
            terms.add(f"i:{first[0]}{second[0]}")
    return terms


def sound_line(name: str) -> str:
    """Return a normalised name with its readings, for patterns to be tried on: ``三san 明ming,meng ``."""
    pairs = zip(name, readings_of(name), strict=True)
    return "".join(f"{character}{','.join(options)} " for character, options in pairs)


def pattern(units: Sequence[Unit]) -> str:
    """Return a regular expression (Python's and PostgreSQL's alike) that finds the units in a sound line."""
    return any_of(["".join(map(_unit_pattern, units))])


def any_of(patterns: Sequence[str]) -> str:
    """Return one pattern for several; a match begins where a character does."""
    bare = [pattern.removeprefix(_START) for pattern in patterns]
    return _START + (bare[0] if len(bare) == 1 else f"({'|'.join(bare)})")


def _unit_pattern(unit: Unit) -> str:
    if unit.kind == "character":
        return re.escape(unit.text) + "[a-z,]* "
    more = "[a-z]*" if unit.kind == "beginning" else ""
    return f"[^ ]([a-z]*,)*{unit.text}{more}(,[a-z]+)* "
