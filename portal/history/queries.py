"""The reading side: what was true, what was shown, and the source line under every block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.database import Moment
from portal.domain.bitemporal import Statement, resolve, values_at
from portal.extensions import db
from portal.history import keeper
from portal.history.models import Confirmation, Revision, SourceDocument
from portal.history.recorded import Recorded, decode


@dataclass(frozen=True, slots=True)
class SourceLine:
    """来源 · 数据日期 · 最近核对 — what stands under a block of facts."""

    title: str
    publisher: str | None
    document_number: str | None
    url: str | None
    as_of: date
    last_confirmed: date
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Trail:
    """Everything stated about the records of one subject, newest first, with their confirmations."""

    revisions: tuple[Revision, ...]
    confirmations: tuple[Confirmation, ...]

    def of(self, record: Recorded, fields: Collection[str] | None = None) -> SourceLine | None:
        """Return the source line for ``fields`` of ``record`` (None: all its facts), or None if unstated."""
        kind, record_id = type(record).record_kind, record.id
        own = [r for r in self.revisions if r.record_kind == kind and r.record_id == record_id]
        by_sequence = {r.id: r for r in own}
        holding = resolve(Statement(r.id, r.as_of, r.entered_at, r.stated) for r in own)
        sequences = {s.sequence for f, s in holding.items() if fields is None or f in fields}
        if not sequences:
            return None
        latest = max((by_sequence[s] for s in sequences), key=lambda r: (r.as_of, r.entered_at, r.id))
        confirmed = [
            c.as_of
            for c in self.confirmations
            if c.record_kind == kind and c.record_id == record_id and _covers(c.source, fields)
        ]
        return _line(latest, max([latest.as_of, *confirmed]))


def trail_of(subjects: Collection[str]) -> dict[str, Trail]:
    """Return the trail of each subject, in two queries however many there are."""
    revisions: dict[str, list[Revision]] = defaultdict(list)
    query = select(Revision).where(Revision.subject.in_(subjects)).options(joinedload(Revision.source))
    for revision in db.session.scalars(query.order_by(Revision.entered_at.desc(), Revision.id.desc())):
        revisions[revision.subject].append(revision)
    owner = {(r.record_kind, r.record_id): subject for subject, rows in revisions.items() for r in rows}
    confirmations: dict[str, list[Confirmation]] = defaultdict(list)
    for confirmation in _confirmations_of(owner):
        key = (confirmation.record_kind, confirmation.record_id)
        confirmations[owner[key]].append(confirmation)
    return {
        subject: Trail(tuple(revisions.get(subject, ())), tuple(confirmations.get(subject, ())))
        for subject in subjects
    }


def state_at(
    record: Recorded, *, true_on: date | None = None, known_at: datetime | None = None
) -> dict[str, Any]:
    """Return the record's fields as true on a day, as known at a moment (R14)."""
    model = type(record)
    values = values_at(keeper.statements(model.record_kind, record.id), true_on=true_on, known_at=known_at)
    return {field: decode(model, field, value) for field, value in values.items()}


@dataclass(frozen=True, slots=True)
class Change:
    """What one document changed in one kind of record: how many subjects, and one of them."""

    record_kind: str
    subjects: int
    a_subject: str
    source_title: str
    as_of: date
    entered_at: datetime


_RECENT = 2_000
"""Revisions looked back over: enough for a first page, and the same work however long the history."""


def latest_changes(limit: int, record_kinds: Collection[str]) -> list[Change]:
    """Return the newest changes of these kinds of record, grouped by document and kind; one query."""
    recent = (
        select(Revision)
        .where(Revision.record_kind.in_(record_kinds))
        .order_by(Revision.id.desc())
        .limit(_RECENT)
        .subquery()
    )
    newest = func.max(recent.c.entered_at, type_=Moment)
    query = (
        select(
            recent.c.record_kind,
            func.count(recent.c.subject.distinct()),
            func.max(recent.c.subject),
            SourceDocument.title,
            SourceDocument.as_of,
            newest,
        )
        .join(SourceDocument, SourceDocument.id == recent.c.source_id)
        .group_by(recent.c.record_kind, recent.c.source_id, SourceDocument.title, SourceDocument.as_of)
        .order_by(newest.desc(), recent.c.record_kind)
        .limit(limit)
    )
    return [Change(*row) for row in db.session.execute(query)]


def _confirmations_of(keys: Iterable[tuple[str, int]]) -> list[Confirmation]:
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, record_id in keys:
        by_kind[kind].append(record_id)
    if not by_kind:
        return []
    of_records = or_(
        *(
            and_(Confirmation.record_kind == kind, Confirmation.record_id.in_(ids))
            for kind, ids in by_kind.items()
        )
    )
    query = select(Confirmation).where(of_records).options(joinedload(Confirmation.source))
    return list(db.session.scalars(query))


def _covers(source: SourceDocument, fields: Collection[str] | None) -> bool:
    return fields is None or source.covers is None or not set(source.covers).isdisjoint(fields)


def _line(revision: Revision, last_confirmed: date) -> SourceLine:
    source = revision.source
    return SourceLine(
        title=source.title,
        publisher=source.publisher,
        document_number=source.document_number,
        url=source.url,
        as_of=revision.as_of,
        last_confirmed=last_confirmed,
        entered_at=revision.entered_at,
    )
