"""The only writer of records: every change is a revision with source, as-of day and moment of entry (R14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal import clock
from portal.domain.actor import Actor
from portal.domain.bitemporal import Statement, resolve
from portal.domain.errors import FutureFact
from portal.extensions import db
from portal.history.models import Confirmation, DataSet, Revision, SourceDocument, not_retracted
from portal.history.recorded import Recorded, decode, encode, recorded_fields
from portal.search.outbox import note_changed

R = TypeVar("R", bound=Recorded)

WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a statement comes from: the document, the day it is true from, who enters it, and why."""

    source: SourceDocument
    as_of: date
    actor: Actor
    reason: str | None = None


def open_record(record: R, provenance: Provenance) -> R:
    """Enter a new record with everything it states. Flushes, so that the record has its id."""
    refuse_future(provenance.as_of)
    db.session.add(record)
    db.session.flush()
    stated = {field: encode(getattr(record, field)) for field in recorded_fields(type(record))}
    del stated[WITHDRAWN]  # an opening says nothing of withdrawal, so that one may reach back before it
    _add_revision(record, provenance, {field: value for field, value in stated.items() if value is not None})
    db.session.flush()
    return record


def amend(record: Recorded, changes: Mapping[str, Any], provenance: Provenance) -> bool:
    """State new values for fields of a record; return False if that says nothing new.

    A statement about the past (``as_of`` before a later one of the same field) is entered in the
    history and leaves the present as it is: the row always shows what the revisions resolve to. Fields
    whose value was already known to hold are confirmed by the source.
    """
    refuse_future(provenance.as_of)
    model = type(record)
    unknown = set(changes) - set(recorded_fields(model))
    if unknown:
        raise ValueError(f"not recorded fields of {model.__name__}: {sorted(unknown)}")
    take_turn()
    history = statements(model.record_kind, record.id)
    held_then = resolve(history, true_on=provenance.as_of)
    said = {field: encode(value) for field, value in changes.items()}
    known = {field: held_then[field] for field in said if field in held_then}
    restated = [field for field, held in known.items() if held.values[field] == said[field]]
    stated = {
        field: value
        for field, value in said.items()
        if field not in restated and (field in known or value is not None)
    }
    fresher = [field for field in restated if known[field].as_of < provenance.as_of]
    if fresher:
        _confirm_fields(record, fresher, provenance.source)
    if not stated:
        return False
    entered = [_add_revision(record, provenance, stated)]
    if provenance.reason is None:
        entered += _restate_confirmed(record, history, stated, provenance)
    db.session.flush()
    present = resolve([*history, *map(_statement, entered)])
    for field in stated:
        setattr(record, field, decode(model, field, present[field].values[field]))
    db.session.flush()
    return True


def confirm(record: Recorded, source: SourceDocument) -> None:
    """Note that ``source`` states again what is known of the record."""
    _confirm_fields(record, None, source)


def statements(record_kind: str, record_id: int) -> list[Statement]:
    """Return everything ever stated about a record."""
    revisions = db.session.execute(
        select(Revision, SourceDocument.retracted_at)
        .join(SourceDocument, SourceDocument.id == Revision.source_id)
        .where(Revision.record_kind == record_kind, Revision.record_id == record_id)
    )
    return [_statement(revision, retracted_at) for revision, retracted_at in revisions]


def _restate_confirmed(
    record: Recorded, history: list[Statement], stated: dict[str, Any], provenance: Provenance
) -> list[Revision]:
    """Let an old list entered late change only the past: what a newer list confirmed since stays true.

    A correction (it gives a reason) is different: it says that what was confirmed was wrong as well.
    """
    query = (
        select(Confirmation)
        .where(
            Confirmation.record_kind == type(record).record_kind,
            Confirmation.record_id == record.id,
            Confirmation.as_of > provenance.as_of,
            not_retracted(Confirmation),
        )
        .options(joinedload(Confirmation.source))
        .order_by(Confirmation.as_of)
    )
    restated: list[Revision] = []
    remaining = set(stated) - {WITHDRAWN}
    for confirmation in db.session.scalars(query):
        held = resolve(history, true_on=confirmation.as_of)
        # what the document said is what was known to hold when it was entered: later corrections were not
        said = resolve(history, true_on=confirmation.as_of, known_at=confirmation.entered_at)
        values = {
            field: held[field].values[field]
            for field in sorted(remaining)
            if field in said
            and confirmation.covers(field)
            and held[field].as_of <= provenance.as_of
            and held[field].values[field] == said[field].values[field]
        }
        if values:
            source = Provenance(confirmation.source, confirmation.as_of, provenance.actor)
            restated.append(_add_revision(record, source, values))
            remaining -= values.keys()
    return restated


def _confirm_fields(record: Recorded, fields: list[str] | None, source: SourceDocument) -> None:
    refuse_future(source.as_of)
    count_change()
    db.session.add(
        Confirmation(
            record_kind=type(record).record_kind,
            record_id=record.id,
            source_id=source.id,
            as_of=source.as_of,
            entered_at=clock.now(),
            fields=fields,
        )
    )


def _statement(revision: Revision, retracted_at: datetime | None = None) -> Statement:
    return Statement(revision.id, revision.as_of, revision.entered_at, revision.stated, retracted_at)


def refuse_future(as_of: date) -> None:
    if as_of > clock.today():
        raise FutureFact(f"数据日期{as_of.isoformat()}晚于今天，尚未发生的事不能登记为事实")


def _add_revision(record: Recorded, provenance: Provenance, stated: dict[str, Any]) -> Revision:
    revision = Revision(
        subject=record.subject(),
        record_kind=type(record).record_kind,
        record_id=record.id,
        as_of=provenance.as_of,
        entered_at=clock.now(),
        source_id=provenance.source.id,
        actor=provenance.actor.name,
        reason=provenance.reason,
        stated=stated,
    )
    count_change()
    db.session.add(revision)
    note_changed([revision.subject])
    return revision


def take_turn() -> None:
    """Wait for other writers before reading what one will build upon; changes nothing.

    Writing the row as it is takes its lock on PostgreSQL and the database's on SQLite, until the commit.
    """
    db.session.execute(update(DataSet).where(DataSet.id == 1).values(version=DataSet.version))


def count_change() -> None:
    """Move the data version. Called before revisions are inserted: on PostgreSQL the row's lock lasts to
    the commit, so that ids of revisions grow in the order in which they become visible.
    """
    db.session.execute(update(DataSet).where(DataSet.id == 1).values(version=DataSet.version + 1))
