"""Deadlines of notices after the calendar changed: counted anew, never to an earlier day than was told.

A later day is a new version with its reason, like an extension: how the holidays lie was not known when
the notice was served. Only what still runs is counted; what is over was judged by the calendar of its days.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from portal import clock
from portal.domain.actor import Actor
from portal.extensions import db
from portal.reference.calendar import calendar_version, working_calendar
from portal.supervision.kinds import NoticeState
from portal.supervision.problem_models import NoticeDeadline, RectificationNotice
from portal.supervision.service.binding import put_off
from portal.supervision.service.rights import told_who_was_quicker

REASON = "放假安排公布，按新的日历重新推算工作日。"


def to_recount() -> Sequence[int]:
    """Return the notices whose running deadline was counted by another calendar than the one in force."""
    notice, line = RectificationNotice, NoticeDeadline
    query = (
        select(notice.id)
        .join(line, (line.notice_id == notice.id) & (line.number == notice.deadline_version))
        .where(
            notice.state == NoticeState.ISSUED,
            notice.cleared_on.is_(None),
            notice.deadline >= clock.today(),
            line.calendar != calendar_version(),
        )
    )
    return db.session.scalars(query.order_by(notice.id)).all()


@told_who_was_quicker
def recount(notice: RectificationNotice, actor: Actor) -> bool:
    """Count a notice's deadline by the calendar in force; return True if it is a later day. Flushes.

    Again without a change: does nothing.
    """
    db.session.refresh(notice, with_for_update=True)
    running = notice.state is NoticeState.ISSUED and notice.cleared_on is None
    if not running or notice.served_on is None or notice.deadline is None:
        return False
    line = db.session.get_one(NoticeDeadline, (notice.id, notice.deadline_version))
    version = calendar_version()
    if line.calendar is None or line.calendar == version or notice.deadline < clock.today():
        return False
    due = working_calendar().due(notice.served_on, notice.days)
    if due.day > notice.deadline:
        put_off(notice, due.day, REASON, actor, provisional=due.provisional, calendar=version)
        return True
    line.calendar, line.provisional = version, due.provisional
    db.session.flush()
    return False
