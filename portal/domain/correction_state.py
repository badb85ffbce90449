"""The course of a correction report (纠错): open, then accepted or rejected; a reviewer may open it again."""

from __future__ import annotations

from enum import StrEnum

from portal.domain.errors import DomainError

ANSWER_WITHIN = 20
"""Working days from entry to decision: the disclosure rules' term for publishing a change."""


class CorrectionState(StrEnum):
    """Where a report stands. Whether it is overdue depends on today and is never stored."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class CorrectionEvent(StrEnum):
    """What staff can do with a report."""

    ACCEPT = "accept"
    REJECT = "reject"
    REOPEN = "reopen"


class CorrectionRefused(DomainError):
    """The report's state does not allow this."""


_NEXT = {
    (CorrectionState.OPEN, CorrectionEvent.ACCEPT): CorrectionState.ACCEPTED,
    (CorrectionState.OPEN, CorrectionEvent.REJECT): CorrectionState.REJECTED,
    (CorrectionState.ACCEPTED, CorrectionEvent.REOPEN): CorrectionState.OPEN,
    (CorrectionState.REJECTED, CorrectionEvent.REOPEN): CorrectionState.OPEN,
}
_WHY_NOT = {
    CorrectionState.OPEN: "这件纠错还在办理中，不用重新打开。",
    CorrectionState.ACCEPTED: "这件纠错已经采纳。",
    CorrectionState.REJECTED: "这件纠错已经答复不采纳。",
}


def next_state(state: CorrectionState, event: CorrectionEvent) -> CorrectionState:
    """Return the state after ``event``. Raises CorrectionRefused where the state does not allow it."""
    try:
        return _NEXT[state, event]
    except KeyError:
        raise CorrectionRefused(_WHY_NOT[state]) from None
