"""What is beyond the office's own means: handing to enforcement, listed supervision (移交执法, 挂牌督办).

Whose a change is, and which version was seen, is asked as in ``problems``. Flushes, never commits.
"""

from __future__ import annotations

from datetime import date

from portal.domain.actor import Actor, Scope
from portal.domain.rectification import ProblemEvent, ProblemRefused
from portal.extensions import db
from portal.supervision.kinds import (
    ProblemCategory,
    Severity,
)
from portal.supervision.problem_models import Problem
from portal.supervision.service.rights import (
    REASON_MOST,
    TITLE_MOST,
    check_reviewer,
    fit_optional,
    fit_words,
    told_who_was_quicker,
)
from portal.supervision.service.steps import fit_day, step


@told_who_was_quicker
def hand_to_enforcement(
    problem: Problem, to: str, words: str | None, on: date | None, actor: Actor, scope: Scope, seen: int
) -> None:
    """Hand it to those who enforce (移交执法); it still has to be put right."""
    check_reviewer(problem, actor, scope, seen)
    office, day = fit_words(to, "请写明移交给哪个机关。", TITLE_MOST), fit_day(problem, on)
    step(
        problem,
        ProblemEvent.HAND_TO_ENFORCEMENT,
        actor,
        on=day,
        words=fit_optional(words),
        said={"to": office},
    )
    problem.handed_on, problem.handed_to = day, office
    db.session.flush()


@told_who_was_quicker
def list_for_supervision(
    problem: Problem, by: str, until: date, on: date | None, actor: Actor, scope: Scope, seen: int
) -> None:
    """Put a major fire hazard under listed supervision (挂牌督办) by a government, until a day."""
    check_reviewer(problem, actor, scope, seen)
    if problem.category is not ProblemCategory.FIRE or problem.severity is not Severity.MAJOR:
        raise ProblemRefused("只有重大火灾隐患才挂牌督办。")
    if problem.listed_on is not None and problem.delisted_on is None:
        raise ProblemRefused("这个问题已经挂牌督办。")
    government, day = fit_words(by, "请写明由哪一级政府挂牌。", TITLE_MOST), fit_day(problem, on)
    if until < day:
        raise ProblemRefused("督办期限不能早于挂牌的那天。")
    said = {"by": government, "until": until.isoformat()}
    step(problem, ProblemEvent.LIST, actor, on=day, said=said)
    problem.listed_on, problem.listed_by, problem.listed_until = day, government, until
    problem.delisted_on = None
    db.session.flush()


@told_who_was_quicker
def delist(problem: Problem, words: str, on: date | None, actor: Actor, scope: Scope, seen: int) -> None:
    """Take it off listed supervision (摘牌)."""
    check_reviewer(problem, actor, scope, seen)
    if problem.listed_on is None or problem.delisted_on is not None:
        raise ProblemRefused("这个问题没有挂牌督办。")
    day = fit_day(problem, on)
    if day < problem.listed_on:
        raise ProblemRefused("摘牌不能早于挂牌的那天。")
    step(
        problem, ProblemEvent.DELIST, actor, on=day, words=fit_words(words, "请写明为什么摘牌。", REASON_MOST)
    )
    problem.delisted_on = day
    db.session.flush()
