"""The embedded index: Whoosh keeps terms and documents on disk, plans are carried out on its postings.

Whoosh's own scoring looks at every hit in Python; here its postings become sets (``whoosh_segment``), so
that totals and counts are exact and cost next to nothing. See docs/decisions/0011-search.md.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from whoosh import index
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from portal.domain.names import within_one_edit
from portal.search.fingerprint import fingerprint
from portal.search.indexed import lines_of, terms_of
from portal.search.near import one_character_away
from portal.search.nodes import Term, Zone
from portal.search.plan import Plan, Tiers, everything, plan
from portal.search.ports import MOST_RANKED, Document, Found, Hit, IndexUnavailable, Request, Status, Tier
from portal.search.query import Query
from portal.search.whoosh_folder import IndexFolder
from portal.search.whoosh_segment import SegmentView, ranks_of
from portal.search.whoosh_writer import (
    LINE_FIELDS,
    ORDER,
    PLACE,
    REFERENCE,
    SCHEMA,
    STORED,
    TERMS,
    IndexWriter,
    merge_policy,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

_MOST_SIMILAR = 300
_MOST_ANSWERS = 128
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The index as of one commit: its segments and, for each, the documents that count."""

    generation: str
    segments: tuple[tuple[SegmentView, int], ...]
    answers: OrderedDict[Request, Found]


