"""How documents are written into a Whoosh index: ready-made terms, sorted in memory.

Nothing here is scored, so weights, positions and lengths are left out. Whoosh's own pool sorts one tuple
for each of millions of postings, through files; a list of document numbers for each term takes a fifth of
the time.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from whoosh import columns, fields
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from portal.search.nodes import Zone

TERMS, REFERENCE, ORDER, PLACE, STORED = "terms", "reference", "order", "place", "stored"
"""The fields: terms of a plan, kind/id, rank, regions joined by a slash, kind, id and fingerprint."""

LINE_FIELDS = {
    Zone.NAME: "name_line",
    Zone.FORMER: "former_line",
    Zone.DETAILS: "details_line",
    Zone.SOUND: "sound_line",
    Zone.PLACE_SOUND: "place_sound_line",
}
"""Zone → the column that holds its text."""

_SMALL_SEGMENTS = 8
_LOCK_SECONDS = 5
_BLOCK = 4096

Posting = tuple[str, bytes, int, float, bytes]


class ReadyTerms(fields.ID):  # type: ignore[misc]
    """A field whose value is the list of its terms."""

    def index(self, value: Iterable[str], **_: Any) -> list[tuple[bytes, int, float, bytes]]:
        """Return (term, frequency, weight, payload) as Whoosh wants them."""
        return [(term.encode("utf-8", "replace"), 1, 1.0, b"") for term in value]


class LongBlocks(W3Codec):  # type: ignore[misc]
    """Whoosh's own codec with blocks of 4 096 postings, not 128, and no lengths of fields."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=_BLOCK)


SCHEMA = fields.Schema(
    **{
        REFERENCE: ReadyTerms(unique=True),
        TERMS: ReadyTerms(),
        ORDER: fields.COLUMN(columns.VarBytesColumn()),
        PLACE: fields.COLUMN(columns.RefBytesColumn()),
        STORED: fields.STORED(),
        **{name: fields.COLUMN(columns.VarBytesColumn()) for name in LINE_FIELDS.values()},
    }
)


class TermPool:
    """Postings on their way into a segment, by field and term."""

    def __init__(self) -> None:
        self._postings: dict[str, dict[bytes, array[int]]] = defaultdict(lambda: defaultdict(_numbers))

    def add(self, posting: Posting) -> None:
        """Take one posting; documents come in ascending order."""
        self._postings[posting[0]][posting[1]].append(posting[2])

    def iter_postings(self) -> Iterator[Posting]:
        """Yield everything by field, term and document."""
        for name in sorted(self._postings):
            terms = self._postings[name]
            for term in sorted(terms):
                for number in terms[term]:
                    yield name, term, number, 1.0, b""

    def cleanup(self) -> None:
        """Let go of everything."""
        self._postings.clear()


def _numbers() -> array[int]:
    return array("I")


class IndexWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer with our codec and pool. One at a time: waits five seconds for another's lock."""

    def __init__(self, opened: FileIndex) -> None:
        super().__init__(opened, timeout=_LOCK_SECONDS, codec=LongBlocks())
        self.pool = TermPool()


def merge_policy(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Return the segments to be left as they are; merge the others into the one being written.

    Many small ones become one; all become one when a fifth is deleted. Whoosh's own policy leaves dozens
    of segments after as many commits.
    """
    total = sum(segment.doc_count_all() for segment in segments)
    deleted = sum(segment.deleted_count() for segment in segments)
    small = [segment for segment in segments if segment.doc_count_all() * 10 <= total]
    if deleted * 5 > total:
        merged = segments
    elif len(small) > _SMALL_SEGMENTS:
        merged = small
    else:
        return segments
    for segment in merged:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in merged]
