"""The only writer of records: every change is a revision with source, as-of day and moment of entry (R14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import joinedload

from portal import clock
from portal.database import Base
from portal.domain.actor import Actor
from portal.domain.bitemporal import Statement, resolve
from portal.domain.errors import FutureFact
from portal.extensions import db
from portal.history.models import Confirmation, DataSet, Revision, SourceDocument
from portal.history.recorded import Recorded, decode, encode, recorded_fields

R = TypeVar("R", bound=Recorded)

WITHDRAWN = "withdrawn"

# Into the tables, not the mapped classes: at 300 000 rows the unit of work's bookkeeping costs half the time.
_INSERT_REVISION = insert(Base.metadata.tables[Revision.__tablename__])
_INSERT_CONFIRMATION = insert(Base.metadata.tables[Confirmation.__tablename__])

_AT_A_TIME = 10_000
"""Ids in one IN list: both databases have their limits."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a statement comes from: the document, the day it is true from, who enters it, and why."""

    source: SourceDocument
    as_of: date
    actor: Actor
    reason: str | None = None


def open_record(record: R, provenance: Provenance) -> R:
    """Enter a new record with everything it states. Flushes, so that the record has its id."""
    _refuse_future(provenance.as_of)
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
    _refuse_future(provenance.as_of)
    model = type(record)
    unknown = set(changes) - set(recorded_fields(model))
    if unknown:
        raise ValueError(f"not recorded fields of {model.__name__}: {sorted(unknown)}")
    _take_turn()
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
        _confirm_fields(record, fresher, provenance.source, provenance.as_of)
    if not stated:
        return False
    entered = [_add_revision(record, provenance, stated)]
    if provenance.reason is None:
        entered += _restate_confirmed(record, history, stated, provenance)
    db.session.flush()
    present = resolve([*history, *map(_statement, entered)])
    for field in stated:
        setattr(record, field, decode(model, field, present[field].values[field]))
    return True


def confirm(record: Recorded, source: SourceDocument) -> None:
    """Note that ``source`` states again what is known of the record."""
    confirm_many(type(record).record_kind, [record.id], source)


def confirm_many(record_kind: str, record_ids: Iterable[int], source: SourceDocument) -> None:
    """Note for many records at once that ``source`` restates what is known of them."""
    _refuse_future(source.as_of)
    moment = clock.now()
    rows = [
        {
            "record_kind": record_kind,
            "record_id": record_id,
            "source_id": source.id,
            "as_of": source.as_of,
            "entered_at": moment,
        }
        for record_id in record_ids
    ]
    if rows:
        _count_change()
        db.session.execute(_INSERT_CONFIRMATION, rows)


def open_many(
    model: type[Recorded],
    rows: Sequence[dict[str, Any]],
    subjects: Sequence[str] | None,
    provenance: Provenance,
) -> list[int]:
    """Enter many new records of one kind in bulk, with their history; return their ids in order.

    ``rows`` hold every column to be set (all with the same keys); ``subjects`` name what each belongs to,
    None where the records are their own subject.
    """
    _refuse_future(provenance.as_of)
    if not rows:
        return []
    _count_change()
    ids = _reserve_ids(model, len(rows))
    db.session.execute(
        insert(model.__table__),  # type: ignore[attr-defined]
        [{**row, "id": record_id} for record_id, row in zip(ids, rows, strict=True)],
    )
    names = subjects if subjects is not None else [f"{model.record_kind}/{record_id}" for record_id in ids]
    facts = recorded_fields(model)
    stated = [{field: encode(row[field]) for field in facts if row.get(field) is not None} for row in rows]
    _insert_revisions(model.record_kind, zip(ids, names, stated, strict=True), provenance)
    return ids


