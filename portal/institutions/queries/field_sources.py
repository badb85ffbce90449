"""Which source and which date stand behind each field: never one date over facts of different age (R14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from portal.domain.bitemporal import resolve
from portal.history.models import Confirmation, Revision
from portal.history.queries import SourceLine, Trail, last_confirmed, source_line, statement_of
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
        self._confirmed: dict[tuple[str, int], list[Confirmation]] = defaultdict(list)
        for revision in trail.revisions:
            self._revisions[revision.record_kind, revision.record_id].append(revision)
        for confirmation in trail.confirmations:
            self._confirmed[confirmation.record_kind, confirmation.record_id].append(confirmation)

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
                confirmations = self._confirmed.get((type(record).record_kind, record.id), ())
                key = (revision.source_id, revision.as_of, last_confirmed(revision, field, confirmations))
                found[key].add((revision.record_kind, field))
        lines = [
            SourcedFields(replace(source_line(behind[source_id], confirmed), as_of=as_of), frozenset(names))
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
        holding = resolve(map(statement_of, own.values()))
        return {field: own[statement.sequence] for field, statement in holding.items()}


def _says_something(revision: Revision, field: str) -> bool:
    return field != "withdrawn" and revision.stated[field] is not None
