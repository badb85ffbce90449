"""Which of some amounts lies far from the others: robust, so that one wrong amount can't hide itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

FEWEST = 5
"""Fewer amounts than this say nothing of what is usual."""
_FAR = 3.5
"""Modified z-score beyond which a value is an outlier (Iglewicz and Hoaglin 1993)."""
_TO_SIGMA = 1.4826
"""Median absolute deviation × this = standard deviation, for a normal distribution."""
_TIMES = 1.8
"""And it must be this many times the middle, or the middle that many times it: where all homes of a county
charge nearly the same, a few yuan more are nothing to look at."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual among some amounts."""

    middle: float
    spread: float
    """An estimate of the standard deviation."""
    count: int

    def is_far(self, amount: int) -> bool:
        """True if the amount lies far from the others."""
        low, high = sorted((float(amount), self.middle))
        return abs(amount - self.middle) > _FAR * self.spread and high > _TIMES * low


def usual(amounts: Sequence[int]) -> Usual | None:
    """Return what is usual among ``amounts`` (positive), None if there are too few to say."""
    if len(amounts) < FEWEST:
        return None
    middle = median(amounts)
    return Usual(middle, _TO_SIGMA * median(abs(amount - middle) for amount in amounts), len(amounts))
