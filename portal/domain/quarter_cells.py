"""Which quarters of a table of months may be told where some months are left out for being small (R32).

Everybody reads the months that are shown, each year's total and the total of all regions. A quarter's number
must not be the one that gives a hidden month away: by what is left when its shown months are taken off, when
the other quarters are taken off the year, or the other regions off the whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Set
from datetime import date
from typing import TypeVar

from portal.domain.quarters import Quarter, quarter_of
from portal.domain.small_numbers import FEW

R = TypeVar("R", bound=Hashable)


def hidden_quarters(
    counts: Mapping[tuple[R, date], int], hidden: Set[tuple[R, date]]
) -> frozenset[tuple[R, Quarter]]:
    """Return the (region, quarter) whose number is left out. Sisters side by side, any number of years.

    ``counts``: by region and first day of the month; ``hidden``: the months left out
    (``small_numbers.hidden_cells``). A quarter with hidden months is told only if there are several of them
    that hold at least ``FEW`` together, and if of its row of the year and of its column either no quarter is
    left out or at least two are.
    """
    rest: dict[tuple[R, Quarter], list[int]] = defaultdict(list)
    for region, month in hidden:
        rest[region, quarter_of(month)].append(counts.get((region, month), 0))
    left_out = {cell for cell, months in rest.items() if len(months) == 1 or sum(months) < FEW}
    while (companion := next(_companions(rest, left_out), None)) is not None:
        left_out.add(companion)
    return frozenset(left_out)


def _companions(
    rest: Mapping[tuple[R, Quarter], list[int]], left_out: Set[tuple[R, Quarter]]
) -> Iterator[tuple[R, Quarter]]:
    """Yield what has to be left out too. Quarters without a hidden month hide nothing: not among them."""
    lines: dict[Hashable, list[tuple[R, Quarter]]] = defaultdict(list)
    for region, quarter in rest:
        lines["row", region, quarter.year].append((region, quarter))
        lines["column", quarter].append((region, quarter))
    for line in lines.values():
        if sum(cell in left_out for cell in line) == 1:
            others = [cell for cell in line if cell not in left_out]
            if others:
                yield min(others, key=lambda cell: (sum(rest[cell]), str(cell[0]), cell[1]))
