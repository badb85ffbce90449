"""A clockwork for stories that run beside one another: whatever comes first happens first, none after now."""

from __future__ import annotations

import heapq
from collections.abc import Generator
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

from portal import clock
from portal.domain.working_days import WorkingCalendar

Course = Generator[datetime, None, None]
"""Does one thing after another; yields the moment of the next before it is done."""


class Timeline:
    """All courses, in the order in which their next steps come."""

    def __init__(self, rng: Random, calendar: WorkingCalendar, now: datetime) -> None:
        self.rng, self.calendar, self.now = rng, calendar, now
        self._waiting: list[tuple[datetime, int, Course]] = []
        self._order = count()

    def begin(self, course: Course, moment: datetime) -> None:
        """Let a course begin at a moment; one that would begin after now never does."""
        if moment < self.now:
            heapq.heappush(self._waiting, (moment, next(self._order), course))

    def run(self) -> None:
        """Let everything happen until now."""
        while self._waiting:
            moment, _, course = heapq.heappop(self._waiting)
            with clock.moved_to(moment):
                following = next(course, None)
            if following is not None:
                self.begin(course, max(following, moment))

    def after(self, day: date, working_days: int) -> datetime:
        """Return a moment in the office hours of so many working days after a day."""
        rng = self.rng
        return clock.at(self.calendar.due(day, working_days).day, rng.randint(9, 16), rng.randint(0, 59))

    def soon(self) -> datetime:
        """Return a moment some minutes after this one."""
        return clock.now() + timedelta(minutes=self.rng.randint(5, 50))
