"""One segment of a Whoosh index as sets of documents: bit n is the document of rank n.

A segment never changes once written (deletions apart), so what was read of it stays true: sets are kept
in memory, least used first out. Sets are whole numbers: AND, OR and counting run at memory speed.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.reading import SegmentReader

from portal.search.nodes import All, Check, How, Node, Some, Term, Zone
from portal.search.whoosh_writer import LINE_FIELDS, ORDER, PLACE, STORED, TERMS

_MOST_KEPT_BYTES = 32 * 1024 * 1024
_KEY_BYTES = 300

_Key = str | tuple[str, str, str, int]

Numbers = npt.NDArray[np.int64]


class SegmentView:
    """The documents of one segment, ranked by their own order."""

    def __init__(self, reader: SegmentReader) -> None:
        self.reader = reader
        self.segment_id = reader.segment().segment_id()
        self.size: int = reader.doc_count_all()
        orders = self._column(ORDER)
        self._documents = np.array(sorted(range(self.size), key=orders.__getitem__), dtype=np.int64)
        """Rank → number of the document in the segment."""
        self.orders: list[bytes] = [orders[number] for number in self._documents]
        self._ranks = np.empty(self.size, dtype=np.int64)
        self._ranks[self._documents] = np.arange(self.size)
        self.kinds = [term.decode()[2:] for term in reader.expand_prefix(TERMS, "k:")]
        self._texts: dict[Zone, list[str]] = {}
        self._kept: OrderedDict[_Key, int] = OrderedDict()
        self._kept_bytes = 0

    def live(self, reader: SegmentReader) -> int:
        """Return the documents that ``reader``, which may be newer than this view, has not deleted."""
        everything = (1 << self.size) - 1
        gone = np.array(list(reader.segment().deleted_docs()), dtype=np.int64)
        return everything & ~_members(self._ranks[gone], self.size)

    def stored(self, rank: int) -> tuple[str, int, str]:
        """Return kind, record id and fingerprint of a document."""
        found: tuple[str, int, str] = self.reader.stored_fields(int(self._documents[rank]))[STORED]
        return found

    def record_ids(self, members: int) -> list[int]:
        """Return the record ids of some documents."""
        found: list[int] = self._record_ids[ranks_of(members)].tolist()
        return found

    def text(self, zone: Zone, rank: int) -> str:
        """Return the normalised text of a zone."""
        return self._zone(zone)[rank]

    def region_counts(self, members: int) -> dict[str, int]:
        """Return how many members each region has, counties as well as what they lie in."""
        codes, levels = self._regions
        ranks = ranks_of(members)
        counts = np.zeros(len(codes), dtype=np.int64)
        for level in levels:
            counts += np.bincount(level[ranks], minlength=len(codes))
        counts[0] = 0
        found = np.flatnonzero(counts)
        return {codes[index]: number for index, number in zip(found, counts[found].tolist(), strict=True)}

    def members(self, node: Node) -> int:
        """Return the documents of a plan's node."""
        match node:
            case All(nodes):
                found = -1
                for part in nodes:
                    found &= self.members(part)
                    if not found:
                        break
                return found
            case Some(nodes):
                found = 0
                for part in nodes:
                    found |= self.members(part)
                return found
        key = _key(node)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        found = self._with_term(node.term) if isinstance(node, Term) else self._checked(node)
        self._keep(key, found)
        return found

    def _with_term(self, term: str) -> int:
        if (TERMS, term) not in self.reader:
            return 0
        return _members(self._ranks[_documents_with(self.reader, term)], self.size)

    def _checked(self, check: Check) -> int:
        candidates = ranks_of(self.members(check.node))
        if not len(candidates):
            return 0
        texts = self._zone(check.zone)
        holds = _test(check.how, check.value)
        kept = [rank for rank in candidates.tolist() if holds(texts[rank])]
        return _members(np.array(kept, dtype=np.int64), self.size)

    def _zone(self, zone: Zone) -> list[str]:
        if zone not in self._texts:
            texts = self._column(LINE_FIELDS[zone])
            self._texts[zone] = [texts[number].decode() for number in self._documents]
        return self._texts[zone]

    @cached_property
    def _record_ids(self) -> Numbers:
        """Rank → record id: the last part of a document's order."""
        return np.array([int(order.rsplit(b"/", 1)[1]) for order in self.orders], dtype=np.int64)

    @cached_property
    def _regions(self) -> tuple[list[str], list[Numbers]]:
        """All region codes (the first stands for none) and, level by level, which one each rank lies in."""
        known: dict[bytes, list[int]] = {}
        index_of: dict[str, int] = {"": 0}
        paths = self._column(PLACE)
        for path in dict.fromkeys(paths):
            codes = path.decode().split("/") if path else []
            known[path] = [index_of.setdefault(code, len(index_of)) for code in codes]
        depth = max(map(len, known.values()), default=0)
        padded = {path: indexes + [0] * (depth - len(indexes)) for path, indexes in known.items()}
        table = np.array([padded[paths[number]] for number in self._documents], dtype=np.int64)
        return list(index_of), [table[:, level] for level in range(depth)] if self.size else []

    def _column(self, name: str) -> list[bytes]:
        return list(self.reader.column_reader(name)) if self.size else []

    def _keep(self, key: _Key, found: int) -> None:
        self._kept[key] = found
        self._kept_bytes += _weight(key, found)
        while self._kept_bytes > _MOST_KEPT_BYTES:
            self._kept_bytes -= _weight(*self._kept.popitem(last=False))


def _key(node: Term | Check) -> _Key:
    """Return what a node's set is kept under: plain texts and numbers, for a long word's node is a thousand
    objects, and Python's collector would walk through all that are kept, again and again."""
    if isinstance(node, Term):
        return node.term
    return node.zone.value, node.how.value, node.value, hash(node.node)


def _weight(key: _Key, found: int) -> int:
    """Return roughly the bytes that a set takes with its key."""
    typed = key if isinstance(key, str) else key[2]
    return _KEY_BYTES + 2 * len(typed) + found.bit_length() // 8


def ranks_of(members: int) -> Numbers:
    """Return the members of a set, ascending."""
    packed = np.frombuffer(members.to_bytes((members.bit_length() + 7) // 8, "little"), dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(packed, bitorder="little"))


def _members(ranks: Numbers, size: int) -> int:
    bits = np.zeros(size, dtype=np.uint8)
    bits[ranks] = 1
    return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")


def _documents_with(reader: SegmentReader, term: str) -> Numbers:
    """Return the documents of a term. Whoosh's own iterator hands them out one by one: a block holds
    4 096 of them as differences, which are summed up at once.
    """
    matcher = reader.postings(TERMS, term)
    if not isinstance(matcher, W3LeafMatcher):  # a segment with deletions filters its postings
        return np.fromiter(matcher.all_ids(), dtype=np.int64)
    blocks = []
    while matcher.is_active():
        matcher._read_data()
        blocks.append(np.cumsum(np.array(matcher._data[0], dtype=np.int64)))
        matcher._next_block()
    return np.concatenate(blocks)


def _test(how: How, value: str) -> Callable[[str], object]:
    match how:
        case How.CONTAINS:
            return lambda text: value in text
        case How.STARTS:
            return lambda text: text.startswith(value)
        case How.PATTERN:
            return _compiled(value).search


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
