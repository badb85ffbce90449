"""How far a topic's target is reached (R41). Pure: numbers in, judgement out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Progress:
    """What was counted. ``out_of`` None: of nothing, a bare number; ``unknown``: of ``out_of``, not known."""

    value: int
    out_of: int | None = None
    unknown: int = 0

    @property
    def share(self) -> int | None:
        """The share in whole percent, rounded down: 100 only if it is all. None of nothing."""
        return 100 * self.value // self.out_of if self.out_of else None

    @property
    def most(self) -> int | None:
        """The share if all that is not known counted too."""
        return 100 * (self.value + self.unknown) // self.out_of if self.out_of else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A target on a day. ``progress`` None: nothing was entered yet, where it is entered by hand."""

    goal: int
    percent: bool
    """True: the goal is a share; False: a number."""
    due_on: date
    progress: Progress | None

    @property
    def reached(self) -> bool:
        """True if what is known reaches the goal. A share of nothing reaches none."""
        if self.progress is None:
            return False
        now = self.progress.share if self.percent else self.progress.value
        return now is not None and now >= self.goal

    @property
    def done_percent(self) -> int:
        """How much of the way is done, 0 to 100: for a bar; 100 only once it is reached."""
        if self.progress is None:
            return 0
        now = (self.progress.share or 0) if self.percent else self.progress.value
        return min(100, 100 * now // self.goal)

    def overdue(self, today: date) -> bool:
        """True if the last day is over and the goal is not reached."""
        return today > self.due_on and not self.reached
