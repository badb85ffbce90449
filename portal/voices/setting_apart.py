"""Voices that are set apart belong to a burst, so that a person can look at it and decide."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from portal.extensions import db
from portal.voices.kinds import Apart, BurstState, VoiceKind
from portal.voices.models import VoiceBurst


def burst_for(
    kind: VoiceKind, subject_id: int, why: Apart, origin: str | None, now: datetime, voices: int = 1
) -> int:
    """Return the burst that voices set apart now belong to, and add them to its number. Flushes.

    One that nobody has decided, or that was decided to stay apart; after one whose voices were put back, a
    new one begins: what was let through once opens no gate. The subject's row must be held.
    """
    latest = (
        select(VoiceBurst.id, VoiceBurst.state)
        .where(
            VoiceBurst.kind == kind,
            VoiceBurst.subject_id == subject_id,
            VoiceBurst.why == why,
            VoiceBurst.origin.is_(None) if origin is None else VoiceBurst.origin == origin,
        )
        .order_by(VoiceBurst.id.desc())
        .limit(1)
    )
    row = db.session.execute(latest).one_or_none()
    if row is None or row.state is BurstState.COUNTED:
        burst = VoiceBurst(
            kind=kind,
            subject_id=subject_id,
            why=why,
            origin=origin,
            first_at=now,
            last_at=now,
            voices=voices,
            state=BurstState.WAITING,
        )
        db.session.add(burst)
        db.session.flush()
        return burst.id
    more = update(VoiceBurst).where(VoiceBurst.id == row.id)
    db.session.execute(
        more.values(voices=VoiceBurst.voices + voices, last_at=now),
        execution_options={"synchronize_session": False},
    )
    return int(row.id)
