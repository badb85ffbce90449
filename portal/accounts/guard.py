"""Lockout: whoever guesses at one account has to wait, longer each time.

Counts stand outside of the unit of work whose failure they count: a rollback must not forget them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import SignInGuard
from portal.extensions import db

FREE_TRIES = 5
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(minutes=30)
_FORGOTTEN_AFTER = timedelta(hours=24)


def locked_until(email_key: str) -> datetime | None:
    """Return when the account may be tried again, None if it may now."""
    with Session(db.engine) as session:
        guard = session.get(SignInGuard, email_key)
        if guard is None or guard.locked_until is None or guard.locked_until <= clock.now():
            return None
        return guard.locked_until


def count_failure(email_key: str) -> datetime | None:
    """Count a wrong password or code; return until when the account is locked because of it, if it is.

    One statement counts: guesses sent at the same moment are all counted.
    """
    now = clock.now()
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    forgotten = SignInGuard.last_failure_at < now - _FORGOTTEN_AFTER
    counting = (
        insert(SignInGuard)
        .values(email_key=email_key, failures=1, last_failure_at=now)
        .on_conflict_do_update(
            index_elements=[SignInGuard.email_key],
            set_={
                "failures": case((forgotten, 1), else_=SignInGuard.failures + 1),
                "last_failure_at": now,
            },
        )
        .returning(SignInGuard.failures)
    )
    with Session(db.engine) as session, session.begin():
        over = session.scalars(counting).one() - FREE_TRIES
        until = now + min(_FIRST_WAIT * 2 ** min(over, 10), _LONGEST_WAIT) if over >= 0 else None
        own = SignInGuard.email_key == email_key
        session.execute(update(SignInGuard).where(own).values(locked_until=until))
        return until


def forget_old() -> int:
    """Delete counts that hold for nothing any more, of addresses that never were among them; return how many.
    Flushes nothing."""
    old = delete(SignInGuard).where(SignInGuard.last_failure_at < clock.now() - _FORGOTTEN_AFTER)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def forget(email_key: str) -> None:
    """Start anew after a success, in the unit of work that succeeds."""
    db.session.execute(delete(SignInGuard).where(SignInGuard.email_key == email_key))
