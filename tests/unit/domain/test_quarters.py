"""Quarters, and when the review of one is compiled, due, late or missing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.domain.quarters import (
    Quarter,
    ReviewStanding,
    last_over,
    quarter_of,
    quarters_between,
    read_quarter,
    standing,
)

THIRD = Quarter(2026, 3)


def test_every_day_lies_in_its_quarter() -> None:
    day = date(2024, 1, 1)
    while day < date(2027, 1, 1):
        quarter = quarter_of(day)
        assert quarter.begins <= day <= quarter.ends
        assert quarter.months[0] == quarter.begins
        assert day.replace(day=1) in quarter.months
        assert quarter.after.before == quarter
        assert quarter.before.ends == quarter.begins - timedelta(days=1)
        assert read_quarter(quarter.code) == quarter
        day += timedelta(days=1)


def test_a_quarter_over_the_turn_of_the_year() -> None:
    assert Quarter(2026, 4).after == Quarter(2027, 1)
    assert Quarter(2026, 4).due == date(2027, 2, 28)
    assert Quarter(2026, 4).compiled_from == date(2027, 1, 21)
    assert last_over(date(2027, 1, 1)) == Quarter(2026, 4)
    assert last_over(date(2026, 12, 31)) == THIRD
    assert quarters_between(Quarter(2026, 4), Quarter(2027, 2)) == [
        Quarter(2027, 2), Quarter(2027, 1), Quarter(2026, 4),
    ]  # fmt: skip
    assert quarters_between(Quarter(2027, 2), Quarter(2026, 4)) == []


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-q5", "2026-q0", "2026-Q3", "26-q3", "2026-q3 ", "２０２６-q3", "1999-q3"]
)
def test_nonsense_is_no_quarter(text: str) -> None:
    assert read_quarter(text) is None


@pytest.mark.parametrize(
    ("published", "today", "stands"),
    [
        (None, date(2026, 10, 1), ReviewStanding.AHEAD),
        (None, date(2026, 11, 19), ReviewStanding.AHEAD),
        (None, date(2026, 11, 20), ReviewStanding.SOON),
        (None, date(2026, 11, 30), ReviewStanding.SOON),
        (None, date(2026, 12, 1), ReviewStanding.MISSING),
        (date(2026, 11, 30), date(2027, 5, 1), ReviewStanding.IN_TIME),
        (date(2026, 12, 1), date(2027, 5, 1), ReviewStanding.PUBLISHED_LATE),
    ],
)
def test_the_last_day_is_in_time(published: date | None, today: date, stands: ReviewStanding) -> None:
    assert standing(THIRD, published, today) is stands


def test_how_it_is_called() -> None:
    assert THIRD.label == "2026年第三季度"
    assert THIRD.code == "2026-q3"
