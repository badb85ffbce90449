"""What is urgent, when it came in, and clues that go to discipline inspection. By staff, as ``handling``."""

from __future__ import annotations

from datetime import datetime

from portal import clock
from portal.audit.capture import note as enter_note
from portal.complaints.kinds import Channel
from portal.complaints.models import Case, CaseClue
from portal.complaints.reach import Reach
from portal.complaints.service.clocks import redate_round
from portal.complaints.service.publication import WITH_CLUE, take_down_of
from portal.complaints.service.rights import fit_words, may_handle, told_who_was_quicker
from portal.complaints.service.steps import NotTheirs, round_of, step
from portal.domain.case_status import CaseEvent, CaseRefused
from portal.domain.response_clock import ClockRefused, local_day
from portal.extensions import db
from portal.vault import sealing

EARLIEST_DAYS = 366
"""How far before the day of entry the day of receipt may be set."""


@told_who_was_quicker
def triage(case: Case, urgent: bool, reason: str, reach: Reach, seen: int) -> None:
    """Mark a case as urgent, or no longer so. It moves no clock."""
    may_handle(case, reach, seen, CaseEvent.TRIAGE)
    words = fit_words(reason, "请写明理由。")
    case.urgent = urgent
    step(case, CaseEvent.TRIAGE, reach.actor, words=words, said={"urgent": urgent})


@told_who_was_quicker
def redate(case: Case, received_at: datetime, reason: str, reach: Reach, seen: int) -> None:
    """Set back the moment when a call, letter or visit came in: only to an earlier one, marked and audited.

    Both clocks of the first handling are counted anew, and can only end sooner. Raises ClockRefused too.
    """
    may_handle(case, reach, seen, CaseEvent.REDATE)
    if case.channel is Channel.WEB:
        raise ClockRefused("网上登记的时间由平台记下，不能改。")
    if (local_day(case.entered_at) - local_day(received_at)).days > EARLIEST_DAYS:
        raise ClockRefused("往前改了一年多，请核对日期。")
    words = fit_words(reason, "请写明为什么改收到的时间。")
    before = round_of(case).received_at
    redate_round(case, received_at)
    said = {"from": before.isoformat(), "to": received_at.astimezone(clock.SHANGHAI).isoformat()}
    enter_note("case_redated", case.subject, **said)
    step(case, CaseEvent.REDATE, reach.actor, words=words, said=said, to_citizen=True)


@told_who_was_quicker
def hand_over_clue(case: Case, words: str, reach: Reach, seen: int) -> CaseClue:
    """Hand a clue of misconduct over to discipline inspection; the log says only that it was (SM 5(3)).

    What was published of the case is taken down.
    """
    may_handle(case, reach, seen, CaseEvent.HAND_OVER_CLUE)
    words = fit_words(words, "请写明涉嫌什么问题。")
    clue = CaseClue(
        case_id=case.id,
        region_code=case.region_code,
        words_sealed="",  # its key has its number, which the flush gives
        handed_over_at=clock.now(),
        handed_over_by=reach.actor.name,
    )
    db.session.add(clue)
    db.session.flush()
    clue.words_sealed = sealing.seal(clue.subject, words)
    step(case, CaseEvent.HAND_OVER_CLUE, reach.actor)
    take_down_of(case, reach.actor, WITH_CLUE)
    return clue


def receive_clue(clue: CaseClue, reach: Reach) -> None:
    """Say, as discipline inspection, that a clue has arrived; the case's log shows it. Raises NotTheirs."""
    if not reach.sees_clues or not reach.scope.covers(clue.region_code):
        raise NotTheirs("线索由当地纪检监察接收。")
    if clue.received_at is not None:
        raise CaseRefused("这条线索已经接收过了。")
    clue.received_at, clue.received_by = clock.now(), reach.actor.name
    case = db.session.get_one(Case, clue.case_id)
    told_who_was_quicker(_enter_received)(case, clue, reach)


def _enter_received(case: Case, clue: CaseClue, reach: Reach) -> None:
    step(case, CaseEvent.NOTE, reach.actor, said={"clue_received": clue.id})
