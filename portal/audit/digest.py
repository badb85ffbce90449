"""Closing days: where the chain stood when a day ended, entered once, then published and mailed."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select, update

from portal import clock
from portal.audit.models import AuditDigest, AuditEntry, AuditHead
from portal.domain.audit_chain import GENESIS
from portal.extensions import db

_DAY = timedelta(days=1)


def close_days() -> list[AuditDigest]:
    """Enter the chain's end for every day that has passed and is not closed yet; return those, oldest first.

    The first day is that of the first entry. Days of downtime are caught up on. Flushes; two processes at a
    time close each day once.
    """
    # takes the turn at the head of the chain: nobody adds to it, and nobody else closes days meanwhile
    db.session.execute(update(AuditHead).where(AuditHead.id == 1).values(sequence=AuditHead.sequence))
    closed = db.session.scalar(select(func.max(AuditDigest.day)))
    day = _first_day() if closed is None else closed + _DAY
    made = []
    while day is not None and day < clock.today():
        made.append(_close(day))
        day += _DAY
    db.session.add_all(made)
    db.session.flush()
    return made


def _first_day() -> date | None:
    first = db.session.scalar(select(AuditEntry.at).order_by(AuditEntry.sequence).limit(1))
    return None if first is None else first.date()


def _close(day: date) -> AuditDigest:
    query = select(AuditEntry.sequence, AuditEntry.hash).where(AuditEntry.at < clock.at(day + _DAY, hour=0))
    last = db.session.execute(query.order_by(AuditEntry.sequence.desc()).limit(1)).one_or_none()
    sequence, digest = (last.sequence, last.hash) if last is not None else (0, GENESIS)
    return AuditDigest(day=day, sequence=sequence, hash=digest, made_at=clock.now())
