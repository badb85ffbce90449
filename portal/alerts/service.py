"""Subscribing, confirming, leaving. Flushes, never commits.

Nobody but the owner of a mailbox can subscribe it: what is typed into a form only sends a mail there, and it
counts once the link in that mail was followed and confirmed. Who leaves is forgotten: row and key.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import delete, exists, func, select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.alerts.about import About
from portal.alerts.kinds import CONFIRM_WITHIN, MOST_ALERTS, MOST_ASKED_A_DAY
from portal.alerts.models import Alert, AlertAddress
from portal.alerts.topics import seen_now
from portal.config import Settings
from portal.domain.mail_address import address_key
from portal.extensions import db
from portal.notify.outbox import send_later
from portal.vault.sealing import blind_index, erase, seal, unseal

CONFIRM, LINK = "alert_confirm", "alert_link"
"""Kinds of mail."""

_CONFIRM = """您好。有人用这个邮箱在“{site}”订阅了消息提醒：

{about}

如果是您本人，请在两天内打开下面的链接，再按“确认订阅”：
{base}/alerts/confirm/{token}

如果不是您，不用理会这封信：不确认就不会再有信来，两天以后这个邮箱地址也会从平台删掉。
"""
_KNOWN = """您好。有人用这个邮箱在“{site}”订阅了消息提醒：

{about}

这一项您已经订阅过了，不用再做什么。

查看、停止订阅：
{base}/alerts/mine/{link}
"""
_LINK = """您好。下面是管理您在“{site}”的订阅的链接，请不要转发给别人：

{base}/alerts/mine/{link}

如果不是您要的，不用理会这封信。
"""


class Confirmed(StrEnum):
    """How following the link in a mail ended."""

    DONE = "done"
    ALREADY = "already"
    FULL = "full"
    """The address has as many alerts as one may have."""


@dataclass(frozen=True, slots=True)
class Followed:
    """The alert that a confirming link leads to."""

    alert: Alert
    address: AlertAddress


def ask(address: str, about: About, plain_title: str) -> None:
    """Send a mail to ``address`` (as ``read_address`` gives it) by which its owner can confirm the alert.

    ``plain_title``: what it is about in our own words alone: what a stranger typed is mailed to nobody.
    Whether the address is known can't be told from outside; too often a day, nothing is sent.
    """
    now = clock.now()
    reader = _reader_at(address, now)
    if not _may_be_written_to(reader, now):
        return
    index = blind_index("alert-about", about.identity)
    alert = db.session.scalar(select(Alert).where(Alert.address_id == reader.id, Alert.about_index == index))
    if alert is not None and alert.confirmed_at is not None:
        _write(reader, address, "您已经订阅过了", _KNOWN, CONFIRM, about=plain_title)
        return
    token = secrets.token_urlsafe(32)
    if alert is None:
        kept = about.kept
        alert = Alert(
            address_id=reader.id,
            topic=about.topic,
            institution_id=about.institution_id,
            region_code=about.region_code,
            choice_sealed=None if kept is None else seal(reader.subject, kept),
            about_index=index,
        )
        db.session.add(alert)
    # an earlier mail's link, unconfirmed, gives way to this one's
    alert.entered_at, alert.confirm_index = now, _index(token)
    db.session.flush()
    _write(reader, address, "请确认订阅", _CONFIRM, CONFIRM, about=plain_title, token=token)


def send_link(address: str) -> None:
    """Send the link to an address's own page, if it is subscribed to anything; tells nobody whether it is."""
    index = _address_index(address)
    reader = db.session.scalar(select(AlertAddress).where(AlertAddress.address_index == index))
    if reader is not None and reader.confirmed_at is not None and _may_be_written_to(reader, clock.now()):
        _write(reader, address, "管理订阅的链接", _LINK, LINK)


def followed(token: str) -> Followed | None:
    """Return what a confirming link leads to; None for one that is unknown or too old."""
    alert = db.session.scalar(select(Alert).where(Alert.confirm_index == _index(token)))
    if alert is None:
        return None
    if alert.confirmed_at is None and clock.now() - alert.entered_at > CONFIRM_WITHIN:
        return None
    return Followed(alert, db.session.get_one(AlertAddress, alert.address_id))


