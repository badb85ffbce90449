"""The log of a problem: every line for the staff, and the chain of what happened with its working days."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain.rectification import ProblemEvent, ProblemStatus
from portal.domain.standing import working_days
from portal.domain.working_days import WorkingCalendar
from portal.supervision.kinds import Severity
from portal.supervision.problem_models import Problem, ProblemStep

_E = ProblemEvent
_CHAIN = (
    _E.ENTER,
    _E.AMEND,
    _E.ISSUE_NOTICE,
    _E.SERVE,
    _E.WITHDRAW_NOTICE,
    _E.SET_DEADLINE,
    _E.EXTEND,
    _E.START,
    _E.SUBMIT,
    _E.REJECT,
    _E.CLEAR,
    _E.HAND_TO_ENFORCEMENT,
    _E.LIST,
    _E.DELIST,
    _E.RETURN_VISIT,
    _E.RECUR,
)
"""What the chain tells of; notes, photos and corrections are the staff's own, but for another severity of
what was public already."""


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One step of the chain. ``on``: the day it happened; of the first, the day the problem was found."""

    event: ProblemEvent
    on: date
    days: int | None
    """Working days since the step before; 0 for the first, None where the calendar can't tell."""
    since_found: int | None
    """Working days since the finding."""
    notice: str | None
    """Public id of the notice that the step is about, where it may be seen, and its number."""
    notice_number: str | None
    deadline: date | None
    """The last day that the step set."""
    before: date | None
    """The last day until then, of an extension."""
    visit: str | None
    """Public id of the inspection, of a return visit."""
    found_again: bool | None
    problem: str | None
    """Public id of the new entry, of a recurrence."""
    to: str | None
    """Whom it was handed to, or which government listed it."""
    severity: tuple[Severity, Severity] | None = None
    """Of a correction: what it was until then, and what it is since."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log, for the staff."""

    id: int
    event: ProblemEvent
    status_before: ProblemStatus | None
    status: ProblemStatus
    on: date
    at: datetime
    actor: str
    staff_id: int | None
    words: str | None
    said: dict[str, Any]

    def said_of(self, name: str) -> str | None:
        """Return what the line says under a name, if it is text."""
        value = self.said.get(name)
        return value if isinstance(value, str) else None


def lines_of(steps: Sequence[ProblemStep]) -> tuple[LogLine, ...]:
    """Return the lines of a log, oldest first."""
    return tuple(
        LogLine(
            one.id,
            one.event,
            one.status_before,
            one.status,
            one.on,
            one.at,
            one.actor,
            one.staff_id,
            one.words,
            json.loads(one.said) if one.said else {},
        )
        for one in steps
    )


def chain_of(
    problem: Problem,
    steps: Sequence[ProblemStep],
    calendar: WorkingCalendar,
    *,
    notices: Collection[str],
    entries: Collection[str],
    visits: Collection[str],
    taken_back: Collection[str] = (),
) -> tuple[ChainLink, ...]:
    """Return the chain, by the day on which each step happened.

    ``notices``, ``entries``, ``visits``: public ids of what may be seen; a step about another is left out.
    ``taken_back``: of notices that were public once and bind no more: their steps stay, and lead nowhere.
    """
    lines = lines_of(steps)
    known = {*notices, *taken_back}
    told = [
        one
        for one in lines
        if one.event in _CHAIN and _seen(one, known, entries, visits) and not _of_the_staff(one, lines)
    ]
    days = {one.id: problem.found_on if one.event is _E.ENTER else one.on for one in told}
    told.sort(key=lambda one: (days[one.id], one.id))
    links: list[ChainLink] = []
    last = problem.found_on
    for one in told:
        on = days[one.id]
        links.append(
            ChainLink(
                event=one.event,
                on=on,
                days=working_days(calendar, last, on),
                since_found=working_days(calendar, problem.found_on, on),
                notice=named if (named := one.said_of("notice")) in notices else None,
                notice_number=one.said_of("number") if named in notices else None,
                deadline=_day(one.said_of("deadline")),
                before=_day(one.said_of("before")),
                visit=one.said_of("inspection"),
                found_again=one.said.get("found_again"),
                problem=one.said_of("problem"),
                to=one.said_of("to") or one.said_of("by"),
                severity=_severity(one),
            )
        )
        last = on
    return tuple(links)


def _seen(line: LogLine, notices: Collection[str], entries: Collection[str], visits: Collection[str]) -> bool:
    about = (
        (line.said_of("notice"), notices),
        (line.said_of("problem"), entries),
        (line.said_of("inspection"), visits),
    )
    return all(named is None or named in known for named, known in about)


def _of_the_staff(line: LogLine, lines: Sequence[LogLine]) -> bool:
    """True of a correction, but for one of the severity after the problem had been published."""
    if line.event is not _E.AMEND:
        return False
    published = (one.id for one in lines if one.event is _E.PUBLISH and "photo" not in one.said)
    return _severity(line) is None or min(published, default=line.id) >= line.id


def _severity(line: LogLine) -> tuple[Severity, Severity] | None:
    pair = line.said.get("severity")
    return (Severity(pair[0]), Severity(pair[1])) if isinstance(pair, list) else None


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
