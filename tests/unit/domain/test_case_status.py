"""The course of a complaint, event by event and status by status, against a table of its own."""

from __future__ import annotations

import pytest

from portal.domain.case_status import (
    BY_CITIZEN,
    ENDED,
    FINAL_ANSWERS,
    FIRST_ANSWERS,
    OPEN,
    TRANSITIONS,
    CaseEvent,
    CaseRefused,
    CaseStatus,
    allows,
    next_status,
)

LETTERS = {
    "L": CaseStatus.LODGED,
    "A": CaseStatus.ACCEPTED,
    "N": CaseStatus.NOT_ACCEPTED,
    "S": CaseStatus.ASSIGNED,
    "P": CaseStatus.IN_PROGRESS,
    "W": CaseStatus.WAITING,
    "R": CaseStatus.REPLIED,
    "C": CaseStatus.CLOSED,
    "O": CaseStatus.REOPENED,
    "X": CaseStatus.WITHDRAWN,
}

# from:              L A N S P W R C O X      "." refused, "=" stays, a letter: where it goes
TABLE = """
lodge                . . . . . . . . . .
accept               A . . . . . . . . .
refuse               N . . . . . . . . .
assign               = S . = S = . . S .
start                . P . P . . . . P .
acknowledge          = = . = = = . . = .
transfer             = = . A A . . . = .
first_answer         . P . P = = . . P .
interim_reply        . = . = = = . . = .
ask                  . . . W W . . . . .
answer_question      . . . . . P . . . .
end_pause            . . . . . P . . . .
extend               . . . = = = . . . .
reply                . . . R R R . . . .
close                . . . . . . C . . .
ask_again            . . O . . . O O . .
withdraw             X X . X X X . . X .
add                  = = . = = = = . = .
rate                 . . = . . . = = . .
note                 = = = = = = = = = =
merge                = = . = = = . . = .
unmerge              = = . = = = . . = .
triage               = = . = = = . . = .
redate               = = . = = = . . = .
hand_over_clue       = = = = = = = = = =
find_true            . . . . = = = = . .
publish              . . . . . . = = . .
unpublish            = = = = = = = = = =
recompute            = = = = = = = = = =
submit_reply         = = . = = = . . = .
return_reply         = = . = = = . . = .
hold                 = = = = = = = = = =
release_hold         = = = = = = = = = =
erase                . . = . . . = = . =
"""

CELLS = [
    (CaseStatus(LETTERS[column]), CaseEvent(name), cell)
    for name, *cells in (line.split() for line in TABLE.strip().splitlines())
    for column, cell in zip("LANSPWRCOX", cells, strict=True)
]


def test_the_table_here_names_every_event_and_status_once() -> None:
    assert {(status, event) for status, event, _ in CELLS} == {
        (status, event) for status in CaseStatus for event in CaseEvent
    }
    assert len(CELLS) == len(CaseStatus) * len(CaseEvent)


@pytest.mark.parametrize("status", CaseStatus)
def test_every_event_does_what_the_table_says(status: CaseStatus) -> None:
    for start, event, cell in CELLS:
        if start is not status:
            continue
        assert allows(status, event) is (cell != "."), (status, event)
        if cell == ".":
            with pytest.raises(CaseRefused, match="这件投诉"):
                next_status(status, event)
        else:
            assert next_status(status, event) is (status if cell == "=" else LETTERS[cell]), (status, event)


def test_whoever_owes_an_answer_and_who_does_not() -> None:
    assert {LETTERS[letter] for letter in "LASPWO"} == OPEN
    assert {LETTERS[letter] for letter in "NRCX"} == ENDED


def test_an_answer_is_an_answer_and_nothing_else_is() -> None:
    assert {event for event in CaseEvent if event.value in ("reply", "refuse")} == FINAL_ANSWERS
    assert FINAL_ANSWERS | {CaseEvent.FIRST_ANSWER} == FIRST_ANSWERS
    for event in FINAL_ANSWERS:  # a final answer ends what is owed, wherever it may be given
        assert {to for (_, what), to in TRANSITIONS.items() if what is event} <= ENDED


def test_only_a_second_handling_opens_an_ended_case_again() -> None:
    opening = {event for (status, event), to in TRANSITIONS.items() if status in ENDED and to in OPEN}
    assert opening == {CaseEvent.ASK_AGAIN}
    assert CaseEvent.ASK_AGAIN in BY_CITIZEN


def test_every_status_can_be_reached_and_every_open_one_left() -> None:
    reached = {CaseStatus.LODGED}
    while new := {to for (status, _), to in TRANSITIONS.items() if status in reached} - reached:
        reached |= new
    assert reached == set(CaseStatus)
    for status in OPEN:
        assert any(allows(status, event) and next_status(status, event) not in OPEN for event in CaseEvent)
