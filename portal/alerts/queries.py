"""Reading alerts: an owner's own page, and the two numbers that the staff may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from portal.alerts.kinds import AlertTopic
from portal.alerts.models import Alert, AlertAddress
from portal.alerts.names import Names
from portal.alerts.topics import about_of
from portal.clock import SHANGHAI
from portal.extensions import db
from portal.vault.sealing import keys_at_hand


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert as its owner reads it."""

    id: int
    topic: AlertTopic
    title: str
    path: str | None
    """The page that it is about; None where that is not in public any more."""
    since: date


@dataclass(frozen=True, slots=True)
class AlertCounts:
    """How many addresses are subscribed, and to how many things."""

    addresses: int
    alerts: int


def alerts_of(reader: AlertAddress, only: int | None = None) -> list[AlertRow]:
    """Return what an address is subscribed to, the first one first; with ``only`` that one, confirmed or
    not."""
    query = select(Alert).where(Alert.address_id == reader.id)
    query = query.where(Alert.confirmed_at.is_not(None) if only is None else Alert.id == only)
    with keys_at_hand(reader.subject):
        alerts = list(db.session.scalars(query.order_by(Alert.id)))
        abouts = {alert.id: about_of(alert) for alert in alerts}
    names = Names(abouts.values())
    rows = []
    for alert in alerts:
        about = abouts[alert.id]
        since = (alert.confirmed_at or alert.entered_at).astimezone(SHANGHAI).date()
        rows.append(AlertRow(alert.id, about.topic, names.title(about), names.page(about), since))
    return rows


def alert_counts() -> AlertCounts:
    """Return how many there are; of whom and of what is nobody's business."""
    addresses = select(func.count(AlertAddress.id)).where(AlertAddress.confirmed_at.is_not(None))
    alerts = select(func.count(Alert.id)).where(Alert.confirmed_at.is_not(None))
    return AlertCounts(db.session.scalar(addresses) or 0, db.session.scalar(alerts) or 0)
