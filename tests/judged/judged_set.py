"""The judged queries: ``queries.json`` read and checked, and the brute force that completes it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

QUERIES = Path(__file__).with_name("queries.json")

CLASSES = (
    "exact_name", "part_of_name", "former_name", "address", "operator", "county", "county_and_word",
    "services", "document_number", "pinyin_full", "pinyin_initials", "pinyin_mixed", "traditional",
    "width_and_marks", "rare_character", "one_wrong_character", "one_missing_character", "synonym",
    "several_words", "phrase", "exclusion", "nothing",
)  # fmt: skip
NEARLY_RIGHT = ("one_wrong_character", "one_missing_character")
"""The classes whose answer is a suggestion, never a silent replacement."""
FIELDS = (
    "name", "former_names", "address", "operator", "county", "services", "numbers", "stated",
)  # fmt: skip
"""What the brute force may look into; ``stated`` holds plain words for what a home states by yes or no."""

_REQUIRED = {"query", "class", "who"}
_FLAGS = ("first", "all", "all_containing")
_KEYS = {*_REQUIRED, *_FLAGS, "right", "fields", "words", "without", "not", "suggested"}
_SIMPLIFIED = str.maketrans("雲間頤養鶴棲長廊樂齡書龍鬚護壽園", "云间颐养鹤栖长廊乐龄书龙须护寿园")
"""The traditional characters of the demo city's names; words to look for are written in simplified ones."""


class JudgedSetError(ValueError):
    """An entry of the judged set cannot be meant so; the message says which entry and what is wrong."""


@dataclass(frozen=True, slots=True)
class Home:
    """A home by its name, and by its county's region code where two homes have one name."""

    name: str
    county: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.county})" if self.county else self.name

    def is_(self, name: str, county: str | None) -> bool:
        """True if a found home of ``name`` in ``county`` is this one."""
        return self.name == name and (self.county is None or self.county == county)


