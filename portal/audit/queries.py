"""Reading what was entered, and what was published of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from portal.audit.models import AuditDigest, AuditEntry
from portal.extensions import db


@dataclass(frozen=True, slots=True)
class PublishedDay:
    """A day as the public sees it."""

    day: date
    entries: int
    """Made on that day."""
    last_entry: int
    """The number of the last entry there was at its end, 0 for none."""
    hash: str


def published_days(*, offset: int = 0, limit: int | None = None) -> list[PublishedDay]:
    """Return the closed days, newest first."""
    earlier = func.lag(AuditDigest.sequence, 1, 0).over(order_by=AuditDigest.day)
    query = select(
        AuditDigest.day, AuditDigest.sequence - earlier, AuditDigest.sequence, AuditDigest.hash
    ).order_by(AuditDigest.day.desc())
    return [PublishedDay(*row) for row in db.session.execute(query.offset(offset).limit(limit))]


def published_count() -> int:
    """Return how many days are closed."""
    return db.session.scalar(select(func.count()).select_from(AuditDigest)) or 0


def last_published() -> date | None:
    """Return the last closed day."""
    return db.session.scalar(select(func.max(AuditDigest.day)))


def latest_entries(count: int, subject: str | None = None) -> Sequence[AuditEntry]:
    """Return the last entries, of one subject (``institution/12``) if given, oldest first."""
    query = select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(count)
    if subject is not None:
        query = query.where(AuditEntry.subject == subject)
    return list(db.session.scalars(query))[::-1]
