"""Taking back a whole document: from now on nothing counts that it stated, and nothing of it is deleted.

An import made by mistake is not corrected fact by fact: restating the former values as of the list's day
would stand in the way of whatever is entered later about an earlier day. Instead the document is retracted.
The statements stay where they are, what was known at an earlier moment stays what it was, and every
record touched gets one more revision that says who took the document back, when and why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select, update
from sqlalchemy.orm import aliased

from portal import clock
from portal.domain.bitemporal import Statement, resolve
from portal.extensions import db
from portal.history import bulk
from portal.history.keeper import WITHDRAWN, Provenance, count_change, take_turn
from portal.history.models import Confirmation, Revision, SourceDocument, not_retracted
from portal.history.recorded import Recorded, decode
from portal.search.outbox import note_changed

Models = Mapping[str, type[Recorded]]
Record = tuple[str, int]
"""Kind and id."""

_AT_A_TIME = 5_000
_OWN_SUBJECTS = frozenset({"institution"})
"""Kinds that others belong to: one line in their history is enough."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What a document brought about, by record: record → subject."""

    opened: Mapping[Record, str]
    amended: Mapping[Record, str]
    confirmed: frozenset[Record]


@dataclass(frozen=True, slots=True)
class Later:
    """A statement or confirmation made since of something that a document had touched."""

    subject: str
    record_kind: str
    source_title: str
    actor: str | None


def marks_retraction(revision: Revision) -> bool:
    """True for the revision that says of one record that the document behind it was taken back."""
    return not revision.stated and revision.source.retracted_at is not None


def touched_by(source_id: int) -> Touched:
    """Return the records that a document opened, amended and confirmed."""
    earlier = aliased(Revision)
    before = exists().where(
        earlier.record_kind == Revision.record_kind,
        earlier.record_id == Revision.record_id,
        earlier.id < Revision.id,
        earlier.source_id != source_id,
    )
    columns = (Revision.record_kind, Revision.record_id, Revision.subject, before.label("known_before"))
    opened: dict[Record, str] = {}
    amended: dict[Record, str] = {}
    for kind, record_id, subject, known_before in db.session.execute(
        select(*columns).where(Revision.source_id == source_id)
    ):
        (amended if known_before else opened)[kind, record_id] = subject
    confirmed = db.session.execute(
        select(Confirmation.record_kind, Confirmation.record_id).where(Confirmation.source_id == source_id)
    )
    return Touched(opened, amended, frozenset((kind, id_) for kind, id_ in confirmed))


def later_than(touched: Touched, revision_id: int, confirmation_id: int, limit: int = 20) -> list[Later]:
    """Return what was stated or confirmed since of the records opened (with all they hold) or amended.

    ``revision_id``, ``confirmation_id``: the newest ones when the document had been entered. A document that
    was itself taken back since does not count.
    """
    found: dict[tuple[str, str, str], Later] = {}
    mine = {**touched.opened, **touched.amended}
    homes = {subject for (kind, id_), subject in touched.opened.items() if subject == f"{kind}/{id_}"}
    since = (
        select(Revision, SourceDocument.title)
        .join(SourceDocument, SourceDocument.id == Revision.source_id)
        .where(Revision.id > revision_id, SourceDocument.retracted_at.is_(None))
        .order_by(Revision.id)
    )
    stated = [
        (revision, title)
        for revision, title in db.session.execute(since)
        if (revision.record_kind, revision.record_id) in mine or revision.subject in homes
    ]
    gone = {(r.record_kind, r.record_id) for r, _ in stated if r.stated.get(WITHDRAWN)} - mine.keys()
    for revision, title in stated:
        if (revision.record_kind, revision.record_id) not in gone:
            kind, subject = revision.record_kind, revision.subject
            found.setdefault((subject, kind, title), Later(subject, kind, title, revision.actor))
    confirmed = (
        select(Confirmation.record_kind, Confirmation.record_id, SourceDocument.title)
        .join(SourceDocument, SourceDocument.id == Confirmation.source_id)
        .where(Confirmation.id > confirmation_id, SourceDocument.retracted_at.is_(None))
        .order_by(Confirmation.id)
    )
    for kind, id_, title in db.session.execute(confirmed):
        if (kind, id_) in mine:
            subject = mine[kind, id_]
            found.setdefault((subject, kind, title), Later(subject, kind, title, None))
    return list(found.values())[:limit]