@dataclass(frozen=True, slots=True)
class Query:
    """One query as a person types it, with what a person would call the right answer."""

    text: str
    kind: str
    """One of ``CLASSES``."""
    who: str
    right: tuple[Home, ...] = ()
    first: bool = False
    """The first of ``right`` must be at rank 1."""
    complete: bool = False
    """``right`` is complete: recall is judged."""
    all_containing: bool = False
    """``right`` is completed by brute force over the database; see ``resolve``."""
    fields: tuple[str, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()
    """What the brute force looks for: every group, of each group any word. Empty: the query itself."""
    without: tuple[str, ...] = ()
    not_found: tuple[Home, ...] = ()
    suggested: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """The queries, and the day and seed of the demo city for which they were judged."""

    day: date
    seed: int
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A home with its texts by field, as the brute force reads them."""

    home: Home
    texts: Mapping[str, tuple[str, ...]]


def read(path: Path = QUERIES) -> JudgedSet:
    """Return the judged set in ``path``; raise JudgedSetError if an entry is wrong."""
    return parse(json.loads(path.read_text(encoding="utf-8")))


def parse(document: Mapping[str, Any]) -> JudgedSet:
    """Return the judged set that ``document`` describes; raise JudgedSetError if an entry is wrong."""
    missing = {"day", "seed", "queries"} - set(document)
    if missing:
        raise JudgedSetError(f"the judged set lacks {_listed(missing)}")
    queries = tuple(_query(number, entry) for number, entry in enumerate(document["queries"], 1))
    seen: set[str] = set()
    for query in queries:
        if query.text in seen:
            raise JudgedSetError(f"{query.text!r} is there twice: keep one entry")
        seen.add(query.text)
    return JudgedSet(date.fromisoformat(document["day"]), int(document["seed"]), queries)


def _query(number: int, entry: Mapping[str, Any]) -> Query:
    where = f"entry {number} ({entry.get('query')!r})"
    if missing := _REQUIRED - set(entry):
        raise JudgedSetError(f"{where} lacks {_listed(missing)}")
    if unknown := set(entry) - _KEYS:
        raise JudgedSetError(f"{where} has unknown keys: {_listed(unknown)}")
    for flag in _FLAGS:
        if not isinstance(entry.get(flag, False), bool):
            raise JudgedSetError(f"{where}: {flag!r} must be true or false")
    query = Query(
        text=entry["query"],
        kind=entry["class"],
        who=entry["who"],
        right=tuple(_home(where, home) for home in entry.get("right", ())),
        first=entry.get("first", False),
        complete=entry.get("all", False) or entry.get("all_containing", False),
        all_containing=entry.get("all_containing", False),
        fields=tuple(entry.get("fields", ())),
        words=tuple(tuple(group) for group in entry.get("words", ())),
        without=tuple(entry.get("without", ())),
        not_found=tuple(_home(where, home) for home in entry.get("not", ())),
        suggested=entry.get("suggested"),
    )
    if wrong := _wrong(query):
        raise JudgedSetError(f"{where}: {wrong}")
    return query


def _home(where: str, home: Any) -> Home:
    if isinstance(home, str):
        return Home(home)
    if not isinstance(home, Mapping) or not home.get("name") or set(home) - {"name", "county"}:
        raise JudgedSetError(f'{where}: a home is {{"name": …, "county": region code or null}}, not {home!r}')
    return Home(home["name"], home.get("county"))


def _wrong(query: Query) -> str | None:
    """Return what is wrong with the query, None if it can be judged."""
    if query.kind not in CLASSES:
        return f"{query.kind!r} is no class; classes are {', '.join(CLASSES)}"
    if not query.text or not query.who:
        return "'query' and 'who' must not be empty"
    if unknown := set(query.fields) - set(FIELDS):
        return f"unknown fields {_listed(unknown)}; fields are {', '.join(FIELDS)}"
    if query.kind == "nothing" and (query.right or query.complete or query.suggested):
        return "where nothing is right there can be no right answer"
    if (query.kind in NEARLY_RIGHT) != bool(query.suggested):
        return f"'suggested' is for the classes {' and '.join(NEARLY_RIGHT)}, and they need it"
    if query.all_containing and not query.fields:
        return "'all_containing' needs 'fields': where the brute force looks"
    if (query.words or query.without) and not query.fields:
        return "'words' and 'without' need 'fields': where the brute force looks"
    if query.first and not query.right:
        return "'first' needs the home that must be first in 'right'"
    if not (query.right or query.all_containing or query.suggested or query.kind == "nothing"):
        return "there is no right answer in 'right'"
    return None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))


def plain(text: str) -> str:
    """Return the letters and digits of ``text``: NFKC, case folded, the demo's names simplified.

    What two texts must share to be the same to a person, whoever wrote them. Knows no radicals and no
    pinyin: words to look for are written plainly in the judged set.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLIFIED)
    return "".join(mark for mark in folded if unicodedata.category(mark)[0] in "LN")


def containing(query: Query, records: Iterable[Record]) -> tuple[Home, ...]:
    """Return every home of ``records`` that the query's words, fields and exclusions describe."""
    groups = [tuple(plain(word) for word in group) for group in query.words or ((query.text,),)]
    without = [plain(word) for word in query.without]
    found = []
    for record in records:
        texts = [plain(text) for field in query.fields for text in record.texts.get(field, ())]
        if all(any(word in text for word in group for text in texts) for group in groups) and not any(
            word in text for word in without for text in texts
        ):
            found.append(record.home)
    return tuple(found)


def resolve(queries: Sequence[Query], records: Sequence[Record]) -> tuple[Query, ...]:
    """Return the queries, those with ``all_containing`` completed from ``records``; the first stays first.

    Raises JudgedSetError where the brute force finds nothing or misses a home that is said to be right.
    """
    return tuple(_resolved(query, records) if query.all_containing else query for query in queries)


def _resolved(query: Query, records: Sequence[Record]) -> Query:
    found = containing(query, records)
    if not found:
        raise JudgedSetError(f"{query.text!r}: no home contains it in {_listed(query.fields)}")
    for home in query.right:
        if not any(home.is_(other.name, other.county) for other in found):
            raise JudgedSetError(f"{query.text!r}: {home.name} is said to be right but does not contain it")
    rest = [other for other in found if not any(home.is_(other.name, other.county) for home in query.right)]
    return replace(query, right=(*query.right, *rest), all_containing=False)
