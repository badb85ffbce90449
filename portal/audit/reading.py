"""Reading the audit, within the reach of who asks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from portal.audit.models import AuditEntry
from portal.domain.actor import Scope
from portal.extensions import db


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry as people read it."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str | None
    changes: tuple[dict[str, Any], ...]
    """kind, id, before, after"""
    note: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class AuditChoice:
    """What is asked for; None or empty: all."""

    subject: str | None = None
    staff_id: int | None = None
    actions: tuple[str, ...] = ()
    """Names of one deed, which may have several."""
    before: int | None = None
    """Entries older than this sequence: how one turns the pages of something that only grows."""


def entries(
    scope: Scope, choice: AuditChoice, limit: int = 50, *, only: ColumnElement[bool] | None = None
) -> list[EntryView]:
    """Return entries of actors who serve within the scope's regions, newest first. One query.

    ``only``: a further condition, of a record whose entries are not for everybody who reads the audit.
    """
    query = select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(limit)
    if only is not None:
        query = query.where(only)
    if scope.regions is not None:
        query = query.where(AuditEntry.region_code.in_(scope.regions))
    if choice.subject is not None:
        query = query.where(AuditEntry.subject == choice.subject)
    if choice.staff_id is not None:
        query = query.where(AuditEntry.staff_id == choice.staff_id)
    if choice.actions:
        query = query.where(AuditEntry.action.in_(choice.actions))
    if choice.before is not None:
        query = query.where(AuditEntry.sequence < choice.before)
    return [_view(entry) for entry in db.session.scalars(query)]


def _view(entry: AuditEntry) -> EntryView:
    said = json.loads(entry.content)
    return EntryView(
        entry.sequence,
        entry.at,
        entry.actor,
        entry.action,
        entry.subject,
        tuple(said.get("changes", ())),
        said.get("note", {}),
        entry.hash,
    )
