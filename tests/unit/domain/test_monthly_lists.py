"""The 20th: due by its end, whatever day of the week; months over the turn of the year."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.monthly_lists import (
    ListStanding,
    due_day,
    month_after,
    month_before,
    month_end,
    read_month,
    standing,
)

JUNE, DECEMBER = date(2026, 6, 1), date(2026, 12, 1)


def test_months_turn_with_the_year() -> None:
    assert month_after(DECEMBER) == date(2027, 1, 1)
    assert month_before(date(2027, 1, 31)) == DECEMBER
    assert month_before(date(2026, 3, 1)) == date(2026, 2, 1)
    assert month_end(date(2024, 2, 1)) == date(2024, 2, 29)
    assert month_end(DECEMBER) == date(2026, 12, 31)
    assert due_day(DECEMBER) == date(2027, 1, 20)


@pytest.mark.parametrize(
    ("submitted", "today", "expected"),
    [
        (None, date(2026, 7, 16), ListStanding.AHEAD),
        (None, date(2026, 7, 17), ListStanding.SOON),
        (None, date(2026, 7, 20), ListStanding.SOON),
        (None, date(2026, 7, 21), ListStanding.LATE),
        (date(2026, 7, 20), date(2026, 9, 1), ListStanding.IN_TIME),
        (date(2026, 7, 21), date(2026, 9, 1), ListStanding.SUBMITTED_LATE),
    ],
)
def test_where_a_month_stands(submitted: date | None, today: date, expected: ListStanding) -> None:
    assert standing(JUNE, submitted, today) is expected


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-6", "2026-06-01", "１９９９-01", "1999-01", "-026-06"]
)
def test_what_is_no_month_is_none(text: str) -> None:
    assert read_month(text) is None


def test_a_month_reads() -> None:
    assert read_month("2026-06") == JUNE
