"""How long a case's words are kept: held beyond the term, released, erased by a reviewer or when it is over.

Erasing throws the case's key away: nothing written in it, or in mails and drafts of it, can be read again, in
backups made later either. Its row, its log's lines and the figures stay. Terms: ``domain.retention``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select

from portal import clock
from portal.complaints.kinds import Category
from portal.complaints.models import Case, CaseClue, CasePublication, CaseRound
from portal.complaints.office_models import CaseDraft
from portal.complaints.reach import Reach
from portal.complaints.service.publication import take_down
from portal.complaints.service.rights import fit_open_words, fit_words, may_review, told_who_was_quicker
from portal.complaints.service.steps import step
from portal.domain.actor import SYSTEM, Actor
from portal.domain.case_status import CaseEvent, CaseRefused, CaseStatus, next_status
from portal.domain.retention import SCHEDULE, Keep, due_for_erasure
from portal.extensions import db
from portal.intake.retention import erase_subject

KEEP_AS = {
    Category.CARE: Keep.HARM,
    Category.ABUSE: Keep.HARM,
    Category.SAFETY: Keep.HARM,
    Category.FIRE: Keep.HARM,
    Category.BUILDING: Keep.HARM,
    Category.FOOD: Keep.HARM,
    Category.MEDICAL: Keep.HARM,
    Category.FEES: Keep.MONEY,
    Category.CONTRACT: Keep.MONEY,
    Category.SUBSIDY: Keep.MONEY,
    Category.STAFF: Keep.OTHER,
    Category.UNREGISTERED: Keep.OTHER,
    Category.OTHER: Keep.OTHER,
}
"""Which term of the schedule a case that was taken up is kept by."""

CLOSED_AFTER = timedelta(days=30)
"""How long after its answer a case that nobody closes is closed by itself, so that its term begins."""

_NOT_TAKEN_UP = (CaseStatus.NOT_ACCEPTED, CaseStatus.WITHDRAWN)


@told_who_was_quicker
def hold(case: Case, reason: str, reach: Reach, seen: int) -> None:
    """Keep a case beyond its term, for a lawsuit or an inquiry. ``reason`` stands unsealed."""
    may_review(case, reach, seen, CaseEvent.HOLD)
    if case.hold_reason is not None or case.erased_at is not None:
        raise CaseRefused("这件投诉已经标为保留，或者内容已经删除。")
    case.hold_reason = fit_open_words(reason, "请写明为什么要保留。", case)
    step(case, CaseEvent.HOLD, reach.actor, said={"reason": case.hold_reason})


@told_who_was_quicker
def release_hold(case: Case, reason: str, reach: Reach, seen: int) -> None:
    """Let the term of keeping count again."""
    may_review(case, reach, seen, CaseEvent.RELEASE_HOLD)
    if case.hold_reason is None:
        raise CaseRefused("这件投诉没有标为保留。")
    words = fit_words(reason, "请写明为什么不用再保留。")
    case.hold_reason = None
    step(case, CaseEvent.RELEASE_HOLD, reach.actor, words=words)


@told_who_was_quicker
def erase(case: Case, reach: Reach, seen: int) -> None:
    """Erase an ended case before its term is over, as its writer asked; what was published goes with it."""
    may_review(case, reach, seen, CaseEvent.ERASE)
    _check_erasable(case)
    published = db.session.scalars(
        select(CasePublication).where(
            CasePublication.case_id == case.id, CasePublication.withdrawn_at.is_(None)
        )
    ).one_or_none()
    if published is not None:
        take_down(published, "内容已按要求删除")
        step(case, CaseEvent.UNPUBLISH, reach.actor, said={"reason": published.withdrawn_reason})
    _erase(case, reach.actor, "按要求删除")


def erase_over(case: Case) -> bool:
    """Erase a case whose term is over; False if it isn't, or somebody needs it still. By the worker."""
    if case.erased_at is not None or not _is_over(case) or _has_open_clue(case):
        return False
    _erase(case, SYSTEM, "保存期满")
    return True


