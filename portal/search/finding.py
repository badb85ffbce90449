"""What surfaces ask: answers, suggestions while typing, and ids to be combined with filters.

The index says which records might answer; their sources say which of them are public now, and with what
words. Nothing that is shown comes from the index itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.domain.actor import Scope
from portal.search.explain import Mark, Reason, reasons
from portal.search.ports import MOST_RANKED, Document, Found, Hit, IndexUnavailable, Request, Tier
from portal.search.query import Query, read_query
from portal.search.registry import Search, current_search

__all__ = [
    "Answer",
    "IndexUnavailable",
    "Mark",
    "Reason",
    "Shown",
    "answer",
    "matching_ids",
    "search_generation",
    "suggestions",
]

_MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit that is public now, with its document and why it was found."""

    hit: Hit
    document: Document
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to what was typed. ``did_you_mean``: names one character away, to be offered."""

    query: Query
    found: Found
    shown: tuple[Shown, ...]
    did_you_mean: tuple[str, ...]


def answer(
    typed: str,
    scope: Scope,
    *,
    kind: str | None = None,
    region: str | None = None,
    offset: int = 0,
    limit: int = 20,
    search: Search | None = None,
) -> Answer:
    """Return a page of what answers ``typed``, from ``search`` (default: the portal's own).

    Raises IndexUnavailable.
    """
    search = search or current_search()
    query = read_query(typed)
    asked = Request(query, kind, region, halves=False, offset=offset, limit=limit)
    found = search.backend.find(asked)
    offered = () if _is_written(found) else _did_you_mean(search, scope, query)
    if not _is_answer(found) and not offered:
        found = search.backend.find(replace(asked, halves=True))
    return Answer(query, found, _shown(search, scope, query, found.hits), offered)


def suggestions(typed: str, scope: Scope, limit: int = 8, kind: str | None = None) -> tuple[Shown, ...]:
    """Return the records, of one ``kind`` or all, whose names answer to it. Raises IndexUnavailable."""
    search = current_search()
    query = read_query(typed)
    found = search.backend.find(Request(query, kind=kind, names_only=True, limit=limit))
    return _shown(search, scope, query, found.hits)


def matching_ids(typed: str, kind: str) -> frozenset[int]:
    """Return the ids of all records of a kind that answer ``typed``. Raises IndexUnavailable."""
    backend, query = current_search().backend, read_query(typed)
    meant = backend.similar(query.joined, 1)
    return frozenset(backend.matching(query, kind, halves=not meant))


def best_ids(typed: str, kind: str, limit: int = MOST_RANKED) -> tuple[int, ...]:
    """Return the ids of the records of a kind that answer ``typed`` best, at most ``MOST_RANKED``.

    For lists of which there may be any number. Raises IndexUnavailable.
    """
    backend, query = current_search().backend, read_query(typed)
    asked = Request(query, kind, halves=False, limit=limit)
    hits = backend.find(asked).hits or backend.find(replace(asked, halves=True)).hits
    return tuple(hit.record_id for hit in hits)


def search_generation() -> str:
    """Return a text that changes whenever answers may."""
    return current_search().backend.generation()


def _shown(search: Search, scope: Scope, query: Query, hits: Iterable[Hit]) -> tuple[Shown, ...]:
    documents = _documents(search, scope, hits)
    return tuple(
        Shown(hit, document, reasons(query, document))
        for hit in hits
        if (document := documents.get((hit.kind, hit.record_id))) is not None
    )


def _documents(search: Search, scope: Scope, hits: Iterable[Hit]) -> dict[tuple[str, int], Document]:
    wanted: dict[str, list[int]] = defaultdict(list)
    for hit in hits:
        wanted[hit.kind].append(hit.record_id)
    return {
        (document.kind, document.record_id): document
        for kind, ids in wanted.items()
        if kind in search.sources
        for document in search.sources[kind].documents(scope, ids)
    }


def _is_written(found: Found) -> bool:
    """True if something has what was typed as it was typed (judged by the best hit on the page)."""
    return bool(found.total) and (not found.hits or found.hits[0].tier <= Tier.REST)


def _is_answer(found: Found) -> bool:
    """True if something has what was typed, as written or by its sound."""
    return bool(found.total) and (not found.hits or found.hits[0].tier <= Tier.COUNTY_READING)


def _did_you_mean(search: Search, scope: Scope, query: Query) -> tuple[str, ...]:
    """Return the names that may have been meant: one character away, or of the same sound."""
    hits = search.backend.similar(query.joined, _MOST_OFFERED * 2)
    documents = _documents(search, scope, hits)
    names = (documents[key].name for hit in hits if (key := (hit.kind, hit.record_id)) in documents)
    return tuple(dict.fromkeys(names))[:_MOST_OFFERED]
