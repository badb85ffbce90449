"""Half-years and where a round stands on a day."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.survey_round import (
    Half,
    RoundPhase,
    half_of,
    missing_halves,
    phase,
    publish_by,
    read_half,
)


def test_a_half_year_knows_its_days_and_neighbours() -> None:
    first = half_of(date(2026, 6, 30))
    assert (first, first.following, first.before) == (Half(2026, 1), Half(2026, 2), Half(2025, 2))
    assert (first.first_day, first.last_day) == (date(2026, 1, 1), date(2026, 6, 30))
    assert half_of(date(2026, 7, 1)).last_day == date(2026, 12, 31)
    assert Half(2026, 2).label == "2026年下半年"


@pytest.mark.parametrize("text", ["2026-3", "2026-1\n", "26-1", "", "2026-1x", "２０２６-1"])
def test_what_names_no_half_year_is_none(text: str) -> None:
    assert read_half(text) is None


def test_a_half_year_is_read_as_it_is_written() -> None:
    assert read_half(Half(2026, 2).slug) == Half(2026, 2)


def test_the_last_day_is_still_one() -> None:
    opens, closes = date(2026, 5, 10), date(2026, 6, 10)
    days = {
        date(2026, 5, 9): RoundPhase.AHEAD,
        opens: RoundPhase.OPEN,
        closes: RoundPhase.OPEN,
        date(2026, 6, 11): RoundPhase.CLOSED,
    }
    assert {day: phase(opens, closes, False, day) for day in days} == days
    assert phase(opens, closes, True, date(2026, 7, 1)) is RoundPhase.PUBLISHED
    assert publish_by(closes) == date(2026, 7, 10)


def test_a_half_year_without_a_round_is_missed_once_it_is_over() -> None:
    held = {Half(2024, 2), Half(2025, 2)}
    assert missing_halves(held, date(2026, 6, 30)) == [Half(2025, 1)]
    assert missing_halves(held, date(2026, 7, 1)) == [Half(2026, 1), Half(2025, 1)]
    assert missing_halves(set(), date(2026, 7, 1)) == []
