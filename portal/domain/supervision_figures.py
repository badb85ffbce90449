"""What the public is told of putting things right in numbers: found, cleared, overdue, come back (part E).

Pure: counts in, shares out. Problems are counted by the month in which they were found: of each it is known
whether it was cleared by its last day, cleared after it, is open and too late, is open with time left, or
never had a last day. The five add up to what was found. The share cleared in time is taken of the first
three: the others can't be judged, and stand apart. What was cleared, noticed and visited is counted by the
month in which that happened. Whether an open problem is late depends on the day of asking: kept is its last
day, never "late".
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

from portal.domain.case_figures import LEAST_FOR_A_SHARE, median

__all__ = ["LEAST_FOR_A_SHARE", "Part", "SupervisionCounts", "SupervisionTally", "tally_supervision", "total"]


class Part(StrEnum):
    """How a problem stands to its last day; the five add up to what was found."""

    IN_TIME = "in_time"
    LATE = "late"
    """Cleared, after its last day."""
    OVERDUE = "overdue"
    RUNNING = "running"
    UNDATED = "undated"
    """Without a last day, cleared or not."""


@dataclass(slots=True)
class SupervisionCounts:
    """All that is counted of one region and month; several can be added up. No number depends on today."""

    found: int = 0
    major: int = 0
    """Of those found here: major hazards."""
    major_cleared: int = 0
    told: int = 0
    """Of those found here: told by the public (群众反映). Small ones are not shown (R32)."""
    recurred: int = 0
    """Of those found here: that had been cleared before and came back (卷土重来)."""
    in_time: int = 0
    late: int = 0
    undated_cleared: int = 0
    undated_open: int = 0
    due: Counter[date] = field(default_factory=Counter)
    """Of those found here: open, by last day."""
    kinds: Counter[str] = field(default_factory=Counter)
    """Of those found here: ``fire/found``, ``fire/cleared``, ``fire/major``, ``fire/major_cleared`` …"""
    cleared: int = 0
    """Cleared in this month, whenever they were found."""
    days: Counter[int] = field(default_factory=Counter)
    """Cleared in this month, by the working days since they were found."""
    notices: int = 0
    """Rectification notices issued in this month and not taken back."""
    visits: int = 0
    """Inspections made in this month, not taken back."""
    refused: int = 0
    """Of these: the inspectors were not let in."""

    @property
    def open(self) -> int:
        """Of those found here: not put right yet."""
        return self.due.total() + self.undated_open

    @property
    def nothing(self) -> bool:
        """True if nothing happened in the month at all."""
        return not (self.found or self.cleared or self.notices or self.visits)

    def add(self, other: SupervisionCounts) -> None:
        """Count another's here too."""
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            else:
                setattr(self, each.name, mine + theirs)

    def dump(self) -> str:
        """Return the counts as JSON."""
        kept: dict[str, object] = {each.name: getattr(self, each.name) for each in fields(self)}
        kept["due"] = {day.isoformat(): count for day, count in sorted(self.due.items())}
        kept["days"] = {str(days): count for days, count in sorted(self.days.items())}
        return json.dumps({name: value for name, value in kept.items() if value}, separators=(",", ":"))

    @classmethod
    def load(cls, text: str) -> SupervisionCounts:
        """Return the counts that ``dump`` wrote; what a newer version of the portal wrote besides is left."""
        kept = json.loads(text)
        known = {each.name: kept[each.name] for each in fields(cls) if each.name in kept}
        if "due" in known:
            known["due"] = Counter({date.fromisoformat(day): n for day, n in known["due"].items()})
        if "kinds" in known:
            known["kinds"] = Counter(known["kinds"])
        if "days" in known:
            known["days"] = Counter({int(days): n for days, n in known["days"].items()})
        return cls(**known)


@dataclass(frozen=True, slots=True)
class SupervisionTally:
    """Counts, judged on a day."""

    parts: dict[Part, int]
    open: int
    median_days: float | None
    """Working days from finding to clearing, of those cleared; None while there is none."""

    @property
    def judged(self) -> int:
        """Those of which it can be said whether they were cleared in time."""
        return self.parts[Part.IN_TIME] + self.parts[Part.LATE] + self.parts[Part.OVERDUE]

    @property
    def percent(self) -> int | None:
        """The share cleared in time, rounded down: 100 only if it was all. None where too few are judged."""
        if self.judged < LEAST_FOR_A_SHARE:
            return None
        return 100 * self.parts[Part.IN_TIME] // self.judged


def total(counts: Iterable[SupervisionCounts]) -> SupervisionCounts:
    """Return the sum."""
    summed = SupervisionCounts()
    for one in counts:
        summed.add(one)
    return summed


def tally_supervision(counts: SupervisionCounts, today: date) -> SupervisionTally:
    """Return how the problems found stand on a day; the last day itself is in time."""
    overdue = sum(count for day, count in counts.due.items() if day < today)
    parts = {
        Part.IN_TIME: counts.in_time,
        Part.LATE: counts.late,
        Part.OVERDUE: overdue,
        Part.RUNNING: counts.due.total() - overdue,
        Part.UNDATED: counts.undated_cleared + counts.undated_open,
    }
    return SupervisionTally(parts, counts.open, median(counts.days))
