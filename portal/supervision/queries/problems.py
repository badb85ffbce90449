"""Problems as lists show them: chosen, sorted and paged, at the same cost however many there are (R20)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from portal.domain.actor import Scope
from portal.domain.permissions import Department
from portal.domain.rectification import OPEN, ProblemStatus
from portal.domain.standing import DayCount, Standing, day_count
from portal.extensions import db
from portal.reference.calendar import working_calendar
from portal.reference.directory import region_directory
from portal.supervision.kinds import TOLD_BY_THE_PUBLIC, ProblemCategory, ProblemOrigin, Severity
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.queries.paging import MOST, Run, regions_asked
from portal.supervision.queries.standings import problem_stands, recurred
from portal.supervision.queries.text_search import homes_called, problems_numbered
from portal.supervision.queries.visible import (
    HomeShown,
    home_columns,
    home_shown,
    notices_for,
    problems_for,
    with_home,
)

__all__ = [
    "MOST", "ProblemChoice", "ProblemCounts", "ProblemRow", "ProblemSort", "list_problems",
    "problem_counts", "problem_rows", "problems_of_home",
]  # fmt: skip

_NEVER = date(9999, 12, 31)


class ProblemSort(StrEnum):
    """Orders of the list."""

    NEWEST = "newest"
    """Found last, first."""
    DEADLINE = "deadline"
    """Open ones by their last day, those without one after; then those that ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemChoice:
    """What is asked of the list. ``region``: with all beneath it; ``text``: a number, a title, a home's name.

    For the staff alone: ``status``, ``origin``, ``published`` (True or False), ``department`` for both.
    """

    region: str | None = None
    department: Department | None = None
    state: Standing | None = None
    status: ProblemStatus | None = None
    category: ProblemCategory | None = None
    severity: Severity | None = None
    origin: ProblemOrigin | None = None
    listed: bool = False
    """Under listed supervision now (挂牌督办)."""
    without_notice: bool = False
    """Open, and held by no notice or draft."""
    published: bool | None = None
    institution_id: int | None = None
    unregistered_home_id: int | None = None
    text: str = ""
    sort: ProblemSort = ProblemSort.NEWEST


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One problem on a list, as far as whoever asks may read it."""

    id: int
    public_id: str
    number: str
    home: HomeShown
    institution_id: int | None
    region_code: str
    region_label: str
    department: Department
    origin: ProblemOrigin
    """In public a suggestion reads as COMPLAINT: the one is 群众反映 like the other."""
    category: ProblemCategory
    severity: Severity
    title: str
    status: ProblemStatus
    found_on: date
    deadline: date | None
    cleared_on: date | None
    days: DayCount
    """Standing, with working days over or left."""
    recurred: bool
    """A later entry of the same problem stands."""
    again: bool
    """It is itself a later entry of an earlier problem."""
    listed: bool
    """Under listed supervision now."""
    notice: str | None
    """Public id and number of its notice, as far as it may be seen."""
    notice_number: str | None
    published: bool
    version: int

    @property
    def open(self) -> bool:
        """True while something still has to be put right."""
        return self.status in OPEN

    @property
    def overdue(self) -> bool:
        """True while it is open and its last day is over."""
        return self.open and self.days.standing is Standing.OVERDUE


@dataclass(frozen=True, slots=True)
class ProblemCounts:
    """What waits for the staff, each counted up to ``MOST`` (one more: more)."""

    open: int
    overdue: int
    to_accept: int
    """Submitted for acceptance."""
    without_notice: int
    major: int
    """Major hazards still open."""
    listed: int


def list_problems(
    choice: ProblemChoice, scope: Scope, today: date, offset: int = 0, limit: int = 50
) -> tuple[list[ProblemRow], int]:
    """Return a page of the list and how many there are: up to ``MOST``, one more if there are more."""
    run = _run(choice, scope, today)
    return problem_rows(run.ids(offset, limit), scope, today), run.count()


def problem_counts(scope: Scope, today: date, department: Department | None = None) -> ProblemCounts:
    """Return what waits within a scope, in a fixed number of queries that each stop counting at ``MOST``."""

    def count(**choice: Any) -> int:
        return _run(ProblemChoice(department=department, **choice), scope, today).count()

    return ProblemCounts(
        open=count(state=Standing.OPEN),
        overdue=count(state=Standing.OVERDUE),
        to_accept=count(status=ProblemStatus.SUBMITTED),
        without_notice=count(without_notice=True),
        major=count(state=Standing.OPEN, severity=Severity.MAJOR),
        listed=count(listed=True),
    )


def problems_of_home(
    scope: Scope,
    today: date,
    *,
    institution_id: int | None = None,
    unregistered_home_id: int | None = None,
    limit: int = 20,
) -> tuple[list[ProblemRow], int]:
    """Return a home's problems, the newest first, and how many there are (up to ``MOST``)."""
    choice = ProblemChoice(institution_id=institution_id, unregistered_home_id=unregistered_home_id)
    return list_problems(choice, scope, today, 0, limit)


