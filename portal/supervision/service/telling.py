"""What public pages, search and feeds show has changed: whatever was made from it is made anew."""

from __future__ import annotations

from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.search.outbox import note_changed
from portal.supervision.problem_models import Problem, RectificationNotice

PROBLEM = "problem"
"""What search calls published problems."""
NOTICE = "rectification_notice"
"""What search calls published notices."""


def tell_of_problem(problem: Problem, *, taken_down: bool = False) -> None:
    """Say that a problem changed, where the public sees it, or saw it until now. Flushes."""
    if problem.published_at is None and not taken_down:
        return
    db.session.flush()
    note_changed([f"{PROBLEM}/{problem.id}"])
    touch_data_set()


def tell_of_notice(notice: RectificationNotice, *, taken_down: bool = False) -> None:
    """Say that a notice changed, where the public sees it, or saw it until now. Flushes."""
    if notice.published_at is None and not taken_down:
        return
    db.session.flush()
    note_changed([f"{NOTICE}/{notice.id}"])
    touch_data_set()
