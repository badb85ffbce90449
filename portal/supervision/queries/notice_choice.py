"""What may be asked of the list of notices, as conditions and orders of its query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from portal.domain.actor import Scope
from portal.domain.permissions import Department
from portal.domain.standing import Standing
from portal.extensions import db
from portal.supervision.kinds import NoticeState, ProblemCategory, Severity
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.queries.paging import Run, Runs, regions_asked
from portal.supervision.queries.standings import notice_stands
from portal.supervision.queries.text_search import homes_called, is_number, problem_number, written_number
from portal.supervision.queries.visible import notices_for, problems_for

_RARE = 5_000
"""Problems of a kind up to which their notices are looked up one by one; of more, the list is walked."""
_PARTS: dict[Standing | None, tuple[int, int]] = {
    Standing.OPEN: (0, 2),
    Standing.OVERDUE: (0, 1),
    Standing.CLEARED: (2, 3),
    Standing.LATE: (2, 3),
}
"""Which of the stretches by deadline (running, not served, ended) a standing lies in; others in all."""


class NoticeSort(StrEnum):
    """Orders of the list."""

    NEWEST = "newest"
    """Issued last, first; for the staff: drafted last, first."""
    DEADLINE = "deadline"
    """Open ones by their last day, those not served after them; then those that ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeChoice:
    """What is asked of the list. ``region``: with all beneath it; ``text``: a number or a home's name.

    ``category`` and ``severity`` ask for one problem that has both. For the staff alone: ``notice_state``
    (drafts too), ``published``.
    """

    region: str | None = None
    department: Department | None = None
    state: Standing | None = None
    notice_state: NoticeState | None = None
    category: ProblemCategory | None = None
    severity: Severity | None = None
    unserved: bool = False
    """Issued, and not served yet."""
    published: bool | None = None
    institution_id: int | None = None
    unregistered_home_id: int | None = None
    text: str = ""
    sort: NoticeSort = NoticeSort.NEWEST


def run_of(choice: NoticeChoice, scope: Scope, today: date) -> Runs:
    """Return the notices that a choice shows, in its order."""
    # but for the regions, which lead the indexes
    visible = notices_for(Scope(scope.public_only, None, scope.department))
    conditions = [*visible, *chosen(choice, scope, today)]
    regions, notice = regions_asked(choice.region, scope), RectificationNotice
    newest: tuple[Any, ...] = (notice.issued_at, notice.id) if scope.public_only else (notice.id,)
    if choice.sort is NoticeSort.NEWEST:
        return Runs((Run(notice, conditions, newest, True, regions),))
    runs = and_(notice.state == NoticeState.ISSUED, notice.cleared_on.is_(None))
    served, unserved = notice.deadline.is_not(None), notice.deadline.is_(None)
    if scope.public_only:  # what is public is issued: the index asks no more than this
        runs = notice.cleared_on.is_(None)
    parts = [
        Run(notice, [*conditions, runs, served], (notice.deadline, notice.id), False, regions),
        Run(notice, [*conditions, runs, unserved], (notice.id,), False, regions),
        Run(notice, [*conditions, not_(runs)], newest, True, regions),
    ]
    # what the choice rules out would be looked for in vain, through all there are
    first, last = _PARTS.get(choice.state, (0, 3))
    return Runs(tuple(parts[first:last]))


def chosen(choice: NoticeChoice, scope: Scope, today: date) -> list[ColumnElement[bool]]:
    """Return what a choice asks of a notice, but for its region."""
    notice = RectificationNotice
    asked: list[tuple[Any, Any]] = [
        (notice.department, choice.department),
        (notice.institution_id, choice.institution_id),
        (notice.unregistered_home_id, choice.unregistered_home_id),
    ]
    found: list[ColumnElement[bool]] = [column == value for column, value in asked if value is not None]
    if choice.state is not None:
        found += notice_stands(choice.state, today, scope)
    if choice.category is not None or choice.severity is not None:
        found.append(_holds(choice, scope))
    if choice.unserved:
        found += [notice.state == NoticeState.ISSUED, notice.served_on.is_(None), notice.cleared_on.is_(None)]
    if not scope.public_only and choice.notice_state is not None:
        found.append(notice.state == choice.notice_state)
    if not scope.public_only and choice.published is not None:
        published = notice.published_at
        found.append(published.is_not(None) if choice.published else published.is_(None))
    if choice.text.strip():
        found.append(_says(choice.text.strip(), scope, today))
    return found


def _holds(choice: NoticeChoice, scope: Scope) -> ColumnElement[bool]:
    """Return whether a notice holds a problem of the category and severity asked for."""
    conditions: list[ColumnElement[bool]] = [Problem.notice_id.is_not(None)]
    if choice.category is not None:
        conditions.append(Problem.category == choice.category)
    if choice.severity is not None:
        conditions.append(Problem.severity == choice.severity)
    if scope.public_only:
        conditions.append(Problem.published_at.is_not(None))
    some = select(Problem.id).where(*conditions).limit(_RARE + 1).subquery()
    if (db.session.scalar(select(func.count()).select_from(some)) or 0) <= _RARE:
        return RectificationNotice.id.in_(select(Problem.notice_id).where(*conditions))
    of_it = Problem.notice_id == RectificationNotice.id
    return exists().where(of_it, *conditions).correlate(RectificationNotice)


def _says(text: str, scope: Scope, today: date) -> ColumnElement[bool]:
    number = problem_number(text)
    if number is not None:
        held = select(Problem.notice_id).where(Problem.number == number, *problems_for(scope))
        return RectificationNotice.id.in_(held)
    if is_number(text):
        whole = select(RectificationNotice.id).where(RectificationNotice.number == written_number(text))
        found = db.session.scalar(whole)
        if found is not None:
            return RectificationNotice.id == found
        alike = select(RectificationNotice.id).where(
            RectificationNotice.number.contains(written_number(text), autoescape=True)
        )
        return RectificationNotice.id.in_(alike)
    return or_(*homes_called(RectificationNotice, text, scope, today))
