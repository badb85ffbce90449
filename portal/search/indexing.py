"""Keep the index in step with the database: take in what changed, build anew, compare and mend.

Every function sees what is committed now through a session of its own, and may be interrupted anywhere: rows
leave the outbox only after the index holds what they asked for, so the worst is that work is done twice.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile

import structlog
from flask import current_app

from portal.domain.actor import PUBLIC
from portal.search import outbox
from portal.search.fingerprint import fingerprint, is_of_this_version
from portal.search.ports import Batch, Document, IndexUnavailable
from portal.search.registry import Follower, Search
from portal.unit_of_work import unit_of_work

Reference = tuple[str, int]
"""Kind and record id."""

_FEW = 2000
"""Changes up to which asking for each record is always cheaper than building the index anew …"""
_PART = 4
"""… and beyond that, up to this part of what the index holds (a quarter)."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Where index and database disagree: records not in the index, held as they no longer are, gone."""

    missing: frozenset[Reference] = frozenset()
    outdated: frozenset[Reference] = frozenset()
    surplus: frozenset[Reference] = frozenset()

    @property
    def all(self) -> frozenset[Reference]:
        """Every record concerned."""
        return self.missing | self.outdated | self.surplus

    def without(self, others: Collection[Reference]) -> Differences:
        """Return the differences that do not concern these records."""
        kept = (group.difference(others) for group in (self.missing, self.outdated, self.surplus))
        return Differences(*kept)

    def both(self, other: Differences) -> Differences:
        """Return what is different in both findings."""
        return self.without(self.all - other.all)

    def __len__(self) -> int:
        return len(self.all)


def keep_up(search: Search) -> int:
    """Take in everything that waits; return the number of rows handled.

    The index is built anew where that is quicker, and where it is missing or damaged though nothing waits.
    """
    handled = 0 if _is_usable(search) else _rebuild(search)[1]
    while (waiting := waiting_now()).count:
        try:
            if waiting.count > most_to_ask_for(search):
                handled += _rebuild(search)[1]
            else:
                handled += drain(search)
        except IndexUnavailable:
            handled += _rebuild(search)[1]
    return handled


def drain(search: Search, limit: int = 500) -> int:
    """Take in the oldest rows of the outbox; return how many were handled.

    The writer's turn comes before the reading: whoever writes later has read later, so that an older
    document never replaces a newer one. Raises IndexUnavailable.
    """
    seen = _entries(limit)
    if not seen:
        return 0
    if any(entry.kind == outbox.EVERYTHING for entry in seen):
        return _rebuild(search)[1]
    with search.backend.writing() as batch:
        entries = list(takewhile(lambda entry: entry.kind != outbox.EVERYTHING, _entries(limit)))
        changed: dict[str, set[int]] = defaultdict(set)
        for entry in entries:
            changed[entry.kind].add(entry.record_id)
        for kind in changed.keys() - search.sources.keys():
            _log().info("search_kind_without_source", kind=kind, records=len(changed[kind]))
        with _fresh_session():
            _bring_up_to_date(search, batch, _touched(search, changed))
    _forget(entry.id for entry in entries)
    return len(entries)


def rebuild(search: Search, progress: Callable[[int], None] | None = None) -> int:
    """Build the index anew beside the old one and swap it in; return the number of documents.

    ``progress`` is called with the number of documents given so far. What changes meanwhile stays in the
    outbox.
    """
    return _rebuild(search, progress)[0]


def ensure(search: Search) -> bool:
    """Build the index if it is missing, damaged or made of other tokens than today's; return True if so."""
    try:
        search.backend.status()
        first = next(search.backend.fingerprints(), None)
        if first is None or is_of_this_version(first[2]):
            return False
    except IndexUnavailable:
        pass
    rebuild(search)
    return True


def compare(search: Search) -> Differences:
    """Return where the index differs from the sources. Changes made meanwhile may count as differences.

    Raises IndexUnavailable.
    """
    held = {(kind, record_id): found for kind, record_id, found in search.backend.fingerprints()}
    missing, outdated = set(), set()
    with _fresh_session():
        for document in _all_documents(search):
            reference = (document.kind, document.record_id)
            found = held.pop(reference, None)
            if found is None:
                missing.add(reference)
            elif found != fingerprint(document):
                outdated.add(reference)
    return Differences(frozenset(missing), frozenset(outdated), frozenset(held))


