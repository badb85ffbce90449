"""Which cells of nested tables of counts are left out so that no small one can be worked out (R32, R43).

A distribution is published for places that lie in one another: homes, counties, the whole. A cell of one to
four tells of somebody; leaving out that cell alone is no use where it follows from its row, from the other
homes, or from several of them at once. The counts are a flow: every answer passes from its home to its choice
in the county and on to its choice in the whole. What is left out can be worked out exactly where no other
flow fits all that is shown. So for every small cell circles are sought along which answers could be moved
without changing anything that is shown; where there are none, the cheapest are made by leaving out further
cells. That proves, cell by cell, that other tables have the same public face.

Zeros are shown, so that whoever reads knows a missing cell to be one at least: reckoned with here.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

Node = Hashable

_ZERO = 10**15
"""Price of leaving out a nothing: done only where there is no other way."""
_WIDTH = 2
"""How many other values should fit a small cell at least, before cells of a higher level are left out."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One count: an arc from ``tail`` to ``head``. ``price``: what leaving it out costs, beside its value.

    Cells of one level have one price; those of a higher level cost more than any value of a lower one.
    """

    tail: Node
    head: Node
    value: int
    price: int = 0


def hidden_cells(cells: Sequence[Cell], few: int) -> frozenset[int]:
    """Return the positions of the cells to leave out: all from 1 to below ``few``, and companions.

    Everything is left out where even that protects not: then nothing but the totals is known.
    """
    net = _Net(cells, few)
    small = sorted((cell.value, number) for number, cell in enumerate(cells) if 0 < cell.value < few)
    for _, number in small:
        if not net.protect(number):
            net.blank_row(cells[number].tail)
            if not net.protect(number):
                return frozenset(range(len(cells)))
    return frozenset(net.hidden)


@dataclass(slots=True)
class _Net:
    cells: Sequence[Cell]
    few: int
    hidden: set[int] = field(default_factory=set)
    blank: set[Node] = field(default_factory=set)
    """Rows of which nothing is shown, zeros neither: their cells may be nothing."""
    at: dict[Node, list[int]] = field(default_factory=lambda: defaultdict(list))
    moved: dict[int, int] = field(default_factory=dict)
    """By how much cells differ from what they are, in the other table that is being looked for."""

    def __post_init__(self) -> None:
        for number, cell in enumerate(self.cells):
            self.at[cell.tail].append(number)
            self.at[cell.head].append(number)
            if 0 < cell.value < self.few:
                self.hidden.add(number)

    def protect(self, number: int) -> bool:
        """Leave out what it takes that other values of the cell fit too; False if that can't be had."""
        caps = sorted({cell.price for cell in self.cells})
        caps = [*caps[1:], _ZERO, 2 * _ZERO]
        for width in (_WIDTH, 1):
            for cap in caps:
                if self._reached(number, cap, width):
                    return True
        return False

    def blank_row(self, row: Node) -> None:
        """Show nothing of a row."""
        self.blank.add(row)
        self.hidden.update(number for number in self.at[row] if self.cells[number].tail == row)

    def _reached(self, number: int, cap: int, width: int) -> bool:
        """True if ``width`` other values fit, leaving out cells cheaper than ``cap`` where it takes that.

        Best is that the cell could as well be ``few``: then not even that it is small is sure.
        """
        cell, before = self.cells[number], set(self.hidden)
        found = self._moves(number, cell.head, cell.tail, self.few - cell.value, cap)
        if found < width:
            found += self._moves(number, cell.tail, cell.head, min(width, self._slack(number)), cap)
        if found < width:
            self.hidden = before  # a dearer way needs none of these
        return found >= width

    def _moves(self, closed: int, start: Node, end: Node, most: int, cap: int) -> int:
        """Return how often, up to ``most``, one answer more can go round in the same other table."""
        self.moved = {}
        for count in range(most):
            if not self._circle(closed, start, end, cap):
                return count
        return most

    def _slack(self, number: int) -> int:
        """Return by how much a cell could be less, as far as readers know."""
        cell = self.cells[number]
        least = 0 if cell.tail in self.blank else min(1, cell.value)
        return cell.value + self.moved.get(number, 0) - least

    def _price(self, number: int) -> int:
        if number in self.hidden:
            return 0
        cell = self.cells[number]
        return cell.price + cell.value if cell.value else _ZERO

    def _circle(self, closed: int, start: Node, end: Node, cap: int) -> bool:
        """Find the cheapest way for an answer from ``start`` to ``end`` past the cell itself, and leave out
        the cells on it. Along an arc a cell grows, against it it shrinks."""
        best: dict[Node, int] = {start: 0}
        came: dict[Node, tuple[Node, int]] = {}
        queue: list[tuple[int, int, Node]] = [(0, 0, start)]
        order = 0
        while queue:
            cost, _, node = heapq.heappop(queue)
            if node == end:
                break
            if cost > best[node]:
                continue
            for number in self.at[node]:
                cell = self.cells[number]
                grows = cell.tail == node
                if number == closed or not (grows or self._slack(number) > 0):
                    continue
                following, price = (cell.head if grows else cell.tail), self._price(number)
                total = cost + price
                if price < cap and total < best.get(following, total + 1):
                    best[following], came[following] = total, (node, number)
                    order -= 1
                    heapq.heappush(queue, (total, order, following))
        if end not in came:
            return False
        node = end
        while node != start:
            before, number = came[node]
            grows = self.cells[number].tail == before
            self.moved[number] = self.moved.get(number, 0) + (1 if grows else -1)
            self.hidden.add(number)
            node = before
        return True
