"""Entering mails, in the transaction of what they tell of; and how the outbox stands."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import ColumnElement, func, select, update

from portal import clock
from portal.config import Settings
from portal.extensions import db
from portal.notify.models import Mail
from portal.unit_of_work import announce
from portal.vault.sealing import seal

TOPIC = "mail-outbox"
"""Announced by every unit of work that leaves a mail here."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the outbox stands. ``oldest``: when the mail that waits longest was entered."""

    waiting: int
    oldest: datetime | None
    given_up: dict[str, int]
    """By what the last try ended with, e.g. ``smtp-550``."""


def send_later(
    subject_key: str, to: str, title: str, body: str, kind: str, headers: Mapping[str, str] | None = None
) -> Mail:
    """Enter a mail to ``to``, sealed under the vault's key of the person it goes to, e.g. ``staff/3``.

    ``title`` is read by every server on the way: public words on one line, at most 120 characters.
    ``headers``: further fields of its head, e.g. ``List-Unsubscribe``. Flushes. Raises KeyErased if the
    person's data has been erased.
    """
    if not title.strip() or not title.isprintable() or len(title) > 120:
        raise ValueError("a title is one line of at most 120 characters")
    now = clock.now()
    mail = Mail(
        message_id=f"{uuid.uuid4().hex}@{_our_domain()}",
        kind=kind,
        recipient_sealed=seal(subject_key, to.strip()),
        title=title,
        body_sealed=seal(subject_key, body),
        headers_sealed=seal(subject_key, json.dumps(dict(headers))) if headers else None,
        entered_at=now,
        attempts=0,
        next_try_at=now,
    )
    db.session.add(mail)
    db.session.flush()
    announce(TOPIC)
    return mail


def standing() -> Standing:
    """Return how many mails wait, since when, and how many were given up and why."""
    waiting, oldest = db.session.execute(
        select(func.count(Mail.id), func.min(Mail.entered_at)).where(Mail.next_try_at.is_not(None))
    ).one()
    problems = select(Mail.last_problem, func.count()).where(_given_up()).group_by(Mail.last_problem)
    return Standing(
        waiting, oldest, {problem or "": count for problem, count in db.session.execute(problems)}
    )


def try_again() -> int:
    """Let every mail that was given up wait anew, with all its tries; return how many. Commits nothing."""
    now = clock.now()
    again = update(Mail).where(_given_up()).values(given_up_at=None, attempts=0, next_try_at=now)
    count = db.session.execute(again).rowcount  # type: ignore[attr-defined]
    announce(TOPIC)
    return int(count)


def forget_given_up(before: datetime) -> None:
    """Empty the mails that were given up before a moment: what nobody cared to send again is not kept."""
    old = update(Mail).where(_given_up(), Mail.given_up_at < before)
    db.session.execute(old.values(recipient_sealed=None, title=None, body_sealed=None, headers_sealed=None))


def _given_up() -> ColumnElement[bool]:
    return Mail.given_up_at.is_not(None) & Mail.body_sealed.is_not(None)


def _our_domain() -> str:
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    if settings.mail_from is not None:
        return parseaddr(settings.mail_from)[1].rpartition("@")[2].encode("idna").decode()
    return urlsplit(settings.base_url).hostname or "localhost"
