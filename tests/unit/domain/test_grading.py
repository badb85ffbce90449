"""The state of a grade certificate, day by day around each of its dates (R3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.domain.grading import EXPIRING_WITHIN, IN_FORCE, GradeState, GradeTerm

START, END = date(2024, 3, 1), date(2027, 2, 28)
TERM = GradeTerm(START, END, None)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (START - DAY, GradeState.PENDING),
        (START, GradeState.VALID),
        (END - EXPIRING_WITHIN - DAY, GradeState.VALID),
        (END - EXPIRING_WITHIN, GradeState.EXPIRING),
        (END, GradeState.EXPIRING),
        (END + DAY, GradeState.EXPIRED),
    ],
)
def test_the_state_changes_on_the_right_day(day: date, state: GradeState) -> None:
    assert TERM.state_on(day) is state


def test_revocation_goes_before_everything_from_its_day() -> None:
    revoked = GradeTerm(START, END, date(2025, 5, 5))
    assert revoked.state_on(date(2025, 5, 4)) is GradeState.VALID
    assert revoked.state_on(date(2025, 5, 5)) is GradeState.REVOKED
    assert revoked.state_on(END + DAY) is GradeState.REVOKED


def test_without_an_end_nothing_is_claimed() -> None:
    assert GradeTerm(None, None, None).state_on(START) is GradeState.UNDATED
    assert GradeState.UNDATED in IN_FORCE
    assert not {GradeState.EXPIRED, GradeState.REVOKED, GradeState.PENDING} & IN_FORCE
