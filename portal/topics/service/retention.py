"""How long what was written, and who wrote it, is kept: until its term is over or a reviewer ends it.

Erasing throws the suggestion's key away: the original words, the contact, notes, mails and photos cannot be
read again, in backups made later either. What the office published stays public. Terms: ``domain.retention``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from portal import clock
from portal.domain.actor import SYSTEM, Actor, Scope
from portal.domain.retention import SCHEDULE, Keep, due_for_erasure
from portal.domain.suggestion_status import PUBLIC, SuggestionEvent, SuggestionRefused, SuggestionStatus
from portal.extensions import db
from portal.intake.retention import erase_subject
from portal.topics.models import Suggestion
from portal.topics.service.moderating import forget_public_words
from portal.topics.service.rights import check_moves, check_reviews, told_who_was_quicker
from portal.topics.service.steps import step
from portal.voices.kinds import VoiceKind
from portal.voices.service import close_count

KEEP_AS: Mapping[SuggestionStatus, Keep] = {
    SuggestionStatus.ANSWERED: Keep.OTHER,
    SuggestionStatus.MERGED: Keep.OTHER,
    SuggestionStatus.DECLINED: Keep.NOT_TAKEN_UP,
    SuggestionStatus.TO_COMPLAINTS: Keep.NOT_TAKEN_UP,
    SuggestionStatus.TO_DISCIPLINE: Keep.NOT_TAKEN_UP,
    SuggestionStatus.WITHDRAWN: Keep.NOT_TAKEN_UP,
}
"""Which term of the schedule a suggestion that ended so is kept by; others have not ended."""


@told_who_was_quicker
def erase(suggestion: Suggestion, actor: Actor, scope: Scope, seen: int) -> None:
    """Erase an ended suggestion before its term is over, as its writer asked. A reviewer's.

    Raises SuggestionRefused while it waits, is held, or was erased; else what every step raises.
    """
    check_moves(suggestion, SuggestionEvent.ERASE, actor, scope, seen)
    check_reviews(actor)
    if suggestion.erased_at is not None:
        raise SuggestionRefused("这条点题的原文已经删除。")
    if suggestion.hold_reason is not None:
        raise SuggestionRefused("这条点题标为保留，先取消保留，才能删除。")
    if suggestion.ended_at is None:
        raise SuggestionRefused("这条点题还没有办完，不能删除原文。")
    _erase(suggestion, actor, "按要求删除")


def erase_over(suggestion: Suggestion) -> bool:
    """Erase a suggestion whose term is over; False if it isn't, or somebody needs it still. By the worker."""
    if suggestion.erased_at is not None or suggestion.ended_at is None:
        return False
    keep = KEEP_AS[suggestion.status]
    ended_on, held = suggestion.ended_at.date(), suggestion.hold_reason is not None
    if not due_for_erasure(ended_on, keep, held, clock.today()):
        return False
    _erase(suggestion, SYSTEM, "保存期满")
    return True


def over_now(after: int = 0, at_most: int = 200) -> list[int]:
    """Return the keys beyond ``after`` of suggestions that may be due for erasing: ``erase_over`` decides."""
    over = [
        (Suggestion.status == status) & (Suggestion.ended_at < _ended_before(keep))
        for status, keep in KEEP_AS.items()
    ]
    query = select(Suggestion.id).where(
        Suggestion.id > after, Suggestion.erased_at.is_(None), Suggestion.hold_reason.is_(None), or_(*over)
    )
    return list(db.session.scalars(query.order_by(Suggestion.id).limit(at_most)))


def _ended_before(keep: Keep) -> datetime:
    """Return the moment such that whatever ended before it may be over: a day late at most, never early."""
    today = clock.today()
    year = today.year - SCHEDULE[keep].years
    leap = (today.month, today.day) == (2, 29)
    return clock.at(today.replace(year=year, day=28) if leap else today.replace(year=year), 0)


def _erase(suggestion: Suggestion, actor: Actor, why: str) -> None:
    columns: dict[str, Any] = {"erased_at": clock.now(), "has_mail": False}
    if suggestion.status not in PUBLIC:
        # what nobody reads any more has no further use, and who supported it neither
        columns |= {"title": None, "text": None}
        forget_public_words(suggestion)
        close_count(VoiceKind.SUGGESTION, suggestion.id)
    step(suggestion, SuggestionEvent.ERASE, actor, said={"why": why}, to_writer=True, **columns)
    erase_subject(suggestion.subject, why)
