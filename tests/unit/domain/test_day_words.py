"""Days as people write them."""

from __future__ import annotations

from datetime import date

from portal import clock
from portal.domain.day_words import cn_date, cn_day, cn_short_date, last_day


def test_a_day_is_written_without_noughts_and_with_its_weekday() -> None:
    day = date(2026, 2, 4)
    assert (cn_day(day), cn_date(day), cn_short_date(day)) == (
        "2026年2月4日",
        "2026年2月4日（周三）",
        "2月4日（周三）",
    )
    assert cn_date(date(2026, 3, 1)) == "2026年3月1日（周日）"


def test_what_ends_at_midnight_ends_with_the_day_before() -> None:
    assert last_day(clock.at(date(2026, 12, 6), 0)) == date(2026, 12, 5)
    assert last_day(clock.at(date(2026, 12, 5), 18)) == date(2026, 12, 5)
