"""The reading side: what was true, what was shown, and the source line under every block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import joinedload

from portal.domain.bitemporal import Statement, resolve, values_at
from portal.extensions import db
from portal.history import keeper
from portal.history.keeper import WITHDRAWN
from portal.history.models import Confirmation, Revision, SourceDocument, not_retracted
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
        holding = resolve(map(statement_of, own))
        sequences = {s.sequence for f, s in holding.items() if fields is None or f in fields}
        if not sequences:
            return None
        latest = max((by_sequence[s] for s in sequences), key=lambda r: (r.as_of, r.entered_at, r.id))
        own_confirmations = [
            c for c in self.confirmations if c.record_kind == kind and c.record_id == record_id
        ]
        # of several fields the one least recently confirmed: no fresh date over old parts
        confirmed = min(
            last_confirmed(by_sequence[held.sequence], field, own_confirmations)
            for field, held in holding.items()
            if fields is None or field in fields
        )
        return source_line(latest, max(latest.as_of, confirmed))


def statement_of(revision: Revision) -> Statement:
    """Return what a revision states. Its source must have been loaded with it."""
    retracted_at = revision.source.retracted_at
    return Statement(revision.id, revision.as_of, revision.entered_at, revision.stated, retracted_at)


def last_confirmed(revision: Revision, field: str, confirmations: Iterable[Confirmation]) -> date:
    """Return the latest day on which a document stated ``field`` as ``revision`` does.

    A confirmation entered before the revision confirmed something else: what was known then.
    """
    days = (
        c.as_of
        for c in confirmations
        if c.entered_at >= revision.entered_at and c.covers(field) and c.source.retracted_at is None
    )
    return max([revision.as_of, *days])


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
    """What one day's entries changed in one kind of record."""

    record_kind: str
    entries: tuple[tuple[str, str, date], ...]
    """(subject, title of the document, its as-of day), newest first, each once."""
    entered_at: datetime
    """The newest entry."""
    more: bool
    """True where the look back ended within this group: there are more subjects than listed."""


_RECENT = 600
"""Revisions looked back over: enough for a first page, and the same work however long the history."""


def latest_changes(limit: int, record_kinds: Collection[str]) -> list[Change]:
    """Return the newest changes of these kinds of record, one for each day and kind; two queries.

    A record withdrawn since is no news, nor is the document it came from.
    """
    recent = select(Revision).order_by(Revision.id.desc()).limit(_RECENT).subquery()
    query = select(
        recent.c.record_kind,
        recent.c.record_id,
        recent.c.subject,
        recent.c.entered_at,
        SourceDocument.title,
        SourceDocument.as_of,
    ).join(SourceDocument, SourceDocument.id == recent.c.source_id)
    query = query.where(SourceDocument.retracted_at.is_(None))
    # kinds are sorted out here: asked of the database, it would read every revision of them to order them
    rows = sorted(db.session.execute(query), key=lambda row: row.entered_at, reverse=True)
    withdrawn = _withdrawn({(row.record_kind, row.record_id) for row in rows})
    groups: dict[tuple[date, str], list[Any]] = defaultdict(list)
    for row in rows:
        if row.record_kind in record_kinds and (row.record_kind, row.record_id) not in withdrawn:
            groups[row.entered_at.date(), row.record_kind].append(row)
    cut = rows[-1].entered_at.date() if len(rows) == _RECENT else None
    return [
        Change(
            kind,
            tuple(dict.fromkeys((row.subject, row.title, row.as_of) for row in group)),
            group[0].entered_at,
            day == cut,
        )
        for (day, kind), group in list(groups.items())[:limit]
    ]


def _withdrawn(keys: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return those of the records that should never have been entered."""
    if not keys:
        return set()
    query = select(Revision.record_kind, Revision.record_id, Revision.as_of, Revision.stated).where(
        tuple_(Revision.record_kind, Revision.record_id).in_(keys),
        Revision.stated[WITHDRAWN].as_boolean().is_not(None),
        not_retracted(Revision),
    )
    latest = sorted(db.session.execute(query), key=lambda row: row.as_of)
    state = {(row.record_kind, row.record_id): row.stated[WITHDRAWN] for row in latest}
    return {key for key, gone in state.items() if gone}


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


def source_line(revision: Revision, last_confirmed: date) -> SourceLine:
    """Return the line that stands under facts resting on ``revision``."""
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
