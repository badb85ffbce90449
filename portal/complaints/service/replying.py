"""What is said to the citizen: first answer, news, question, extension, reply, refusal. As ``handling``.

Whatever is answered to a case is answered to those merged into it too, each by its own clock. Also raises
ClockRefused, NamesSomebody, FourEyesNeeded.
"""

from __future__ import annotations

from portal.complaints.kinds import DraftKind, Finding
from portal.complaints.models import Case
from portal.complaints.reach import Reach
from portal.complaints.service.clocks import begin_pause, extend_round
from portal.complaints.service.drafts import forget_drafts
from portal.complaints.service.office import four_eyes
from portal.complaints.service.outcome import PROVED, proved_true
from portal.complaints.service.rights import (
    arrived,
    fit_open_words,
    fit_words,
    may_handle,
    may_review,
    take_up,
    told_who_was_quicker,
)
from portal.complaints.service.steps import WordsMissing, round_of, step
from portal.complaints.service.together import answer_each, check_for_all, companions
from portal.domain.case_status import CaseEvent, CaseRefused
from portal.domain.errors import DomainError


class FourEyesNeeded(DomainError):
    """This region wants a second person to see each reply before it goes out."""


@told_who_was_quicker
def first_answer(case: Case, words: str, reach: Reach, seen: int) -> None:
    """Say what was found so far, what follows and by when (首次答复): it stops the first clock."""
    may_handle(case, reach, seen, CaseEvent.FIRST_ANSWER)
    send_first_answer(case, words, reach)


@told_who_was_quicker
def interim_reply(case: Case, words: str, reach: Reach, seen: int) -> None:
    """Tell how it goes. It is no answer and moves no clock."""
    may_handle(case, reach, seen, CaseEvent.INTERIM_REPLY)
    words = fit_words(words, "请写办理进展。")
    together = companions(case)
    check_for_all(case, together, words, reach)
    arrived(case, reach)
    step(case, CaseEvent.INTERIM_REPLY, reach.actor, words=words, to_citizen=True)
    answer_each(together, CaseEvent.INTERIM_REPLY, words, reach)


@told_who_was_quicker
def ask(case: Case, question: str, reach: Reach, seen: int) -> bool:
    """Ask the citizen something; True if the final answer's clock pauses. The first one's never does."""
    may_handle(case, reach, seen, CaseEvent.ASK)
    words = fit_words(question, "请写要问的问题。")
    take_up(case, reach)
    paused = begin_pause(case)
    step(case, CaseEvent.ASK, reach.actor, words=words, said={"paused": paused}, to_citizen=True)
    return paused


@told_who_was_quicker
def extend(case: Case, days: int, reason: str, reach: Reach, seen: int) -> None:
    """Give the final answer ``days`` working days more, once; the citizen reads why."""
    may_handle(case, reach, seen, CaseEvent.EXTEND)
    reason = fit_open_words(reason, "请写明为什么要延长，投诉人会看到。", case)
    extend_round(case, days, reason)
    said = {"days": days, "due": round_of(case).final_due.isoformat()}
    step(case, CaseEvent.EXTEND, reach.actor, words=reason, said=said, to_citizen=True)


@told_who_was_quicker
def reply(case: Case, words: str, finding: Finding | None, reach: Reach, seen: int) -> None:
    """Give the final answer (办理答复), with what was found. It stops both clocks.

    Raises FourEyesNeeded where a reviewer has to see it first (``review``).
    """
    may_handle(case, reach, seen, CaseEvent.REPLY)
    if any(four_eyes(code) for code in {one.region_code for one in (case, *companions(case))}):
        raise FourEyesNeeded("本地规定答复要先经另一个人审核。请把草稿送审。")
    send_reply(case, words, finding, reach)


@told_who_was_quicker
def refuse(case: Case, words: str, reach: Reach, seen: int) -> None:
    """Decide, as a reviewer, not to accept a complaint, and say why. It is an answer to both clocks."""
    may_review(case, reach, seen, CaseEvent.REFUSE)
    send_refusal(case, words, reach)


def send_first_answer(case: Case, words: str, reach: Reach, handler_id: int | None = None) -> None:
    """Send a first answer that may be sent. ``handler_id``: who is the handler, where nobody was yet."""
    words = fit_words(words, "请写首次答复的内容。")
    if round_of(case).first_answered_at is not None:
        raise CaseRefused("已经作过首次答复；有新情况请用“告知进展”，办完了请用“办理答复”。")
    together = companions(case)
    check_for_all(case, together, words, reach)
    take_up(case, reach, handler_id)
    step(case, CaseEvent.FIRST_ANSWER, reach.actor, words=words, to_citizen=True)
    answer_each(together, CaseEvent.FIRST_ANSWER, words, reach)
    forget_drafts(case, DraftKind.FIRST_ANSWER, DraftKind.REFUSAL)


def send_reply(
    case: Case, words: str, finding: Finding | None, reach: Reach, handler_id: int | None = None
) -> None:
    """Send a final answer that may be sent. ``handler_id``: who is the handler, where nobody was yet."""
    words = fit_words(words, "请写答复的内容。")
    if finding is None:
        raise WordsMissing("请选择查实的情况。")
    together = companions(case)
    check_for_all(case, together, words, reach)
    take_up(case, reach, handler_id)
    told = {"finding": finding.value}
    for one in (case, *together):
        one.finding = finding
    step(case, CaseEvent.REPLY, reach.actor, words=words, said=told, to_citizen=True)
    answer_each(together, CaseEvent.REPLY, words, reach, told)
    if finding in PROVED:
        for one in (case, *together):
            proved_true(one, reach.actor)
    forget_drafts(case, DraftKind.FIRST_ANSWER, DraftKind.REPLY, DraftKind.REFUSAL)


def send_refusal(case: Case, words: str, reach: Reach) -> None:
    """Send a refusal that may be sent."""
    words = fit_words(words, "请写明不受理的理由，投诉人会看到。")
    if companions(case):
        raise CaseRefused("别的投诉并到了这件里，请先取消并案，再决定是否受理。")
    arrived(case, reach)
    step(case, CaseEvent.REFUSE, reach.actor, words=words, to_citizen=True)
    forget_drafts(case, DraftKind.FIRST_ANSWER, DraftKind.REFUSAL)
