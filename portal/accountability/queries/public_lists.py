"""The four lists as everybody reads them: where the county publishes them, and of public problems (R22).

A line that was compiled from a problem is shown while that problem is public, by the name and title that its
own page shows; how many others there are is said, and no more. Of a problem that the public told of, this
says 群众反映, and no more (R32). What reviewers entered by hand is shown as they wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.accountability.kinds import ListKind, ListState
from portal.accountability.models import AccountabilityOffice, ListEntry, MonthlyLists
from portal.domain.actor import PUBLIC
from portal.domain.monthly_lists import due_day
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.supervision.kinds import TOLD_BY_THE_PUBLIC
from portal.supervision.problem_models import Problem
from portal.supervision.queries.visible import (
    HomeShown,
    home_columns,
    home_shown,
    public_problems,
    with_home,
)

_HIDDEN_FACTS = frozenset({"home", "responsible", "measure", "notice"})
"""What was compiled for the staff: the public reads it on the problem's own page, redacted."""
_DAY_OF_FINDING = frozenset({"found_on", "days"})
"""What is kept back, beside that, of problems that the public told of (R32)."""


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One line. ``problem``: public id; None of what was entered by hand."""

    title: str
    remark: str | None
    problem: str | None
    home: HomeShown | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PublicLists:
    """What everybody may read of a county's month. ``left``: lines whose problem is not public."""

    region_code: str
    region_label: str
    month: date
    edition: int
    correction_reason: str | None
    submitted_at: datetime
    """Of this edition."""
    first_submitted_at: datetime
    in_time: bool
    lines: Mapping[ListKind, tuple[PublicLine, ...]]
    left: Mapping[ListKind, int]


@dataclass(frozen=True, slots=True)
class PublishedMonth:
    """A month's lists that everybody may read."""

    region_code: str
    region_label: str
    month: date
    in_time: bool


def published_months(region: str | None = None) -> list[PublishedMonth]:
    """Return the months of lists that everybody may read, newest first; two queries at most."""
    directory = region_directory()
    query = select(MonthlyLists.region_code, MonthlyLists.month, MonthlyLists.submitted_at).where(
        MonthlyLists.edition == 1, MonthlyLists.state == ListState.SUBMITTED, *_published()
    )
    if region is not None:
        query = query.where(MonthlyLists.region_code.in_(directory.within(region)))
    rows = db.session.execute(query.order_by(MonthlyLists.month.desc(), MonthlyLists.region_code))
    return [
        PublishedMonth(code, directory.path_label(code, ""), month, sent.date() <= due_day(month))
        for code, month, sent in rows
        if sent is not None
    ]


def public_lists(region_code: str, month: date) -> PublicLists | None:
    """Return the newest submitted edition of a county's month; None where it is not for everybody."""
    query = select(MonthlyLists).where(
        MonthlyLists.region_code == region_code,
        MonthlyLists.month == month,
        MonthlyLists.state == ListState.SUBMITTED,
        *_published(),
    )
    editions = list(db.session.scalars(query.order_by(MonthlyLists.edition)))
    if not editions:
        return None
    first, newest = editions[0], editions[-1]
    assert first.submitted_at is not None
    assert newest.submitted_at is not None
    shown = _shown(newest.id)
    lines: dict[ListKind, list[PublicLine]] = {kind: [] for kind in ListKind}
    left = dict.fromkeys(ListKind, 0)
    entries = select(ListEntry).where(ListEntry.lists_id == newest.id, ListEntry.removed.is_(False))
    for entry in db.session.scalars(entries.order_by(ListEntry.position, ListEntry.id)):
        if entry.problem_id is None:
            lines[entry.kind].append(_by_hand(entry))
        elif entry.problem_id in shown:
            lines[entry.kind].append(_compiled(entry, *shown[entry.problem_id]))
        else:
            left[entry.kind] += 1
    return PublicLists(
        region_code,
        region_directory().path_label(region_code, ""),
        month,
        newest.edition,
        newest.correction_reason,
        newest.submitted_at,
        first.submitted_at,
        first.submitted_at.date() <= due_day(month),
        {kind: tuple(found) for kind, found in lines.items()},
        left,
    )


def _published() -> list[Any]:
    publishing = select(AccountabilityOffice.region_code).where(AccountabilityOffice.publishes_lists)
    return [MonthlyLists.region_code.in_(publishing)]


def _shown(lists_id: int) -> dict[int, tuple[Problem, HomeShown]]:
    """Return the problems of an edition that everybody may see, each with its home as they may read it."""
    query = (
        with_home(select(Problem, *home_columns(PUBLIC)), Problem)
        .join(ListEntry, ListEntry.problem_id == Problem.id)
        .where(ListEntry.lists_id == lists_id, *public_problems())
    )
    return {
        problem.id: (
            problem,
            home_shown(
                (home[0], home[1], home[2], home[3]),
                PUBLIC,
                unregistered=problem.unregistered_home_id is not None,
            ),
        )
        for problem, *home in db.session.execute(query)
    }


def _by_hand(entry: ListEntry) -> PublicLine:
    return PublicLine(entry.title, entry.remark, None, None, json.loads(entry.facts))


def _compiled(entry: ListEntry, problem: Problem, home: HomeShown) -> PublicLine:
    hidden = _HIDDEN_FACTS | (_DAY_OF_FINDING if problem.origin in TOLD_BY_THE_PUBLIC else frozenset())
    facts = {name: value for name, value in json.loads(entry.facts).items() if name not in hidden}
    # never the line's own: it was compiled for the staff, before the problem's title was redacted
    return PublicLine(problem.title, entry.remark, problem.public_id, home, facts)
