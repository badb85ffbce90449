"""Notices as lists show them: chosen, sorted and paged, at the same cost however many there are (R21)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from portal.domain.actor import Scope
from portal.domain.notice_text import from_json
from portal.domain.permissions import Department
from portal.domain.rectification import OPEN
from portal.domain.standing import DayCount, Standing, day_count
from portal.extensions import db
from portal.reference.calendar import working_calendar
from portal.reference.directory import region_directory
from portal.supervision.kinds import NoticeState, ProblemCategory, Severity
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.queries.notice_choice import NoticeChoice, NoticeSort, chosen, run_of
from portal.supervision.queries.paging import MOST
from portal.supervision.queries.standings import recurred
from portal.supervision.queries.visible import (
    HomeShown,
    home_columns,
    home_shown,
    notices_for,
    problems_for,
    with_home,
)

__all__ = [
    "MOST", "NoticeChoice", "NoticeCounts", "NoticeRow", "NoticeSort", "every_notice", "list_notices",
    "notice_counts", "notice_rows", "notices_meeting", "notices_of_home", "notices_on_page",
]  # fmt: skip

_LOT = 500
"""Notices read at once where all are wanted."""
_GRAVITY = tuple(Severity)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice on a list, as far as whoever asks may read it."""

    id: int
    public_id: str
    number: str | None
    """None while it is a draft."""
    home: HomeShown
    institution_id: int | None
    region_code: str
    region_label: str
    department: Department
    title: str
    state: NoticeState
    issued_on: date | None
    served_on: date | None
    deadline: date | None
    deadline_version: int
    cleared_on: date | None
    days: DayCount
    """Standing, with working days over or left."""
    problems: int
    """How many it holds, of those that may be seen."""
    titles: tuple[str, ...]
    """Theirs, in the order they were entered."""
    still_open: int
    categories: tuple[ProblemCategory, ...]
    severity: Severity | None
    """The gravest of its problems."""
    recurred: bool
    """One of its problems came back."""
    published: bool
    drafted_by: str
    drafted_staff_id: int | None
    version: int

    @property
    def overdue(self) -> bool:
        """True while something of it is open and its last day is over."""
        return self.state is NoticeState.ISSUED and self.days.standing is Standing.OVERDUE


@dataclass(frozen=True, slots=True)
class NoticeCounts:
    """What waits for the staff, each counted up to ``MOST`` (one more: more)."""

    drafts: int
    """Being written, or returned."""
    to_review: int
    to_serve: int
    overdue: int
    to_publish: int
    """Issued, and not public."""


def list_notices(
    choice: NoticeChoice, scope: Scope, today: date, offset: int = 0, limit: int = 50
) -> tuple[list[NoticeRow], int]:
    """Return a page of the list and how many there are: up to ``MOST``, one more if there are more."""
    run = run_of(choice, scope, today)
    return notice_rows(run.ids(offset, limit), scope, today), run.count()


def notices_on_page(
    choice: NoticeChoice, scope: Scope, today: date, offset: int, limit: int
) -> list[NoticeRow]:
    """Return a page of the list, to whoever knows already how many there are."""
    return notice_rows(run_of(choice, scope, today).ids(offset, limit), scope, today)


def every_notice(choice: NoticeChoice, scope: Scope, today: date, most: int) -> Iterator[NoticeRow]:
    """Yield every notice of the list, up to ``most``: for files."""
    ids = run_of(choice, scope, today).every(most)
    for start in range(0, len(ids), _LOT):
        yield from notice_rows(ids[start : start + _LOT], scope, today)


def notice_counts(scope: Scope, today: date, department: Department | None = None) -> NoticeCounts:
    """Return what waits within a scope, in a fixed number of queries that each stop counting at ``MOST``."""

    def count(**choice: Any) -> int:
        return run_of(NoticeChoice(department=department, **choice), scope, today).count()

    return NoticeCounts(
        drafts=count(notice_state=NoticeState.DRAFT) + count(notice_state=NoticeState.RETURNED),
        to_review=count(notice_state=NoticeState.SUBMITTED),
        to_serve=count(unserved=True),
        overdue=count(state=Standing.OVERDUE),
        to_publish=count(notice_state=NoticeState.ISSUED, published=False),
    )


