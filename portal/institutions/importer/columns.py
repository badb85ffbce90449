"""What each column of a sheet means, from its (possibly stacked) heading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.institutions.importer.fee_headings import FeeColumn, read_fee_heading
from portal.institutions.importer.vocabulary import (
    GENERIC,
    IGNORED,
    MAY_BE_PERSONAL,
    MOBILE_REASON,
    NEUTRAL_PARENT,
    PERSONAL,
    PERSONAL_REASON,
    groups,
    headings,
    squeeze,
)
from portal.institutions.importer.withheld import withhold

SEVERAL = frozenset(
    {"region", "province", "city", "county", "township", "nature", "operation_mode", "legal_form", "kind"}
)
"""Fields that several columns may speak of."""
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_UNMEANT = re.compile(r"^(其中|其中:|本)")


def _printable(text: str) -> str:
    """Return text without control characters: no database and no terminal bears them."""
    return "".join(ch for ch in text if ch in "\n\t" or unicodedata.category(ch) not in ("Cc", "Cs"))


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's heading: the cells above it, parent first, as written."""

    index: int
    parts: tuple[str, ...]

    @property
    def as_written(self) -> str:
        """The heading as the report names it: ``床位数/其中：护理型``."""
        return withhold("/".join(map(_printable, self.parts)))


@dataclass(frozen=True, slots=True)
class Column:
    """A column that means something: a field's, or a fee's."""

    index: int
    heading: str
    field: str
    fee: FeeColumn | None = None


@dataclass(slots=True)
class Columns:
    """All columns of a sheet, sorted out."""

    known: list[Column] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)

    def of(self, *fields: str) -> list[Column]:
        """Return the columns of these fields, in the order of the sheet."""
        return [column for column in self.known if column.field in fields]

    def one(self, name: str) -> Column | None:
        """Return the column of a field that has one at most."""
        return next((column for column in self.known if column.field == name), None)


FEE = "fee"
FEE_NOTE = "fees_as_written"


def field_of(parts: tuple[str, ...], own: Mapping[str, str]) -> tuple[str, int, FeeColumn | None] | None:
    """Return (field, rank, fee meaning) of a heading, None if nothing is known of it.

    ``own``: squeezed heading → field from a mapping file. The field may also be ``ignored`` or ``personal``.
    """
    words = [word for word in map(squeeze, parts) if word]
    if not words:
        return None
    forms = list(dict.fromkeys(form for word in ("".join(words), words[-1]) for form in _forms(word)))
    for form in (*forms, "/".join(words)):
        if form in own:
            return ("personal" if _publishes_a_person(words, own[form]) else own[form]), -1, None
    parents = words[:-1]
    for parent in reversed(parents):
        for form in _forms(words[-1]):
            for group in _forms(parent):
                if found := groups().get(group, {}).get(form):
                    return found, 0, None
    for form in forms:
        if form in IGNORED:
            return "ignored", 0, None
        if form in headings() and _speaks_for_itself(form, parents):
            name, rank = headings()[form]
            of_a_person = _of_a_person(parents) or (name == "mobile" and _names_a_person(words))
            return (name, rank, None) if not of_a_person else ("personal", 0, None)
    if PERSONAL.search("".join(words)):
        return "personal", 0, None
    if fee := read_fee_heading(words):
        return FEE, 0, fee
    return None


def _forms(word: str) -> list[str]:
    """Return the word, then without what brackets add, then without 「其中」."""
    bare = _BRACKETED.sub("", word)
    return list(dict.fromkeys(form for form in (word, bare, _UNMEANT.sub("", bare)) if form))


def _speaks_for_itself(form: str, parents: list[str]) -> bool:
    """True unless a word like 名称 stands beneath a heading that makes it something else's name."""
    return form not in GENERIC or all(NEUTRAL_PARENT.search(parent) for parent in parents)


def _publishes_a_person(words: list[str], field: str) -> bool:
    """True if a mapping file would publish a column about a person; its numbers may still be a telephone."""
    return field not in MAY_BE_PERSONAL and PERSONAL.search("".join(words)) is not None


def _names_a_person(words: list[str]) -> bool:
    return PERSONAL.search(re.sub(r"手机|移动电话", "", "".join(words))) is not None


def _of_a_person(parents: list[str]) -> bool:
    return any(PERSONAL.search(parent) for parent in parents)


def sort_out(found: list[Heading], own: Mapping[str, str], units_above: str = "") -> Columns:
    """Return what the columns mean; of two columns for one field the better named one is taken."""
    columns = Columns()
    best: dict[object, tuple[int, Column]] = {}
    mobiles: list[Heading] = []
    for heading in found:
        meaning = field_of(heading.parts, own)
        if meaning is None:
            columns.unknown.append(heading.as_written)
            continue
        name, rank, fee = meaning
        if name == "mobile":
            mobiles.append(heading)
        elif name == "personal":
            columns.ignored.append((heading.as_written, PERSONAL_REASON))
        elif name == "ignored":
            columns.ignored.append((heading.as_written, _why_ignored(heading)))
        else:
            _take(columns, best, Column(heading.index, heading.as_written, name, fee), rank)
    has_phone = any(column.field == "phone" for column in columns.known)
    for heading in mobiles:
        if has_phone:
            columns.ignored.append((heading.as_written, MOBILE_REASON))
        else:
            _take(columns, best, Column(heading.index, heading.as_written, "phone"), 99)
    columns.known.sort(key=lambda column: column.index)
    return columns


def _take(columns: Columns, best: dict[object, tuple[int, Column]], column: Column, rank: int) -> None:
    key: object = column.field if column.fee is None else (column.fee.key, column.fee.bound)
    if column.field in SEVERAL or column.field == "other_as_written" or key not in best:
        best.setdefault(key, (rank, column))
        columns.known.append(column)
        return
    held_rank, held = best[key]
    winner, loser = (column, held) if rank < held_rank else (held, column)
    if winner is column:
        columns.known.remove(held)
        columns.known.append(column)
        best[key] = (rank, column)
    columns.ignored.append((loser.heading, f"与“{winner.heading}”说的是同一项，已用那一列"))


def _why_ignored(heading: Heading) -> str:
    for form in _forms(squeeze(heading.parts[-1])):
        if form in IGNORED:
            return IGNORED[form]
    return "按对照文件不收"
