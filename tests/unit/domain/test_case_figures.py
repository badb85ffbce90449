"""Figures added up, judged on a day, and what is too small to be shown."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from statistics import median as plain_median

import pytest

from portal.domain.case_figures import ClockCounts, HandlingCounts, MonthCounts, Part, median, tally, total
from portal.domain.small_numbers import hidden_cells

MAY, JUNE = date(2026, 5, 29), date(2026, 6, 1)


def counts() -> MonthCounts:
    first = ClockCounts(7, 2, 1, Counter({MAY: 3, JUNE: 4}), Counter({0: 1, 5: 8}))
    return MonthCounts(
        HandlingCounts(17, first, ClockCounts(due=Counter({JUNE: 17}))),
        reopened=2,
        ratings=Counter({"fair": 3}),
        owed=Counter({JUNE: 21}),
    )


def test_nothing_leaves_the_denominator_and_the_last_day_is_in_time() -> None:
    for today, overdue, running in (
        (MAY, 0, 7),
        (date(2026, 5, 30), 3, 4),
        (JUNE, 3, 4),
        (date(2027, 1, 1), 7, 0),
    ):
        found = tally(counts().once.first, today)
        assert (found.parts[Part.OVERDUE], found.parts[Part.RUNNING]) == (overdue, running)
        assert found.received == 17
        assert found.judged == 17 - running
        assert found.percent == 100 * 7 // (17 - running)


def test_no_share_under_ten_judged_and_never_a_hundred_that_is_not_all() -> None:
    def percent(in_time: int, late: int, running: int = 0) -> int | None:
        return tally(ClockCounts(in_time, late, 0, Counter({JUNE: running})), MAY).percent

    assert percent(9, 0, running=5) is None
    assert percent(10, 0) == 100
    assert percent(999, 1) == 99
    assert percent(0, 10) == 0


@pytest.mark.parametrize("seed", range(20))
def test_the_median_is_that_of_the_plain_list(seed: int) -> None:
    drawn = random.Random(seed)
    days = [drawn.randrange(12) for _ in range(drawn.randrange(1, 40))]
    assert median(Counter(days)) == plain_median(days)


def test_of_nothing_there_is_no_median() -> None:
    assert median(Counter()) is None
    assert tally(ClockCounts(), MAY).median_days is None


def test_what_is_written_is_read_again_and_adds_up() -> None:
    assert MonthCounts.load(counts().dump()) == counts()
    assert MonthCounts.load("{}") == MonthCounts()
    twice = total([counts(), MonthCounts.load(counts().dump())])
    assert (twice.once.received, twice.once.first.due[MAY], twice.owed[JUNE], twice.ratings["fair"]) == (
        34,
        6,
        42,
        6,
    )
    assert counts().once.received == 17


@pytest.mark.parametrize("seed", range(40))
def test_no_small_cell_follows_from_the_margins(seed: int) -> None:
    drawn = random.Random(seed)
    rows, columns = drawn.randrange(2, 6), drawn.randrange(2, 7)
    table = {(r, c): drawn.choice((0, 1, 2, 3, 5, 8, 20)) for r in range(rows) for c in range(columns)}
    hidden = hidden_cells(table)
    assert {cell for cell, count in table.items() if count in (1, 2)} <= hidden
    for axis, size in ((0, rows), (1, columns)):
        for line in range(size):
            assert sum(cell[axis] == line for cell in hidden) != 1
    if not any(count in (1, 2) for count in table.values()):
        assert not hidden


def test_a_lonely_small_cell_takes_the_smallest_that_is_something_with_it() -> None:
    table = {("a", 1): 1, ("a", 2): 0, ("a", 3): 9, ("a", 4): 4}
    assert hidden_cells(table) == {("a", 1), ("a", 4)}
    assert hidden_cells({("a", 1): 1, ("a", 2): 0}) == {("a", 1), ("a", 2)}
    assert hidden_cells({("a", 1): 1}) == {("a", 1)}
