"""What the worker does for the suggestions every night. Each piece commits by itself."""

from __future__ import annotations

from contextlib import AbstractContextManager

import structlog

from portal.audit.acting import Acting, acting_as
from portal.domain.actor import SYSTEM
from portal.extensions import db
from portal.topics.models import Suggestion
from portal.topics.service.closing import forget_written
from portal.topics.service.kept_counts import count_anew
from portal.topics.service.retention import erase_over, over_now
from portal.unit_of_work import unit_of_work


def put_suggestions_right() -> None:
    """After a start and every night: count anew, erase what was kept long enough."""
    with unit_of_work():
        count_anew()
    last = 0
    while todo := over_now(last):
        last = todo[-1]
        for number in todo:
            try:
                with _as_system(), unit_of_work():
                    suggestion = db.session.get(Suggestion, number)
                    if suggestion is not None:
                        erase_over(suggestion)
            except Exception as error:
                # one that can't be done must not keep the others; its text may quote what was written
                kind = type(error).__name__
                structlog.get_logger("topics").error("suggestion_left", suggestion=number, kind=kind)


def forget_written_reasons() -> None:
    """Every night: erase why people judged topics that were concluded long enough ago."""
    with acting_as(Acting(SYSTEM, "erase_reasons")), unit_of_work():
        forget_written()


def _as_system() -> AbstractContextManager[None]:
    return acting_as(Acting(SYSTEM, "erase_suggestions"))
