"""Counting the clocks of open cases anew after the calendar changed: each changed case is noted in the audit.

Statements of the database's own, not objects: thousands of cases may change at once, and what stands in a
clock is compared and written in one go. A clock that has its answer is not touched: it is judged by the
calendar that was in force when the answer was given, so no answer in time ever turns late.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, bindparam, case, insert, null, or_, select, update

from portal import clock
from portal.audit.capture import note
from portal.complaints.models import Case, CaseRound, CaseStep
from portal.complaints.service.figures_marks import mark_month
from portal.database import Base
from portal.domain.actor import Actor
from portal.domain.case_status import CaseEvent
from portal.domain.response_clock import Pause, final_answer_due, first_answer_due
from portal.domain.working_days import Due, WorkingCalendar
from portal.extensions import db
from portal.reference.calendar import calendar_version, working_calendar

_AT_ONCE = 500

_cases, _rounds, _steps = (Base.metadata.tables[kind.__tablename__] for kind in (Case, CaseRound, CaseStep))
_CLOCKS = ("first", "final")


@dataclass(frozen=True, slots=True)
class Recomputed:
    """``checked``: open cases counted by another calendar than the one in force; ``changed``: those of them
    with a last day that is another day now."""

    checked: int
    changed: int


def recompute(actor: Actor) -> Recomputed:
    """Count the open clocks of every case by the calendar in force. Again without a change: does nothing.

    Whoever changes the calendar calls it in the same unit of work; after an upgrade that brings a calendar
    with it, ``flask calendar recompute`` or the worker does. Writes; commits nothing.
    """
    calendar, version = working_calendar(), calendar_version()
    db.session.flush()
    checked = changed = last = 0
    while batch := _batch(version, last):
        last = batch[-1]["case_id"]
        checked += len(batch)
        changed += _recount(batch, calendar, version, actor)
    db.session.expire_all()  # objects read before know nothing of this
    return Recomputed(checked, changed)


def _batch(version: str, after: int) -> list[RowMapping]:
    """Return open handlings with a clock that another calendar has counted, in order of their cases.

    They are locked, round before case, so that a question, an answer or an extension given at this moment
    either is counted in or waits. SQLite has one writer at a time anyway.
    """
    query = (
        select(_rounds, _cases.c.status)
        .join(_cases, (_cases.c.id == _rounds.c.case_id) & (_cases.c.round_number == _rounds.c.number))
        .where(
            _cases.c.next_due.is_not(None),
            _cases.c.id > after,
            or_(
                _rounds.c.first_answered_at.is_(None) & (_rounds.c.first_calendar != version),
                _rounds.c.final_answered_at.is_(None) & (_rounds.c.final_calendar != version),
            ),
        )
        .order_by(_cases.c.id)
        .limit(_AT_ONCE)
        .with_for_update(of=(_rounds, _cases))
    )
    return list(db.session.execute(query).mappings())


def _recount(batch: list[RowMapping], calendar: WorkingCalendar, version: str, actor: Actor) -> int:
    """Write the clocks of a batch and what follows from it; return of how many cases a last day moved."""
    counted = [(one, _counted(one, calendar)) for one in batch]
    for name in _CLOCKS:
        _write(name, [(one["id"], dues[name]) for one, dues in counted if name in dues], version)
    lines, moved = [], []
    for one, dues in counted:
        days = {
            name: [one[f"{name}_due"].isoformat(), due.day.isoformat()]
            for name, due in dues.items()
            if due.day != one[f"{name}_due"]
        }
        if not days:
            continue
        moved.append(one["case_id"])
        lines.append(_line(one, days, actor))
        told = {name: " → ".join(both) for name, both in days.items()}
        note("calendar_recompute", f"complaint/{one['case_id']}", **told, calendar=version)
        mark_month(one["region_code"], one["received_on"])
    if moved:
        db.session.execute(insert(_steps), lines)
        _put_right(moved)
    return len(moved)


def _counted(one: RowMapping, calendar: WorkingCalendar) -> dict[str, Due]:
    """Return the last days of the clocks of a handling that have no answer yet."""
    dues = {}
    if one["first_answered_at"] is None:
        dues["first"] = first_answer_due(calendar, one["received_at"])
    if one["final_answered_at"] is None:
        pause = None if one["asked_on"] is None else Pause(one["asked_on"], one["answered_on"])
        dues["final"] = final_answer_due(
            calendar, one["received_at"], one["final_days"], pause, one["extension_days"]
        )
    return dues


def _write(name: str, dues: list[tuple[int, Due]], version: str) -> None:
    if not dues:
        return
    unanswered = _rounds.c[f"{name}_answered_at"].is_(None)  # an answer given meanwhile keeps its day
    writing = (
        update(_rounds)
        .where(_rounds.c.id == bindparam("round"), unanswered)
        .values(
            {
                f"{name}_due": bindparam("day"),
                f"{name}_provisional": bindparam("unsettled"),
                f"{name}_calendar": version,
            }
        )
    )
    rows = [{"round": number, "day": due.day, "unsettled": due.provisional} for number, due in dues]
    db.session.execute(writing, rows)


def _line(one: RowMapping, days: dict[str, list[str]], actor: Actor) -> dict[str, Any]:
    return {
        "case_id": one["case_id"],
        "round_number": one["number"],
        "event": CaseEvent.RECOMPUTE,
        "status_before": one["status"],
        "status": one["status"],
        "at": clock.now(),
        "actor": actor.name,
        "staff_id": actor.staff_id,
        "said": json.dumps(days),
        "to_citizen": True,
    }


def _put_right(numbers: list[int]) -> None:
    """Take what is due next from the clocks as they stand now; whoever had the case open is told."""
    owed = case(
        (_rounds.c.withdrawn_at.is_not(None) | _rounds.c.final_answered_at.is_not(None), null()),
        (_rounds.c.first_answered_at.is_(None), _rounds.c.first_due),
        else_=_rounds.c.final_due,
    )
    current = (_rounds.c.case_id == _cases.c.id) & (_rounds.c.number == _cases.c.round_number)
    db.session.execute(
        update(_cases)
        .where(_cases.c.id.in_(numbers))
        .values(next_due=select(owed).where(current).scalar_subquery(), version=_cases.c.version + 1)
    )