def confirm(found: Followed) -> Confirmed:
    """Let the alert count from now on."""
    alert, reader = found.alert, found.address
    if alert.confirmed_at is not None:
        return Confirmed.ALREADY
    held = select(func.count(Alert.id)).where(Alert.address_id == reader.id, Alert.confirmed_at.is_not(None))
    if (db.session.scalar(held) or 0) >= MOST_ALERTS:
        return Confirmed.FULL
    now = clock.now()
    alert.confirmed_at = alert.told_until = now
    alert.seen = seen_now(alert)
    reader.confirmed_at = reader.confirmed_at or now
    db.session.flush()
    return Confirmed.DONE


def stop(reader: AlertAddress, alert_id: int) -> bool:
    """End one alert; with the last one the address is forgotten. False if it has no such alert."""
    gone = delete(Alert).where(Alert.id == alert_id, Alert.address_id == reader.id)
    if db.session.execute(gone).rowcount != 1:  # type: ignore[attr-defined]
        return False
    left = select(exists().where(Alert.address_id == reader.id, Alert.confirmed_at.is_not(None)))
    if not db.session.scalar(left):
        stop_all(reader)
    return True


def stop_all(reader: AlertAddress) -> None:
    """Forget an address: its alerts, its row and its key, and with that every mail to it that waits."""
    subject = reader.subject
    db.session.execute(delete(Alert).where(Alert.address_id == reader.id))
    db.session.delete(reader)
    db.session.flush()
    erase(subject)


def reader_of(token: str) -> AlertAddress | None:
    """Return the address whose link a mail carried, once it has confirmed anything."""
    reader = db.session.scalar(select(AlertAddress).where(AlertAddress.link_index == _index(token)))
    return reader if reader is not None and reader.confirmed_at is not None else None


def link_of(reader: AlertAddress) -> str:
    """Return the secret of an address's links."""
    return unseal(reader.link_sealed) or ""


def forget_everybody() -> None:
    """Stop every subscription of everybody: the demo city goes, and what they were told of with it."""
    for reader in db.session.scalars(select(AlertAddress)).all():
        stop_all(reader)


def forget_unconfirmed(now: datetime) -> int:
    """Delete what was not confirmed in time, and addresses that are left with nothing; return how many."""
    late = [Alert.confirmed_at.is_(None), Alert.entered_at < now - CONFIRM_WITHIN]
    asked = set(db.session.scalars(select(Alert.address_id).where(*late)))
    if not asked:
        return 0
    db.session.execute(delete(Alert).where(*late))
    has_one = exists().where(Alert.address_id == AlertAddress.id)
    left = select(AlertAddress).where(AlertAddress.id.in_(asked), ~has_one)
    gone = db.session.scalars(left).all()
    for reader in gone:
        stop_all(reader)
    return len(gone)


def _reader_at(address: str, now: datetime) -> AlertAddress:
    index = _address_index(address)
    reader = db.session.scalar(select(AlertAddress).where(AlertAddress.address_index == index))
    if reader is None:
        link = secrets.token_urlsafe(32)
        reader = AlertAddress(
            address_index=index, link_index=_index(link), entered_at=now, asked_on=now.date(), asked_count=0
        )
        reader.address_sealed = seal(reader.subject, address)
        reader.link_sealed = seal(reader.subject, link)
        try:
            with db.session.begin_nested():
                db.session.add(reader)
        except IntegrityError:  # another request entered it first
            return _reader_at(address, now)
    return reader


def _may_be_written_to(reader: AlertAddress, now: datetime) -> bool:
    """Count one more mail that somebody asked for; False once there were enough today."""
    if reader.asked_on != now.date():
        reader.asked_on, reader.asked_count = now.date(), 0
    if reader.asked_count >= MOST_ASKED_A_DAY:
        return False
    reader.asked_count += 1
    return True


def _write(reader: AlertAddress, address: str, title: str, words: str, kind: str, **said: str) -> None:
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    body = words.format(site=settings.site_name, base=settings.base_url, link=link_of(reader), **said)
    send_later(reader.subject, address, title, body, kind)


def _address_index(address: str) -> str:
    return blind_index("alert-address", address_key(address))


def _index(token: str) -> str:
    return blind_index("alert-link", token)
