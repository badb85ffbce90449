"""The four lists of a topic (问题、整改、责任、制度), as everybody reads them (R41; SM 4(2)).

Made of what there is: the problems of the topic's area and category found from the beginning of its work to
its conclusion, the departments that have to see to them, and the rules on the monthly lists that counties
publish. Only public problems are listed, by the name and title that their own page shows; how many others
there are is said, and no more. Of a problem that the public told of, no day of finding is told (R32).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal import clock
from portal.accountability.kinds import ListKind, ListState
from portal.accountability.models import AccountabilityOffice, ListEntry, MonthlyLists
from portal.domain.actor import PUBLIC
from portal.domain.permissions import Department
from portal.domain.rectification import COUNTED, OPEN, ProblemStatus
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.directory import region_directory
from portal.supervision.kinds import TOLD_BY_THE_PUBLIC, Severity
from portal.supervision.problem_models import Problem
from portal.supervision.queries.visible import (
    HomeShown,
    home_columns,
    home_shown,
    public_problems,
    with_home,
)
from portal.topics.topic_models import Topic

MOST = 20
"""Lines of one list that a page shows."""


@dataclass(frozen=True, slots=True)
class TopicProblem:
    """One problem. ``found_on`` None: the public told of it."""

    public_id: str
    title: str
    home: HomeShown
    department: Department
    severity: Severity
    found_on: date | None
    deadline: date | None
    status: ProblemStatus
    cleared_on: date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """What one department has to see to: how many were found, are still open, and too late."""

    department: Department
    found: int
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on a county's published list of a month."""

    title: str
    remark: str | None
    document: str | None
    issued_on: date | None
    url: str | None
    region_code: str
    region_label: str
    month: date


@dataclass(frozen=True, slots=True)
class TopicLists:
    """The four lists; of problems and rules the first ``MOST`` lines, with how many there are."""

    since: date
    problems: tuple[TopicProblem, ...]
    problems_public: int
    problems_all: int
    rectifications: tuple[TopicProblem, ...]
    """Not put right yet, what is due first before the others."""
    rectifications_public: int
    rectifications_all: int
    duties: tuple[Duty, ...]
    rules: tuple[Rule, ...]


def topic_lists(topic: Topic) -> TopicLists | None:
    """Return the lists of a topic; None before its work has begun. Five queries, whatever is on record."""
    today = clock.today()
    since = None if topic.work_from is None else topic.work_from.date()
    if since is None or since > today:
        return None
    mine = _its_own(topic, since)
    duties, public, public_open = _duties(mine, today)
    return TopicLists(
        since,
        tuple(_problems(mine, today)),
        public,
        sum(one.found for one in duties),
        tuple(_problems([*mine, Problem.status.in_(OPEN)], today, by_deadline=True)),
        public_open,
        sum(one.open for one in duties),
        duties,
        tuple(_rules(topic, since)),
    )


def _its_own(topic: Topic, since: date) -> list[ColumnElement[bool]]:
    codes = sorted(region_directory().within(topic.region_code))
    found = [Problem.region_code.in_(codes), Problem.found_on >= since, Problem.status.in_(COUNTED)]
    if topic.closed_at is not None:
        found.append(Problem.found_on <= topic.closed_at.date())
    if topic.problem_category is not None:
        found.append(Problem.category == topic.problem_category)
    return found


def _duties(mine: list[ColumnElement[bool]], today: date) -> tuple[tuple[Duty, ...], int, int]:
    """Return what each department has to see to; how many are public, and how many of these open."""
    is_open, is_public = Problem.status.in_(OPEN), and_(*public_problems())
    query = (
        select(
            Problem.department,
            func.count(),
            func.count().filter(is_open),
            func.count().filter(and_(is_open, Problem.deadline < today)),
            func.count().filter(is_public),
            func.count().filter(and_(is_open, is_public)),
        )
        .outerjoin(Institution, Institution.id == Problem.institution_id)
        .where(*mine, or_(Problem.institution_id.is_(None), Institution.withdrawn.is_(False)))
        .group_by(Problem.department)
    )
    rows = db.session.execute(query).all()
    order = tuple(Department)
    duties = sorted(
        (Duty(*row[:4]) for row in rows), key=lambda one: (-one.found, order.index(one.department))
    )
    return tuple(duties), sum(row[4] for row in rows), sum(row[5] for row in rows)


def _problems(
    mine: list[ColumnElement[bool]], today: date, *, by_deadline: bool = False
) -> Iterator[TopicProblem]:
    query = with_home(select(Problem, *home_columns(PUBLIC)), Problem).where(*mine, *public_problems())
    order: tuple[Any, ...] = (Problem.published_at.desc(), Problem.id.desc())
    if by_deadline:
        order = (Problem.deadline.is_(None), Problem.deadline, Problem.id)
    for row, *home in db.session.execute(query.order_by(*order).limit(MOST)):
        yield TopicProblem(
            row.public_id,
            row.title,
            home_shown(
                (home[0], home[1], home[2], home[3]),
                PUBLIC,
                unregistered=row.unregistered_home_id is not None,
            ),
            row.department,
            row.severity,
            None if row.origin in TOLD_BY_THE_PUBLIC else row.found_on,
            row.deadline,
            row.status,
            row.cleared_on,
            row.status in OPEN and row.deadline is not None and row.deadline < today,
        )


def _rules(topic: Topic, since: date) -> Iterator[Rule]:
    """Yield the rules on published lists since the work began, of each month's newest edition."""
    directory = region_directory()
    until = clock.today() if topic.closed_at is None else topic.closed_at.date()
    newest = (
        select(MonthlyLists.region_code, MonthlyLists.month, func.max(MonthlyLists.edition).label("edition"))
        .where(
            MonthlyLists.state == ListState.SUBMITTED,
            MonthlyLists.month.between(since.replace(day=1), until),
            MonthlyLists.region_code.in_(sorted(directory.within(topic.region_code))),
        )
        .group_by(MonthlyLists.region_code, MonthlyLists.month)
        .subquery()
    )
    query = (
        select(ListEntry, MonthlyLists.region_code, MonthlyLists.month)
        .join(MonthlyLists, MonthlyLists.id == ListEntry.lists_id)
        .join(
            newest,
            and_(
                newest.c.region_code == MonthlyLists.region_code,
                newest.c.month == MonthlyLists.month,
                newest.c.edition == MonthlyLists.edition,
            ),
        )
        .join(AccountabilityOffice, AccountabilityOffice.region_code == MonthlyLists.region_code)
        .where(
            AccountabilityOffice.publishes_lists,
            ListEntry.kind == ListKind.RULES,
            ListEntry.removed.is_(False),
        )
        .order_by(MonthlyLists.month.desc(), MonthlyLists.region_code, ListEntry.position)
        .limit(MOST)
    )
    for entry, code, month in db.session.execute(query):
        facts = json.loads(entry.facts)
        issued = facts.get("issued_on")
        yield Rule(
            entry.title,
            entry.remark,
            facts.get("document"),
            None if issued is None else date.fromisoformat(issued),
            facts.get("url"),
            code,
            directory.label(code),
            month,
        )