class WhooshBackend:
    """An index in a folder. Any number of processes read it; writers wait for one another."""

    name = "whoosh"

    def __init__(self, root: Path) -> None:
        self._folder = IndexFolder(root)
        self._lock = threading.Lock()
        self._snapshot: _Snapshot | None = None

    def find(self, request: Request) -> Found:
        """Return a page of hits."""
        return self._reading(lambda snapshot: _find_once(snapshot, request))

    def matching(self, query: Query, kind: str, *, halves: bool = True) -> Collection[int]:
        """Return the ids of all records of a kind that match."""

        def read(snapshot: _Snapshot) -> list[int]:
            _, everywhere = _tiers(snapshot, plan(query, halves_too=halves))
            found: list[int] = []
            for (view, _), members in zip(snapshot.segments, everywhere, strict=True):
                found += view.record_ids(members & _filter(view, "k", kind))
            return found

        return self._reading(read) if query else []

    def similar(self, text: str, limit: int = 5) -> Sequence[Hit]:
        """Return records whose name is one character away from ``text``, or sounds the same."""

        def read(snapshot: _Snapshot) -> list[Hit]:
            node = one_character_away(text)
            near: list[tuple[bool, bytes, SegmentView, int]] = []
            for view, live in snapshot.segments:
                for rank in ranks_of(view.members(node) & live)[:_MOST_SIMILAR].tolist():
                    whole = within_one_edit(text, view.text(Zone.NAME, rank))
                    near.append((not whole, view.orders[rank], view, rank))
            near.sort(key=lambda entry: entry[:2])
            return [_hit(view, rank, Tier.NAME) for _, _, view, rank in near[:limit]]

        return self._reading(read) if len(text) >= 3 else []

    def generation(self) -> str:
        """Return the commit in use; "none" while there is no index."""
        try:
            folder = self._folder.current()
            return f"{folder.name}.{_latest(folder)}"
        except (IndexUnavailable, OSError):
            return "none"

    def status(self) -> Status:
        """Return what the index holds; raises IndexUnavailable where reading it failed, now or before."""
        folder = self._folder.current()
        if self._folder.is_damaged(folder):
            raise IndexUnavailable("a reader found the index damaged")
        kinds = self._reading(
            lambda snapshot: Counter(
                {
                    kind: sum(
                        (view.members(Term(f"k:{kind}")) & live).bit_count()
                        for view, live in snapshot.segments
                    )
                    for kind in {kind for view, _ in snapshot.segments for kind in view.kinds}
                }
            )
        )
        by_kind = {kind: count for kind, count in sorted(kinds.items()) if count}
        return Status(self.name, sum(by_kind.values()), self._folder.size(folder), self.generation(), by_kind)

    def fingerprints(self) -> Iterator[tuple[str, int, str]]:
        """Yield (kind, record id, fingerprint) of every document."""
        yield from self._reading(
            lambda snapshot: [
                view.stored(rank) for view, live in snapshot.segments for rank in ranks_of(live).tolist()
            ]
        )

    @contextmanager
    def writing(self) -> Iterator[WhooshBatch]:
        """Change the index in use; nothing of it is seen before the end of the block."""
        with self._folder.locked():
            folder = self._folder.current()
            if self._folder.is_damaged(folder):
                raise IndexUnavailable("the index is damaged")
            with self._damage_marked(folder):
                writer = IndexWriter(index.open_dir(str(folder)))
            try:
                yield WhooshBatch(writer, replacing=True)
            except BaseException:
                writer.cancel()
                raise
            with self._damage_marked(folder):
                writer.commit(mergetype=merge_policy)

    @contextmanager
    def rebuilding(self) -> Iterator[WhooshBatch]:
        """Fill a new index and swap it in at the end; the old one answers meanwhile."""
        with self._folder.locked():
            folder = self._folder.fresh()
            writer = IndexWriter(index.create_in(str(folder), SCHEMA))
            try:
                yield WhooshBatch(writer, replacing=False)
            except BaseException:
                writer.cancel()
                raise
            writer.commit(optimize=True)
            self._folder.swap(folder)

    def _reading(self, read: Callable[[_Snapshot], T]) -> T:
        """Return what ``read`` makes of the index as it is now; one reader of this process at a time.

        An index can be swapped or merged away between two looks at it: then it is read again. What fails
        three times is damaged, and marked so for the worker to rebuild.
        """
        with self._lock:
            for attempt in range(_ATTEMPTS):
                folder = self._folder.current()
                if self._folder.is_damaged(folder):
                    raise IndexUnavailable("the index is damaged")
                try:
                    return read(self._fresh(folder))
                except Exception as problem:  # what a file cut short or overwritten raises is anyone's guess
                    self._snapshot = None
                    if attempt == _ATTEMPTS - 1 and self._folder.current() == folder:
                        log.exception("the search index cannot be read")
                        self._folder.mark_damaged(folder)
                        raise IndexUnavailable("the index is damaged") from problem
            raise IndexUnavailable("the index is being changed")

    def _fresh(self, folder: Path) -> _Snapshot:
        generation = f"{folder.name}.{_latest(folder)}"
        if self._snapshot is None or self._snapshot.generation != generation:
            known = {}
            if self._snapshot is not None:
                known = {view.segment_id: view for view, _ in self._snapshot.segments}
            reader = index.open_dir(str(folder)).reader()
            opened = [leaf for leaf, _ in reader.leaf_readers() if isinstance(leaf, SegmentReader)]
            segments = []
            for leaf in opened:
                view = known.get(leaf.segment().segment_id()) or SegmentView(leaf)
                segments.append((view, view.live(leaf)))
            self._snapshot = _Snapshot(generation, tuple(segments), OrderedDict())
        return self._snapshot

    @contextmanager
    def _damage_marked(self, folder: Path) -> Iterator[None]:
        """What fails while an index is changed is damage, but for a lock not got and a disk that is full."""
        try:
            yield
        except index.LockError:
            raise
        except Exception as problem:
            if isinstance(problem, OSError) and not isinstance(problem, FileNotFoundError):
                raise
            self._folder.mark_damaged(folder)
            raise IndexUnavailable("the index is damaged") from problem


