"""What the audit may tell of suggestions: no more than their pages in the office would."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true

from portal.audit.models import AuditEntry
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Capability, Role, can
from portal.domain.suggestion_status import PUBLIC
from portal.extensions import db
from portal.topics.models import Suggestion
from portal.topics.service.rights import keeps, names_them


def entries_for(role: Role) -> ColumnElement[bool]:
    """Return the condition that an entry is about no suggestion, where the role does not see the column."""
    if can(role, Capability.SEE_COLUMN):
        return true()
    return or_(AuditEntry.subject.is_(None), AuditEntry.subject.not_like("suggestion/%"))


def names_reader(subject: str | None, actor: Actor) -> bool:
    """True if an entry is about a suggestion that names its reader and that the public does not read."""
    kind, _, number = (subject or "").partition("/")
    if kind != "suggestion":
        return False
    suggestion = db.session.get(Suggestion, int(number))
    return suggestion is not None and suggestion.status not in PUBLIC and names_them(suggestion, actor)


def words_told(suggestion_id: int, scope: Scope) -> bool:
    """True if what stood in public of a suggestion, and why it is held, is for whoever reads the audit.

    As on its page: for those who keep it. What the audit holds of it outlives what the suggestion itself
    forgets. Whom it names is not shown the entry at all (``names_reader``).
    """
    suggestion = db.session.get(Suggestion, suggestion_id)
    return suggestion is not None and keeps(suggestion, scope)
