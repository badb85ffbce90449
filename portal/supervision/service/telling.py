"""What public pages, search and feeds show has changed: whatever was made from it is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.search.outbox import note_changed
from portal.supervision.problem_models import Problem, RectificationNotice

PROBLEM = "problem"
"""What search calls published problems."""
NOTICE = "rectification_notice"
"""What search calls published notices."""


_TOLD = "supervision_told"
_depth: ContextVar[int] = ContextVar("supervision_depth", default=0)


@contextmanager
def told_at_the_end() -> Iterator[None]:
    """Let a change, with all that it is made of, be told of once, as its last act.

    The row that counts the changes of all data is everybody's: who takes it first, and other rows after it,
    waits for whoever has those and wants this one.
    """
    depth = _depth.get()
    before = _depth.set(depth + 1)
    session = db.session()
    try:
        yield
    except BaseException:
        if depth == 0:
            session.info.pop(_TOLD, None)
        raise
    finally:
        _depth.reset(before)
    if depth == 0:
        _tell()


def tell_of_problem(problem: Problem, *, taken_down: bool = False) -> None:
    """Say that a problem changed, where the public sees it, or saw it until now. Flushes."""
    _note(PROBLEM, problem, taken_down)


def tell_of_notice(notice: RectificationNotice, *, taken_down: bool = False) -> None:
    """Say that a notice changed, where the public sees it, or saw it until now. Flushes."""
    _note(NOTICE, notice, taken_down)


def _note(kind: str, row: Problem | RectificationNotice, taken_down: bool) -> None:
    if row.published_at is None and not taken_down:
        return
    db.session.flush()
    db.session().info.setdefault(_TOLD, set()).add(f"{kind}/{row.id}")
    if _depth.get() == 0:
        _tell()


def _tell() -> None:
    told: set[str] = db.session().info.pop(_TOLD, set())
    if told:
        note_changed(sorted(told))
        touch_data_set()
