"""What the worker does for the alerts, each minute. Each piece commits by itself."""

from __future__ import annotations

from portal import clock
from portal.alerts.digest import send_digests
from portal.alerts.news import Labels
from portal.alerts.service import forget_unconfirmed
from portal.unit_of_work import unit_of_work

_AT_ONCE = 50
"""Addresses whose mails are made in one transaction."""


def sweep_alerts(label: Labels) -> None:
    """Forget addresses that nobody confirmed; in the morning make the day's mails, lot after lot."""
    with unit_of_work():
        forget_unconfirmed(clock.now())
    made = _AT_ONCE
    while made == _AT_ONCE:
        with unit_of_work():
            made = send_digests(clock.now(), label, _AT_ONCE)
