"""Four eyes: a draft is submitted, then returned with a remark or sent by its reader. As ``handling``."""

from __future__ import annotations

from datetime import datetime

from portal import clock
from portal.complaints.kinds import DraftKind, DraftState, Finding
from portal.complaints.models import Case
from portal.complaints.office_models import CaseDraft
from portal.complaints.reach import Reach
from portal.complaints.service.drafts import own_draft, view_of
from portal.complaints.service.replying import send_first_answer, send_refusal, send_reply
from portal.complaints.service.rights import (
    REASON_MOST,
    ReviewerNeeded,
    fit_words,
    may_handle,
    may_review,
    told_who_was_quicker,
)
from portal.complaints.service.steps import ChangedMeanwhile, WordsMissing, step
from portal.complaints.service.words import seal_words
from portal.domain.case_status import CaseEvent
from portal.domain.errors import DomainError
from portal.extensions import db

SENT_AS = {
    DraftKind.FIRST_ANSWER: CaseEvent.FIRST_ANSWER,
    DraftKind.REPLY: CaseEvent.REPLY,
    DraftKind.REFUSAL: CaseEvent.REFUSE,
}
"""What a draft becomes; a publication goes its own way."""


class NoDraft(DomainError):
    """There is no such draft on this case, or it is not where it would have to be."""


@told_who_was_quicker
def submit_reply(case: Case, kind: DraftKind, reach: Reach, seen: int) -> None:
    """Hand the own draft to a reviewer. Raises NoDraft, WordsMissing where it is not whole."""
    may_handle(case, reach, seen, CaseEvent.SUBMIT_REPLY)
    event = SENT_AS.get(kind)
    draft = None if reach.staff_id is None else own_draft(case, kind, reach.staff_id)
    if event is None or draft is None or draft.state is DraftState.SUBMITTED:
        raise NoDraft("没有可以送审的草稿。")
    fields = view_of(draft).fields
    fit_words(fields.get("words", ""), "请先写好内容，再送审。")
    if kind is DraftKind.REPLY:
        _finding(fields)
    draft.state, draft.remark_sealed, draft.saved_at = DraftState.SUBMITTED, None, clock.now()
    step(case, CaseEvent.SUBMIT_REPLY, reach.actor, said={"kind": kind.value})


@told_who_was_quicker
def take_back(case: Case, kind: DraftKind, reach: Reach, seen: int) -> None:
    """Take the own draft back from the reviewer, to go on writing. Raises NoDraft."""
    may_handle(case, reach, seen, CaseEvent.RETURN_REPLY)
    draft = None if reach.staff_id is None else own_draft(case, kind, reach.staff_id)
    if draft is None or draft.state is not DraftState.SUBMITTED:
        raise NoDraft("没有送审的草稿。")
    draft.state = DraftState.WRITING
    step(case, CaseEvent.RETURN_REPLY, reach.actor, said={"kind": kind.value, "taken_back": True})


@told_who_was_quicker
def return_reply(case: Case, draft_id: int, remark: str, reach: Reach, seen: int) -> None:
    """Give a draft back to its writer, as a reviewer, and say what is to be changed. Raises NoDraft."""
    may_review(case, reach, seen, CaseEvent.RETURN_REPLY)
    draft = _submitted(case, draft_id)
    words = fit_words(remark, "请写明要改哪里。", REASON_MOST)
    draft.state, draft.remark_sealed = DraftState.RETURNED, seal_words(case, words)
    said = {"kind": draft.kind.value}
    step(case, CaseEvent.RETURN_REPLY, reach.actor, words=words, said=said)


@told_who_was_quicker
def approve(case: Case, draft_id: int, reach: Reach, seen: int, saved_at: datetime | None = None) -> None:
    """Send what somebody else wrote, as it was read: a reviewer, never the writer.

    ``saved_at``: when the draft that was read was saved; another since then raises ChangedMeanwhile. Raises
    NoDraft, ReviewerNeeded, and what the answer itself raises.
    """
    if reach.handles and not reach.reviews:
        raise ReviewerNeeded("这一步要由审核人员来做。")
    draft = _submitted(case, draft_id)
    may_review(case, reach, seen, SENT_AS[draft.kind])
    if draft.staff_id == reach.staff_id:
        raise ReviewerNeeded("自己写的答复要由另一个人审核。")
    if saved_at is not None and draft.saved_at != saved_at:
        raise ChangedMeanwhile("草稿刚刚改过，请再看一遍。")
    fields = view_of(draft).fields
    words, kind = fields.get("words", ""), draft.kind
    if kind is DraftKind.FIRST_ANSWER:
        send_first_answer(case, words, reach, case.handler_id or draft.staff_id)
    elif kind is DraftKind.REPLY:
        send_reply(case, words, _finding(fields), reach, case.handler_id or draft.staff_id)
    else:
        send_refusal(case, words, reach)


def _submitted(case: Case, draft_id: int) -> CaseDraft:
    draft = db.session.get(CaseDraft, draft_id)
    if draft is None or draft.case_id != case.id or draft.state is not DraftState.SUBMITTED:
        raise NoDraft("这份草稿没有送审，或者已经撤回。")
    return draft


def _finding(fields: dict[str, str]) -> Finding:
    try:
        return Finding(fields.get("finding", ""))
    except ValueError:
        raise WordsMissing("请选择查实的情况。") from None
