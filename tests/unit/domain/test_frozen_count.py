"""A frozen count comes back as it was kept, and equal numbers share a rank."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.frozen_count import FrozenCount, ranks, read_frozen

FROZEN = FrozenCount(
    datetime(2026, 4, 22, 2, 3, 4, 5, tzinfo=UTC),
    120,
    {"1": 80, "12": 70},
    {"surge": 30, "address": 4},
    60,
    90,
    6,
    {date(2026, 4, 1): 100, date(2026, 4, 21): 20},
)


def test_it_comes_back_whole() -> None:
    """Every number, every day, the moment to the microsecond."""
    assert read_frozen(FROZEN.to_json()) == FROZEN


def test_sureness_is_of_the_same_numbers() -> None:
    """What was counted apart weighs in how sure it is."""
    assert (FROZEN.sure.counted, FROZEN.sure.apart, FROZEN.sure.networks) == (120, 34, 60)
    assert FROZEN.sure.unasked == 24


def test_ranks_are_shared() -> None:
    """1, 2, 2, 4: as in any race."""
    assert ranks({"a": 5, "b": 9, "c": 5, "d": 0}) == {"b": 1, "a": 2, "c": 2, "d": 4}
    assert ranks({}) == {}


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 5), max_size=8))
def test_rank_is_one_more_than_how_many_are_better(numbers: dict[str, int]) -> None:
    """By its definition, not by sorting."""
    for key, rank in ranks(numbers).items():
        assert rank == 1 + sum(other > numbers[key] for other in numbers.values())