def notices_of_home(
    scope: Scope,
    today: date,
    *,
    institution_id: int | None = None,
    unregistered_home_id: int | None = None,
    limit: int = 20,
) -> tuple[list[NoticeRow], int]:
    """Return a home's notices, the newest first, and how many there are (up to ``MOST``)."""
    choice = NoticeChoice(institution_id=institution_id, unregistered_home_id=unregistered_home_id)
    return list_notices(choice, scope, today, 0, limit)


def notice_rows(ids: Collection[int], scope: Scope, today: date) -> list[NoticeRow]:
    """Return the notices with these keys that may be seen, in the order of the keys; two queries."""
    if not ids:
        return []
    calendar, regions = working_calendar(), region_directory()
    held = _problems_of(ids, scope)
    found: dict[int, NoticeRow] = {}
    for row in db.session.execute(_rows_query(scope, today).where(RectificationNotice.id.in_(ids))):
        notice: RectificationNotice = row[0]
        problems = held[notice.id]
        home = home_shown((row[1], row[2], row[3], row[4]), scope)
        found[notice.id] = NoticeRow(
            id=notice.id,
            public_id=notice.public_id,
            number=notice.number,
            home=home,
            institution_id=notice.institution_id,
            region_code=notice.region_code,
            region_label=regions.path_label(notice.region_code, ""),
            department=notice.department,
            title=title_shown(notice, scope),
            state=notice.state,
            issued_on=notice.issued_on,
            served_on=notice.served_on,
            deadline=notice.deadline,
            deadline_version=notice.deadline_version,
            cleared_on=notice.cleared_on,
            days=day_count(calendar, notice.deadline, notice.cleared_on, today),
            problems=len(problems),
            titles=tuple(one.title for one in problems),
            still_open=sum(one.status in OPEN for one in problems),
            categories=tuple(dict.fromkeys(one.category for one in problems)),
            severity=max((one.severity for one in problems), key=_GRAVITY.index, default=None),
            recurred=any(one.recurred for one in problems),
            published=notice.published_at is not None,
            drafted_by=notice.drafted_by,
            drafted_staff_id=notice.drafted_staff_id,
            version=notice.version,
        )
    return [found[key] for key in ids if key in found]


def title_shown(notice: RectificationNotice, scope: Scope) -> str:
    """Return the title as it may be read: in public as it was approved."""
    if scope.public_only and notice.public_body is not None:
        return from_json(notice.public_body).title
    return notice.title


def _problems_of(ids: Collection[int], scope: Scope) -> dict[int, list[Any]]:
    query = select(
        Problem.notice_id,
        Problem.title,
        Problem.category,
        Problem.severity,
        Problem.status,
        recurred(scope).label("recurred"),
    ).where(Problem.notice_id.in_(ids), *problems_for(scope))
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query.order_by(Problem.id)):
        found[row.notice_id].append(row)
    return found


def _rows_query(scope: Scope, today: date) -> Select[Any]:
    columns: list[Any] = [RectificationNotice]
    query = select(*columns, *home_columns(scope, today)).where(*notices_for(scope))
    return with_home(query, RectificationNotice)


def notices_meeting(choice: NoticeChoice, ids: Collection[int], scope: Scope, today: date) -> set[int]:
    """Return those of these notices that meet a choice and may be seen."""
    notice = RectificationNotice
    query = select(notice.id).where(notice.id.in_(ids), *notices_for(scope), *chosen(choice, scope, today))
    if choice.region is not None:
        query = query.where(notice.region_code.in_(region_directory().within(choice.region)))
    return set(db.session.scalars(query)) if ids else set()
