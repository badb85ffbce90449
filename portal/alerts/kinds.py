"""What can be subscribed to, and how long what is kept of it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class AlertTopic(StrEnum):
    """What somebody wants to be told of."""

    INSTITUTION = "institution"
    """One home: its notices, problems, inspections, credit, and what changes on its page."""
    REGION = "region"
    """A county with everything beneath it: notices, problems, inspections, credit of its homes."""
    HOMES = "homes"
    """A choice on the list of institutions: homes that newly meet it, and changes of those that do."""
    SEARCH = "search"
    """Words typed into search: what newly answers to them."""
    NOTICES = "notices"
    """A choice on the list of rectification notices: what happens to those that meet it."""


CONFIRM_WITHIN = timedelta(days=2)
"""After that an address that was not confirmed is deleted."""
MOST_ASKED_A_DAY = 3
"""Mails a day that strangers can have sent to one address."""
MOST_ALERTS = 30
"""What one address can be subscribed to."""
MOST_HOMES = 500
"""Homes that a choice on the list may meet to be watched: more is no choice yet."""
MOST_FAILURES = 3
"""Daily mails in a row that could not be delivered: after that the address is forgotten."""
