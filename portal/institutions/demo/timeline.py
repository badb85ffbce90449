"""The demo's clock: what was entered when. Chapters schedule, the timeline plays in order of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal import clock

MONTHS = 30
"""How far the city's story goes back."""


@dataclass(slots=True)
class Timeline:
    """Actions with the moment at which somebody at the bureau enters them, up to yesterday."""

    today: date
    _entries: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)

    def at(self, day: date, action: Callable[[], None], hour: int = 10, minute: int = 0) -> None:
        """Let ``action`` happen on ``day``; nothing is entered later than yesterday."""
        moment = clock.at(min(day, self.yesterday), hour, minute)
        self._entries.append((moment, len(self._entries), action))

    def play(self) -> None:
        """Do everything in order of time, the clock moved to each moment."""
        for moment, _, action in sorted(self._entries, key=lambda entry: entry[:2]):
            with clock.moved_to(moment):
                action()

    @property
    def yesterday(self) -> date:
        """The last day on which something was entered."""
        return self.today - timedelta(days=1)

    def ago(self, days: int) -> date:
        """Return the day so many days before today."""
        return self.today - timedelta(days=days)

    def month_ends(self) -> list[date]:
        """Return the last days of the past months, oldest first: the days of the monthly lists.

        A month's list is entered on the 6th of the next, so the last one's 6th must be over.
        """
        first = self.today.replace(day=1)
        ends: list[date] = []
        while len(ends) < MONTHS:
            end = first - timedelta(days=1)
            if self.entry_day(end) <= self.yesterday:
                ends.append(end)
            first = end.replace(day=1)
        return ends[::-1]

    @staticmethod
    def entry_day(month_end: date) -> date:
        """Return the day on which a month's list is entered."""
        return month_end + timedelta(days=6)