def amend_many(
    model: type[Recorded], changes: Sequence[tuple[int, str, dict[str, Any]]], provenance: Provenance
) -> None:
    """State new present values for many records: (record id, subject, field → value).

    For lists at least as new as what is known of the fields they state; one about the past goes
    through ``amend``. Raises ValueError where that is not so.
    """
    _refuse_future(provenance.as_of)
    _take_turn()
    _refuse_overtaken(model.record_kind, changes, provenance.as_of)
    for record_id, _subject, values in changes:
        db.session.execute(update(model).where(model.id == record_id).values(**values))
    encoded = [
        (record_id, subject, {field: encode(value) for field, value in values.items()})
        for record_id, subject, values in changes
    ]
    _insert_revisions(model.record_kind, encoded, provenance)


def statements(record_kind: str, record_id: int) -> list[Statement]:
    """Return everything ever stated about a record."""
    revisions = db.session.scalars(
        select(Revision).where(Revision.record_kind == record_kind, Revision.record_id == record_id)
    )
    return [_statement(revision) for revision in revisions]


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


def _confirm_fields(record: Recorded, fields: list[str], source: SourceDocument, as_of: date) -> None:
    _count_change()
    db.session.add(
        Confirmation(
            record_kind=type(record).record_kind,
            record_id=record.id,
            source_id=source.id,
            as_of=as_of,
            entered_at=clock.now(),
            fields=fields,
        )
    )


def _statement(revision: Revision) -> Statement:
    return Statement(revision.id, revision.as_of, revision.entered_at, revision.stated)


def _refuse_future(as_of: date) -> None:
    if as_of > clock.today():
        raise FutureFact(f"数据日期{as_of.isoformat()}晚于今天，尚未发生的事不能登记为事实")


def _refuse_overtaken(
    record_kind: str, changes: Sequence[tuple[int, str, dict[str, Any]]], as_of: date
) -> None:
    fields = {record_id: values.keys() for record_id, _subject, values in changes}
    ids = list(fields)
    for start in range(0, len(ids), _AT_A_TIME):
        later = select(Revision.record_id, Revision.stated).where(
            Revision.record_kind == record_kind,
            Revision.record_id.in_(ids[start : start + _AT_A_TIME]),
            Revision.as_of > as_of,
        )
        for record_id, stated in db.session.execute(later):
            if overtaken := fields[record_id] & stated.keys():
                raise ValueError(
                    f"newer than {as_of} is known of {record_kind} {record_id}: {sorted(overtaken)}"
                )


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
    _count_change()
    db.session.add(revision)
    return revision


def _insert_revisions(
    record_kind: str, rows: Iterable[tuple[int, str, dict[str, Any]]], provenance: Provenance
) -> None:
    moment = clock.now()
    revisions = [
        {
            "subject": subject,
            "record_kind": record_kind,
            "record_id": record_id,
            "as_of": provenance.as_of,
            "entered_at": moment,
            "source_id": provenance.source.id,
            "actor": provenance.actor.name,
            "reason": provenance.reason,
            "stated": stated,
        }
        for record_id, subject, stated in rows
    ]
    if revisions:
        _count_change()
        db.session.execute(_INSERT_REVISION, revisions)


def _take_turn() -> None:
    """Wait for other writers before reading what one will build upon; changes nothing.

    Writing the row as it is takes its lock on PostgreSQL and the database's on SQLite, until the commit.
    """
    db.session.execute(update(DataSet).where(DataSet.id == 1).values(version=DataSet.version))


def _reserve_ids(model: type[Recorded], count: int) -> list[int]:
    """Return ids for new rows, in order. Asking an INSERT to return them takes minutes at 40 000 rows.

    PostgreSQL hands them out of the table's sequence; SQLite has one writer at a time, so that the
    highest id cannot move while this transaction, which has begun to write, lasts.
    """
    table = model.__table__  # type: ignore[attr-defined]
    if db.session.connection().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        numbers = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
        return sorted(db.session.scalars(numbers))
    highest = db.session.scalar(select(func.max(table.c.id))) or 0
    return list(range(highest + 1, highest + count + 1))


def _count_change() -> None:
    """Move the data version. Called before revisions are inserted: on PostgreSQL the row's lock lasts to
    the commit, so that ids of revisions grow in the order in which they become visible.
    """
    db.session.execute(update(DataSet).where(DataSet.id == 1).values(version=DataSet.version + 1))
