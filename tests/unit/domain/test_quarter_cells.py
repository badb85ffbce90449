"""A quarter's number never gives a hidden month away: checked by solving for it, over many tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from random import Random

import pytest

from portal.domain.quarter_cells import hidden_quarters
from portal.domain.quarters import Quarter, quarter_of
from portal.domain.small_numbers import hidden_cells

MONTHS = [date(2026, month, 1) for month in range(1, 13)]
Cell = tuple[str, date]


def drawn_table(rng: Random, regions: int) -> dict[Cell, int]:
    weights = [rng.choice((0, 1, 2, 5)) for _ in range(regions)]
    return {
        (f"县{place}", month): rng.choice((0, 0, 1, 1, 2, 3, 4)) * weight
        for place, weight in enumerate(weights)
        for month in MONTHS
        if rng.random() < 0.9
    }


def determined(unknown: list[Cell], sums: list[set[Cell]]) -> set[Cell]:
    """Return the unknown cells that follow from the sums: those with a row of their own once solved."""
    places = {cell: number for number, cell in enumerate(unknown)}
    rows = [[Fraction(int(cell in one)) for cell in unknown] for one in sums]
    done = 0
    for column in range(len(places)):
        pivot = next((row for row in range(done, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for other, row in enumerate(rows):
            if other != done and row[column]:
                rows[other] = [a - row[column] * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    return {unknown[row.index(1)] for row in rows[:done] if sum(value != 0 for value in row) == 1}


def told_sums(
    counts: dict[Cell, int], hidden: set[Cell], quarters: set[tuple[str, Quarter]]
) -> Iterator[set[Cell]]:
    """Yield what the pages tell of the hidden months: sums of them, once the shown ones are taken off."""
    for region in {region for region, _ in counts}:
        yield {cell for cell in hidden if cell[0] == region}  # the year
    for month in MONTHS:
        yield {cell for cell in hidden if cell[1] == month}  # all regions
    for region, quarter in quarters:
        yield {cell for cell in hidden if cell[0] == region and quarter_of(cell[1]) == quarter}


@pytest.mark.parametrize("seed", range(60))
def test_no_hidden_month_follows_from_what_is_told(seed: int) -> None:
    rng = Random(seed)
    counts = drawn_table(rng, rng.randint(2, 6))
    hidden = set(hidden_cells(counts))
    every = {(region, quarter_of(month)) for region, month in counts}
    left_out = hidden_quarters(counts, hidden)
    unknown = sorted(hidden)
    before = determined(unknown, list(told_sums(counts, hidden, set())))
    after = determined(unknown, list(told_sums(counts, hidden, every - left_out)))
    assert after == before  # the quarters tell nothing that the months, years and totals did not


def test_what_is_small_is_left_out_and_what_is_not_is_told() -> None:
    first, second = Quarter(2026, 1), Quarter(2026, 2)
    counts = {
        ("甲", MONTHS[0]): 1, ("甲", MONTHS[1]): 9, ("甲", MONTHS[3]): 2, ("甲", MONTHS[4]): 2,
        ("乙", MONTHS[0]): 2, ("乙", MONTHS[3]): 2, ("乙", MONTHS[4]): 2, ("丙", MONTHS[0]): 8,
    }  # fmt: skip
    hidden = hidden_cells(counts)
    left_out = hidden_quarters(counts, hidden)
    # one hidden month each in the first; two that make four in the second, but its year has a lonely one
    assert {("甲", first), ("乙", first)} <= left_out
    assert ("丙", first) not in left_out
    assert ("甲", second) in left_out


def test_two_hidden_months_that_hold_enough_are_told_together() -> None:
    counts = {(region, month): 2 for region in "甲乙" for month in MONTHS}
    hidden = hidden_cells(counts)
    assert len(hidden) == len(counts)
    assert hidden_quarters(counts, hidden) == frozenset()
    ones = {cell: int(cell[1].month % 3 == 1) for cell in counts}

    assert len(hidden_quarters(ones, hidden_cells(ones))) == 8


def test_nothing_hidden_hides_nothing() -> None:
    assert hidden_quarters({("甲", MONTHS[0]): 5}, frozenset()) == frozenset()
