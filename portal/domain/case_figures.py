"""What the public is told of complaints in numbers: who answers in time. Pure: counts in, shares out (R31).

Nothing leaves the denominator. Of every handling received it is known, for each of its two clocks, whether it
was answered in time, answered late, is not answered and too late by now, still has time, or was taken back by
its writer before an answer and in time. The five add up to what was received. The share answered in time is
taken of all but those that still have time: they can't be judged yet, and are shown apart.

Whether an unanswered one is late depends on the day of asking: kept is its last day, never "late".
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

LEAST_FOR_A_SHARE = 10
"""Judged cases below which no share is given and nobody is ranked: one case more would turn it over."""


class Part(StrEnum):
    """How a handling stands to one of its clocks; the five add up to what was received."""

    IN_TIME = "in_time"
    LATE = "late"
    OVERDUE = "overdue"
    RUNNING = "running"
    WITHDRAWN = "withdrawn"


@dataclass(slots=True)
class ClockCounts:
    """One clock of many handlings, as counted: nothing in it depends on the day of reading."""

    in_time: int = 0
    late: int = 0
    withdrawn: int = 0
    """Taken back before an answer and before the last day was over."""
    due: Counter[date] = field(default_factory=Counter)
    """Not answered, by last day; with those taken back after it: late they stay."""
    days: Counter[int] = field(default_factory=Counter)
    """Answered, by the working days it took."""

    def add(self, other: ClockCounts) -> None:
        """Count another's handlings here too."""
        self.in_time += other.in_time
        self.late += other.late
        self.withdrawn += other.withdrawn
        self.due.update(other.due)
        self.days.update(other.days)


@dataclass(slots=True)
class HandlingCounts:
    """Handlings received in some region and time."""

    received: int = 0
    first: ClockCounts = field(default_factory=ClockCounts)
    final: ClockCounts = field(default_factory=ClockCounts)

    def add(self, other: HandlingCounts) -> None:
        """Count another's handlings here too."""
        self.received += other.received
        self.first.add(other.first)
        self.final.add(other.final)


@dataclass(slots=True)
class MonthCounts:
    """All that is counted of one region and month of receipt; several can be added up."""

    once: HandlingCounts = field(default_factory=HandlingCounts)
    """First handlings: as many as there are complaints."""
    again: HandlingCounts = field(default_factory=HandlingCounts)
    """Second handlings, by the month in which they were asked for."""
    reopened: int = 0
    """Of the complaints received here, how many were handled a second time."""
    ratings: Counter[str] = field(default_factory=Counter)
    """What the writers of the complaints received here say last."""
    owed: Counter[date] = field(default_factory=Counter)
    """Open now: handlings by the last day of the answer that is owed next."""

    def add(self, other: MonthCounts) -> None:
        """Count another's cases here too."""
        self.once.add(other.once)
        self.again.add(other.again)
        self.reopened += other.reopened
        self.ratings.update(other.ratings)
        self.owed.update(other.owed)

    def dump(self) -> str:
        """Return the counts as JSON."""
        return json.dumps(
            {
                "once": _handling_out(self.once),
                "again": _handling_out(self.again),
                "reopened": self.reopened,
                "ratings": dict(self.ratings),
                "owed": _days_out(self.owed),
            },
            separators=(",", ":"),
        )

    @classmethod
    def load(cls, text: str) -> MonthCounts:
        """Return the counts that ``dump`` wrote; ``{}``: nothing counted yet."""
        kept = json.loads(text)
        if not kept:
            return cls()
        return cls(
            _handling_in(kept["once"]),
            _handling_in(kept["again"]),
            kept["reopened"],
            Counter(kept["ratings"]),
            _days_in(kept["owed"]),
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """One clock, judged on a day."""

    parts: dict[Part, int]
    median_days: float | None
    """Working days to the answer, of those answered; None while there is none."""

    @property
    def received(self) -> int:
        """All of them."""
        return sum(self.parts.values())

    @property
    def judged(self) -> int:
        """All but those that still have time."""
        return self.received - self.parts[Part.RUNNING]

    @property
    def percent(self) -> int | None:
        """The share answered in time, rounded down: 100 only if it was all. None where too few are judged."""
        if self.judged < LEAST_FOR_A_SHARE:
            return None
        return 100 * self.parts[Part.IN_TIME] // self.judged


def total(counts: Iterable[MonthCounts]) -> MonthCounts:
    """Return the sum."""
    summed = MonthCounts()
    for one in counts:
        summed.add(one)
    return summed


def tally(clock: ClockCounts, today: date) -> Tally:
    """Return how a clock of many handlings stands on a day; the last day itself is in time."""
    overdue = overdue_on(clock.due, today)
    parts = {
        Part.IN_TIME: clock.in_time,
        Part.LATE: clock.late,
        Part.OVERDUE: overdue,
        Part.RUNNING: clock.due.total() - overdue,
        Part.WITHDRAWN: clock.withdrawn,
    }
    return Tally(parts, median(clock.days))


def overdue_on(due: Counter[date], today: date) -> int:
    """Return how many of those unanswered are too late on a day."""
    return sum(count for day, count in due.items() if day < today)


def median(days: Counter[int]) -> float | None:
    """Return the middle value, or the mean of the two in the middle; None of nothing."""
    count = days.total()
    if not count:
        return None
    low, high = (count - 1) // 2, count // 2
    passed, found = 0, list[int]()
    for value in sorted(days):
        passed += days[value]
        found += [value for place in (low, high)[len(found) :] if place < passed]
        if len(found) == 2:
            break
    return sum(found) / 2


def _handling_out(one: HandlingCounts) -> dict[str, Any]:
    return {"received": one.received, "first": _clock_out(one.first), "final": _clock_out(one.final)}


def _handling_in(kept: dict[str, Any]) -> HandlingCounts:
    return HandlingCounts(kept["received"], _clock_in(kept["first"]), _clock_in(kept["final"]))


def _clock_out(one: ClockCounts) -> dict[str, Any]:
    return {
        "in_time": one.in_time,
        "late": one.late,
        "withdrawn": one.withdrawn,
        "due": _days_out(one.due),
        "days": {str(value): count for value, count in sorted(one.days.items())},
    }


def _clock_in(kept: dict[str, Any]) -> ClockCounts:
    days = Counter({int(value): count for value, count in kept["days"].items()})
    return ClockCounts(kept["in_time"], kept["late"], kept["withdrawn"], _days_in(kept["due"]), days)


def _days_out(days: Counter[date]) -> dict[str, int]:
    return {day.isoformat(): count for day, count in sorted(days.items())}


def _days_in(kept: dict[str, int]) -> Counter[date]:
    return Counter({date.fromisoformat(day): count for day, count in kept.items()})
