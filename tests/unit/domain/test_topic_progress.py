"""How far a target is reached: shares rounded down, what is not known never counts as reached."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.topic_progress import Progress, Standing

DUE = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("goal", "percent", "progress", "reached", "done"),
    [
        (100, True, Progress(9, 10), False, 90),
        (100, True, Progress(199, 200), False, 99),
        (100, True, Progress(10, 10), True, 100),
        (80, True, Progress(8, 10), True, 100),
        (80, True, Progress(7, 10, unknown=3), False, 87),
        (100, True, Progress(0, 0), False, 0),
        (50, False, Progress(49), False, 98),
        (50, False, Progress(50), True, 100),
        (50, False, Progress(80, 90), True, 100),
        (50, False, None, False, 0),
    ],
)
def test_reached_or_not(
    goal: int, percent: bool, progress: Progress | None, reached: bool, done: int
) -> None:
    stands = Standing(goal, percent, DUE, progress)
    assert (stands.reached, stands.done_percent) == (reached, done)
    assert stands.overdue(DUE) is False
    assert stands.overdue(date(2027, 1, 1)) is not reached


def test_the_share_of_what_is_known_and_of_all_that_could_be() -> None:
    assert (Progress(7, 10, 2).share, Progress(7, 10, 2).most) == (70, 90)
    assert (Progress(7).share, Progress(7).most) == (None, None)
