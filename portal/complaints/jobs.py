"""What the worker does for the complaints: each minute, and every night. Each piece commits by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import structlog

from portal import clock
from portal.audit.acting import Acting, acting_as
from portal.complaints.figures import AT_ONCE, refresh_stale
from portal.complaints.models import Case
from portal.complaints.reminders import remind, send_digests
from portal.complaints.service.clocks import end_pauses
from portal.complaints.service.clue_keeping import erase_clues_over, with_clues_left
from portal.complaints.service.recompute import recompute
from portal.complaints.service.retention import close_by_itself, erase_over, over_now, unclosed_now
from portal.domain.actor import SYSTEM
from portal.extensions import db
from portal.unit_of_work import unit_of_work


def sweep_cases() -> None:
    """Each minute: questions that nobody answered in time, reminders, the lists of the day."""
    with _as_system("end_pauses"), unit_of_work():
        end_pauses(clock.now())
    with unit_of_work():
        remind(clock.now())
    with unit_of_work():
        send_digests(clock.now())


def count_figures() -> None:
    """Each minute: count the months anew in which something changed."""
    while refresh_stale() == AT_ONCE:
        pass


def put_cases_right() -> None:
    """After a start and every night: count anew if an upgrade brought another calendar, close what was
    answered long ago, erase what was kept long enough."""
    with _as_system("calendar_recompute"), unit_of_work():
        recompute(SYSTEM)
    _each("close_cases", unclosed_now, close_by_itself)
    _each("erase_cases", over_now, erase_over)
    _each("erase_clues", with_clues_left, erase_clues_over)


def _each(action: str, find: Callable[[int], Sequence[int]], work: Callable[[Case], object]) -> None:
    """Do the work on each case that is found, once: lot after lot, whatever became of those before."""
    last = 0
    while todo := find(last):
        last = todo[-1]
        for number in todo:
            try:
                with _as_system(action), unit_of_work():
                    case = db.session.get(Case, number)
                    if case is not None:
                        work(case)
            except Exception as error:
                # one that can't be done must not keep the others; its text may quote what was written
                kind = type(error).__name__
                structlog.get_logger("complaints").error("case_left", action=action, case=number, kind=kind)


def _as_system(action: str) -> AbstractContextManager[None]:
    return acting_as(Acting(SYSTEM, action))
