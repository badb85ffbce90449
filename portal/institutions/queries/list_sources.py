"""Source lines for the rows of lists, read by record: a home's whole history is not loaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.history.models import Confirmation, Revision, SourceDocument
from portal.history.queries import SourceLine, Trail
from portal.history.recorded import Recorded


@dataclass(frozen=True, slots=True)
class BriefSource:
    """The source of a record as one cell of a file gives it."""

    title: str
    as_of: date


def lines_of(records: Sequence[Recorded]) -> dict[int, SourceLine]:
    """Return the source line of each record by its id, in two queries; the records are of one kind."""
    if not records:
        return {}
    kind, ids = records[0].record_kind, [record.id for record in records]
    revisions: dict[int, list[Revision]] = defaultdict(list)
    stated = (
        select(Revision)
        .where(Revision.record_kind == kind, Revision.record_id.in_(ids))
        .options(joinedload(Revision.source))
    )
    for revision in db.session.scalars(stated):
        revisions[revision.record_id].append(revision)
    confirmations: dict[int, list[Confirmation]] = defaultdict(list)
    restated = (
        select(Confirmation)
        .where(Confirmation.record_kind == kind, Confirmation.record_id.in_(ids))
        .options(joinedload(Confirmation.source))
    )
    for confirmation in db.session.scalars(restated):
        confirmations[confirmation.record_id].append(confirmation)
    lines: dict[int, SourceLine] = {}
    for record in records:
        trail = Trail(tuple(revisions[record.id]), tuple(confirmations[record.id]))
        if (line := trail.of(record)) is not None:
            lines[record.id] = line
    return lines


def brief_sources(record_kind: str) -> dict[int, BriefSource]:
    """Return, for every record of a kind, the document that spoke of it last: one query, for downloads."""
    query = (
        select(Revision.record_id, SourceDocument.title, Revision.as_of)
        .join(SourceDocument, Revision.source_id == SourceDocument.id)
        .where(Revision.record_kind == record_kind, SourceDocument.retracted_at.is_(None))
        .order_by(Revision.as_of, Revision.entered_at, Revision.id)
    )
    return {record_id: BriefSource(title, as_of) for record_id, title, as_of in db.session.execute(query)}


def document_numbers(record_kind: str, ids: Collection[int] | None = None) -> dict[int, tuple[str, ...]]:
    """Return, for these records of a kind (None: all), the numbers of the documents that spoke of them."""
    query = (
        select(Revision.record_id, SourceDocument.document_number)
        .join(SourceDocument, Revision.source_id == SourceDocument.id)
        .where(
            Revision.record_kind == record_kind,
            SourceDocument.document_number.is_not(None),
            SourceDocument.retracted_at.is_(None),
        )
        .order_by(Revision.id)
    )
    if ids is not None:
        query = query.where(Revision.record_id.in_(ids))
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for record_id, number in db.session.execute(query):
        if number:
            found[record_id][number] = None
    return {record_id: tuple(numbers) for record_id, numbers in found.items()}
