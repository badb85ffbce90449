"""The course of a complaint (投诉件): where it stands, what may happen to it, and what that makes of it.

The table is the rule: an event that it does not name for a status is refused. Nothing in it moves the clock
of the first answer (R31); which events count as answers says ``FIRST_ANSWERS`` and ``FINAL_ANSWERS``.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from portal.domain.errors import DomainError


class CaseStatus(StrEnum):
    """Where a case stands. Whether it is late depends on today and is never stored."""

    LODGED = "lodged"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    """For the citizen's answer to a question."""
    REPLIED = "replied"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


class CaseEvent(StrEnum):
    """What happens to a case; each leaves one line in its log."""

    LODGE = "lodge"
    """The first line of every log; no status comes before it."""
    ACCEPT = "accept"
    REFUSE = "refuse"
    """Not accepted (不予受理), with the reason; a reviewer says so. It is an answer."""
    ASSIGN = "assign"
    START = "start"
    ACKNOWLEDGE = "acknowledge"
    """The department it was sent to says that it has it."""
    TRANSFER = "transfer"
    FIRST_ANSWER = "first_answer"
    """What was found so far, what follows and by when (首次答复)."""
    INTERIM_REPLY = "interim_reply"
    """News on the way; no answer in the clock's sense."""
    ASK = "ask"
    ANSWER_QUESTION = "answer_question"
    END_PAUSE = "end_pause"
    """Ten working days without the citizen's answer: it goes on without."""
    EXTEND = "extend"
    REPLY = "reply"
    """The final answer (办理答复)."""
    CLOSE = "close"
    ASK_AGAIN = "ask_again"
    """The citizen asks, once, for a second handling."""
    WITHDRAW = "withdraw"
    ADD = "add"
    RATE = "rate"
    NOTE = "note"
    MERGE = "merge"
    UNMERGE = "unmerge"
    TRIAGE = "triage"
    REDATE = "redate"
    """The day of receipt of a call, letter or visit was put right."""
    HAND_OVER_CLUE = "hand_over_clue"
    FIND_TRUE = "find_true"
    """Proved true (属实): a problem follows (R35)."""
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    RECOMPUTE = "recompute"
    """The calendar changed, and the last day with it."""
    SUBMIT_REPLY = "submit_reply"
    RETURN_REPLY = "return_reply"
    HOLD = "hold"
    RELEASE_HOLD = "release_hold"
    ERASE = "erase"


class CaseRefused(DomainError):
    """The case's status does not allow this; the message says so in Chinese."""


_S, _E = CaseStatus, CaseEvent

OPEN = frozenset({_S.LODGED, _S.ACCEPTED, _S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING, _S.REOPENED})
"""Statuses in which somebody still owes an answer."""

HANDLED = frozenset({_S.ACCEPTED, _S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING, _S.REOPENED})
"""Accepted and not yet answered for good."""

ENDED = frozenset(CaseStatus) - OPEN

FIRST_ANSWERS = frozenset({_E.FIRST_ANSWER, _E.REPLY, _E.REFUSE})
FINAL_ANSWERS = frozenset({_E.REPLY, _E.REFUSE})

BY_CITIZEN = frozenset({_E.LODGE, _E.ANSWER_QUESTION, _E.ASK_AGAIN, _E.WITHDRAW, _E.ADD, _E.RATE})

_EVERY = frozenset(CaseStatus)
_ALIVE = _EVERY - {_S.WITHDRAWN}


