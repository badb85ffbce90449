"""The worker looks at counts that have grown for what machines leave behind, and sets it apart."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update

from portal.domain.voice_patterns import Seen, Watched, planted
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from portal.voices import sums
from portal.voices.kinds import Apart, VoiceKind
from portal.voices.models import Voice, VoiceCount
from portal.voices.setting_apart import burst_for, chosen, move

WATCHED = Watched()
MOST_SUBJECTS = 200
"""Counts looked at in one go; the others' turn comes a minute later."""
_MOST_VOICES = 20_000
"""Of one count, the newest: two months of what counts in a day."""
_TOGETHER = 500


def look(now: datetime) -> int:
    """Look at every count that grew since it was last looked at; return how many voices were set apart.

    Commits count by count: visitors wait for one at most.
    """
    grown = (
        select(VoiceCount.kind, VoiceCount.subject_id)
        .where(
            VoiceCount.last_at > now - WATCHED.within,
            or_(VoiceCount.looked_at.is_(None), VoiceCount.looked_at < VoiceCount.last_at),
            VoiceCount.counted >= WATCHED.voices,
        )
        .order_by(VoiceCount.last_at)
        .limit(MOST_SUBJECTS)
    )
    subjects = [(row.kind, row.subject_id) for row in db.session.execute(grown)]
    db.session.rollback()
    found = 0
    for kind, subject_id in subjects:
        with unit_of_work():
            found += look_at(kind, subject_id, now)
    return found


def look_at(kind: VoiceKind, subject_id: int, now: datetime) -> int:
    """Look at one count; return how many of its voices were set apart. Flushes."""
    sums.hold(kind, subject_id, now, also_closed=True)
    looked = update(VoiceCount).where(VoiceCount.kind == kind, VoiceCount.subject_id == subject_id)
    db.session.execute(looked.values(looked_at=now), execution_options={"synchronize_session": False})
    seen = _seen(kind, subject_id, now)
    ids = planted(seen, _overflowing(kind, subject_id), WATCHED)
    if not ids:
        return 0
    burst_id = burst_for(kind, subject_id, Apart.PATTERN, None, now, len(ids))
    return sum(
        move(kind, subject_id, chosen(ids[start : start + _TOGETHER]), Apart.PATTERN, burst_id, now)
        for start in range(0, len(ids), _TOGETHER)
    )


def _seen(kind: VoiceKind, subject_id: int, now: datetime) -> list[Seen]:
    rows = db.session.execute(
        select(Voice.id, Voice.address_index, Voice.given_at)
        .where(
            Voice.kind == kind,
            Voice.subject_id == subject_id,
            Voice.given_at > now - WATCHED.within,
            Voice.apart.is_(None),
            Voice.burst_id.is_(None),  # what a reviewer put back stays back
            Voice.address_index.is_not(None),
        )
        .order_by(Voice.given_at.desc())
        .limit(_MOST_VOICES)
    )
    return [Seen(row.id, row.address_index, row.given_at) for row in rows]


def _overflowing(kind: VoiceKind, subject_id: int) -> set[str]:
    """Return addresses that gave more than counts; apart for another reason is no sign of people."""
    beyond = select(Voice.address_index).where(
        Voice.kind == kind,
        Voice.subject_id == subject_id,
        Voice.apart.in_((Apart.ADDRESS, Apart.NETWORK)),
        Voice.address_index.is_not(None),
    )
    return {mark for mark in db.session.scalars(beyond.distinct()) if mark is not None}
