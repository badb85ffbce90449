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


def words_told(suggestion_id: int, actor: Actor, scope: Scope) -> bool:
    """True if what stood in public of a suggestion, and why it is held, is for whoever reads the audit.

    As on its page: for those who keep it; of one out of the public's sight not for those whom it names. What
    the audit holds of it outlives what the suggestion itself forgets.
    """
    suggestion = db.session.get(Suggestion, suggestion_id)
    if suggestion is None or not keeps(suggestion, scope):
        return False
    return suggestion.status in PUBLIC or not names_them(suggestion, actor)
