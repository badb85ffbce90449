"""The keeper's rules for whole lists at once: the same history, written in tables' terms (R14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Insert, bindparam, func, insert, literal, literal_column, select, update

from portal import clock
from portal.database import Base
from portal.extensions import db
from portal.history.keeper import Provenance, count_change, refuse_future, take_turn
from portal.history.models import Confirmation, Revision, SourceDocument, not_retracted
from portal.history.recorded import Recorded, encode, recorded_fields
from portal.search.outbox import note_changed

# Into the tables, not the mapped classes: at 300 000 rows the unit of work's bookkeeping costs half the time.
_INSERT_CONFIRMATION = insert(Base.metadata.tables[Confirmation.__tablename__])

_AT_A_TIME = 10_000
"""Ids in one IN list: both databases have their limits."""


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
    refuse_future(provenance.as_of)
    if not rows:
        return []
    count_change()
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
    refuse_future(provenance.as_of)
    take_turn()
    _refuse_overtaken(model.record_kind, changes, provenance.as_of)
    table = model.__table__  # type: ignore[attr-defined]
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for record_id, _subject, values in changes:
        parameters = {f"new_{field}": value for field, value in values.items()}
        alike[tuple(sorted(values))].append({**parameters, "record_id": record_id})
    for fields, rows in alike.items():
        new_values = {field: bindparam(f"new_{field}", type_=table.c[field].type) for field in fields}
        db.session.execute(update(table).where(table.c.id == bindparam("record_id")).values(new_values), rows)
    db.session.flush()  # expiring forgets what is not written yet
    db.session.expire_all()
    encoded = [
        (record_id, subject, {field: encode(value) for field, value in values.items()})
        for record_id, subject, values in changes
    ]
    _insert_revisions(model.record_kind, encoded, provenance)


def confirm_many(
    record_kind: str, stated: Mapping[int, Collection[str] | None], source: SourceDocument
) -> None:
    """Note for many records at once which fields ``source`` restates: record id → fields.

    None for the fields: all that the source has columns for.
    """
    refuse_future(source.as_of)
    moment = clock.now()
    rows = [
        {
            "record_kind": record_kind,
            "record_id": record_id,
            "source_id": source.id,
            "as_of": source.as_of,
            "entered_at": moment,
            "fields": None if fields is None else sorted(fields),
        }
        for record_id, fields in stated.items()
    ]
    if rows:
        count_change()
        db.session.execute(_INSERT_CONFIRMATION, rows)


def _insert_revisions(
    record_kind: str, rows: Iterable[tuple[int, str, dict[str, Any]]], provenance: Provenance
) -> None:
    alike = {
        "record_kind": record_kind,
        "as_of": provenance.as_of,
        "entered_at": clock.now(),
        "source_id": provenance.source.id,
    }
    written_by = {"actor": provenance.actor.name, "reason": provenance.reason}  # typed text is always bound
    differing = [
        {"subject": subject, "record_id": record_id, "stated": stated, **written_by}
        for record_id, subject, stated in rows
    ]
    if differing:
        count_change()
        db.session.execute(_insert_alike(Revision, alike), differing)
        note_changed(str(row["subject"]) for row in differing)


def _insert_alike(model: Any, alike: Mapping[str, Any]) -> Insert:
    """Return an INSERT with the values that all rows share written into it, quoted by the dialect.

    Binding nine values for each of 260 000 rows took a third of the time of a long list.
    """
    table, dialect = model.__table__, db.session.connection().dialect

    def quoted(name: str, value: Any) -> str:
        written = literal(value, table.c[name].type)
        return str(written.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))

    values: dict[str, Any] = {name: literal_column(quoted(name, value)) for name, value in alike.items()}
    return insert(table).values(values)


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
            not_retracted(Revision),
        )
        for record_id, stated in db.session.execute(later):
            if overtaken := fields[record_id] & stated.keys():
                raise ValueError(
                    f"newer than {as_of} is known of {record_kind} {record_id}: {sorted(overtaken)}"
                )


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
