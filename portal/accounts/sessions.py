"""Signed-in browsers: kept by us, so that one can be ended from another and none outlives its time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import StaffMember, StaffSession
from portal.accounts.tokens import new_token, token_hash
from portal.extensions import db

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
_NOTED_EVERY = timedelta(minutes=1)
_BROWSERS = (
    ("Edg", "Edge"),
    ("MicroMessenger", "微信"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac", "Mac"),
    ("Linux", "Linux"),
)


def open_session(staff: StaffMember, user_agent: str) -> str:
    """Return the token of a new session; its second factor is still to come."""
    token, now = new_token(), clock.now()
    db.session.add(
        StaffSession(
            staff_id=staff.id,
            token_hash=token_hash(token),
            started_at=now,
            last_seen_at=now,
            device=device_of(user_agent),
        )
    )
    db.session.flush()
    return token


def session_of(token: str) -> tuple[StaffSession, StaffMember] | None:
    """Return the session of a token and who it is, None if it has ended, in whatever way. One query."""
    query = (
        select(StaffSession, StaffMember)
        .join(StaffMember, StaffMember.id == StaffSession.staff_id)
        .where(StaffSession.token_hash == token_hash(token))
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        return None
    session, staff = found
    now = clock.now()
    ended = (
        session.ended_at is not None
        or now - session.last_seen_at > IDLE
        or now - session.started_at > LONGEST
    )
    return None if ended or not staff.active else (session, staff)


def note_seen(session: StaffSession) -> None:
    """Keep an active session alive. Written on its own: a page that only reads has no unit of work."""
    now = clock.now()
    if now - session.last_seen_at >= _NOTED_EVERY:
        with Session(db.engine) as own, own.begin():
            own.execute(update(StaffSession).where(StaffSession.id == session.id).values(last_seen_at=now))


def live_sessions(staff_id: int) -> list[StaffSession]:
    """Return the sessions that are still good, newest first."""
    now = clock.now()
    query = (
        select(StaffSession)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.ended_at.is_(None),
            StaffSession.last_seen_at > now - IDLE,
            StaffSession.started_at > now - LONGEST,
        )
        .order_by(StaffSession.last_seen_at.desc())
    )
    return list(db.session.scalars(query))


def end_session(staff_id: int, session_id: int) -> bool:
    """End one of a person's own sessions; False if there is none such."""
    return _end(StaffSession.staff_id == staff_id, StaffSession.id == session_id) > 0


def end_all(staff_id: int, *, but: int | None = None) -> int:
    """End all of a person's sessions, ``but`` one; return how many."""
    kept = [StaffSession.id != but] if but is not None else []
    return _end(StaffSession.staff_id == staff_id, *kept)


def _end(*conditions: object) -> int:
    statement = update(StaffSession).where(StaffSession.ended_at.is_(None), *conditions)  # type: ignore[arg-type]
    return db.session.execute(statement.values(ended_at=clock.now())).rowcount  # type: ignore[attr-defined, no-any-return]


def device_of(user_agent: str) -> str:
    """Return browser and system in two words: enough to recognise one's own, too little to follow anybody."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "浏览器")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "未知系统")
    return f"{browser} · {system}"
