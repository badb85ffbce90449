"""The course of a problem (问题) from its entry to its clearing (登账, 销号): a closed loop (R20; SM 3(2)).

The table is the rule: an event that it does not name for a status is refused. Overdue and recurred are not
among the statuses: they follow from the dates and from later entries, and are computed on the day that asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from portal.domain.errors import DomainError


class ProblemStatus(StrEnum):
    """Where a problem stands. Overdue depends on today and recurred on later entries: neither is stored."""

    ENTERED = "entered"
    NOTICE_ISSUED = "notice_issued"
    IN_PROGRESS = "in_progress"
    """Being put right (整改中)."""
    SUBMITTED = "submitted"
    """Submitted for acceptance (待验收)."""
    CLEARED = "cleared"
    """Accepted and struck from the account (销号)."""
    ENFORCEMENT = "enforcement"
    """Handed to enforcement (移交执法); it still has to be put right."""
    VOID = "void"
    """Entered by mistake (撤销登账), with the reason; counts nowhere."""


class ProblemEvent(StrEnum):
    """What happens to a problem; each leaves one line in its log."""

    ENTER = "enter"
    """The first line of every log (登账)."""
    AMEND = "amend"
    """Its words, party, measure or severity were put right."""
    ISSUE_NOTICE = "issue_notice"
    SERVE = "serve"
    """The notice reached whom it is for (送达): from here the deadline runs."""
    WITHDRAW_NOTICE = "withdraw_notice"
    SET_DEADLINE = "set_deadline"
    """A problem without a notice gets its last day."""
    EXTEND = "extend"
    """A later deadline, with the reason; the earlier one stays on the record."""
    START = "start"
    SUBMIT = "submit"
    REJECT = "reject"
    """Not accepted: it has to be put right further."""
    CLEAR = "clear"
    HAND_TO_ENFORCEMENT = "hand_to_enforcement"
    LIST = "list"
    """Put under listed supervision (挂牌督办)."""
    DELIST = "delist"
    """Taken off listed supervision (摘牌)."""
    RECUR = "recur"
    """A later entry says that it came back (卷土重来)."""
    RETURN_VISIT = "return_visit"
    """Somebody went back and looked (回头看)."""
    ATTACH = "attach"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    NOTE = "note"
    VOID = "void"


class ProblemRefused(DomainError):
    """The problem's status does not allow this; the message says so in Chinese."""


_S, _E = ProblemStatus, ProblemEvent

OPEN = frozenset({_S.ENTERED, _S.NOTICE_ISSUED, _S.IN_PROGRESS, _S.SUBMITTED, _S.ENFORCEMENT})
"""Statuses in which something still has to be put right."""

ENDED = frozenset(ProblemStatus) - OPEN
COUNTED = frozenset(ProblemStatus) - {_S.VOID}
"""What figures count."""

_EVERY = frozenset(ProblemStatus)


def _table() -> dict[tuple[ProblemStatus, ProblemEvent], ProblemStatus]:
    table: dict[tuple[ProblemStatus, ProblemEvent], ProblemStatus] = {}

    def moves(event: ProblemEvent, come_from: Iterable[ProblemStatus], to: ProblemStatus) -> None:
        table.update({(status, event): to for status in come_from})

    def stays(event: ProblemEvent, where: Iterable[ProblemStatus]) -> None:
        table.update({(status, event): status for status in where})

    moves(_E.ISSUE_NOTICE, {_S.ENTERED}, _S.NOTICE_ISSUED)
    stays(_E.ISSUE_NOTICE, {_S.IN_PROGRESS, _S.ENFORCEMENT})
    stays(_E.SERVE, {_S.NOTICE_ISSUED, _S.IN_PROGRESS, _S.SUBMITTED, _S.ENFORCEMENT})
    moves(_E.WITHDRAW_NOTICE, {_S.NOTICE_ISSUED}, _S.ENTERED)
    stays(_E.WITHDRAW_NOTICE, {_S.IN_PROGRESS, _S.SUBMITTED, _S.ENFORCEMENT})
    stays(_E.SET_DEADLINE, OPEN)
    stays(_E.EXTEND, OPEN)
    moves(_E.START, {_S.ENTERED, _S.NOTICE_ISSUED}, _S.IN_PROGRESS)
    moves(_E.SUBMIT, {_S.ENTERED, _S.NOTICE_ISSUED, _S.IN_PROGRESS, _S.ENFORCEMENT}, _S.SUBMITTED)
    moves(_E.REJECT, {_S.SUBMITTED}, _S.IN_PROGRESS)
    moves(_E.CLEAR, {_S.SUBMITTED}, _S.CLEARED)
    moves(_E.HAND_TO_ENFORCEMENT, OPEN - {_S.ENFORCEMENT}, _S.ENFORCEMENT)
    stays(_E.LIST, OPEN)
    stays(_E.DELIST, OPEN | {_S.CLEARED})
    stays(_E.RECUR, {_S.CLEARED})
    stays(_E.RETURN_VISIT, OPEN | {_S.CLEARED})
    stays(_E.AMEND, OPEN)
    stays(_E.ATTACH, OPEN)
    stays(_E.PUBLISH, _EVERY - {_S.VOID})
    stays(_E.UNPUBLISH, _EVERY)
    stays(_E.NOTE, _EVERY)
    moves(_E.VOID, {_S.ENTERED}, _S.VOID)
    return table


TRANSITIONS = _table()

_STANDS = {
    _S.ENTERED: "这个问题已经登账，还没有发整改通知",
    _S.NOTICE_ISSUED: "这个问题已经发了整改通知",
    _S.IN_PROGRESS: "这个问题正在整改",
    _S.SUBMITTED: "这个问题已经提请验收",
    _S.CLEARED: "这个问题已经销号",
    _S.ENFORCEMENT: "这个问题已经移交执法",
    _S.VOID: "这个问题已经撤销登账",
}


def next_status(status: ProblemStatus, event: ProblemEvent) -> ProblemStatus:
    """Return the status after ``event``. Raises ProblemRefused where the table has no such step."""
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise ProblemRefused(f"{_STANDS[status]}，不能做这一步。") from None


def allows(status: ProblemStatus, event: ProblemEvent) -> bool:
    """True if the table has the step."""
    return (status, event) in TRANSITIONS
