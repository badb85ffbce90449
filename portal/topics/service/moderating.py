"""What the office makes of a suggestion: public, not public, merged, another channel's, another department's.

By clerks of civil affairs in their region and of the department that answers; taking an answered one out of
the public's sight, and sending on what accuses an official, are a reviewer's. Each takes ``seen``, the
version they had before them. Flushes, never commits. Each raises NotTheirs, Excluded, ReviewerNeeded,
ChangedMeanwhile, WordsMissing, and SuggestionRefused where the status does not allow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.domain.suggestion_status import PUBLIC, SuggestionEvent, SuggestionRefused, SuggestionStatus
from portal.extensions import db
from portal.reference.calendar import working_calendar
from portal.topics.kinds import WhyNotPublic
from portal.topics.models import Suggestion, SuggestionStep
from portal.topics.service.publication_words import (
    TEXT_MOST,
    TITLE_MOST,
    Proposal,
    StillPersonal,
    check_public,
    proposal_for,
)
from portal.topics.service.rights import (
    REASON_MOST,
    WordsMissing,
    check_moves,
    check_reviews,
    fit_optional,
    fit_sealed,
    fit_words,
    keeps,
    told_who_was_quicker,
)
from portal.topics.service.settings import settings
from portal.topics.service.steps import step
from portal.topics.service.words import seal_words

__all__ = [
    "Proposal", "StillPersonal", "amend", "check_public", "decline", "hold", "let_go", "merge", "note",
    "proposal_for", "publish", "reassign", "release_hold", "send_to_complaints", "send_to_discipline",
    "unmerge",
]  # fmt: skip

_E = SuggestionEvent
_ANSWERS = frozenset(Department) - {Department.DISCIPLINE}
_FORGOTTEN: dict[str, Any] = {"title": None, "text": None}
"""What a suggestion loses that never should have been read."""


@told_who_was_quicker
def publish(suggestion: Suggestion, title: str, text: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Let everybody read what a person approved. Raises StillPersonal too.

    One that was answered before it was taken back is answered again with it.
    """
    check_moves(suggestion, _E.PUBLISH, actor, scope, seen)
    title, text = _approved(suggestion, title, text)
    now = clock.now()
    due = suggestion.answer_due or working_calendar().due(now.date(), settings().suggestion_answer_days).day
    step(
        suggestion,
        _E.PUBLISH,
        actor,
        to_writer=True,
        more_to_come=suggestion.answer is not None,
        title=title,
        text=text,
        published_at=now,
        answer_due=due,
        not_public_why=None,
        told_why=None,
    )
    if suggestion.answer is not None:
        step(suggestion, _E.ANSWER, actor, said={"again": True})


