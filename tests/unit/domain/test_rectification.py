"""The table of a problem's course: what it lets through, what it refuses, and that it closes."""

from __future__ import annotations

import pytest

from portal.domain.rectification import (
    ENDED,
    OPEN,
    TRANSITIONS,
    ProblemEvent,
    ProblemRefused,
    ProblemStatus,
    allows,
    next_status,
)

S, E = ProblemStatus, ProblemEvent


def test_from_every_open_status_a_problem_can_be_cleared() -> None:
    for status in OPEN:
        reached, todo = {status}, [status]
        while todo:
            here = todo.pop()
            further = {after for (before, _), after in TRANSITIONS.items() if before is here} - reached
            reached |= further
            todo += further
        assert S.CLEARED in reached


def test_what_ended_never_opens_again() -> None:
    for (before, _), after in TRANSITIONS.items():
        if before in ENDED:
            assert after is before  # what comes back is a new entry


@pytest.mark.parametrize(
    ("status", "event", "after"),
    [
        (S.ENTERED, E.ISSUE_NOTICE, S.NOTICE_ISSUED),
        (S.IN_PROGRESS, E.ISSUE_NOTICE, S.IN_PROGRESS),
        (S.NOTICE_ISSUED, E.WITHDRAW_NOTICE, S.ENTERED),
        (S.SUBMITTED, E.REJECT, S.IN_PROGRESS),
        (S.SUBMITTED, E.CLEAR, S.CLEARED),
        (S.ENFORCEMENT, E.SUBMIT, S.SUBMITTED),
        (S.CLEARED, E.RECUR, S.CLEARED),
    ],
)
def test_steps_of_the_course(status: ProblemStatus, event: ProblemEvent, after: ProblemStatus) -> None:
    assert next_status(status, event) is after


@pytest.mark.parametrize(
    ("status", "event"),
    [
        (S.ENTERED, E.CLEAR),
        (S.IN_PROGRESS, E.CLEAR),
        (S.IN_PROGRESS, E.RECUR),
        (S.NOTICE_ISSUED, E.VOID),
        (S.VOID, E.PUBLISH),
        (S.CLEARED, E.AMEND),
    ],
)
def test_what_is_not_in_the_table_is_refused_in_words(status: ProblemStatus, event: ProblemEvent) -> None:
    with pytest.raises(ProblemRefused, match="这个问题"):
        next_status(status, event)
    assert not allows(status, event)


def test_entering_is_no_step_and_a_note_always_is() -> None:
    assert not any(allows(status, E.ENTER) for status in S)
    assert all(allows(status, E.NOTE) for status in S)
