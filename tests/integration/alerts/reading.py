"""Subscribing somebody, and reading what they were sent."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal import clock, glossary
from portal.alerts import service
from portal.alerts.about import About
from portal.alerts.digest import DIGEST, send_digests
from portal.alerts.kinds import AlertTopic
from portal.alerts.models import AlertAddress
from portal.extensions import db
from portal.institutions.models import Institution
from portal.notify.models import Mail
from portal.unit_of_work import unit_of_work
from portal.vault.sealing import unseal

WHO = "zhang@example.cn"
ASKED = clock.at(date(2026, 3, 16), 15)
"""A Monday afternoon."""
NEXT = clock.at(date(2026, 3, 17), 8, 30)


def bodies(kind: str | None = None) -> list[str]:
    """Return the texts of the mails that wait, oldest first."""
    query = select(Mail).order_by(Mail.id)
    rows = db.session.scalars(query if kind is None else query.where(Mail.kind == kind))
    return [unseal(row.body_sealed) or "" for row in rows if row.body_sealed is not None]


def link_in(body: str, what: str) -> str:
    """Return the secret of a link in a mail: ``confirm``, ``mine`` or ``stop``."""
    (token,) = re.findall(rf"/alerts/{what}/([A-Za-z0-9_-]+)", body)
    return str(token)


def subscribe(about: About, who: str = WHO, at: datetime = ASKED) -> str:
    """Ask and confirm; return the secret of the address's own page."""
    with clock.moved_to(at):
        with unit_of_work():
            service.ask(who, about, "测试")
        found = service.followed(link_in(bodies(service.CONFIRM)[-1], "confirm"))
        assert found is not None
        with unit_of_work():
            assert service.confirm(found) is service.Confirmed.DONE
        return service.link_of(found.address)


def to_home(where: Institution, who: str = WHO, at: datetime = ASKED) -> str:
    """Subscribe to one institution."""
    return subscribe(About(AlertTopic.INSTITUTION, institution_id=where.id), who, at)


def morning(at: datetime = NEXT) -> list[str]:
    """Make the day's mails and return the new ones."""
    before = len(bodies(DIGEST))
    with clock.moved_to(at), unit_of_work():
        send_digests(clock.now(), glossary.label)
    return bodies(DIGEST)[before:]


def next_day(days: int = 1) -> datetime:
    """Return the hour of mails some days after the first."""
    return NEXT + timedelta(days=days)


def readers() -> list[AlertAddress]:
    """Return all addresses."""
    return list(db.session.scalars(select(AlertAddress).order_by(AlertAddress.id)))
