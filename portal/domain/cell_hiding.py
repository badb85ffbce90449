"""Which cells of nested tables of counts are left out so that no small one can be worked out (R32, R43).

A distribution is published for places that lie in one another: homes, counties, the whole. A cell of one to
four tells of somebody; leaving out that cell alone is no use where it follows from its row, from the other
homes, or from several of them at once. The counts are a flow: every answer passes from its home to its choice
in the county and on to its choice in the whole. What is left out can be worked out exactly where no other
flow fits all that is shown. So for every small cell circles are sought along which answers could be moved
without changing anything that is shown; where there are none, the cheapest are made by leaving out further
cells. That proves, cell by cell, that other tables have the same public face.

A nothing is left out as well: if zeros were shown, whoever reads would know a missing cell to be one at
least, and far more would have to go.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

Node = Hashable

_NO_CAP = 10**15
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
    """Return the positions of the cells to leave out: all below ``few``, and companions.

    Everything is left out where even that protects not: then nothing but the totals is known.
    """
    net = _Net(cells, few)
    small = sorted((cell.value, number) for number, cell in enumerate(cells) if 0 < cell.value < few)
    for _, number in small:
        if not net.protect(number):
            net.blank_row(cells[number].tail)
            if not net.protect(number):
                return frozenset(range(len(cells)))
    net.show_what_may_be()
    return frozenset(net.hidden)


@dataclass(slots=True)
class _Net:
    cells: Sequence[Cell]
    few: int
    hidden: set[int] = field(default_factory=set)
    at: dict[Node, list[int]] = field(default_factory=lambda: defaultdict(list))
    moved: dict[int, int] = field(default_factory=dict)
    """By how much cells differ from what they are, in the other table that is being looked for."""
    proofs: dict[int, tuple[int, set[int]]] = field(default_factory=dict)
    """Small cell → how many other values were shown to fit, and the cells that differ in them."""

    def __post_init__(self) -> None:
        for number, cell in enumerate(self.cells):
            self.at[cell.tail].append(number)
            self.at[cell.head].append(number)
            if cell.value < self.few:
                self.hidden.add(number)

    def protect(self, number: int) -> bool:
        """Leave out what it takes that other values of the cell fit too; False if that can't be had."""
        prices = sorted({cell.price for cell in self.cells})
        caps = [*prices[1:], _NO_CAP]
        for width in (_WIDTH, 1):
            for cap in caps:
                if self._reached(number, cap, width):
                    return True
        return False

    def show_what_may_be(self) -> None:
        """Show again, the largest first, what was left out for others that no longer need it."""
        companions = [number for number in self.hidden if self.cells[number].value >= self.few]
        for number in sorted(companions, key=lambda one: (-self.cells[one].value, one)):
            before = dict(self.proofs)
            needing = [small for small, (_, differ) in self.proofs.items() if number in differ]
            self.hidden.discard(number)
            if not all(self._reached(small, 1, self.proofs[small][0]) for small in needing):
                self.hidden.add(number)
                self.proofs = before

    def blank_row(self, row: Node) -> None:
        """Show nothing of a row."""
        self.hidden.update(number for number in self.at[row] if self.cells[number].tail == row)

    def _reached(self, number: int, cap: int, width: int) -> bool:
        """True if ``width`` other values fit, leaving out cells cheaper than ``cap`` where it takes that."""
        cell, before, differ = self.cells[number], set(self.hidden), set[int]()
        found = self._moves(number, cell.head, cell.tail, width, cap)
        differ.update(self.moved)
        if found < width:
            found += self._moves(number, cell.tail, cell.head, min(width, cell.value), cap)
            differ.update(self.moved)
        if found < width:
            self.hidden = before  # a dearer way needs none of these
            return False
        self.proofs[number] = width, differ
        return True

    def _moves(self, closed: int, start: Node, end: Node, most: int, cap: int) -> int:
        """Return how often, up to ``most``, one answer more can go round in the same other table."""
        self.moved = {}
        for count in range(most):
            if not self._circle(closed, start, end, cap):
                return count
        return most

    def _slack(self, number: int) -> int:
        """Return by how much a cell could be less in the other table."""
        return self.cells[number].value + self.moved.get(number, 0)

    def _price(self, number: int) -> int:
        if number in self.hidden:
            return 0
        return self.cells[number].price + self.cells[number].value

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