def retract(
    source: SourceDocument,
    touched: Touched,
    provenance: Provenance,
    models: Models,
    step: Callable[[str], None] = lambda _: None,
) -> None:
    """Take ``source`` back: what it opened is withdrawn, what it amended shows what it showed before.

    ``provenance``: on whose word, with the reason. Flushes, never commits. The caller has made sure that
    nothing later was built upon it (``later_than``).
    """
    if provenance.reason is None:
        raise ValueError("taking a document back needs a reason")
    take_turn()
    count_change()
    source.retracted_at = clock.now()
    db.session.flush()
    step("撤下新增的记录")
    days = _first_days(set(touched.opened.values()))
    for kind, records in _by_kind(touched.opened).items():
        for part in _parts(records):
            by_day: dict[date, list[tuple[int, str, dict[str, Any]]]] = defaultdict(list)
            for id_, subject in part:
                day = min(source.as_of, days.get(subject, source.as_of))
                by_day[day].append((id_, subject, {WITHDRAWN: True}))
            for day, changes in by_day.items():
                bulk.amend_many(models[kind], changes, replace(provenance, as_of=day))
    step("恢复改过的内容")
    for kind, records in _by_kind(touched.amended).items():
        for part in _parts(records):
            _show_again(models[kind], [id_ for id_, _ in part], source.id)
    marked = _to_be_marked(touched)
    _mark(marked, source, provenance)
    note_changed(sorted({*touched.opened.values(), *touched.amended.values(), *marked.values()}))
    db.session.expire_all()


def _first_days(subjects: set[str]) -> dict[str, date]:
    """Return subject → the first day of which anything is known that still counts.

    A withdrawal as of that day is no news of a later one: lists about the days between are not taken for old.
    """
    found: dict[str, date] = {}
    wanted = sorted(subjects)
    for start in range(0, len(wanted), _AT_A_TIME):
        query = (
            select(Revision.subject, func.min(Revision.as_of))
            .where(Revision.subject.in_(wanted[start : start + _AT_A_TIME]), not_retracted(Revision))
            .group_by(Revision.subject)
        )
        found.update((subject, day) for subject, day in db.session.execute(query))
    return found


def _by_kind(records: Mapping[Record, str]) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for (kind, id_), subject in sorted(records.items()):
        found[kind].append((id_, subject))
    return found


def _parts(records: Sequence[tuple[int, str]]) -> Iterator[Sequence[tuple[int, str]]]:
    for start in range(0, len(records), _AT_A_TIME):
        yield records[start : start + _AT_A_TIME]


def _show_again(model: type[Recorded], ids: Sequence[int], source_id: int) -> None:
    """Set the fields that the source had stated to what the remaining statements say."""
    said: dict[int, list[Statement]] = defaultdict(list)
    stale: dict[int, set[str]] = defaultdict(set)
    rows = db.session.execute(
        select(
            Revision.record_id,
            Revision.source_id,
            Revision.id,
            Revision.as_of,
            Revision.entered_at,
            Revision.stated,
            SourceDocument.retracted_at,
        )
        .join(SourceDocument, SourceDocument.id == Revision.source_id)
        .where(Revision.record_kind == model.record_kind, Revision.record_id.in_(ids))
    )
    for record_id, stated_by, *statement in rows:
        said[record_id].append(Statement(*statement))
        if stated_by == source_id:
            stale[record_id] |= said[record_id][-1].values.keys()
    table = model.__table__  # type: ignore[attr-defined]
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for record_id, fields in stale.items():
        holding = resolve(said[record_id])
        values = {
            f"new_{name}": decode(model, name, holding[name].values[name]) if name in holding else None
            for name in fields
        }
        alike[tuple(sorted(fields))].append({"record_id": record_id, **values})
    for names, parameters in alike.items():
        if names:
            new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
            statement_ = update(table).where(table.c.id == bindparam("record_id")).values(new)
            db.session.execute(statement_, parameters)


def _to_be_marked(touched: Touched) -> dict[Record, str]:
    """Return the amended records, and those only confirmed, if nothing else of their subject was touched."""
    spoken_of = {*touched.amended.values(), *touched.opened.values()}
    confirmed = {
        (kind, id_): f"{kind}/{id_}"
        for kind, id_ in touched.confirmed
        if kind in _OWN_SUBJECTS and f"{kind}/{id_}" not in spoken_of
    }
    return {**touched.amended, **confirmed}


def _mark(records: Mapping[Record, str], source: SourceDocument, provenance: Provenance) -> None:
    """Add to each record's history that the document was taken back. It states nothing of its own."""
    rows: list[dict[str, Any]] = [
        {
            "subject": subject,
            "record_kind": kind,
            "record_id": id_,
            "as_of": source.as_of,
            "entered_at": clock.now(),
            "source_id": source.id,
            "actor": provenance.actor.name,
            "reason": provenance.reason,
            "stated": {},
        }
        for (kind, id_), subject in sorted(records.items())
    ]
    if rows:
        db.session.execute(insert(Revision), rows)


def newest_ids() -> tuple[int, int]:
    """Return the ids of the newest revision and confirmation."""
    newest = (select(func.max(model.id)).scalar_subquery() for model in (Revision, Confirmation))
    row = db.session.execute(select(*newest)).one()
    return row[0] or 0, row[1] or 0
