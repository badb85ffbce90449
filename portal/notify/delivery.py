"""Sending what is due: at least once, never by two at a time, not for ever.

A worker first says, and commits, that it is trying; then it sends; then it enters how that ended. If it dies
in between, others may try once its time is up: the mail may then arrive twice, under one Message-ID.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from portal import clock
from portal.extensions import db
from portal.notify.letter import Letter, NotSent, Sender
from portal.notify.models import Mail
from portal.unit_of_work import unit_of_work
from portal.vault.sealing import VaultDamaged, unseal

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=6),
)
"""After each failed try but the last."""
TRIES = len(PAUSES) + 1
MAX_AGE = timedelta(days=7)
"""A mail that was never tried for so long, because no server was set, would only confuse."""

_TURN = timedelta(minutes=10)
"""How long one try may take before others take the worker for dead: longer than all timeouts together."""
_EMPTY = {
    "recipient_sealed": None,
    "title": None,
    "body_sealed": None,
    "headers_sealed": None,
    "next_try_at": None,
}


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a round achieved; ``more``: others are due at once."""

    sent: int
    failed: int
    more: bool


def deliver_due(sender: Sender, at_most: int = 50) -> Delivered:
    """Send what is due, oldest first. Commits before and after each mail; to be called outside of any
    unit of work.
    """
    sent = failed = 0
    for mail_id, attempts in _due(at_most):
        letter = _take_turn(mail_id, attempts)
        if letter is None:
            continue
        try:
            sender.send(letter)
        except NotSent as problem:
            _enter_failure(mail_id, attempts + 1, problem)
            failed += 1
            if problem.nobody_there:
                return Delivered(sent, failed, more=False)
        else:
            _end(mail_id, sent_at=clock.now(), last_problem=None, **_EMPTY)
            sent += 1
    return Delivered(sent, failed, more=bool(_due(1)))


def _due(at_most: int) -> list[tuple[int, int]]:
    query = select(Mail.id, Mail.attempts).where(Mail.next_try_at <= clock.now())
    rows = db.session.execute(query.order_by(Mail.next_try_at, Mail.id).limit(at_most))
    found = [(row.id, row.attempts) for row in rows]
    db.session.rollback()  # nothing is held while a server is waited for
    return found


def _take_turn(mail_id: int, attempts: int) -> Letter | None:
    """Return the mail if it is ours to try; None if another has it, or if there is nothing left to send."""
    now = clock.now()
    with unit_of_work():
        taken = db.session.execute(
            update(Mail)
            .where(Mail.id == mail_id, Mail.attempts == attempts, Mail.next_try_at <= now)
            .values(attempts=attempts + 1, next_try_at=now + _TURN)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            return None
        mail = db.session.get_one(Mail, mail_id, populate_existing=True)
        if mail.last_problem is None and now - mail.entered_at > MAX_AGE:
            mail.given_up_at, mail.next_try_at, mail.last_problem = now, None, "late"
            return None
        if attempts >= TRIES:  # each try brought its worker down
            mail.given_up_at, mail.next_try_at = now, None
            mail.last_problem = mail.last_problem or "crash"
            return None
        return _opened(mail)


def _opened(mail: Mail) -> Letter | None:
    assert mail.recipient_sealed is not None
    assert mail.body_sealed is not None
    try:
        recipient, body = unseal(mail.recipient_sealed), unseal(mail.body_sealed)
        headers = "{}" if mail.headers_sealed is None else unseal(mail.headers_sealed)
    except VaultDamaged:  # perhaps the wrong key is set, which can be mended
        _postpone(mail, NotSent("vault"))
        return None
    if recipient is None or body is None or headers is None:
        for name, value in _EMPTY.items():
            setattr(mail, name, value)
        mail.erased_at = clock.now()
        return None
    further = tuple(json.loads(headers).items())
    return Letter(mail.message_id, mail.entered_at, mail.title or "", recipient, body, further)


def _enter_failure(mail_id: int, attempts: int, problem: NotSent) -> None:
    with unit_of_work():
        mail = db.session.get_one(Mail, mail_id, populate_existing=True)
        if mail.attempts == attempts and mail.next_try_at is not None:  # else another was at it meanwhile
            _postpone(mail, problem)


def _postpone(mail: Mail, problem: NotSent) -> None:
    now = clock.now()
    mail.last_problem = problem.problem
    if problem.permanent or mail.attempts >= TRIES:
        mail.given_up_at, mail.next_try_at = now, None
    else:
        mail.next_try_at = now + PAUSES[mail.attempts - 1]


def _end(mail_id: int, **values: Any) -> None:
    with unit_of_work():
        db.session.execute(update(Mail).where(Mail.id == mail_id).values(**values))
