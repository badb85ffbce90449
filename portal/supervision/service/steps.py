"""One step of a problem: the change and its line in the log, in one transaction, by the table of states."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.audit.capture import concerns
from portal.domain.actor import Actor
from portal.domain.rectification import ProblemEvent, ProblemRefused, ProblemStatus, next_status
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.extensions import db
from portal.supervision.problem_models import Problem, ProblemStep
from portal.supervision.service.rights import CHANGED, check_reach, check_reviewer
from portal.supervision.service.telling import tell_of_problem

__all__ = [
    "ChangedMeanwhile", "NotTheirs", "ProblemRefused", "ReviewerNeeded", "WordsMissing", "check_reach",
    "check_reviewer", "first_step", "fit_day", "step",
]  # fmt: skip


def step(
    problem: Problem,
    event: ProblemEvent,
    actor: Actor,
    *,
    on: date | None = None,
    words: str | None = None,
    said: dict[str, Any] | None = None,
) -> ProblemStep:
    """Move the problem by the table and write the line. Flushes.

    ``on``: the day it happened, None: today; ``words``: for the staff; ``said``: JSON of what is nobody's
    secret. Raises ProblemRefused (by the table, or for a day that can't be), ChangedMeanwhile.
    """
    before = problem.status
    after = next_status(before, event)
    happened = fit_day(problem, on)
    problem.status = after
    return _write(problem, before, event, actor, happened, words, said)


def first_step(problem: Problem, actor: Actor, said: dict[str, Any] | None = None) -> ProblemStep:
    """Write the first line of a new problem's log."""
    return _write(problem, None, ProblemEvent.ENTER, actor, clock.today(), None, said)


def fit_day(problem: Problem, on: date | None) -> date:
    """Return the day of a step, today where none is said. Raises ProblemRefused for one that can't be."""
    today = clock.today()
    day = on or today
    if day > today:
        raise ProblemRefused("日期晚于今天，还没有发生的事不能登记。")
    if day < problem.found_on:
        raise ProblemRefused("日期不能早于发现问题的那天。")
    return day


def _write(
    problem: Problem,
    before: ProblemStatus | None,
    event: ProblemEvent,
    actor: Actor,
    on: date,
    words: str | None,
    said: dict[str, Any] | None,
) -> ProblemStep:
    now = clock.now()
    line = ProblemStep(
        problem_id=problem.id,
        event=event,
        status_before=before,
        status=problem.status,
        at=now,
        on=on,
        actor=actor.name,
        staff_id=actor.staff_id,
        words=words,
        said=None if said is None else json.dumps(said, ensure_ascii=False),
    )
    db.session.add(line)
    concerns(problem.subject)
    problem.changed_at = now
    flag_modified(problem, "status")  # a line alone, a note or a photo, makes a new version too
    try:
        db.session.flush()
    except StaleDataError:  # somebody was quicker, between our look and our word
        db.session.rollback()
        raise ChangedMeanwhile(CHANGED) from None
    tell_of_problem(problem)
    return line
