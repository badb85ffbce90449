"""What follows for a notice when the last of its problems was cleared."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from portal import clock
from portal.domain.rectification import OPEN
from portal.extensions import db
from portal.supervision.kinds import NoticeState
from portal.supervision.problem_models import NoticeDeadline, Problem, RectificationNotice
from portal.supervision.service.telling import tell_of_notice


def hold_notice(problem: Problem) -> None:
    """Hold the notice of a problem that is about to be cleared: of two last problems one is the last."""
    if problem.notice_id is not None:
        db.session.get_one(RectificationNotice, problem.notice_id, with_for_update=True)


def draft_changed(problem: Problem) -> None:
    """Have the version of a draft grow one of whose problems was amended: whoever has it before them and
    issues it, issues what they read. Flushes."""
    if problem.notice_id is None:
        return
    notice = db.session.get_one(RectificationNotice, problem.notice_id)
    if notice.body is None:
        notice.changed_at = clock.now()
        flag_modified(notice, "changed_at")
        db.session.flush()


def note_cleared(problem: Problem) -> None:
    """Clear the notice of a problem that was just cleared, if nothing of it is open any more. Flushes."""
    if problem.notice_id is None:
        return
    notice = db.session.get_one(RectificationNotice, problem.notice_id)
    of_it = Problem.notice_id == notice.id
    if db.session.scalar(select(Problem.id).where(of_it, Problem.status.in_(OPEN)).limit(1)) is not None:
        tell_of_notice(notice)
        return
    if notice.state is not NoticeState.ISSUED or notice.cleared_on is not None:
        return
    notice.cleared_on = db.session.scalar(select(func.max(Problem.cleared_on)).where(of_it))
    notice.cleared_at = notice.changed_at = clock.now()
    if notice.deadline is not None and notice.cleared_on is not None and notice.cleared_on <= notice.deadline:
        current = db.session.get_one(NoticeDeadline, (notice.id, notice.deadline_version))
        current.missed = False
    db.session.flush()
    tell_of_notice(notice)