def reconcile(search: Search) -> Differences:
    """Mend whatever differs from the sources, and return it. Raises IndexUnavailable."""
    found = compare(search)
    if len(found) > most_to_ask_for(search):
        rebuild(search)
    elif found:
        differing: dict[str, set[int]] = defaultdict(set)
        for kind, record_id in found.all:
            differing[kind].add(record_id)
        with search.backend.writing() as batch, _fresh_session():
            _bring_up_to_date(search, batch, differing)
    if found:
        counts = {"missing": found.missing, "outdated": found.outdated, "surplus": found.surplus}
        _log().info("search_reconciled", **{name: len(group) for name, group in counts.items()})
    return found


def waiting_now() -> outbox.Pending:
    """Return how much waits in the outbox, as committed."""
    with _fresh_session():
        return outbox.pending()


def most_to_ask_for(search: Search) -> int:
    """Return the number of changes beyond which the index is built anew. Raises IndexUnavailable."""
    return max(_FEW, search.backend.status().documents // _PART)


def _rebuild(search: Search, progress: Callable[[int], None] | None = None) -> tuple[int, int]:
    """Return the numbers of documents and of outbox rows that are settled with it."""
    started = time.perf_counter()
    with search.backend.rebuilding() as batch:
        settled = [entry.id for entry in _entries(None)]  # read first: what follows can only be newer
        with _fresh_session():
            documents = sorted(_all_documents(search), key=lambda one: (one.order, one.kind, one.record_id))
        batch.put(_counted(documents, progress))
    _forget(settled)
    seconds = round(time.perf_counter() - started, 1)
    _log().info("search_rebuilt", documents=len(documents), seconds=seconds)
    return len(documents), len(settled)


def _is_usable(search: Search) -> bool:
    try:
        search.backend.status()
    except IndexUnavailable:
        return False
    return True


def _touched(search: Search, changed: Mapping[str, set[int]]) -> dict[str, set[int]]:
    """Return by kind the records whose documents may have changed: those that did, and their followers."""
    touched = {kind: set(ids) for kind, ids in changed.items() if kind in search.sources}
    for source in search.sources.values():
        if isinstance(source, Follower):
            for kind, ids in changed.items():
                if followers := source.following(kind, ids):
                    touched.setdefault(source.kind, set()).update(followers)
    return touched


def _bring_up_to_date(search: Search, batch: Batch, wanted: Mapping[str, set[int]]) -> None:
    """Enter these records as their sources have them, and take out those that they no longer have."""
    for kind, ids in wanted.items():
        source = search.sources.get(kind)
        documents = list(source.documents(PUBLIC, ids)) if source is not None else []
        batch.put(documents)
        gone = ids - {document.record_id for document in documents}
        batch.remove((kind, record_id) for record_id in sorted(gone))


def _all_documents(search: Search) -> Iterator[Document]:
    for source in search.sources.values():
        yield from source.documents(PUBLIC)


def _counted(documents: Iterable[Document], progress: Callable[[int], None] | None) -> Iterator[Document]:
    for number, document in enumerate(documents, start=1):
        yield document
        if progress is not None:
            progress(number)


def _entries(limit: int | None) -> list[outbox.Entry]:
    with _fresh_session():
        return list(outbox.take(limit))


def _forget(ids: Iterable[int]) -> None:
    """In a transaction that does nothing else: on SQLite one that has read may not begin to write."""
    with _fresh_session(), unit_of_work():
        outbox.forget(list(ids))


@contextmanager
def _fresh_session() -> Iterator[None]:
    """A session belongs to its application context: a context of our own sees what is committed now."""
    with current_app.app_context():
        yield


def _log() -> structlog.stdlib.BoundLogger:
    found: structlog.stdlib.BoundLogger = structlog.get_logger("search")
    return found
