"""What search takes and gives: documents in, pages of references out, and who provides either."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from portal.domain.actor import Scope

if TYPE_CHECKING:
    from portal.search.query import Query

MOST_RANKED = 1000
"""Hits beyond this are counted at most ("1 000+"), never ranked or paged to."""


class IndexUnavailable(Exception):
    """The index is missing or damaged; the job worker rebuilds it beside and swaps it in."""


class Tier(IntEnum):
    """How well a document answers, best first; within a tier the documents' own order decides."""

    EXACT = 0
    """The name is what was typed."""
    PREFIX = 1
    """The name begins with it."""
    NAME = 2
    """Every word stands in the name."""
    FORMER = 3
    """Every word stands in the name or a former name."""
    NAME_AND_MORE = 4
    """Some word stands in the name, the others elsewhere."""
    REST = 5
    """Words stand in the address, the operator, the services …"""
    READING = 6
    """By pinyin or initials of the name."""
    COUNTY_READING = 7
    """By pinyin or initials of the county."""
    HALVES_IN_NAME = 8
    """The two halves of a word stand apart in the name: county and kind typed in one go."""
    HALVES_NAMED = 9
    """The two halves of a word stand apart, one of them in the name."""
    HALVES = 10
    """The two halves of a word stand apart, neither in the name."""
    SYNONYM = 11
    """Only another word for what was typed was found."""
    HALVES_SYNONYM = 12
    """The two halves stand apart, one of them as another word."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of one public record, as search needs it. Text as written: search normalises it."""

    kind: str
    """The source's kind, which is also the first half of a record's subject: ``institution``."""
    record_id: int
    name: str
    former_names: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    """(field, text), e.g. ``("address", "…")``; the surface knows a Chinese label for each field. What is
    called ``region`` is found by its pinyin too."""
    regions: tuple[str, ...] = ()
    """Codes from the province down to the county."""
    order: str = ""
    """Rank among equals, smaller first: open and filed before closed, better grade, then name. ASCII."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One found record: to be looked up in its source before anything of it is shown."""

    kind: str
    record_id: int
    tier: Tier


@dataclass(frozen=True, slots=True)
class Request:
    """A query with where to look and which hits to give: ``offset`` from 0, at most ``limit``."""

    query: Query
    kind: str | None = None
    region: str | None = None
    names_only: bool = False
    """Look in names, former names and their pinyin alone (suggestions while typing)."""
    halves: bool = True
    """Where nothing has a word as it was typed, look for its halves."""
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits, the total, and counts by kind and by region.

    ``exact`` is False where counting stopped at ``MOST_RANKED``: then total and counts say "at least".
    ``kinds`` are counted under the chosen region, ``regions`` (every level) under the chosen kind.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    exact: bool = True
    kinds: Mapping[str, int] = field(default_factory=dict)
    regions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """The state of an index: documents held, bytes taken, a text that changes with every commit."""

    backend: str
    documents: int
    size: int
    generation: str
    by_kind: Mapping[str, int]


class Source(Protocol):
    """Whoever owns a kind of public record. Registered at wiring."""

    @property
    def kind(self) -> str:
        """The kind of its documents."""
        ...

    def documents(self, scope: Scope, ids: Collection[int] | None = None) -> Iterable[Document]:
        """Return the documents visible in ``scope`` now: of these records, or of all (None)."""
        ...


class Batch(Protocol):
    """One change of the index; nothing of it is seen before the writing ends."""

    def put(self, documents: Iterable[Document]) -> None:
        """Enter documents, each in place of the one of the same kind and record."""
        ...

    def remove(self, references: Iterable[tuple[str, int]]) -> None:
        """Take out (kind, record id); unknown ones are no error."""
        ...


class Backend(Protocol):
    """An index. Reading raises IndexUnavailable; writing is for the job worker and commands alone."""

    name: str

    def find(self, request: Request) -> Found:
        """Return a page of hits."""
        ...

    def matching(self, query: Query, kind: str, *, halves: bool = True) -> Collection[int]:
        """Return the ids of all records of a kind that match, in no order, uncapped: to be combined with
        filters that search knows nothing of."""
        ...

    def similar(self, text: str, limit: int = 5) -> Sequence[Hit]:
        """Return records whose name, or a part of it, is one character away from ``text`` (normalised) or
        sounds the same, best first."""
        ...

    def generation(self) -> str:
        """Return a text that changes whenever answers may: part of every cache key."""
        ...

    def status(self) -> Status:
        """Return what the index holds."""
        ...

    def fingerprints(self) -> Iterator[tuple[str, int, str]]:
        """Yield (kind, record id, fingerprint of the document) for everything held."""
        ...

    def writing(self) -> AbstractContextManager[Batch]:
        """Change the index; one writer at a time, others wait."""
        ...

    def rebuilding(self) -> AbstractContextManager[Batch]:
        """Fill a new index beside the old one, and swap it in at the end."""
        ...
