"""An institution's history in order of entry, and what was true or shown of it on a day (R14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.domain.actor import Scope
from portal.domain.bitemporal import Statement, values_at
from portal.extensions import db
from portal.history.models import Confirmation, Revision
from portal.history.queries import Trail, statement_of, trail_of
from portal.history.recorded import decode
from portal.history.retraction import marks_retraction
from portal.institutions.field_labels import Block, block_of
from portal.institutions.models import (
    ClosureNotice,
    CommitmentLetter,
    Compliance,
    ConcentratedCare,
    FeeStandard,
    Filing,
    Institution,
    Registration,
    StarGrade,
)
from portal.institutions.queries.scoping import visible

MODELS: dict[str, Any] = {
    model.record_kind: model
    for model in (
        Institution,
        Registration,
        Filing,
        CommitmentLetter,
        StarGrade,
        FeeStandard,
        ConcentratedCare,
        ClosureNotice,
        Compliance,
    )
}
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one revision. ``before`` None: nothing had been stated for that day."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history: a revision, a withdrawal, or a document that confirmed several records.

    ``late``: it speaks of a time about which something newer was known already. ``values`` is the record
    as it stands today, to name it by. A withdrawn record's contents are told to nobody.
    """

    kind: str
    """``opened``, ``changed``, ``withdrawn`` or ``confirmed``."""
    record_kind: str
    as_of: date
    entered_at: datetime
    source_title: str | None
    source_number: str | None
    source_url: str | None
    actor: str | None
    reason: str | None
    changes: tuple[Change, ...] = ()
    values: Mapping[str, Any] | None = None
    late: bool = False
    confirmed: int = 0
    partly: bool = False
    """The confirming document changed something else in the same state of the list."""
    blocks: frozenset[Block] = frozenset()


@dataclass(frozen=True, slots=True)
class HistoryOf:
    """An institution with its events, newest entry first, and its statements by record."""

    home: Institution
    events: tuple[Event, ...]
    statements: Mapping[Key, tuple[Statement, ...]]
    first_entered: datetime | None


def history_of(public_id: str, scope: Scope) -> HistoryOf | None:
    """Return the whole history of one institution in three queries, or None if it is not to be seen."""
    query = select(Institution).where(Institution.public_id == public_id, *visible(Institution, scope))
    home = db.session.scalars(query).one_or_none()
    if home is None:
        return None
    trail = trail_of([home.subject()])[home.subject()]
    by_record: dict[Key, list[Revision]] = defaultdict(list)
    for revision in trail.revisions:
        by_record[revision.record_kind, revision.record_id].append(revision)
    events: list[Event] = []
    statements: dict[Key, tuple[Statement, ...]] = {}
    for key, revisions in by_record.items():
        if key[0] not in MODELS:
            continue
        told = tuple(map(statement_of, revisions))
        present = values_at(told)
        if present.get("withdrawn"):
            events.append(_withdrawal(revisions))
            continue
        statements[key] = told
        events += _events(key[0], revisions, _decoded(key[0], present))
    events += _confirmations(trail, statements)
    events.sort(key=lambda event: event.entered_at, reverse=True)
    first = min((event.entered_at for event in events), default=None)
    return HistoryOf(home, tuple(events), statements, first)


def records_at(
    statements: Mapping[Key, Iterable[Statement]], true_on: date, known_at: datetime | None
) -> dict[str, list[dict[str, Any]]]:
    """Return every record's fields as true on a day as known at a moment, by kind of record.

    A record of which nothing had been stated is absent.
    """
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (kind, _), told in statements.items():
        values = values_at(told, true_on=true_on, known_at=known_at)
        if values:
            found[kind].append(_decoded(kind, values))
    return found


def _decoded(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: decode(MODELS[kind], name, value) for name, value in values.items()}


