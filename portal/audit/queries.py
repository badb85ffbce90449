"""Reading the chain as a whole: its latest entries, and the days whose hashes are published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from portal.audit.models import AuditDigest, AuditEntry
from portal.extensions import db


@dataclass(frozen=True, slots=True)
class PublishedDay:
    """One closed day. ``entries``: of that day alone; ``last_entry``: all there were by its end."""

    day: date
    entries: int
    last_entry: int
    hash: str


def latest_entries(count: int, subject: str | None = None) -> list[AuditEntry]:
    """Return the last ``count`` entries, older ones first; ``subject``: only what concerns it."""
    query = select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(count)
    if subject is not None:
        query = query.where(AuditEntry.subject == subject)
    return list(db.session.scalars(query))[::-1]


def last_published() -> date | None:
    """Return the last closed day."""
    return db.session.scalar(select(func.max(AuditDigest.day)))


def published_count() -> int:
    """Return how many days are closed."""
    return db.session.scalar(select(func.count()).select_from(AuditDigest)) or 0


def published_days(*, offset: int = 0, limit: int | None = None) -> Iterator[PublishedDay]:
    """Return closed days, newest first. One query."""
    earlier = func.lag(AuditDigest.sequence, 1, 0).over(order_by=AuditDigest.day)
    query = (
        select(AuditDigest.day, AuditDigest.sequence - earlier, AuditDigest.sequence, AuditDigest.hash)
        .order_by(AuditDigest.day.desc())
        .offset(offset)
        .limit(limit)
    )
    return (PublishedDay(*row) for row in db.session.execute(query).all())
