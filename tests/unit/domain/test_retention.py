"""How long cases are kept: to the day, with leap days, and never erased while something holds them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.retention import SCHEDULE, Keep, due_for_erasure, kept_until

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
KEEPS = st.sampled_from(list(Keep))


def test_every_kind_has_its_term_and_says_where_it_is_from() -> None:
    assert set(SCHEDULE) == set(Keep)
    assert all(term.years >= 1 and "第" in term.source for term in SCHEDULE.values())


@pytest.mark.parametrize(
    ("ended", "keep", "last"),
    [
        (date(2026, 3, 2), Keep.HARM, date(2031, 3, 2)),
        (date(2026, 3, 2), Keep.MONEY, date(2029, 3, 2)),
        (date(2026, 3, 2), Keep.OTHER, date(2028, 3, 2)),
        (date(2026, 3, 2), Keep.NOT_TAKEN_UP, date(2027, 3, 2)),
        (date(2024, 2, 29), Keep.NOT_TAKEN_UP, date(2025, 3, 1)),
        (date(2028, 2, 29), Keep.HARM, date(2033, 3, 1)),
        (date(2026, 12, 31), Keep.OTHER, date(2028, 12, 31)),
    ],
)
def test_the_last_day(ended: date, keep: Keep, last: date) -> None:
    assert kept_until(ended, keep) == last
    assert not due_for_erasure(ended, keep, False, last)
    assert due_for_erasure(ended, keep, False, last + timedelta(1))


@given(DAYS, KEEPS, DAYS)
def test_once_due_always_due_and_never_while_held_or_open(ended: date, keep: Keep, today: date) -> None:
    assert not due_for_erasure(ended, keep, True, today)
    assert not due_for_erasure(None, keep, False, today)
    if due_for_erasure(ended, keep, False, today):
        assert due_for_erasure(ended, keep, False, today + timedelta(1))
        assert (today - ended).days >= 365 * SCHEDULE[keep].years
