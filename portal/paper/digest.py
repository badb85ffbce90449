"""A month's digest (每月汇总) on paper: what its page says, for a notice board or a file (R40)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from portal.paper.engine import typeset


@dataclass(frozen=True, slots=True)
class MovementLine:
    """One line of a table: this month, and the two months it is compared with as they are written."""

    label: str
    now: int
    before: str
    year_ago: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its words."""

    label: str
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Item:
    """One suggestion by its title; ``words``: its voices, or what was done."""

    title: str
    words: str | None


@dataclass(frozen=True, slots=True)
class DigestSheet:
    """Everything that stands on the paper, in its order."""

    title: str
    published: str
    summary: str
    judgement: str
    numbers: tuple[tuple[str, int], ...]
    kinds: tuple[MovementLine, ...]
    places: tuple[MovementLine, ...]
    words: tuple[Bar, ...]
    no_words: str
    most_supported: tuple[Item, ...]
    longest_wished: tuple[Item, ...]
    answered: tuple[Item, ...]
    done: tuple[Item, ...]
    waiting: str
    source: str


def digest_pdf(sheet: DigestSheet, made_on: date, address: str) -> bytes:
    """Return a digest as PDF. ``address``: its page, where links and later editions are."""
    return typeset("digest.typ", {**asdict(sheet), "address": address}, made_on)
