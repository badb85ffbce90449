"""What a unit of work changes is seen here, whoever changes it, and becomes one entry when it commits.

Nobody has to remember to write to the audit: every flush on behalf of somebody is looked at. Tables that
say ``__audited__ = False`` are left out (each says why); statements that go past the session (bulk imports)
must call ``note``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event, inspect, select, update
from sqlalchemy.orm import Session, SessionTransaction

from portal import clock
from portal.audit.acting import Acting, acting
from portal.audit.models import AuditEntry, AuditHead
from portal.domain.actor import SYSTEM
from portal.domain.audit_chain import GENESIS, Link, canonical
from portal.extensions import db

_SEEN = "audit_seen"
_SUBJECT = "audit_subject"
_MARKS = "audit_marks"
_OLD = "audit_old"
_LEFT_OUT = "（不留存）"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A change or an event, and who stood behind it when it came about."""

    who: Acting | None
    change: dict[str, Any] | None = None
    event: tuple[str, str | None, dict[str, Any]] | None = None


def note(action: str, subject: str | None = None, **said: Any) -> None:
    """Enter an event that no table shows: a sign-in, an import. Committed with the unit of work."""
    _seen_in(db.session()).append(_Seen(acting(), event=(action, subject, said)))


def concerns(subject: str) -> None:
    """Say what this unit of work is about, e.g. ``institution/12``; else its first change tells."""
    db.session().info[_SUBJECT] = subject


def init_audit() -> None:
    """Listen to the session. Idempotent: the session is one for all applications of a process."""
    for name, listener in (
        ("before_flush", _remember_old),
        ("after_flush", _see_changes),
        ("before_commit", _enter),
        ("after_transaction_create", _mark),
        ("after_soft_rollback", _forget),
    ):
        if not event.contains(db.session, name, listener):
            event.listen(db.session, name, listener)


def _remember_old(session: Session, _context: object, _instances: object) -> None:
    """Look up what a column held that was set without having been read: the session does not know it."""
    if acting() is None:
        return
    old = session.info[_OLD] = {}
    for row in session.dirty:
        state = inspect(row)
        unread = [
            attribute
            for attribute in state.mapper.column_attrs
            if (history := state.attrs[attribute.key].history).added and not history.deleted
        ]
        if unread and _is_audited(row):
            key = state.mapper.primary_key
            found = session.execute(
                select(*(attribute.columns[0] for attribute in unread)).where(
                    *(column == value for column, value in zip(key, state.identity, strict=True))
                )
            ).one()
            old[row] = dict(zip((attribute.key for attribute in unread), found, strict=True))


def _see_changes(session: Session, _context: object) -> None:
    who = acting()
    if who is None:
        return
    seen, old = _seen_in(session), session.info.pop(_OLD, {})
    for row in filter(_is_audited, session.new):
        seen.append(_Seen(who, _change(row, None, _values(row))))
    for row in filter(_is_audited, session.deleted):
        seen.append(_Seen(who, _change(row, _values(row), None)))
    for row in filter(_is_audited, session.dirty):
        before, after = _differences(row, old.get(row, {}))
        if after:
            seen.append(_Seen(who, _change(row, before, after)))


def _is_audited(row: Any) -> bool:
    return getattr(row, "__audited__", True)


def _change(row: Any, before: Any, after: Any) -> dict[str, Any]:
    identity = inspect(row).identity or inspect(row).mapper.primary_key_from_instance(row)
    key = [_plain(part) for part in identity]
    found = {"kind": row.__tablename__, "id": key, "before": before, "after": after}
    return {name: value for name, value in found.items() if value is not None}


def _values(row: Any) -> dict[str, Any]:
    mapper = inspect(row).mapper
    values = {
        attribute.key: _written(attribute, getattr(row, attribute.key)) for attribute in mapper.column_attrs
    }
    return {name: value for name, value in values.items() if value is not None}


def _differences(row: Any, unread: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    state = inspect(row)
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if history.has_changes():
            old = history.deleted[0] if history.deleted else unread.get(attribute.key)
            new = history.added[0] if history.added else None
            if old != new:
                before[attribute.key] = _written(attribute, old)
                after[attribute.key] = _written(attribute, new)
    return before, after


def _written(attribute: Any, value: Any) -> Any:
    if value is not None and attribute.columns[0].info.get("secret"):
        return _LEFT_OUT
    return _plain(value)


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return _LEFT_OUT if isinstance(value, bytes) else str(value)


def _enter(session: Session) -> None:
    """Put everything seen into the chain, at the very end: the turn at its head is held only for a moment."""
    if session.in_nested_transaction():
        return
    session.flush()
    subject = session.info.pop(_SUBJECT, None)
    seen = session.info.pop(_SEEN, [])
    for one in seen:
        if one.event is not None:
            action, about, said = one.event
            _append(session, one.who, action, about, {"note": {key: _plain(said[key]) for key in said}})
    changes = [(one.who, one.change) for one in seen if one.change is not None]
    for who, together in groupby(changes, key=lambda pair: pair[0]):
        made = [change for _, change in together]
        about = subject or f"{made[0]['kind']}/{made[0]['id'][0]}"
        _append(session, who, who.action, about, {"changes": made})


def _append(session: Session, who: Acting | None, action: str, subject: str | None, said: Any) -> None:
    # writing the row takes its lock on PostgreSQL and the database's on SQLite, until the commit
    session.execute(update(AuditHead).where(AuditHead.id == 1).values(sequence=AuditHead.sequence + 1))
    last = session.execute(select(AuditHead.sequence, AuditHead.hash).where(AuditHead.id == 1)).one()
    actor = who.actor if who else SYSTEM
    region_code = who.region_code if who else None
    link = Link(
        last.sequence,
        clock.now(),
        actor.name,
        actor.staff_id,
        action,
        subject,
        region_code,
        canonical(said),
        last.hash or GENESIS,
    )
    session.add(
        AuditEntry(
            sequence=link.sequence,
            at=link.at,
            actor=link.actor,
            staff_id=link.staff_id,
            action=link.action,
            subject=link.subject,
            region_code=link.region_code,
            content=link.content,
            previous_hash=link.previous,
            hash=link.hash(),
        )
    )
    session.execute(update(AuditHead).where(AuditHead.id == 1).values(hash=link.hash()))
    session.flush()


def _seen_in(session: Session) -> list[_Seen]:
    seen: list[_Seen] = session.info.setdefault(_SEEN, [])
    return seen


def _mark(session: Session, transaction: SessionTransaction) -> None:
    """Remember what had been seen before a savepoint."""
    if transaction.nested:
        marks = session.info.setdefault(_MARKS, WeakKeyDictionary())
        marks[transaction] = (len(_seen_in(session)), session.info.get(_SUBJECT))


def _forget(session: Session, previous: SessionTransaction) -> None:
    """Forget what was taken back: everything, or all since a savepoint."""
    if previous.nested:
        count, subject = session.info.get(_MARKS, {}).get(previous, (None, None))
        if count is not None:
            del _seen_in(session)[count:]
            session.info[_SUBJECT] = subject
    elif previous.parent is None:
        for name in (_SEEN, _SUBJECT, _MARKS, _OLD):
            session.info.pop(name, None)
