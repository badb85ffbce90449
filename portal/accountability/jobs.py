"""What the worker does for accountability: each minute, and every night. Each piece commits by itself."""

from __future__ import annotations

import structlog

from portal import clock
from portal.accountability import figures, ranking
from portal.accountability.queries.lists import county_lists
from portal.accountability.reminders import remind_of_lists
from portal.accountability.reviewing import compile_last_quarter
from portal.accountability.service.lists import compile_lists
from portal.accountability.service.targets import load_shipped_once
from portal.audit.acting import Acting, acting_as
from portal.complaints.jobs import count_figures
from portal.domain.actor import SYSTEM, Scope
from portal.domain.monthly_lists import month_before
from portal.unit_of_work import unit_of_work

_EVERYWHERE = Scope(public_only=False)


def count_supervision() -> None:
    """Each minute: count the months and rank the homes anew in which something changed."""
    while figures.refresh_stale() == figures.AT_ONCE:
        pass
    while ranking.rank_stale() == ranking.AT_ONCE:
        pass


def tend_lists() -> None:
    """Each minute: reminders of the lists that are due."""
    with unit_of_work():
        remind_of_lists(clock.now())


def put_accountability_right() -> None:
    """After a start and every night: rank every home, for time passes; compile lists and reviews.

    What lists changed past the session is seen here too.
    """
    with unit_of_work():
        figures.mark_withdrawn()
    with acting_as(Acting(SYSTEM, "targets_load")), unit_of_work():
        load_shipped_once()
    ranking.rank_all()
    compile_last_month()
    # what changed today was marked above: nothing is compiled from figures that wait to be counted
    count_figures()
    count_supervision()
    compile_last_quarter()


def compile_last_month() -> int:
    """Compile the lists of last month for each county that has none yet; return how many that were."""
    month = month_before(clock.today())
    with unit_of_work():
        missing = [one.region_code for one in county_lists(month, _EVERYWHERE) if one.lists_id is None]
    compiled = 0
    for region_code in missing:
        try:
            with acting_as(Acting(SYSTEM, "compile_lists", region_code)), unit_of_work():
                compile_lists(region_code, month)
            compiled += 1
        except Exception as error:
            # one county that can't be done must not keep the others
            kind = type(error).__name__
            log = structlog.get_logger("accountability")
            log.error("lists_not_compiled", region=region_code, month=month.isoformat(), kind=kind)
    return compiled
