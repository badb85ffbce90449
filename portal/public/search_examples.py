"""What to type, shown on the empty search page: taken from the list itself, so that each finds something."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import standing
from portal.public.formatting import level_name
from portal.search.readings import readings_of
from portal.search.text import normalise

_TAIL = re.compile(
    r"(养老服务有限公司|养老服务中心|养老院|敬老院|福利院|社会福利院|护理院|养护院|老年公寓|颐养院|安养院|"
    r"照护中心|养护中心|养老中心|服务中心|公寓|有限公司)$"
)
_STREET = re.compile(r"(?:[镇乡区县市]|街道)([^镇乡区县市道\W\d_a-zA-Z]{1,4}(?:路|街|巷))(?=\d)")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,5}")
_TRIED = 200
"""Homes looked at, the best placed first, until each sort of example is found."""


@dataclass(frozen=True, slots=True)
class Example:
    """Something to type, and what sort of thing it is."""

    words: str
    what: str


def examples(listed: Catalogue) -> tuple[Example, ...]:
    """Return one example of each sort that the loaded data has; none where it has no institution."""
    return listed.derived("search examples", lambda made: tuple(_examples(made)))


def _examples(listed: Catalogue) -> Iterator[Example]:
    best = sorted((entry for entry in listed.entries if entry.open_now), key=standing)[:_TRIED]
    if called := next(filter(None, (_own_name(listed, entry) for entry in best)), None):
        yield Example(called, "名字里的两三个字")
        yield from _sounds(called)
    if best:
        label, kind = _place_and_kind(best)
        yield Example(f"{label} {kind}".strip(), "地区和类型，中间空一格" if kind else "地区")
    streets = (match[1] for entry in best if (match := _STREET.search(entry.address or "")))
    if street := next(streets, None):
        yield Example(street, "路名、街道")
    if any("dementia" in entry.takes for entry in listed.entries):
        yield Example("失智", "要什么照护")
    if level := next((e.grade.level for e in best if e.grade and e.grade.in_force and e.grade.level), None):
        yield Example(f"{best[0].region_label} {level_name(level)}", "地区和等级")


def _own_name(listed: Catalogue, entry: Entry) -> str | None:
    """Return what tells a home's name apart: without its place and without what every home is called."""
    name = entry.name
    places = [*listed.regions.ancestors(entry.region_code), listed.regions.get(entry.region_code)]
    for place in filter(None, places):
        for written in (place.name, place.name[:-1]):
            name = name.removeprefix(written) if len(written) > 1 else name
    short = _TAIL.sub("", name)
    return short if _HAN.fullmatch(short) and len(set(short)) == len(short) else None


def _sounds(name: str) -> Iterator[Example]:
    heard = [options[0] for options in readings_of(normalise(name)) if options]
    if len(heard) == len(name):
        yield Example("".join(heard), "拼音")
        yield Example("".join(syllable[0] for syllable in heard), "拼音的第一个字母")


def _place_and_kind(best: list[Entry]) -> tuple[str, str]:
    label, _ = Counter(entry.region_label for entry in best).most_common(1)[0]
    tails = Counter(
        match.group()
        for entry in best
        if entry.region_label == label and (match := _TAIL.search(entry.name)) and len(match.group()) == 3
    )
    return label, tails.most_common(1)[0][0] if tails else ""
