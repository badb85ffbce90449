"""The six phases of a topic (整治项目) and what may be done in each (R41, R42; SM 4).

A phase is never stored: it follows from the dates and the moment that asks. A phase that has an end ends to
the second: a vote given at ``vote_closes_at`` is too late, one given a microsecond before is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.domain.errors import DomainError


class Phase(StrEnum):
    """How far a topic has come. In this order."""

    COLLECTING = "collecting"
    """征集: suggestions come in, the office drafts what might become topics."""
    VOTE = "vote"
    """投票: the public says which it wants; every word is frozen."""
    COUNTED = "counted"
    """The vote is over, what is chosen is not published yet (待公布)."""
    PUBLISHED = "published"
    """公布: chosen, with departments and targets; work has not begun."""
    UNDER_WAY = "under_way"
    """整治: milestones, lists, live progress."""
    BEING_JUDGED = "being_judged"
    """评价: the public says 深化推进 or 结题完成."""
    JUDGED = "judged"
    """The public has spoken, the office has not concluded yet (待结题)."""
    CLOSED = "closed"
    """结题: concluded, one way or the other."""
    NOT_CHOSEN = "not_chosen"
    """未入选: put to the vote and not taken up this year, with the reason."""


class Deed(StrEnum):
    """What is done with a topic."""

    AMEND_WORDING = "amend_wording"
    """Title and reasons; logged, and shown before and after."""
    VOTE = "vote"
    CHOOSE = "choose"
    """Taken up or passed over once the vote is counted."""
    PLAN = "plan"
    """Departments, targets, milestones, dates."""
    REPORT = "report"
    """A milestone reached, a document, a figure entered by hand."""
    JUDGE = "judge"
    MODERATE = "moderate"
    """Looking through the reasons the public wrote."""
    CLOSE = "close"
    ADOPT = "adopt"
    """Tying suggestions to it."""


@dataclass(frozen=True, slots=True)
class TopicDates:
    """When what begins and ends; None: not set, or not so far. All are aware moments.

    The first three are of the yearly pool and None for a topic set without a vote (by the province, say).
    """

    vote_opens_at: datetime | None = None
    vote_closes_at: datetime | None = None
    passed_over_at: datetime | None = None
    published_at: datetime | None = None
    work_from: datetime | None = None
    judged_from: datetime | None = None
    judged_until: datetime | None = None
    closed_at: datetime | None = None


class NotNow(DomainError):
    """The phase does not allow this; the message says so in Chinese."""


def phase_at(dates: TopicDates, now: datetime) -> Phase:
    """Return the phase at ``now``: what was done counts before what was planned."""
    if dates.closed_at is not None and dates.closed_at <= now:
        return Phase.CLOSED
    if dates.passed_over_at is not None and dates.passed_over_at <= now:
        return Phase.NOT_CHOSEN
    if dates.published_at is not None and dates.published_at <= now:
        return _after_publication(dates, now)
    if dates.vote_opens_at is None or now < dates.vote_opens_at:
        return Phase.COLLECTING
    if dates.vote_closes_at is None or now < dates.vote_closes_at:
        return Phase.VOTE
    return Phase.COUNTED


def _after_publication(dates: TopicDates, now: datetime) -> Phase:
    if dates.judged_until is not None and dates.judged_until <= now:
        return Phase.JUDGED
    if dates.judged_from is not None and dates.judged_from <= now:
        return Phase.BEING_JUDGED
    if dates.work_from is not None and dates.work_from <= now:
        return Phase.UNDER_WAY
    return Phase.PUBLISHED


_P, _D = Phase, Deed
_AT_WORK = frozenset({_P.PUBLISHED, _P.UNDER_WAY})


def _table() -> frozenset[tuple[Phase, Deed]]:
    table: set[tuple[Phase, Deed]] = set()

    def may(deed: Deed, phases: Iterable[Phase]) -> None:
        table.update((phase, deed) for phase in phases)

    # frozen from the first second of the vote, for good: what was voted on is what is judged
    may(_D.AMEND_WORDING, {_P.COLLECTING})
    may(_D.VOTE, {_P.VOTE})
    may(_D.CHOOSE, {_P.COUNTED})
    may(_D.PLAN, {_P.COLLECTING, _P.COUNTED} | _AT_WORK)
    may(_D.REPORT, _AT_WORK | {_P.BEING_JUDGED, _P.JUDGED})
    may(_D.JUDGE, {_P.BEING_JUDGED})
    may(_D.MODERATE, {_P.BEING_JUDGED, _P.JUDGED, _P.CLOSED})
    may(_D.CLOSE, {_P.JUDGED})
    may(_D.ADOPT, frozenset(Phase) - {_P.NOT_CHOSEN, _P.VOTE, _P.CLOSED})
    return frozenset(table)


ALLOWED = _table()

_STANDS = {
    _P.COLLECTING: "这个项目还在征集阶段",
    _P.VOTE: "投票正在进行，内容已经定稿",
    _P.COUNTED: "投票已经结束",
    _P.PUBLISHED: "这个项目已经公布",
    _P.UNDER_WAY: "这个项目正在整治",
    _P.BEING_JUDGED: "这个项目正在由群众评价",
    _P.JUDGED: "群众评价已经截止",
    _P.CLOSED: "这个项目已经结题",
    _P.NOT_CHOSEN: "这个项目没有入选",
}


def allows(phase: Phase, deed: Deed) -> bool:
    """True if the phase allows the deed."""
    return (phase, deed) in ALLOWED


def check(phase: Phase, deed: Deed) -> None:
    """Raise NotNow unless the phase allows the deed."""
    if not allows(phase, deed):
        raise NotNow(f"{_STANDS[phase]}，现在不能做这一步。")
