"""What somebody who opened a form saw, and what others have entered on the record since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.domain.bitemporal import Statement, values_at
from portal.extensions import db
from portal.history.models import Revision
from portal.history.recorded import Recorded, decode, recorded_fields


@dataclass(frozen=True, slots=True)
class Entered:
    """One entry made by somebody: who (place, department and role), when, which fields."""

    who: str
    when: datetime
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """A record as it was at one revision and as it is at a later one, and who entered what between."""

    opened: dict[str, Any]
    now: dict[str, Any]
    newest: int
    entries: tuple[Entered, ...]


def newest_revision(record: Recorded) -> int:
    """Return the id of the last revision of a record, 0 if there is none."""
    kind = type(record).record_kind
    query = select(func.max(Revision.id)).where(Revision.record_kind == kind, Revision.record_id == record.id)
    return db.session.scalar(query) or 0


def values_as_of_revision(record: Recorded, revision: int) -> dict[str, Any]:
    """Return the record's fields as they stood when ``revision`` was its last."""
    return _values(record, _revisions(record), revision)


def since(record: Recorded, opened: int, newest: int) -> Since:
    """Return what happened to a record between two of its revisions. One query."""
    revisions = _revisions(record)
    return Since(
        _values(record, revisions, opened),
        _values(record, revisions, newest),
        newest,
        tuple(
            Entered(each.actor, each.entered_at, tuple(each.stated))
            for each in revisions
            if opened < each.id <= newest
        ),
    )


def _revisions(record: Recorded) -> list[Revision]:
    query = select(Revision).where(
        Revision.record_kind == type(record).record_kind, Revision.record_id == record.id
    )
    return list(db.session.scalars(query.order_by(Revision.id)))


def _values(record: Recorded, revisions: list[Revision], upto: int) -> dict[str, Any]:
    model = type(record)
    # an empty revision marks that its source was taken back (history.retraction)
    gone = {r.source_id for r in revisions if r.id <= upto and not r.stated}
    told = [
        Statement(r.id, r.as_of, r.entered_at, r.stated)
        for r in revisions
        if r.id <= upto and r.source_id not in gone
    ]
    held = values_at(told)
    return {field: decode(model, field, held.get(field)) for field in recorded_fields(model)}
