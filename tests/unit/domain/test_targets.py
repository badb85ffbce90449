"""Targets: what is not known turns no answer over; shares are rounded down."""

from __future__ import annotations

import pytest

from portal.domain.targets import MEANINGS, Measured, TargetKey, Verdict, added, verdict


@pytest.mark.parametrize(
    ("measured", "percent", "expected"),
    [
        (Measured(80, 100), 80, Verdict.REACHED),
        (Measured(79, 100), 80, Verdict.MISSED),
        (Measured(100, 100), 100, Verdict.REACHED),
        (Measured(999, 1000), 100, Verdict.MISSED),  # rounding makes nothing whole
        (Measured(70, 100, 10), 80, Verdict.UNKNOWN),  # just reached, if all unknown ones are
        (Measured(70, 100, 9), 80, Verdict.MISSED),  # missed, whatever they are
        (Measured(80, 100, 20), 80, Verdict.REACHED),  # reached, whatever they are
        (Measured(0, 100, 100), 80, Verdict.UNKNOWN),
        (Measured(), 80, Verdict.UNKNOWN),
        (Measured(90, 100, 0, 3), 80, Verdict.UNKNOWN),  # homes outside the total could turn it over
        (Measured(10, 100, 0, 3), 80, Verdict.UNKNOWN),
        (None, 80, Verdict.NOT_MEASURED),
    ],
)
def test_a_target_is_called_reached_or_missed_only_where_nothing_can_turn_it_over(
    measured: Measured | None, percent: int, expected: Verdict
) -> None:
    assert verdict(measured, percent) is expected


def test_shares_are_rounded_down_and_bounded_by_what_is_unknown() -> None:
    one = Measured(2, 3, 1)
    assert (one.least, one.most) == (66, 100)
    assert (Measured().least, Measured().most) == (None, None)
    assert Measured(0, 4, 4).nothing_known
    assert not Measured(0, 4, 3).nothing_known


def test_counties_add_up() -> None:
    assert added([Measured(1, 2, 1), Measured(3, 4, 0, 5)]) == Measured(4, 6, 1, 5)
    assert added([]) == Measured()


def test_every_key_says_what_it_measures_or_why_it_can_not() -> None:
    for key in TargetKey:
        meaning = MEANINGS[key]
        assert meaning.title
        assert bool(meaning.population and meaning.met) is meaning.measured
