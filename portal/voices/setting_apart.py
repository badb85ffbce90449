"""Voices that are set apart belong to a burst, so that a person can look at it and decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from portal.extensions import db
from portal.voices import marks, sums
from portal.voices.kinds import Apart, BurstState, VoiceKind
from portal.voices.models import Voice, VoiceBurst
from portal.voices.sums import Share

_TOGETHER = 500
_QUIETLY: dict[str, Any] = {"synchronize_session": False}


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
        more.values(voices=VoiceBurst.voices + voices, last_at=now), execution_options=_QUIETLY
    )
    return int(row.id)


def move(
    kind: VoiceKind,
    subject_id: int,
    which: ColumnElement[bool],
    apart: Apart | None,
    burst_id: int,
    now: datetime,
) -> int:
    """Let voices of a subject stand apart for ``apart``, or count (None), in a burst; return how many.

    The burst's own number is the caller's to write; bursts they belonged to before lose them. The subject's
    row must be held.
    """
    found = db.session.execute(
        select(
            Voice.id,
            Voice.choice,
            Voice.proof,
            Voice.address_index,
            Voice.network_index,
            Voice.apart,
            Voice.burst_id,
        ).where(Voice.kind == kind, Voice.subject_id == subject_id, which)
    ).all()
    moving = [row for row in found if row.apart is not apart]
    if not moving:
        return 0
    gone = [Share(row.choice, row.proof, row.address_index, row.network_index, row.apart) for row in moving]
    come = [Share(row.choice, row.proof, row.address_index, row.network_index, apart) for row in moving]
    _take_from_others(row.burst_id for row in moving if row.burst_id not in (None, burst_id))
    ids = [row.id for row in moving]
    for start in range(0, len(ids), _TOGETHER):
        these = update(Voice).where(Voice.id.in_(ids[start : start + _TOGETHER]))
        db.session.execute(these.values(apart=apart, burst_id=burst_id), execution_options=_QUIETLY)
    sums.apply(kind, subject_id, gone, come, now)
    marks.count_on((), now)
    return len(ids)


def _take_from_others(bursts: Any) -> None:
    for burst_id, number in Counter(bursts).items():
        fewer = update(VoiceBurst).where(VoiceBurst.id == burst_id, VoiceBurst.voices >= number)
        db.session.execute(fewer.values(voices=VoiceBurst.voices - number), execution_options=_QUIETLY)


def chosen(ids: Collection[int]) -> ColumnElement[bool]:
    """Return the condition of exactly these voices."""
    return Voice.id.in_(ids)