def _events(kind: str, revisions: Iterable[Revision], present: Mapping[str, Any]) -> list[Event]:
    """Return a record's revisions as events, each field with what had been known for that day before."""
    model = MODELS[kind]
    known: dict[str, list[_Held]] = defaultdict(list)
    events = []
    for number, revision in enumerate(sorted(revisions, key=lambda r: (r.entered_at, r.id))):
        changes, late = [], False
        if marks_retraction(revision):
            changes = _taken_back(model, known, revision.source_id)
        for name, value in revision.stated.items():
            earlier = [held for held in known[name] if held[0] <= revision.as_of]
            late = late or len(earlier) < len(known[name])
            before = _last(earlier)
            known[name].append((revision.as_of, value, revision.source_id))
            if before != value:
                changes.append(Change(name, decode(model, name, before), decode(model, name, value)))
        opening = number == 0
        shown = tuple(c for c in changes if not (opening and c.field == "withdrawn"))
        blocks = frozenset(b for c in shown if (b := block_of(kind, c.field)) is not None)
        events.append(
            Event(
                "opened" if opening else "changed",
                kind,
                revision.as_of,
                revision.entered_at,
                revision.source.title,
                revision.source.document_number,
                revision.source.url,
                revision.actor,
                revision.reason,
                shown,
                present,
                late,
                blocks=blocks,
            )
        )
    return events


_Held = tuple[date, Any, int]
"""As-of day, value, and the id of the source that stated it."""


def _last(held: list[_Held]) -> Any:
    """Return the value of the latest day, of two of one day that entered last; None of nothing."""
    return max(enumerate(held), key=lambda item: (item[1][0], item[0]))[1][1] if held else None


def _taken_back(model: Any, known: dict[str, list[_Held]], source_id: int) -> list[Change]:
    """Forget what a retracted source had stated, and return what that changes."""
    changes = []
    for name, held in known.items():
        kept = [one for one in held if one[2] != source_id]
        before, after = _last(held), _last(kept)
        known[name] = kept
        if before != after:
            changes.append(Change(name, decode(model, name, before), decode(model, name, after)))
    return changes


def _withdrawal(revisions: list[Revision]) -> Event:
    last = max((r for r in revisions if "withdrawn" in r.stated), key=lambda r: (r.entered_at, r.id))
    kind = last.record_kind
    block = block_of(kind, "withdrawn")
    # neither the document nor the reason: both may say what should never have been said
    return Event(
        "withdrawn",
        kind,
        last.as_of,
        last.entered_at,
        None,
        None,
        None,
        last.actor,
        None,
        blocks=frozenset({block} if block else ()),
    )


def _confirmations(trail: Trail, told: Mapping[Key, Any]) -> list[Event]:
    """Fold what one document confirmed on one day into one event."""
    folded: dict[tuple[int, date], list[Confirmation]] = defaultdict(list)
    for confirmation in trail.confirmations:
        if (confirmation.record_kind, confirmation.record_id) in told:
            folded[confirmation.source_id, confirmation.entered_at.date()].append(confirmation)
    changing = {(r.source_id, r.as_of) for r in trail.revisions}
    return [
        _confirmed(together, partly=(source_id, together[0].as_of) in changing)
        for (source_id, _), together in folded.items()
    ]


def _confirmed(together: list[Confirmation], *, partly: bool) -> Event:
    first = together[0]
    source = first.source
    kinds = {c.record_kind for c in together}
    covered = {
        block
        for kind in kinds
        for name in (source.covers if source.covers is not None else MODELS[kind].__table__.columns.keys())
        if (block := _block_if_any(kind, name)) is not None
    }
    return Event(
        "confirmed",
        first.record_kind,
        first.as_of,
        max(c.entered_at for c in together),
        source.title,
        source.document_number,
        source.url,
        None,
        None,
        confirmed=len(together),
        partly=partly,
        blocks=frozenset(covered),
    )


def _block_if_any(kind: str, name: str) -> Block | None:
    try:
        return block_of(kind, name)
    except KeyError:
        return None