def over_now(after: int = 0, at_most: int = 200) -> list[int]:
    """Return the keys beyond ``after`` of cases that may be due for erasing: ``erase_over`` decides."""
    cutoffs = {keep: _ended_before(keep) for keep in Keep}
    taken_up = [
        Case.category.in_([category for category, kept in KEEP_AS.items() if kept is keep])
        & (Case.ended_at < cutoffs[keep])
        for keep in (Keep.HARM, Keep.MONEY, Keep.OTHER)
    ]
    open_clue = exists().where(CaseClue.case_id == Case.id, CaseClue.received_at.is_(None))
    query = select(Case.id).where(
        Case.id > after, Case.erased_at.is_(None), Case.hold_reason.is_(None), ~open_clue
    )
    closed = query.where(
        Case.status == CaseStatus.CLOSED, Case.ended_at < max(cutoffs.values()), or_(*taken_up)
    )
    refused = query.where(Case.status.in_(_NOT_TAKEN_UP), Case.ended_at < cutoffs[Keep.NOT_TAKEN_UP])
    found = [
        number
        for each in (closed, refused)
        for number in db.session.scalars(each.order_by(Case.id).limit(at_most))
    ]
    return sorted(found)[:at_most]


def unclosed_now(after: int = 0, at_most: int = 200) -> list[int]:
    """Return the keys beyond ``after`` of cases answered so long ago that they are closed by themselves."""
    query = (
        select(Case.id)
        .join(CaseRound, (CaseRound.case_id == Case.id) & (CaseRound.number == Case.round_number))
        .where(
            Case.id > after,
            Case.status == CaseStatus.REPLIED,
            CaseRound.final_answered_at < clock.now() - CLOSED_AFTER,
        )
        .order_by(Case.id)
        .limit(at_most)
    )
    return list(db.session.scalars(query))


def close_by_itself(case: Case) -> None:
    """Close a case that was answered and that nobody closed. By the worker."""
    step(case, CaseEvent.CLOSE, SYSTEM, to_citizen=True)


def keep_of(case: Case) -> Keep:
    """Return which term a case is kept by."""
    return Keep.NOT_TAKEN_UP if case.status in _NOT_TAKEN_UP else KEEP_AS[case.category]


def _is_over(case: Case) -> bool:
    ended_on = None if case.ended_at is None else case.ended_at.date()
    return due_for_erasure(ended_on, keep_of(case), case.hold_reason is not None, clock.today())


def _ended_before(keep: Keep) -> datetime:
    """Return the moment such that whatever ended before it may be over: a day late at most, never early."""
    today = clock.today()
    year = today.year - SCHEDULE[keep].years
    leap = (today.month, today.day) == (2, 29)
    return clock.at(today.replace(year=year, day=28) if leap else today.replace(year=year), 0)


def _check_erasable(case: Case) -> None:
    if case.erased_at is not None:
        raise CaseRefused("这件投诉的内容已经删除。")
    if case.hold_reason is not None:
        raise CaseRefused("这件投诉标为保留，先取消保留，才能删除。")
    if _has_open_clue(case):
        raise CaseRefused("移交纪检的线索还没有接收，先不能删除。")


def _has_open_clue(case: Case) -> bool:
    query = select(CaseClue.id).where(CaseClue.case_id == case.id, CaseClue.received_at.is_(None))
    return db.session.scalar(query.limit(1)) is not None


def _erase(case: Case, actor: Actor, why: str) -> None:
    next_status(case.status, CaseEvent.ERASE)
    case.erased_at, case.has_mail = clock.now(), False
    step(case, CaseEvent.ERASE, actor, said={"why": why}, to_citizen=True)
    db.session.execute(delete(CaseDraft).where(CaseDraft.case_id == case.id))
    erase_subject(case.subject, why)
