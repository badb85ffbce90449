"""What a quarter's two-way review says of a county in numbers (R46). Pure: counts in, the same as JSON out.

Frozen when it is compiled: a review tells of one day's view of the records. What is missing is None, never 0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from portal.domain.case_figures import LEAST_FOR_A_SHARE


def percent(part: int, whole: int) -> int | None:
    """Return the share, rounded down: 100 only if it was all. None where too few are judged."""
    return None if whole < LEAST_FOR_A_SHARE else 100 * part // whole


@dataclass(frozen=True, slots=True)
class ComplaintFigures:
    """Complaints received in the quarter, as they stood when they were counted."""

    received: int = 0
    first_in_time: int = 0
    first_judged: int = 0
    """Those whose first answer was given or is overdue: all but those that still had time."""
    final_in_time: int = 0
    final_judged: int = 0
    rated: int | None = None
    """How many said whether they are satisfied; None: too few to be told."""
    satisfied: int | None = None
    """Of these: satisfied, or fairly so."""

    @property
    def first_percent(self) -> int | None:
        """The share first answered in time."""
        return percent(self.first_in_time, self.first_judged)

    @property
    def final_percent(self) -> int | None:
        """The share answered for good in time."""
        return percent(self.final_in_time, self.final_judged)

    @property
    def satisfied_percent(self) -> int | None:
        """The share satisfied of those who said."""
        return percent(self.satisfied or 0, self.rated or 0)


@dataclass(frozen=True, slots=True)
class ProblemFigures:
    """Problems found in the quarter and how they stood to their last day; what was cleared in the quarter."""

    found: int = 0
    in_time: int = 0
    late: int = 0
    overdue: int = 0
    running: int = 0
    undated: int = 0
    major: int = 0
    major_cleared: int = 0
    recurred: int = 0
    cleared: int = 0
    """Cleared in the quarter, whenever they were found."""
    open_now: int = 0
    """Not put right on the day of counting, whenever they were found."""
    overdue_now: int = 0

    @property
    def judged(self) -> int:
        """Those of which it can be said whether they were cleared in time."""
        return self.in_time + self.late + self.overdue

    @property
    def percent(self) -> int | None:
        """The share cleared in time."""
        return percent(self.in_time, self.judged)


@dataclass(frozen=True, slots=True)
class WorkFigures:
    """What the offices did in the quarter."""

    notices: int = 0
    visits: int = 0
    refused: int = 0
    lists_in_time: int = 0
    """Of the quarter's three months: whose four lists were submitted by the 20th."""
    lists_late: int = 0
    lists_missing: int = 0


@dataclass(frozen=True, slots=True)
class ColumnFigures:
    """The column 点题整治: suggestions received in the quarter, and the county's own topics."""

    suggestions: int = 0
    answered_in_time: int = 0
    answer_judged: int = 0
    """Those that were answered, or whose last day to be answered is over."""
    topics_at_work: int = 0
    """Topics of the county worked on or judged in the quarter."""
    targets: int = 0
    targets_reached: int = 0

    @property
    def answered_percent(self) -> int | None:
        """The share of suggestions answered in time."""
        return percent(self.answered_in_time, self.answer_judged)


@dataclass(frozen=True, slots=True)
class ReviewFigures:
    """All the numbers of a county and quarter. ``complaints`` None: so few that they tell of somebody."""

    complaints: ComplaintFigures | None = None
    problems: ProblemFigures = field(default_factory=ProblemFigures)
    work: WorkFigures = field(default_factory=WorkFigures)
    column: ColumnFigures | None = None
    """None: the column was not kept yet when it was counted."""

    def dump(self) -> str:
        """Return the figures as JSON."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def load(cls, text: str) -> ReviewFigures:
        """Return the figures that ``dump`` wrote; what another version of the portal wrote is left out."""
        kept = json.loads(text)
        return cls(
            _read(ComplaintFigures, kept.get("complaints")),
            _read(ProblemFigures, kept.get("problems")) or ProblemFigures(),
            _read(WorkFigures, kept.get("work")) or WorkFigures(),
            _read(ColumnFigures, kept.get("column")),
        )


def _read(kind: Any, kept: Mapping[str, Any] | None) -> Any:
    if kept is None:
        return None
    return kind(**{each.name: kept[each.name] for each in fields(kind) if each.name in kept})