@told_who_was_quicker
def amend(suggestion: Suggestion, title: str, text: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Put the public words right; since when it is public stays. Raises StillPersonal too."""
    check_moves(suggestion, _E.AMEND, actor, scope, seen)
    title, text = _approved(suggestion, title, text)
    if (title, text) == (suggestion.title, suggestion.text):
        raise WordsMissing("标题和正文都没有改动。")
    said = {"title": suggestion.title, "text": suggestion.text}
    step(suggestion, _E.AMEND, actor, said=said, title=title, text=text)


@told_who_was_quicker
def decline(
    suggestion: Suggestion, why: WhyNotPublic, words: str, actor: Actor, scope: Scope, seen: int
) -> None:
    """Leave it, or take it, out of the public's sight; the writer reads why, and ``words`` if any."""
    check_moves(suggestion, _E.DECLINE, actor, scope, seen)
    if suggestion.status is SuggestionStatus.ANSWERED:
        check_reviews(actor)
    let_go(suggestion, actor)
    words = words.strip()
    if why is WhyNotPublic.OTHER or words:
        words = fit_sealed(words, "请写明为什么不公开，写的人会看到。")
    step(
        suggestion,
        _E.DECLINE,
        actor,
        words=words or None,
        said={"why": why.value},
        to_writer=True,
        not_public_why=why,
        told_why=seal_words(suggestion, words) if words else None,
    )


@told_who_was_quicker
def merge(suggestion: Suggestion, into: Suggestion, actor: Actor, scope: Scope, seen: int) -> None:
    """Let it stand with a public one that says the same; those merged into it come along.

    A reviewer's once it is answered: its answer goes out of sight.

    Its own voices stay its own: who supported both is one person, and nobody can tell who did. So they are
    told beside the other's count, never added to it.
    """
    check_moves(suggestion, _E.MERGE, actor, scope, seen)
    if suggestion.status is SuggestionStatus.ANSWERED:
        check_reviews(actor)
    if into.id == suggestion.id or into.status not in PUBLIC:
        raise SuggestionRefused("只能并入另一条已经公开的点题。")
    if not keeps(into, scope):
        raise SuggestionRefused("要并入的那一条由别的部门或别的地区负责。")
    said = {"into": into.public_id}
    for follower in _followers(suggestion):
        step(follower, _E.NOTE, actor, said=said, to_writer=True, merged_into_id=into.id)
    step(suggestion, _E.MERGE, actor, said=said, to_writer=True, merged_into_id=into.id)


@told_who_was_quicker
def unmerge(suggestion: Suggestion, actor: Actor, scope: Scope, seen: int) -> None:
    """Take it apart again: it waits to be looked through, as when it came in."""
    check_moves(suggestion, _E.UNMERGE, actor, scope, seen)
    into = db.session.scalar(select(Suggestion.public_id).where(Suggestion.id == suggestion.merged_into_id))
    _unmerge(suggestion, into, actor)


@told_who_was_quicker
def send_to_complaints(suggestion: Suggestion, words: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Point the writer to the complaints, where what happened to one person has its clock."""
    check_moves(suggestion, _E.SEND_TO_COMPLAINTS, actor, scope, seen)
    told = fit_sealed(words, "请写明为什么请写的人走投诉。")
    step(
        suggestion,
        _E.SEND_TO_COMPLAINTS,
        actor,
        words=told,
        to_writer=True,
        told_why=seal_words(suggestion, told),
    )


@told_who_was_quicker
def send_to_discipline(suggestion: Suggestion, words: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Point the writer to 12388, as what they wrote accuses an official. A reviewer's.

    Never public, nor any more if it was: title and text go, and the log's copies of them.
    """
    check_moves(suggestion, _E.SEND_TO_DISCIPLINE, actor, scope, seen)
    check_reviews(actor)
    told = fit_sealed(words, "请写明怎样向12388反映，写的人会看到。")
    let_go(suggestion, actor)
    forget_public_words(suggestion)
    step(
        suggestion,
        _E.SEND_TO_DISCIPLINE,
        actor,
        words=told,
        to_writer=True,
        told_why=seal_words(suggestion, told),
        **_FORGOTTEN,
    )


@told_who_was_quicker
def reassign(suggestion: Suggestion, department: Department, actor: Actor, scope: Scope, seen: int) -> None:
    """Let another department of the region answer; the days run on."""
    check_moves(suggestion, _E.REASSIGN, actor, scope, seen)
    if department not in _ANSWERS or department is suggestion.department:
        raise SuggestionRefused("请另选一个部门。")
    said = {"from": suggestion.department.value, "to": department.value}
    step(suggestion, _E.REASSIGN, actor, said=said, to_writer=True, department=department)


@told_who_was_quicker
def note(suggestion: Suggestion, words: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Write something down for the office; the writer does not see it."""
    check_moves(suggestion, _E.NOTE, actor, scope, seen)
    step(suggestion, _E.NOTE, actor, words=fit_sealed(words, "请写备注。"))


@told_who_was_quicker
def hold(suggestion: Suggestion, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Keep what was written beyond its term. ``reason`` stands unsealed. A reviewer's."""
    check_moves(suggestion, _E.HOLD, actor, scope, seen)
    check_reviews(actor)
    if suggestion.hold_reason is not None or suggestion.erased_at is not None:
        raise SuggestionRefused("这条点题已经标为保留，或者原文已经删除。")
    words = fit_words(reason, "请写明为什么要保留。", REASON_MOST)
    step(suggestion, _E.HOLD, actor, said={"reason": words}, hold_reason=words)


@told_who_was_quicker
def release_hold(suggestion: Suggestion, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Let the term of keeping count again. A reviewer's."""
    check_moves(suggestion, _E.HOLD, actor, scope, seen)
    check_reviews(actor)
    if suggestion.hold_reason is None:
        raise SuggestionRefused("这条点题没有标为保留。")
    words = fit_optional(reason, REASON_MOST)
    step(suggestion, _E.HOLD, actor, said={"released": True, "reason": words}, hold_reason=None)


def let_go(suggestion: Suggestion, actor: Actor) -> None:
    """Take apart what was merged into a suggestion that goes out of sight: it waits to be looked through."""
    for follower in _followers(suggestion):
        _unmerge(follower, suggestion.public_id, actor)


def _unmerge(suggestion: Suggestion, public_id: str | None, actor: Actor) -> None:
    due = working_calendar().due(clock.today(), settings().suggestion_look_days).day
    step(suggestion, _E.UNMERGE, actor, said={"from": public_id}, merged_into_id=None, look_due=due)


def _followers(suggestion: Suggestion) -> Sequence[Suggestion]:
    query = select(Suggestion).where(Suggestion.merged_into_id == suggestion.id)
    return db.session.scalars(query.order_by(Suggestion.id)).all()


def forget_public_words(suggestion: Suggestion) -> None:
    """Empty the log of what the public read of it: lines stay, their words go. Writes at once."""
    lines = update(SuggestionStep).where(
        SuggestionStep.suggestion_id == suggestion.id, SuggestionStep.event == _E.AMEND
    )
    db.session.execute(lines.values(said=None))


def _approved(suggestion: Suggestion, title: str, text: str) -> tuple[str, str]:
    title = _fit(title, "请写标题。", TITLE_MOST)
    text = _fit(text, "请写公开的正文。", TEXT_MOST)
    check_public(suggestion, title, text)
    return title, text


def _fit(text: str, missing: str, most: int) -> str:
    text = text.strip()
    if not text:
        raise WordsMissing(missing)
    if len(text) > most:
        raise WordsMissing(f"写得太长了，请不要超过{most}个字。")
    return text
