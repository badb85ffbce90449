"""The embedded index: Whoosh keeps terms and documents on disk, plans are carried out on its postings.

Whoosh's own scoring looks at every hit in Python; here its postings become sets (``whoosh_segment``), so
that totals and counts are exact and cost next to nothing. See docs/decisions/0011-search.md.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
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
from portal.search.plan import plan
from portal.search.ports import Document, Found, Hit, IndexUnavailable, Request, Status, Tier
from portal.search.query import Query
from portal.search.whoosh_answers import Snapshot, filtered, find_once, hit_of, tiers_in_force
from portal.search.whoosh_folder import IndexFolder, opened
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
_ATTEMPTS = 3


class WhooshBackend:
    """An index in a folder. Any number of processes read it; writers wait for one another."""

    name = "whoosh"

    def __init__(self, root: Path) -> None:
        self._folder = IndexFolder(root)
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def find(self, request: Request) -> Found:
        """Return a page of hits."""
        return self._reading(lambda snapshot: find_once(snapshot, request))

    def matching(self, query: Query, kind: str, *, halves: bool = True) -> Collection[int]:
        """Return the ids of all records of a kind that match."""

        def read(snapshot: Snapshot) -> list[int]:
            _, everywhere = tiers_in_force(snapshot, plan(query, halves_too=halves))
            found: list[int] = []
            for (view, _), members in zip(snapshot.segments, everywhere, strict=True):
                found += view.record_ids(members & filtered(view, "k", kind))
            return found

        return self._reading(read) if query else []

    def similar(self, text: str, limit: int = 5) -> Sequence[Hit]:
        """Return records whose name is one character away from ``text``, or sounds the same."""

        def read(snapshot: Snapshot) -> list[Hit]:
            node = one_character_away(text)
            near: list[tuple[bool, bytes, SegmentView, int]] = []
            for view, live in snapshot.segments:
                for rank in ranks_of(view.members(node) & live)[:_MOST_SIMILAR].tolist():
                    whole = within_one_edit(text, view.text(Zone.NAME, rank))
                    near.append((not whole, view.orders[rank], view, rank))
            near.sort(key=lambda entry: entry[:2])
            return [hit_of(view, rank, Tier.NAME) for _, _, view, rank in near[:limit]]

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
            with ExitStack() as files:
                with self._damage_marked(folder):
                    writer = IndexWriter(files.enter_context(opened(folder)))
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

    def _reading(self, read: Callable[[Snapshot], T]) -> T:
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
                        if _is_damage(problem):
                            self._folder.mark_damaged(folder)
                        raise IndexUnavailable("the index is damaged") from problem
            raise IndexUnavailable("the index is being changed")

    def _fresh(self, folder: Path) -> Snapshot:
        generation = f"{folder.name}.{_latest(folder)}"
        if self._snapshot is None or self._snapshot.generation != generation:
            known = {}
            if self._snapshot is not None:
                known = {view.segment_id: view for view, _ in self._snapshot.segments}
            segments = []
            with opened(folder) as whole:
                for leaf, _ in whole.reader().leaf_readers():
                    if isinstance(leaf, SegmentReader):  # an empty index has a reader of another kind
                        view = known.get(leaf.segment().segment_id()) or SegmentView(leaf)
                        segments.append((view, view.live(leaf)))
            self._snapshot = Snapshot(generation, tuple(segments), OrderedDict())
        return self._snapshot

    @contextmanager
    def _damage_marked(self, folder: Path) -> Iterator[None]:
        """What fails while an index is changed is damage, but for a lock not got and what is no damage."""
        try:
            yield
        except index.LockError:
            raise
        except Exception as problem:
            if not _is_damage(problem):
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


def _is_damage(problem: Exception) -> bool:
    """False for what the machine lacks at the moment: room on the disk, memory, files that may be open."""
    if isinstance(problem, OSError):
        return isinstance(problem, FileNotFoundError)
    return not isinstance(problem, MemoryError)


def _reference(kind: str, record_id: int) -> str:
    return f"{kind}/{record_id}"


def _latest(folder: Path) -> int:
    found: int = index.TOC._latest_generation(FileStorage(str(folder)), index._DEF_INDEX_NAME)
    return found
