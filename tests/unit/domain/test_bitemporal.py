"""The reading of a history, against a slow and obvious reference."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.domain.bitemporal import Statement, values_at

START = date(2026, 1, 1)

days = st.integers(0, 20).map(lambda n: START + timedelta(days=n))
moments = st.integers(0, 40).map(lambda n: clock.at(START) + timedelta(hours=12 * n))


@st.composite
def histories(draw: st.DrawFn) -> list[Statement]:
    size = draw(st.integers(0, 8))
    return [
        Statement(
            number,
            draw(days),
            draw(moments),
            draw(st.dictionaries(st.sampled_from("ab"), st.integers(0, 5), min_size=1)),
        )
        for number in range(size)
    ]


@given(histories(), days, moments)
def test_the_latest_statement_about_the_day_known_by_then_holds(
    history: list[Statement], day: date, moment: datetime
) -> None:
    for field in "ab":
        candidates = [s for s in history if field in s.values and s.as_of <= day and s.entered_at <= moment]
        found = values_at(history, true_on=day, known_at=moment)
        if not candidates:
            assert field not in found
        else:
            newest_day = max(s.as_of for s in candidates)
            of_day = [s for s in candidates if s.as_of == newest_day]
            last = max(of_day, key=lambda s: (s.entered_at, s.sequence))
            assert found[field] == last.values[field]


@given(histories())
def test_without_bounds_everything_counts(history: list[Statement]) -> None:
    far = clock.at(date(2100, 1, 1))
    assert values_at(history) == values_at(history, true_on=date(2100, 1, 1), known_at=far)