class WhooshBatch:
    """Documents on their way into one commit."""

    def __init__(self, writer: IndexWriter, *, replacing: bool) -> None:
        self._writer = writer
        self._replacing = replacing

    def put(self, documents: Iterable[Document]) -> None:
        """Enter documents, each in place of the one of the same kind and record."""
        enter = self._writer.update_document if self._replacing else self._writer.add_document
        for document in documents:
            lines = lines_of(document)
            values: dict[str, Any] = {
                REFERENCE: [_reference(document.kind, document.record_id)],
                TERMS: terms_of(document, lines),
                ORDER: f"{document.order}/{document.kind}/{document.record_id:010d}".encode(),
                PLACE: "/".join(document.regions).encode(),
                STORED: (document.kind, document.record_id, fingerprint(document)),
            }
            values |= {name: lines.zone(zone).encode() for zone, name in LINE_FIELDS.items()}
            enter(**values)

    def remove(self, references: Iterable[tuple[str, int]]) -> None:
        """Take out (kind, record id); unknown ones are no error."""
        for kind, record_id in references:
            self._writer.delete_by_term(REFERENCE, _reference(kind, record_id))


def _reference(kind: str, record_id: int) -> str:
    return f"{kind}/{record_id}"


def _latest(folder: Path) -> int:
    found: int = index.TOC._latest_generation(FileStorage(str(folder)), index._DEF_INDEX_NAME)
    return found


def _find_once(snapshot: _Snapshot, request: Request) -> Found:
    """Return the answer, from memory if the same was asked of the same commit."""
    found = snapshot.answers.get(request)
    if found is None:
        found = snapshot.answers[request] = _find(snapshot, request)
        if len(snapshot.answers) > _MOST_ANSWERS:
            snapshot.answers.popitem(last=False)
    return found


def _find(snapshot: _Snapshot, request: Request) -> Found:
    if not request.query:
        return Found()
    tiers, everywhere = _tiers(snapshot, plan(request.query, request.names_only, request.halves))
    kinds: Counter[str] = Counter()
    regions: Counter[str] = Counter()
    within = []
    for (view, _), members in zip(snapshot.segments, everywhere, strict=True):
        in_region = members & _filter(view, "g", request.region)
        of_kind = members & _filter(view, "k", request.kind)
        within.append(in_region & of_kind)
        for kind in view.kinds:
            kinds[kind] += (in_region & _filter(view, "k", kind)).bit_count()
        regions.update(view.region_counts(of_kind))
    last = min(MOST_RANKED, request.offset + request.limit)
    return Found(
        tuple(islice(_ranked(tiers, snapshot, within), request.offset, last)),
        sum(members.bit_count() for members in within),
        True,
        {kind: count for kind, count in kinds.items() if count},
        regions,
    )


def _tiers(snapshot: _Snapshot, wanted: Plan) -> tuple[Tiers, list[int]]:
    """Return the tiers that are in force, and what they find in each segment."""

    def found_by(tiers: Tiers) -> list[int]:
        node = everything(tiers)
        return [view.members(node) & live & ~view.members(wanted.refused) for view, live in snapshot.segments]

    tiers = wanted.tiers + wanted.more if any(found_by(wanted.tiers)) else wanted.last_resort
    return tiers, found_by(tiers)


def _filter(view: SegmentView, letter: str, value: str | None) -> int:
    return -1 if value is None else view.members(Term(f"{letter}:{value}"))


def _ranked(tiers: Tiers, snapshot: _Snapshot, within: Sequence[int]) -> Iterator[Hit]:
    """Yield the hits: tier by tier, within one by their own order across the segments."""
    left = list(within)
    for tier, node in tiers:
        streams = []
        for number, (view, _) in enumerate(snapshot.segments):
            if not left[number]:
                continue
            members = view.members(node) & left[number]
            left[number] &= ~members
            streams.append(_in_order(view, members))
        for _, view, rank in merge(*streams, key=lambda entry: entry[0]):
            yield _hit(view, rank, tier)
        if not any(left):
            return


def _in_order(view: SegmentView, members: int) -> Iterator[tuple[bytes, SegmentView, int]]:
    return ((view.orders[rank], view, rank) for rank in ranks_of(members)[:MOST_RANKED].tolist())


def _hit(view: SegmentView, rank: int, tier: Tier) -> Hit:
    kind, record_id, _ = view.stored(rank)
    return Hit(kind, record_id, tier)