def _table() -> dict[tuple[CaseStatus, CaseEvent], CaseStatus]:
    table: dict[tuple[CaseStatus, CaseEvent], CaseStatus] = {}

    def moves(event: CaseEvent, come_from: Iterable[CaseStatus], to: CaseStatus) -> None:
        table.update({(status, event): to for status in come_from})

    def stays(event: CaseEvent, where: Iterable[CaseStatus]) -> None:
        table.update({(status, event): status for status in where})

    moves(_E.ACCEPT, {_S.LODGED}, _S.ACCEPTED)
    moves(_E.REFUSE, {_S.LODGED}, _S.NOT_ACCEPTED)
    moves(_E.ASSIGN, {_S.ACCEPTED, _S.ASSIGNED, _S.IN_PROGRESS, _S.REOPENED}, _S.ASSIGNED)
    stays(_E.ASSIGN, {_S.LODGED, _S.WAITING})
    moves(_E.START, {_S.ACCEPTED, _S.ASSIGNED, _S.REOPENED}, _S.IN_PROGRESS)
    moves(_E.TRANSFER, {_S.ASSIGNED, _S.IN_PROGRESS}, _S.ACCEPTED)
    stays(_E.TRANSFER, {_S.LODGED, _S.ACCEPTED, _S.REOPENED})
    stays(_E.ACKNOWLEDGE, OPEN)
    moves(_E.FIRST_ANSWER, {_S.ACCEPTED, _S.ASSIGNED, _S.REOPENED}, _S.IN_PROGRESS)
    stays(_E.FIRST_ANSWER, {_S.IN_PROGRESS, _S.WAITING})
    stays(_E.INTERIM_REPLY, HANDLED)
    moves(_E.ASK, {_S.ASSIGNED, _S.IN_PROGRESS}, _S.WAITING)
    moves(_E.ANSWER_QUESTION, {_S.WAITING}, _S.IN_PROGRESS)
    moves(_E.END_PAUSE, {_S.WAITING}, _S.IN_PROGRESS)
    stays(_E.EXTEND, {_S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING})
    moves(_E.REPLY, {_S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING}, _S.REPLIED)
    moves(_E.CLOSE, {_S.REPLIED}, _S.CLOSED)
    moves(_E.ASK_AGAIN, {_S.REPLIED, _S.CLOSED, _S.NOT_ACCEPTED}, _S.REOPENED)
    moves(_E.WITHDRAW, OPEN, _S.WITHDRAWN)
    stays(_E.ADD, _ALIVE - {_S.CLOSED, _S.NOT_ACCEPTED})
    stays(_E.RATE, {_S.REPLIED, _S.CLOSED, _S.NOT_ACCEPTED})
    stays(_E.SUBMIT_REPLY, OPEN)
    stays(_E.RETURN_REPLY, OPEN)
    stays(_E.MERGE, OPEN)
    stays(_E.UNMERGE, OPEN)
    stays(_E.TRIAGE, OPEN)
    stays(_E.REDATE, OPEN)
    stays(_E.RECOMPUTE, _EVERY)
    stays(_E.FIND_TRUE, {_S.IN_PROGRESS, _S.WAITING, _S.REPLIED, _S.CLOSED})
    stays(_E.PUBLISH, {_S.REPLIED, _S.CLOSED})
    stays(_E.UNPUBLISH, _EVERY)
    for event in (_E.NOTE, _E.HAND_OVER_CLUE, _E.HOLD, _E.RELEASE_HOLD):
        stays(event, _EVERY)
    stays(_E.ERASE, ENDED)
    return table


TRANSITIONS = _table()

_STANDS = {
    _S.LODGED: "这件投诉还没有决定是否受理",
    _S.ACCEPTED: "这件投诉已经受理，还没有交给承办人",
    _S.NOT_ACCEPTED: "这件投诉已经决定不予受理",
    _S.ASSIGNED: "这件投诉已经交给承办人，还没有开始办理",
    _S.IN_PROGRESS: "这件投诉正在办理",
    _S.WAITING: "这件投诉正在等投诉人回答问题",
    _S.REPLIED: "这件投诉已经答复",
    _S.CLOSED: "这件投诉已经办结",
    _S.REOPENED: "这件投诉正在第二次办理，还没有交给承办人",
    _S.WITHDRAWN: "这件投诉已经由投诉人撤回",
}


def next_status(status: CaseStatus, event: CaseEvent) -> CaseStatus:
    """Return the status after ``event``. Raises CaseRefused where the table has no such step."""
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise CaseRefused(f"{_STANDS[status]}，不能做这一步。") from None


def allows(status: CaseStatus, event: CaseEvent) -> bool:
    """True if the table has the step."""
    return (status, event) in TRANSITIONS
