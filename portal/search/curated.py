"""The hand-kept files of ``search_index/``, read once: variants, readings of places, synonyms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.config import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "search_index"


class CuratedFileError(Exception):
    """A line of a curated file cannot be read; the message names file, line and reason."""


@dataclass(frozen=True, slots=True)
class Group:
    """Words for one another. ``only_beside``: exchanged only where other characters are typed with them."""

    words: tuple[str, ...]
    only_beside: bool


@dataclass(frozen=True, slots=True)
class Synonyms:
    """As written, not yet normalised: groups that go both ways, and word → its replacements."""

    groups: tuple[Group, ...]
    one_way: tuple[tuple[str, tuple[str, ...]], ...]


@cache
def variants() -> dict[str, str]:
    """Return character → the character under which it is indexed."""
    found = {}
    for place, line in _lines(FOLDER / "variants.txt"):
        written = line.split()
        if len(written) != 2 or any(len(character) != 1 for character in written):
            raise CuratedFileError(f"{place}: two single characters are wanted, not {line!r}")
        found[written[0]] = written[1]
    return found


@cache
def place_readings() -> dict[str, tuple[str, ...]]:
    """Return place name → the syllable of each of its characters."""
    found = {}
    for place, line in _lines(FOLDER / "readings.txt"):
        name, *syllables = line.split()
        if len(name) != len(syllables):
            raise CuratedFileError(f"{place}: {len(name)} characters but {len(syllables)} syllables")
        found[name] = tuple(syllables)
    return found


@cache
def synonyms() -> Synonyms:
    """Return the synonyms as the file has them."""
    groups: list[Group] = []
    one_way: list[tuple[str, tuple[str, ...]]] = []
    for place, line in _lines(FOLDER / "synonyms.txt"):
        if ">" in line:
            word, _, replacements = line.partition(">")
            one_way.append((word.strip(), tuple(replacements.split())))
            continue
        sign = "~" if "~" in line else "="
        words = tuple(word.strip() for word in line.split(sign))
        if len(words) < 2 or not all(words):
            raise CuratedFileError(f"{place}: words joined by =, ~ or > are wanted, not {line!r}")
        groups.append(Group(words, only_beside=sign == "~"))
    return Synonyms(tuple(groups), tuple(one_way))


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.split("#", 1)[0].strip()
        if text:
            yield f"{path.name}:{number}", text
