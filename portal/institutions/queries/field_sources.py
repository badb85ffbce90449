"""Which source and which date stand behind each field: never one date over facts of different age (R14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from portal.domain.bitemporal import Statement, resolve
from portal.history.models import Revision
from portal.history.queries import SourceLine, Trail
from portal.history.recorded import Recorded

R = TypeVar("R", bound=Recorded)


@dataclass(frozen=True, slots=True)
class SourcedFields:
    """Fields that rest on one document, with one as-of day and one day of last confirmation.

    ``fields``: (record kind, field) pairs.
    """

    line: SourceLine
    fields: frozenset[tuple[str, str]]


class Sources:
    """The source lines of everything on one institution's page, from its trail; asks no query."""

    def __init__(self, trail: Trail) -> None:
        """Sort the trail by record once."""
        self._revisions: dict[tuple[str, int], list[Revision]] = defaultdict(list)
        self._confirmed: dict[tuple[str, int], list[tuple[date, frozenset[str] | None]]] = defaultdict(list)
        for revision in trail.revisions:
            self._revisions[revision.record_kind, revision.record_id].append(revision)
        for confirmation in trail.confirmations:
            covers = confirmation.source.covers
            self._confirmed[confirmation.record_kind, confirmation.record_id].append(
                (confirmation.as_of, frozenset(covers) if covers is not None else None)
            )

    def of(
        self, records: Recorded | Iterable[Recorded], fields: Collection[str] | None = None
    ) -> tuple[SourcedFields, ...]:
        """Return the lines behind ``fields`` (None: all that hold a value) of the records, newest first."""
        found: dict[tuple[int, date, date], set[tuple[str, str]]] = defaultdict(set)
        behind: dict[int, Revision] = {}
        for record in [records] if isinstance(records, Recorded) else records:
            for field, revision in self._holding(record).items():
                if (fields is not None and field not in fields) or not _says_something(revision, field):
                    continue
                behind[revision.source_id] = revision
                key = (revision.source_id, revision.as_of, self._last_confirmed(record, field, revision))
                found[key].add((revision.record_kind, field))
        lines = [
            SourcedFields(_line(behind[source_id], as_of, confirmed), frozenset(names))
            for (source_id, as_of, confirmed), names in found.items()
        ]
        return tuple(
            sorted(lines, key=lambda sourced: (sourced.line.as_of, len(sourced.fields)), reverse=True)
        )

    def by_record(
        self, records: Iterable[R], fields: Collection[str]
    ) -> tuple[tuple[SourceLine, tuple[R, ...]], ...]:
        """Return the records under the newest line behind ``fields`` of each."""
        found: dict[SourceLine, list[R]] = defaultdict(list)
        for record in records:
            if lines := self.of(record, fields):
                found[lines[0].line].append(record)
        newest_first = sorted(found.items(), key=lambda item: item[0].as_of, reverse=True)
        return tuple((line, tuple(own)) for line, own in newest_first)

    def _holding(self, record: Recorded) -> dict[str, Revision]:
        own = {r.id: r for r in self._revisions.get((type(record).record_kind, record.id), ())}
        statements = (Statement(r.id, r.as_of, r.entered_at, r.stated) for r in own.values())
        return {field: own[statement.sequence] for field, statement in resolve(statements).items()}

    def _last_confirmed(self, record: Recorded, field: str, revision: Revision) -> date:
        days = [
            as_of
            for as_of, covers in self._confirmed.get((type(record).record_kind, record.id), ())
            if covers is None or field in covers
        ]
        return max([revision.as_of, *days])


def _says_something(revision: Revision, field: str) -> bool:
    return field != "withdrawn" and revision.stated[field] is not None


def _line(revision: Revision, as_of: date, last_confirmed: date) -> SourceLine:
    source = revision.source
    return SourceLine(
        title=source.title,
        publisher=source.publisher,
        document_number=source.document_number,
        url=source.url,
        as_of=as_of,
        last_confirmed=last_confirmed,
        entered_at=revision.entered_at,
    )
