"""Which entries of the audit somebody may read: what was done to a case is for those who may know of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, case, cast, exists, func, or_

from portal.audit.models import AuditEntry
from portal.complaints.models import Case
from portal.complaints.queries.reach import Reach, known_to, not_excluding

_ABOUT = "complaint/"


def entries_known_to(reach: Reach) -> ColumnElement[bool]:
    """Return the condition that an entry is about no case, or about one that they may know of.

    Those who watch see what was done in their regions; administrators and other departments nothing, and
    whom a case excludes nothing of that case: who handles it would be told by it.
    """
    is_case = AuditEntry.subject.like(f"{_ABOUT}%")
    # a number is read where it stands alone: PostgreSQL would refuse the rest of an institution's subject
    number = case((is_case, cast(func.substr(AuditEntry.subject, len(_ABOUT) + 1), BigInteger)))
    known = exists().where(Case.id == number, *known_to(reach), not_excluding(reach)).correlate(AuditEntry)
    return or_(AuditEntry.subject.is_(None), ~is_case, known)
