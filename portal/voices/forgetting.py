"""Who spoke and from where is forgotten: a while after a count is closed, or once it is too old.

The sums stay for good, and each voice with its choice and its day, so that they can be added up again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from portal.clock import SHANGHAI
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from portal.voices import sums
from portal.voices.kinds import VoiceKind
from portal.voices.marks import forget_marks
from portal.voices.models import Voice, VoiceBurst, VoiceCount, VoiceOrigin

KEPT_AFTER_CLOSING = timedelta(days=30)
"""So long bursts of a closed count can still be looked at for where they came from."""
KEPT_WHILE_OPEN = timedelta(days=180)
"""How long it is kept where a voice came from, though its count is still open."""
COOKIE_LIVES = timedelta(days=366)
"""Then no browser can show the number again: who spoke is of no use any more."""
_QUIETLY = {"synchronize_session": False}
_MOST = 5_000


def forget(now: datetime) -> int:
    """Forget what is due; return of how many closed counts. Commits count by count."""
    due = (
        select(VoiceCount.kind, VoiceCount.subject_id)
        .where(VoiceCount.closed_at < now - KEPT_AFTER_CLOSING, VoiceCount.forgotten_at.is_(None))
        .limit(_MOST)
    )
    closed = [(row.kind, row.subject_id) for row in db.session.execute(due)]
    db.session.rollback()
    for kind, subject_id in closed:
        with unit_of_work():
            forget_count(kind, subject_id, now)
    while _forget_old(now):
        pass
    with unit_of_work():
        forget_marks(now)
    return len(closed)


def forget_count(kind: VoiceKind, subject_id: int, now: datetime) -> None:
    """Erase who gave the voices of a count, from where, and at what time of the day. Flushes."""
    sums.hold(kind, subject_id, now, also_closed=True)
    ours = (Voice.kind == kind, Voice.subject_id == subject_id)
    first, last = db.session.execute(
        select(func.min(Voice.given_at), func.max(Voice.given_at)).where(*ours)
    ).one()
    gone = {"person_index": None, "address_index": None, "network_index": None}
    day = None if first is None else _day_of(first)
    while day is not None and day <= last:
        within = update(Voice).where(*ours, Voice.given_at >= day, Voice.given_at < day + timedelta(days=1))
        # the exact time, beside a web server's log, could tell who it was
        db.session.execute(within.values(given_at=day, **gone), execution_options=_QUIETLY)
        day += timedelta(days=1)
    bursts = update(VoiceBurst).where(VoiceBurst.kind == kind, VoiceBurst.subject_id == subject_id)
    db.session.execute(bursts.values(origin=None), execution_options=_QUIETLY)
    db.session.execute(
        delete(VoiceOrigin).where(VoiceOrigin.kind == kind, VoiceOrigin.subject_id == subject_id)
    )
    own = update(VoiceCount).where(VoiceCount.kind == kind, VoiceCount.subject_id == subject_id)
    db.session.execute(own.values(forgotten_at=now), execution_options=_QUIETLY)


def _forget_old(now: datetime) -> int:
    """Erase some of what is too old in counts that are open; return how many rows that were."""
    with unit_of_work():
        places = select(Voice.id).where(
            Voice.given_at < now - KEPT_WHILE_OPEN, Voice.address_index.is_not(None)
        )
        done = _erase(places, {"address_index": None, "network_index": None})
        persons = select(Voice.id).where(Voice.given_at < now - COOKIE_LIVES, Voice.person_index.is_not(None))
        done += _erase(persons, {"person_index": None})
        old = delete(VoiceOrigin).where(VoiceOrigin.last_at < now - KEPT_WHILE_OPEN)
        db.session.execute(old, execution_options=_QUIETLY)
    return done


def _erase(which: object, values: dict[str, None]) -> int:
    ids = list(db.session.scalars(which.limit(_MOST)))  # type: ignore[attr-defined]
    if ids:
        db.session.execute(
            update(Voice).where(Voice.id.in_(ids)).values(**values), execution_options=_QUIETLY
        )
    return len(ids)


def _day_of(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
