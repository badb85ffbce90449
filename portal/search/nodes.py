"""What an index is asked for: terms to be combined, and what must then be checked in the text.

Terms carry where they come from: ``n:`` name and ``f:`` former names (stretches of one to three characters),
``d:`` details (one or two), ``p:`` the first one or two characters of the name, ``e:`` the whole name, ``s:``
and ``i:`` how the names sound (syllables, initials), ``ls:`` and ``li:`` how the county does, ``k:`` kind,
``g:`` region.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from portal.search.text import covering_grams

LONGEST_TERM = 60
_MOST_TERMS = 6


class Zone(StrEnum):
    """A part of a document that is searched apart; its value stands before its terms."""

    NAME = "n"
    FORMER = "f"
    DETAILS = "d"
    SOUND = "s"
    """How the name and the former names sound."""
    PLACE_SOUND = "ls"
    """How the county sounds."""


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
    """The documents of ``node`` whose zone holds ``value`` in truth: terms do not say in which order."""

    node: Node
    zone: Zone
    how: How
    value: str


Node = Term | All | Some | Check

NOTHING = Some(())


def longest_gram(zone: Zone) -> int:
    """Return how long the grams of a zone are: names are short and asked for most, so they get three."""
    return 2 if zone is Zone.DETAILS else 3


@lru_cache(maxsize=256)
def in_zone(zone: Zone, run: str) -> Node:
    """Return the documents whose zone has this run of characters."""
    terms = terms_within(zone, run)
    if len(terms) == 1:
        return terms[0]
    return Check(All(terms), zone, How.CONTAINS, run)


def terms_within(zone: Zone, run: str) -> tuple[Term, ...]:
    """Return the terms that a zone with this run must have: of a long run a few from all over it, which
    leave next to nothing to be checked in vain."""
    grams = covering_grams(run, longest_gram(zone))
    last, most = len(grams) - 1, _MOST_TERMS - 1
    if last > most:
        grams = [grams[last * step // most] for step in range(_MOST_TERMS)]
    return tuple(Term(f"{zone}:{gram}") for gram in grams)
