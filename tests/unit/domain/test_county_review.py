"""The figures of a review: kept whole, shares only where enough are judged."""

from __future__ import annotations

from portal.domain.county_review import (
    ColumnFigures,
    ComplaintFigures,
    ProblemFigures,
    ReviewFigures,
    WorkFigures,
    percent,
)

FULL = ReviewFigures(
    ComplaintFigures(20, 15, 16, 14, 15, 12, 11),
    ProblemFigures(30, 10, 4, 3, 9, 4, 2, 1, 1, 12, 20, 6),
    WorkFigures(7, 20, 1, 1, 1, 1),
    ColumnFigures(40, 30, 33, 2, 5, 1),
)


def test_what_was_kept_is_read_again() -> None:
    assert ReviewFigures.load(FULL.dump()) == FULL
    assert ReviewFigures.load(ReviewFigures().dump()) == ReviewFigures()


def test_other_versions_are_read_as_far_as_they_are_known() -> None:
    assert ReviewFigures.load('{"problems":{"found":3,"tomorrow":1},"more":{}}').problems.found == 3
    assert ReviewFigures.load("{}") == ReviewFigures()


def test_a_share_is_rounded_down_and_needs_ten() -> None:
    assert percent(199, 200) == 99
    assert percent(10, 10) == 100
    assert percent(9, 9) is None
    problems = FULL.problems
    assert (problems.judged, problems.percent) == (17, 58)
    assert FULL.complaints is not None
    assert (FULL.complaints.first_percent, FULL.complaints.final_percent) == (93, 93)
    assert FULL.complaints.satisfied_percent == 91
    assert ComplaintFigures(2, 2, 2, 2, 2).satisfied_percent is None
