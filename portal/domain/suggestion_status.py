"""The course of a suggestion (群众点题) from its receipt to its answer (R40).

The table is the rule: an event that it does not name for a status is refused. Late or not, and whether a
topic came of it, are not among the statuses: they follow from dates and from the topic it is tied to.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from portal.domain.errors import DomainError


class SuggestionStatus(StrEnum):
    """Where a suggestion stands."""

    RECEIVED = "received"
    """Waiting to be looked through (待审核); nobody but the writer and the office reads it."""
    PUBLISHED = "published"
    ANSWERED = "answered"
    """Public, with the office's answer (已答复)."""
    DECLINED = "declined"
    """Not made public, or no longer, with the reason told (不公开)."""
    MERGED = "merged"
    """Says what another public one says; its voices count there (已并入)."""
    TO_COMPLAINTS = "to_complaints"
    """Is really a complaint: the writer was pointed to that channel, with the text carried over."""
    TO_DISCIPLINE = "to_discipline"
    """Accuses an official: 12388 takes it; never published, never voted on."""
    WITHDRAWN = "withdrawn"
    """Taken back by its writer."""


class SuggestionEvent(StrEnum):
    """What happens to a suggestion; each leaves one line in its log."""

    RECEIVE = "receive"
    PUBLISH = "publish"
    AMEND = "amend"
    """Its public words were put right."""
    DECLINE = "decline"
    """Not published, or taken out of the public's sight again, with the reason."""
    MERGE = "merge"
    UNMERGE = "unmerge"
    SEND_TO_COMPLAINTS = "send_to_complaints"
    SEND_TO_DISCIPLINE = "send_to_discipline"
    REASSIGN = "reassign"
    """Another department of the region answers it."""
    ANSWER = "answer"
    """The office's answer; a later one stands before the earlier."""
    ADOPT = "adopt"
    """A topic came of it (您点题、我整治)."""
    RELEASE = "release"
    """Tied to a topic by mistake."""
    REPORT_DONE = "report_done"
    """What was done about it."""
    WITHDRAW = "withdraw"
    HOLD = "hold"
    """Kept beyond its term, or no longer, with the reason."""
    ERASE = "erase"
    NOTE = "note"


class SuggestionRefused(DomainError):
    """The suggestion's status does not allow this; the message says so in Chinese."""


_S, _E = SuggestionStatus, SuggestionEvent

PUBLIC = frozenset({_S.PUBLISHED, _S.ANSWERED})
"""What everybody may read, support and find."""
WAITING = frozenset({_S.RECEIVED})
ENDED = frozenset({_S.DECLINED, _S.MERGED, _S.TO_COMPLAINTS, _S.TO_DISCIPLINE, _S.WITHDRAWN})
"""Nothing more is owed."""
_EVERY = frozenset(SuggestionStatus)


def _table() -> dict[tuple[SuggestionStatus, SuggestionEvent], SuggestionStatus]:
    table: dict[tuple[SuggestionStatus, SuggestionEvent], SuggestionStatus] = {}

    def moves(event: SuggestionEvent, come_from: Iterable[SuggestionStatus], to: SuggestionStatus) -> None:
        table.update({(status, event): to for status in come_from})

    def stays(event: SuggestionEvent, where: Iterable[SuggestionStatus]) -> None:
        table.update({(status, event): status for status in where})

    moves(_E.PUBLISH, {_S.RECEIVED, _S.DECLINED, _S.TO_COMPLAINTS}, _S.PUBLISHED)
    stays(_E.AMEND, PUBLIC)
    moves(_E.DECLINE, {_S.RECEIVED, _S.TO_COMPLAINTS} | PUBLIC, _S.DECLINED)
    moves(_E.MERGE, {_S.RECEIVED} | PUBLIC, _S.MERGED)
    moves(_E.UNMERGE, {_S.MERGED}, _S.RECEIVED)
    moves(_E.SEND_TO_COMPLAINTS, {_S.RECEIVED, _S.DECLINED}, _S.TO_COMPLAINTS)
    moves(_E.SEND_TO_DISCIPLINE, {_S.RECEIVED, _S.DECLINED, _S.TO_COMPLAINTS} | PUBLIC, _S.TO_DISCIPLINE)
    stays(_E.REASSIGN, {_S.RECEIVED} | PUBLIC)
    moves(_E.ANSWER, PUBLIC, _S.ANSWERED)
    stays(_E.ADOPT, PUBLIC)
    stays(_E.RELEASE, PUBLIC)
    stays(_E.REPORT_DONE, PUBLIC)
    moves(_E.WITHDRAW, {_S.RECEIVED} | PUBLIC | {_S.MERGED}, _S.WITHDRAWN)
    stays(_E.HOLD, _EVERY)
    stays(_E.ERASE, _EVERY)
    stays(_E.NOTE, _EVERY)
    return table


TRANSITIONS = _table()

_STANDS = {
    _S.RECEIVED: "这条点题还在等审核",
    _S.PUBLISHED: "这条点题已经公开",
    _S.ANSWERED: "这条点题已经答复",
    _S.DECLINED: "这条点题没有公开",
    _S.MERGED: "这条点题已经并入另一条",
    _S.TO_COMPLAINTS: "这条点题已经请写的人改走投诉",
    _S.TO_DISCIPLINE: "这条点题已经请写的人向12388反映",
    _S.WITHDRAWN: "这条点题已经由写的人撤回",
}


def next_status(status: SuggestionStatus, event: SuggestionEvent) -> SuggestionStatus:
    """Return the status after ``event``. Raises SuggestionRefused where the table has no such step."""
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise SuggestionRefused(f"{_STANDS[status]}，不能做这一步。") from None


def allows(status: SuggestionStatus, event: SuggestionEvent) -> bool:
    """True if the table has the step."""
    return (status, event) in TRANSITIONS