def problem_rows(ids: Collection[int], scope: Scope, today: date) -> list[ProblemRow]:
    """Return the problems with these keys that may be seen, in the order of the keys; one query."""
    if not ids:
        return []
    calendar, regions = working_calendar(), region_directory()
    found: dict[int, ProblemRow] = {}
    for row in db.session.execute(_rows_query(scope, today).where(Problem.id.in_(ids))):
        problem: Problem = row[0]
        came_back, notice, notice_number = row[1:4]
        home = home_shown(
            (row[4], row[5], row[6], row[7]),
            scope,
            problem.place,
            unregistered=problem.unregistered_home_id is not None,
        )
        found[problem.id] = ProblemRow(
            id=problem.id,
            public_id=problem.public_id,
            number=problem.number,
            home=home,
            institution_id=problem.institution_id,
            region_code=problem.region_code,
            region_label=regions.path_label(problem.region_code, ""),
            department=problem.department,
            origin=origin_shown(problem.origin, scope),
            category=problem.category,
            severity=problem.severity,
            title=problem.title,
            status=problem.status,
            found_on=problem.found_on,
            deadline=problem.deadline,
            cleared_on=problem.cleared_on,
            days=day_count(calendar, problem.deadline, problem.cleared_on, today),
            recurred=came_back,
            again=problem.first_entry_id is not None,
            listed=problem.listed_on is not None and problem.delisted_on is None,
            notice=notice,
            notice_number=notice_number,
            published=problem.published_at is not None,
            version=problem.version,
        )
    return [found[key] for key in ids if key in found]


def origin_shown(origin: ProblemOrigin, scope: Scope) -> ProblemOrigin:
    """Return the origin as it may be told: in public the suggestion is told like the complaint."""
    return ProblemOrigin.COMPLAINT if scope.public_only and origin in TOLD_BY_THE_PUBLIC else origin


def _rows_query(scope: Scope, today: date) -> Select[Any]:
    notice = RectificationNotice
    columns: list[Any] = [Problem, recurred(scope), notice.public_id, notice.number]
    query = select(*columns, *home_columns(scope, today)).select_from(Problem).where(*problems_for(scope))
    shown = and_(notice.id == Problem.notice_id, *notices_for(scope))
    return with_home(query.outerjoin(notice, shown), Problem)


def _run(choice: ProblemChoice, scope: Scope, today: date) -> Run:
    conditions = [*_visible(scope), *_chosen(choice, scope, today)]
    regions = regions_asked(choice.region, scope)
    if choice.sort is ProblemSort.NEWEST:
        return Run(Problem, conditions, (Problem.found_on, Problem.id), True, regions)
    ended = case((Problem.status.in_(OPEN), 0), else_=1)
    order = (ended, func.coalesce(Problem.deadline, _NEVER), Problem.id)
    return Run(Problem, conditions, order, False, regions)


def _visible(scope: Scope) -> list[ColumnElement[bool]]:
    """Return what makes a problem visible, but for the regions, which lead the indexes."""
    return problems_for(Scope(scope.public_only, None, scope.department))


def _chosen(choice: ProblemChoice, scope: Scope, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    asked: list[tuple[Any, Any]] = [
        (Problem.department, choice.department),
        (Problem.category, choice.category),
        (Problem.severity, choice.severity),
        (Problem.institution_id, choice.institution_id),
        (Problem.unregistered_home_id, choice.unregistered_home_id),
    ]
    found += [column == value for column, value in asked if value is not None]
    if choice.state is not None:
        found += problem_stands(choice.state, today, scope)
    if choice.status is not None:
        found.append(Problem.status == choice.status)
    if choice.listed:
        found += [Problem.listed_on.is_not(None), Problem.delisted_on.is_(None)]
    if choice.without_notice:
        found += [Problem.status.in_(OPEN), Problem.notice_id.is_(None)]
    if not scope.public_only and choice.origin is not None:
        found.append(Problem.origin == choice.origin)
    if not scope.public_only and choice.published is not None:
        published = Problem.published_at
        found.append(published.is_not(None) if choice.published else published.is_(None))
    if choice.text.strip():
        found.append(_says(choice.text.strip(), scope, today))
    return found


def _says(text: str, scope: Scope, today: date) -> ColumnElement[bool]:
    exact = problems_numbered(text)
    if exact is not None:
        return exact
    return or_(*homes_called(Problem, text, scope, today), Problem.title.contains(text, autoescape=True))
