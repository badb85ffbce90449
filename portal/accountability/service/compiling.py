"""What goes onto the four lists of a county and month, as it stands on the records (R22)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select

from portal import clock
from portal.accountability.kinds import ListKind
from portal.accountability.models import ListEntry, MonthlyLists
from portal.audit.capture import note
from portal.domain.actor import Scope
from portal.domain.monthly_lists import month_end
from portal.domain.rectification import COUNTED, ProblemStatus
from portal.domain.working_days import WorkingCalendar
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.calendar import working_calendar
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.queries.visible import home_columns, home_shown, with_home

_STAFF = Scope(public_only=False)
_TITLE_MOST = 200


@dataclass(frozen=True, slots=True)
class Compiled:
    """One line that the records give."""

    kind: ListKind
    problem_id: int
    title: str
    facts: dict[str, Any]


def compile_entries(region_code: str, month: date) -> list[Compiled]:
    """Return the lines of a county's month: found in it, still to be put right at its end, cleared in it.

    Four queries at most. The homes' names are those that staff read; what the public may read of a line is
    asked when it reads it (``queries.public_lists``).
    """
    end = month_end(month)
    found = Problem.found_on.between(month, end)
    was_open = and_(Problem.found_on <= end, or_(Problem.cleared_on.is_(None), Problem.cleared_on > end))
    cleared = Problem.cleared_on.between(month, end)
    calendar = working_calendar()
    lines: list[Compiled] = []
    for problem, number, home in _problems(region_code, or_(found, was_open, cleared)):
        facts = _facts(problem, number, home)
        if month <= problem.found_on <= end:
            lines.append(Compiled(ListKind.PROBLEMS, problem.id, problem.title[:_TITLE_MOST], facts))
        if problem.cleared_on is not None and month <= problem.cleared_on <= end:
            days = {"days": _days(problem, calendar)}
            lines.append(Compiled(ListKind.RESULTS, problem.id, problem.title[:_TITLE_MOST], facts | days))
        elif problem.found_on <= end:
            lines.append(Compiled(ListKind.RECTIFICATIONS, problem.id, problem.title[:_TITLE_MOST], facts))
    return lines


def fill(lists: MonthlyLists, kept: list[ListEntry]) -> None:
    """Enter what the records give beside what reviewers wrote (``kept``), and put all in order.

    The lines go past the session, for the audit would repeat the records: it is told how many there are.
    """
    known = {(entry.kind, entry.problem_id) for entry in kept if entry.problem_id is not None}
    compiled = compile_entries(lists.region_code, lists.month)
    fresh = [line for line in compiled if (line.kind, line.problem_id) not in known]
    rows = []
    lines: list[ListEntry | Compiled] = [*kept, *fresh]
    for position, line in enumerate(sorted(lines, key=_order)):
        if isinstance(line, ListEntry):
            line.position = position
        else:
            rows.append(
                {
                    "lists_id": lists.id,
                    "kind": line.kind,
                    "position": position,
                    "problem_id": line.problem_id,
                    "title": line.title,
                    "facts": json.dumps(line.facts, ensure_ascii=False),
                }
            )
    if rows:
        db.session.execute(insert(ListEntry), rows)
    note("lists_compiled", lists.subject, lines=len(rows), kept=len(kept))
    lists.compiled_at = clock.now()
    db.session.flush()


def _order(line: ListEntry | Compiled) -> tuple[int, bool, str, int]:
    """By list, then by the day it was found; what has no day after."""
    facts = json.loads(line.facts) if isinstance(line, ListEntry) else line.facts
    day = facts.get("found_on") or ""
    number = line.problem_id or (line.id if isinstance(line, ListEntry) else 0)
    return (tuple(ListKind).index(line.kind), not day, day, number)


def _problems(region_code: str, which: ColumnElement[bool]) -> Iterator[tuple[Problem, str | None, str]]:
    """Yield the problems, each with its notice's number and its home's name."""
    columns = home_columns(_STAFF)
    query = (
        with_home(select(Problem, RectificationNotice.number, *columns), Problem)
        .outerjoin(RectificationNotice, RectificationNotice.id == Problem.notice_id)
        .where(
            Problem.region_code == region_code,
            Problem.status.in_(COUNTED),
            which,
            or_(Problem.institution_id.is_(None), Institution.withdrawn.is_(False)),
        )
        .order_by(Problem.found_on, Problem.id)
    )
    for problem, number, *home in db.session.execute(query):
        shown = home_shown(
            (home[0], home[1], home[2], home[3]),
            _STAFF,
            problem.place,
            unregistered=problem.unregistered_home_id is not None,
        )
        yield problem, number, shown.name


def _facts(problem: Problem, notice: str | None, home: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "number": problem.number,
        "problem": problem.public_id,
        "home": home,
        "category": problem.category.value,
        "severity": problem.severity.value,
        "origin": problem.origin.value,
        "department": problem.department.value,
        "found_on": problem.found_on.isoformat(),
        "recurred": problem.first_entry_id is not None,
        "responsible": problem.responsible,
        "measure": problem.measure,
        "deadline": _iso(problem.deadline),
        "notice": notice,
        "status": problem.status.value,
        "cleared_on": _iso(problem.cleared_on),
    }
    return {name: value for name, value in said.items() if value not in (None, False)}


def _days(problem: Problem, calendar: WorkingCalendar) -> int | None:
    found, cleared = problem.found_on, problem.cleared_on
    if cleared is None or problem.status is not ProblemStatus.CLEARED:
        return None
    if not calendar.first <= found <= cleared <= calendar.last:
        return None
    return calendar.working_days_between(found, cleared)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
