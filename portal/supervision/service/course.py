"""Working on a problem until it is accepted (整改 … 销号): what was done, the proof, another person's word.

Whose a change is, and which version was seen, is asked as in ``problems``. Flushes, never commits.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.rectification import ProblemEvent, ProblemRefused, next_status
from portal.extensions import db
from portal.supervision.kinds import InspectionResult, PhotoStage
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem, ProblemPhoto, ProblemStep
from portal.supervision.service.clearing import hold_notice, note_cleared
from portal.supervision.service.entering import check_deadline
from portal.supervision.service.rights import (
    REASON_MOST,
    check_reach,
    check_reviewer,
    fit_optional,
    fit_words,
    told_who_was_quicker,
)
from portal.supervision.service.steps import fit_day, step


@told_who_was_quicker
def set_deadline(
    problem: Problem, deadline: date, actor: Actor, scope: Scope, seen: int, reason: str | None = None
) -> None:
    """Give a problem without a notice its last day, or another one, with the reason."""
    check_reach(problem, actor, scope, seen)
    if problem.notice_id is not None:
        raise ProblemRefused("这个问题已经在整改通知书里，期限随通知书走。")
    check_deadline(deadline, clock.today())
    before = problem.deadline
    if before == deadline:
        raise ProblemRefused("期限没有改动。")
    said = {"deadline": deadline.isoformat()}
    if before is None:
        step(problem, ProblemEvent.SET_DEADLINE, actor, words=fit_optional(reason, REASON_MOST), said=said)
    else:
        words = fit_words(reason, "请写明为什么改期限。", REASON_MOST)
        said["before"] = before.isoformat()
        step(problem, ProblemEvent.EXTEND, actor, words=words, said=said)
    problem.deadline = deadline
    db.session.flush()


@told_who_was_quicker
def start(
    problem: Problem,
    actor: Actor,
    scope: Scope,
    seen: int,
    *,
    words: str | None = None,
    on: date | None = None,
) -> None:
    """Say that it is being put right."""
    check_reach(problem, actor, scope, seen)
    step(problem, ProblemEvent.START, actor, on=on, words=fit_optional(words))


@told_who_was_quicker
def submit(problem: Problem, words: str, on: date | None, actor: Actor, scope: Scope, seen: int) -> None:
    """Submit it for acceptance; ``words``: what was done."""
    check_reach(problem, actor, scope, seen)
    step(problem, ProblemEvent.SUBMIT, actor, on=on, words=fit_words(words, "请写明做了哪些整改。"))
    problem.submitted_staff_id = actor.staff_id
    db.session.flush()


@told_who_was_quicker
def reject(
    problem: Problem, words: str, actor: Actor, scope: Scope, seen: int, on: date | None = None
) -> None:
    """Not accept it: it has to be put right further."""
    check_reviewer(problem, actor, scope, seen)
    day = _not_before_submitted(problem, on)
    step(problem, ProblemEvent.REJECT, actor, on=day, words=fit_words(words, "请写明哪里还没有改好。"))


@told_who_was_quicker
def clear(problem: Problem, words: str, on: date | None, actor: Actor, scope: Scope, seen: int) -> None:
    """Accept it and strike it from the account. ``words``: what was seen; a photo or a visit proves it.

    The last of a notice's problems clears the notice.
    """
    hold_notice(problem)
    check_reviewer(problem, actor, scope, seen)
    words = fit_words(words, "请写明验收时看到了什么。")
    if actor.staff_id is not None and actor.staff_id == problem.submitted_staff_id:
        raise ProblemRefused("提请验收的人不能自己验收，请别的审核人员来做。")
    day = _not_before_submitted(problem, on)
    _refuse_belated(problem, day)
    if not _is_proved(problem):
        raise ProblemRefused("销号要有凭据：请先上传整改后的照片，或者登记现场复查。")
    next_status(problem.status, ProblemEvent.CLEAR)
    # one statement writes both: the status and the day that goes with it
    problem.cleared_on = day
    with db.session.no_autoflush:
        step(problem, ProblemEvent.CLEAR, actor, on=day, words=words)
    note_cleared(problem)


@told_who_was_quicker
def note(problem: Problem, words: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Write a line that nobody but the staff reads."""
    check_reach(problem, actor, scope, seen)
    step(problem, ProblemEvent.NOTE, actor, words=fit_words(words, "请写内容。"))


def _submitted_on(problem: Problem) -> date | None:
    query = select(ProblemStep.on).where(
        ProblemStep.problem_id == problem.id, ProblemStep.event == ProblemEvent.SUBMIT
    )
    return db.session.scalar(query.order_by(ProblemStep.id.desc()).limit(1))


def _not_before_submitted(problem: Problem, on: date | None) -> date:
    day, submitted = fit_day(problem, on), _submitted_on(problem)
    if submitted is not None and day < submitted:
        raise ProblemRefused("验收不能早于提请验收的那天。")
    return day


def _refuse_belated(problem: Problem, day: date) -> None:
    """Raise ProblemRefused where a deadline that everybody saw missed would turn out to have been kept: on
    paper a home was in time only if it was entered in time that it had reported."""
    last = problem.deadline
    if last is None or not day <= last < clock.today():
        return
    reported = select(ProblemStep.at).where(
        ProblemStep.problem_id == problem.id, ProblemStep.event == ProblemEvent.SUBMIT
    )
    at = db.session.scalar(reported.order_by(ProblemStep.id.desc()).limit(1))
    if at is None or at.astimezone(clock.SHANGHAI).date() > last:
        raise ProblemRefused("期限以前没有登记提请验收，验收日期不能写在期限以前。")


def _is_proved(problem: Problem) -> bool:
    """True if there is a photo of afterwards, or somebody went there since it was submitted."""
    photo = select(ProblemPhoto.id).where(
        ProblemPhoto.problem_id == problem.id, ProblemPhoto.stage == PhotoStage.AFTER
    )
    if db.session.scalar(photo.limit(1)) is not None:
        return True
    submitted = _submitted_on(problem) or problem.found_on
    there = [Inspection.follows_problem_id == problem.id]
    # a place on no record has neither: compared with nothing, every home's visit would prove it
    if problem.institution_id is not None:
        there.append(Inspection.institution_id == problem.institution_id)
    if problem.unregistered_home_id is not None:
        there.append(Inspection.unregistered_home_id == problem.unregistered_home_id)
    visit = select(Inspection.id).where(
        or_(*there),
        Inspection.visited_on >= submitted,
        Inspection.withdrawn_at.is_(None),
        # who was not let in saw nothing, and who found it there again proves the contrary
        Inspection.result != InspectionResult.REFUSED,
        Inspection.found_again.is_not(True),
    )
    return db.session.scalar(visit.limit(1)) is not None
