"""Which cells of a published table are left out because too few people stand behind them (R32).

A table of counts with its margins, regions by months: a cell of one or two tells of somebody. Leaving out
that cell alone is no use where it follows from the margin and the others, so in every row and every column
with a cell left out there are at least two. What is left out counts in the margins all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

R = TypeVar("R", bound=Hashable)
C = TypeVar("C", bound=Hashable)

FEW = 3
"""Counts from 1 to below this are not shown."""


def hidden_cells(counts: Mapping[tuple[R, C], int]) -> frozenset[tuple[R, C]]:
    """Return the cells (row, column) to leave out. Cells that are not given are taken as zero and shown.

    The companion of a lonely cell is the smallest that is not zero, of its row or column; zeros only where
    there is nothing else, since what is known to be nothing hides nothing.
    """
    hidden = {cell for cell, count in counts.items() if 0 < count < FEW}
    while True:
        companion = next(_companions(counts, hidden), None)
        if companion is None:
            return frozenset(hidden)
        hidden.add(companion)


def _companions(counts: Mapping[tuple[R, C], int], hidden: set[tuple[R, C]]) -> Iterator[tuple[R, C]]:
    for axis in (0, 1):
        lines: dict[Hashable, list[tuple[R, C]]] = defaultdict(list)
        for cell in counts:
            lines[cell[axis]].append(cell)
        for line in lines.values():
            if sum(cell in hidden for cell in line) == 1:
                others = [cell for cell in line if cell not in hidden]
                if others:
                    yield min(others, key=lambda cell: (counts[cell] == 0, counts[cell], str(cell)))
