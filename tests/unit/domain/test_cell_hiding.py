"""No small cell of nested tables can be worked out from what is shown: tried against every other table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

import pytest

from portal.domain.cell_hiding import Cell, hidden_cells

FEW = 3
"""Smaller than in earnest, so that every table that fits can be looked at."""

Table = tuple[tuple[int, ...], ...]


def cells_of(table: Table) -> list[Cell]:
    """Homes of one county over choices; the county's own row of sums below them costs more."""
    choices = range(len(table[0]))
    homes = [Cell(("home", h), ("all", c), row[c]) for h, row in enumerate(table) for c in choices]
    return [*homes, *(Cell(("all", c), "end", sum(row[c] for row in table), 1000) for c in choices)]


def tables_like(table: Table, shown: dict[int, int]) -> Iterator[Table]:
    """Every table with the same row sums in which the shown cells (homes first, then sums) are the same."""
    width = len(table[0])
    rows = [
        [
            row
            for row in product(range(sum(table[h]) + 1), repeat=width)
            if sum(row) == sum(table[h])
            and all(shown.get(h * width + c, row[c]) == row[c] for c in range(width))
        ]
        for h in range(len(table))
    ]
    for found in product(*rows):
        sums = [sum(row[c] for row in found) for c in range(width)]
        if all(shown.get(len(table) * width + c, sums[c]) == sums[c] for c in range(width)):
            yield found


def values_that_fit(table: Table) -> tuple[frozenset[int], dict[int, set[int]]]:
    cells = cells_of(table)
    hidden = hidden_cells(cells, FEW)
    shown = {number: cell.value for number, cell in enumerate(cells) if number not in hidden}
    fits: dict[int, set[int]] = {number: set() for number in hidden}
    width = len(table[0])
    for other in tables_like(table, shown):
        flat = [value for row in other for value in row]
        flat += [sum(row[c] for row in other) for c in range(width)]
        for number in hidden:
            fits[number].add(flat[number])
    return hidden, fits


@pytest.mark.parametrize("seed", range(12))
def test_every_small_cell_could_be_something_else(seed: int) -> None:
    rng = Random(seed)
    rows = [tuple(rng.choice((0, 0, 1, 2, 3, 5)) for _ in range(3)) for _ in range(3)]
    table = tuple(row if sum(row) >= FEW else (FEW, *row[1:]) for row in rows)
    hidden, fits = values_that_fit(table)
    for number, cell in enumerate(cells_of(table)):
        if cell.value < FEW:
            assert number in hidden
        if 0 < cell.value < FEW:
            assert len(fits[number]) > 1, (table, number)


def test_a_lonely_cell_takes_companions_with_it_that_cost_least() -> None:
    table = ((9, 2, 8), (7, 9, 6), (8, 7, 9))
    cells = cells_of(table)
    hidden = hidden_cells(cells, FEW)
    assert 1 in hidden
    assert len(hidden) == 4, "a circle of two homes and two choices"
    assert all(number < 9 for number in hidden), "no sum of the county is left out where homes do"
    assert sum(cells[number].value for number in hidden) == 2 + 8 + 9 + 6


def test_where_nothing_is_small_nothing_is_left_out() -> None:
    assert hidden_cells(cells_of(((9, 4, 8), (7, 9, 6))), FEW) == frozenset()


def test_a_single_home_hides_with_its_county() -> None:
    """Its row is the county's: what is left out of one is left out of the other."""
    hidden, fits = values_that_fit(((7, 2, 6),))
    assert {1, 4} <= hidden
    assert len(hidden) == 4
    assert len(fits[1]) > 1
