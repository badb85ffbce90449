"""Publishing problems and notices: redacted, by a reviewer, and taken down again with the reason (R32, R36).

Flushes, never commits. Every change takes ``actor``, ``scope`` and ``seen``, the version the person had
before them, and raises NotTheirs, ReviewerNeeded, ChangedMeanwhile, WordsMissing, StillPersonal or
NotForPublic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from portal import clock
from portal.audit.capture import concerns, note
from portal.domain.actor import Actor, Scope
from portal.domain.errors import DomainError
from portal.domain.notice_text import NoticeText, from_json, part_label, to_json
from portal.domain.proposed import Piece, Proposed
from portal.domain.rectification import ProblemEvent, ProblemStatus
from portal.extensions import db
from portal.supervision.kinds import NoticeState
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.service.notices import problems_of
from portal.supervision.service.redacting import (
    About,
    Also,
    Place,
    StillPersonal,
    about,
    check_public,
    proposed,
)
from portal.supervision.service.rights import (
    BASIS_MOST,
    REASON_MOST,
    TITLE_MOST,
    WORDS_MOST,
    check_reviewer,
    fit_length,
    fit_words,
    told_who_was_quicker,
)
from portal.supervision.service.steps import step
from portal.supervision.service.telling import tell_of_notice, tell_of_problem

__all__ = [
    "About", "Also", "NotForPublic", "NoticeProposal", "Piece", "Place", "ProblemProposal", "Proposed",
    "StillPersonal", "propose_notice", "propose_problem", "publish_notice", "publish_problem",
    "unpublish_notice", "unpublish_problem",
]  # fmt: skip


class NotForPublic(DomainError):
    """This record can't be published, or taken down, as it stands; the message says why."""


@dataclass(frozen=True, slots=True, repr=False)
class ProblemProposal:
    """What might be published of a problem; a person reads and changes it first."""

    title: Proposed
    text: Proposed


@dataclass(frozen=True, slots=True, repr=False)
class NoticeProposal:
    """What might be published of a notice: each part by its name in ``NoticeText.parts``, in order."""

    text: NoticeText
    """As it was issued."""
    parts: dict[str, Proposed]

    def label(self, name: str) -> str:
        """Return what people call a part."""
        return part_label(name)


def propose_problem(problem: Problem) -> ProblemProposal:
    """Return what a machine would publish, with what it masks marked; of a published one, what stands."""
    home = _about(problem)
    if problem.public_text is not None:
        return ProblemProposal(proposed(problem.title, home), proposed(problem.public_text, home))
    return ProblemProposal(proposed(problem.title, home), proposed(problem.description, home))


def propose_notice(notice: RectificationNotice) -> NoticeProposal:
    """Return what a machine would publish of an issued notice, part by part; of a published one, what stands.

    Raises NotForPublic.
    """
    if notice.body is None:
        raise NotForPublic("这份通知书还没有发出，不能公开。")
    issued = from_json(notice.body)
    standing = issued if notice.public_body is None else from_json(notice.public_body)
    home = about(notice.institution_id, notice.unregistered_home_id)
    words = standing.parts()
    parts = {
        name: proposed(words.get(name, ""), home, landlines=name == "contact") for name in issued.parts()
    }
    return NoticeProposal(issued, parts)


@told_who_was_quicker
def publish_problem(
    problem: Problem, public_text: str, title: str, actor: Actor, scope: Scope, seen: int
) -> None:
    """Publish what a reviewer approved, or change what stands in public."""
    check_reviewer(problem, actor, scope, seen)
    _publish(problem, title, public_text, actor)


@told_who_was_quicker
def unpublish_problem(problem: Problem, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Take a problem out of public; what was approved is kept for the next time."""
    check_reviewer(problem, actor, scope, seen)
    if problem.published_at is None:
        raise NotForPublic("这个问题没有公开。")
    words = fit_words(reason, "请写明为什么撤下。", REASON_MOST)
    problem.published_at = None
    step(problem, ProblemEvent.UNPUBLISH, actor, words=words)
    tell_of_problem(problem, taken_down=True)


@told_who_was_quicker
def publish_notice(
    notice: RectificationNotice, parts: Mapping[str, str], actor: Actor, scope: Scope, seen: int
) -> None:
    """Publish an issued notice with the words that a reviewer approved, and its problems with them.

    ``parts``: by the names of ``NoticeText.parts``, all of them; again, to change what stands.
    """
    check_reviewer(notice, actor, scope, seen)
    if notice.state is not NoticeState.ISSUED or notice.body is None:
        raise NotForPublic("通知书发出以后、没有撤回的，才能公开。")
    issued = from_json(notice.body)
    shown = issued.with_parts(_fit_parts(issued, parts))
    if notice.unregistered_home_id is not None:
        shown = replace(shown, addressee="")  # whether it is named is asked again each day, on the page
    home = about(notice.institution_id, notice.unregistered_home_id)
    check_public({part_label(name): words for name, words in shown.parts().items()}, home)
    now = clock.now()
    notice.public_body = to_json(shown)
    notice.published_at = notice.published_at or now
    notice.changed_at = now
    concerns(notice.subject)
    db.session.flush()
    by_number = {one.problem_number: one for one in shown.problems}
    for problem in problems_of(notice):
        told = by_number.get(problem.number)
        if told is not None and problem.status is not ProblemStatus.VOID:
            _publish(problem, told.title, told.text, actor)
    tell_of_notice(notice)


@told_who_was_quicker
def unpublish_notice(notice: RectificationNotice, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Take a notice out of public. Its problems stay there unless each is taken down itself."""
    check_reviewer(notice, actor, scope, seen)
    if notice.published_at is None:
        raise NotForPublic("这份通知书没有公开。")
    words = fit_words(reason, "请写明为什么撤下。", REASON_MOST)
    notice.published_at = None
    notice.changed_at = clock.now()
    concerns(notice.subject)
    note("notice_unpublished", notice.subject, reason=words)
    tell_of_notice(notice, taken_down=True)


def _publish(problem: Problem, title: str, public_text: str, actor: Actor) -> None:
    if problem.status is ProblemStatus.VOID:
        raise NotForPublic("这个问题已经撤销登账，不能公开。")
    title = fit_length(title, "请写公开的标题。", TITLE_MOST)
    text = fit_length(public_text, "请写公开的内容。")
    check_public({"标题": title, "正文": text, "依据": problem.basis or ""}, _about(problem))
    changed = problem.published_at is not None
    problem.title, problem.public_text = title, text
    problem.published_at = problem.published_at or clock.now()
    step(problem, ProblemEvent.PUBLISH, actor, said={"changed": True} if changed else None)


def _fit_parts(issued: NoticeText, parts: Mapping[str, str]) -> dict[str, str]:
    wanted = issued.parts()
    missing = [name for name in wanted if name not in parts]
    if missing:
        raise NotForPublic(f"缺少要公开的内容：{part_label(missing[0])}。")
    return {name: _fit_part(name, parts[name]) for name in wanted}


def _fit_part(name: str, words: str) -> str:
    field = name.rpartition("/")[2]
    if field == "contact" and not words.strip():
        return ""
    most = {"title": TITLE_MOST, "contact": TITLE_MOST, "legal_basis": BASIS_MOST, "basis": BASIS_MOST}
    return fit_length(words, f"请写公开的{part_label(name)}。", most.get(field, WORDS_MOST))


def _about(problem: Problem) -> About:
    return about(problem.institution_id, problem.unregistered_home_id, problem.place)
