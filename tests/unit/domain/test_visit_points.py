"""Points of a visit: every line has its reason and source; months are counted by the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.visit_points import RULE, RULES, Line, months_before, reasons_of, since_visit


def test_every_line_says_what_it_counts_why_and_by_which_paper() -> None:
    assert set(RULE) == set(Line)
    assert len(RULES) == len(Line)
    for rule in RULES:
        assert rule.points > 0
        assert rule.most >= 1
        assert all((rule.what, rule.why, rule.unit))
        assert "《" in rule.source


def test_points_are_the_sum_of_what_counts_and_no_line_counts_above_its_most() -> None:
    reasons = reasons_of({Line.MAJOR_OPEN: 5, Line.UPHELD: 2, Line.OPEN: 0})
    assert [(one.line, one.count, one.points) for one in reasons] == [
        (Line.MAJOR_OPEN, 5, 90),
        (Line.UPHELD, 2, 16),
    ]
    assert reasons_of({}) == ()


@pytest.mark.parametrize(
    ("last", "line"),
    [
        (None, Line.NEVER),
        (date(2026, 7, 15), None),
        (date(2025, 7, 15), None),
        (date(2025, 7, 14), Line.LONG),
        (date(2024, 7, 15), Line.LONG),
        (date(2024, 7, 14), Line.VERY_LONG),
    ],
)
def test_the_time_since_the_last_visit_makes_one_line(last: date | None, line: Line | None) -> None:
    assert since_visit(last, date(2026, 7, 15)) is line


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 7, 15), 12, date(2025, 7, 15)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 1, 1), 1, date(2025, 12, 1)),
    ],
)
def test_months_go_back_by_the_calendar(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before
