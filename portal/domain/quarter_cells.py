"""Which quarters of a table of months may be told where some months are left out for being small (R32).

Everybody reads the months that are shown, each region's year and the total of all regions in each month. A
quarter's number must not be the one that gives a hidden month away, alone or together with any others: so all
that is told of the hidden months is kept as a system of sums, solved as far as it can be, and a quarter joins
only if no further month follows from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Set
from datetime import date
from typing import Generic, TypeVar

from portal.domain.quarters import Quarter, quarter_of
from portal.domain.small_numbers import FEW

R = TypeVar("R", bound=Hashable)
C = TypeVar("C", bound=Hashable)
_PRIME = (1 << 61) - 1
"""Sums are solved in whole numbers modulo this: exact for tables of any size that there is."""


def hidden_quarters(
    counts: Mapping[tuple[R, date], int],
    hidden: Set[tuple[R, date]],
    told: Iterable[tuple[R, Quarter]] = (),
) -> frozenset[tuple[R, Quarter]]:
    """Return the (region, quarter) whose number is left out. Sisters side by side, any number of years.

    ``counts``: by region and first day of the month; ``hidden``: the months left out
    (``small_numbers.hidden_cells``); ``told``: quarters that were published before, which nothing takes back.
    The hidden months of a quarter that is told are several and hold at least ``FEW`` together.
    """
    quarters: dict[tuple[R, Quarter], list[tuple[R, date]]] = defaultdict(list)
    years: dict[tuple[R, int], list[tuple[R, date]]] = defaultdict(list)
    months: dict[date, list[tuple[R, date]]] = defaultdict(list)
    for cell in hidden:
        region, month = cell
        quarters[region, quarter_of(month)].append(cell)
        years[region, month.year].append(cell)
        months[month].append(cell)
    known: _Sums[tuple[R, date]] = _Sums({})
    told = set(told)
    for sum_of in (*years.values(), *months.values(), *(quarters[one] for one in told & quarters.keys())):
        known = known.and_told(sum_of)
    left_out = set()
    # earlier ones first, for they are published first; of one quarter those that tell the most
    held = {one: sum(counts.get(cell, 0) for cell in cells) for one, cells in quarters.items()}
    for one in sorted(quarters, key=lambda one: (one[1], -held[one], str(one[0]))):
        if one in told:
            continue
        more = known.and_told(quarters[one])
        if len(quarters[one]) > 1 and held[one] >= FEW and more.solved == known.solved:
            known = more
        else:
            left_out.add(one)
    return frozenset(left_out)


class _Sums(Generic[C]):
    """Sums of unknown cells, as rows of a matrix in reduced form: each has a cell that no other row has."""

    def __init__(self, rows: Mapping[C, Mapping[C, int]]) -> None:
        self._rows = rows

    @property
    def solved(self) -> frozenset[C]:
        """The cells whose own number follows."""
        return frozenset(cell for cell, row in self._rows.items() if len(row) == 1)

    def and_told(self, cells: Iterable[C]) -> _Sums[C]:
        """Return these sums and the sum of some cells."""
        added: dict[C, int] = dict.fromkeys(cells, 1)
        for leading, row in self._rows.items():
            if leading in added:
                added = _less(added, row, added[leading])
        if not added:
            return self
        leading = next(iter(added))
        inverse = pow(added[leading], -1, _PRIME)
        added = {cell: value * inverse % _PRIME for cell, value in added.items()}
        rows = {
            known: _less(row, added, row[leading]) if leading in row else row
            for known, row in self._rows.items()
        }
        return _Sums(rows | {leading: added})


def _less(row: Mapping[C, int], other: Mapping[C, int], times: int) -> dict[C, int]:
    left = {cell: (row.get(cell, 0) - times * other.get(cell, 0)) % _PRIME for cell in {*row, *other}}
    return {cell: value for cell, value in left.items() if value}
