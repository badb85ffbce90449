"""Rounds of the half-yearly call-back (R43): which half-year, and where one stands on a day. Pure.

Where a round stands is never stored: it follows from its days and from whether its analysis was published.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST = timedelta(days=92)
"""A round that stays open longer tells of no half-year any more."""
PUBLISH_WITHIN = timedelta(days=30)
"""From the last day of a round to its published analysis: the site's own promise, shown where broken."""

_SLUG = re.compile(r"(20\d\d)-([12])")


class RoundPhase(StrEnum):
    """Where a round stands."""

    AHEAD = "ahead"
    OPEN = "open"
    CLOSED = "closed"
    """Nobody can answer any more; the analysis is not published yet."""
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, order=True)
class Half:
    """One half of a year: ``number`` 1 or 2."""

    year: int
    number: int

    @property
    def label(self) -> str:
        """2026年上半年."""
        return f"{self.year}年{'上' if self.number == 1 else '下'}半年"

    @property
    def slug(self) -> str:
        """2026-1, as addresses write it."""
        return f"{self.year}-{self.number}"

    @property
    def first_day(self) -> date:
        """1 January or 1 July."""
        return date(self.year, 1 if self.number == 1 else 7, 1)

    @property
    def last_day(self) -> date:
        """30 June or 31 December."""
        return self.following.first_day - timedelta(days=1)

    @property
    def following(self) -> Half:
        """The half-year after this one."""
        return Half(self.year, 2) if self.number == 1 else Half(self.year + 1, 1)

    @property
    def before(self) -> Half:
        """The half-year before this one."""
        return Half(self.year, 1) if self.number == 2 else Half(self.year - 1, 2)


def half_of(day: date) -> Half:
    """Return the half-year that a day lies in."""
    return Half(day.year, 1 if day.month <= 6 else 2)


def read_half(text: str) -> Half | None:
    """Return the half-year that ``2026-1`` names, None for any other text."""
    found = _SLUG.fullmatch(text)
    return Half(int(found[1]), int(found[2])) if found and found.string.isascii() else None


def phase(opens_on: date, closes_on: date, published: bool, today: date) -> RoundPhase:
    """Return where a round stands on a day. Its last day is still one on which answers are taken."""
    if published:
        return RoundPhase.PUBLISHED
    if today < opens_on:
        return RoundPhase.AHEAD
    return RoundPhase.OPEN if today <= closes_on else RoundPhase.CLOSED


def publish_by(closes_on: date) -> date:
    """Return the day by which the analysis should be published."""
    return closes_on + PUBLISH_WITHIN


def missing_halves(held: Collection[Half], today: date) -> list[Half]:
    """Return the half-years since the first round, and over by now, that have none; the latest first."""
    if not held:
        return []
    found, one = [], min(held)
    while one.last_day < today:
        if one not in held:
            found.append(one)
        one = one.following
    return found[::-1]
