"""The four lists as staff see them: county by county, and one month's lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.accountability.kinds import ListKind, ListState
from portal.accountability.models import AccountabilityOffice, ListEntry, MonthlyLists
from portal.domain.actor import PUBLIC, Scope
from portal.domain.monthly_lists import ListStanding, due_day, month_before, standing
from portal.extensions import db
from portal.institutions.catalogue.holder import catalogue
from portal.reference.directory import region_directory

_NOTHING: Mapping[ListKind, int] = dict.fromkeys(ListKind, 0)


@dataclass(frozen=True, slots=True)
class EntryView:
    """One line. ``facts``: what stood on the record when it was compiled."""

    id: int
    kind: ListKind
    problem_id: int | None
    title: str
    remark: str | None
    facts: Mapping[str, Any]
    by_hand: bool
    removed: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class EditionView:
    """One edition of a month's lists, without its lines."""

    id: int
    edition: int
    state: ListState
    correction_reason: str | None
    compiled_at: datetime
    submitted_at: datetime | None
    submitted_by: str | None


@dataclass(frozen=True, slots=True)
class ListsView:
    """One edition with its lines, and the others of the same month, newest first."""

    region_code: str
    region_label: str
    month: date
    due: date
    standing: ListStanding
    """Of the month: by its first edition."""
    publishes: bool
    this: EditionView
    version: int
    editions: tuple[EditionView, ...]
    entries: Mapping[ListKind, tuple[EntryView, ...]]

    @property
    def newest(self) -> bool:
        """True if no later edition was begun."""
        return self.this.edition == self.editions[0].edition

    def counted(self, kind: ListKind) -> int:
        """Return how many lines of a list stand."""
        return sum(not entry.removed for entry in self.entries[kind])


@dataclass(frozen=True, slots=True)
class CountyLists:
    """One county's month in the overview. ``lists_id`` None: nothing was compiled."""

    region_code: str
    region_label: str
    month: date
    due: date
    standing: ListStanding
    lists_id: int | None
    edition: int
    state: ListState | None
    submitted_at: datetime | None
    """Of the first edition."""
    counts: Mapping[ListKind, int]
    publishes: bool


def counties(scope: Scope) -> list[str]:
    """Return the regions that submit lists: those in which some listed home lies; no query."""
    listed = catalogue(PUBLIC)
    codes = listed.derived("list counties", lambda made: {entry.region_code for entry in made.entries})
    return sorted(code for code in codes if scope.covers(code))


def county_lists(month: date, scope: Scope, region: str | None = None) -> list[CountyLists]:
    """Return every county's lists of a month; four queries, however many counties."""
    directory, today = region_directory(), clock.today()
    editions = _editions(MonthlyLists.month == month, scope)
    codes = sorted({*counties(scope), *editions})
    if region is not None:
        within = directory.within(region)
        codes = [code for code in codes if code in within]
    counts = _counts([found[0].id for found in editions.values()])
    publishing = publishing_regions()
    rows = []
    for code in codes:
        found = editions.get(code, [])
        first, newest = (found[-1], found[0]) if found else (None, None)
        sent = None if first is None else first.submitted_at
        rows.append(
            CountyLists(
                code,
                directory.path_label(code, ""),
                month,
                due_day(month),
                standing(month, None if sent is None else sent.date(), today),
                None if newest is None else newest.id,
                0 if newest is None else newest.edition,
                None if newest is None else newest.state,
                sent,
                _NOTHING if newest is None else counts.get(newest.id, _NOTHING),
                code in publishing,
            )
        )
    return rows


def lists_view(lists_id: int, scope: Scope) -> ListsView | None:
    """Return one edition with its lines; None where it is not to be seen within the scope."""
    lists = lists_record(lists_id, scope)
    if lists is None:
        return None
    same = MonthlyLists.month == lists.month, MonthlyLists.region_code == lists.region_code
    query = select(MonthlyLists).where(*same).order_by(MonthlyLists.edition.desc())
    editions = list(db.session.scalars(query))
    sent = editions[-1].submitted_at
    return ListsView(
        lists.region_code,
        region_directory().path_label(lists.region_code, ""),
        lists.month,
        due_day(lists.month),
        standing(lists.month, None if sent is None else sent.date(), clock.today()),
        lists.region_code in publishing_regions(),
        _edition(lists),
        lists.version,
        tuple(_edition(one) for one in editions),
        entries_of(lists.id),
    )


def entries_of(lists_id: int) -> Mapping[ListKind, tuple[EntryView, ...]]:
    """Return the lines of an edition by list, those left out among them."""
    query = select(ListEntry).where(ListEntry.lists_id == lists_id)
    found: dict[ListKind, list[EntryView]] = {kind: [] for kind in ListKind}
    for entry in db.session.scalars(query.order_by(ListEntry.position, ListEntry.id)):
        found[entry.kind].append(
            EntryView(
                entry.id,
                entry.kind,
                entry.problem_id,
                entry.title,
                entry.remark,
                json.loads(entry.facts),
                entry.by_hand,
                entry.removed,
                entry.reason,
            )
        )
    return {kind: tuple(lines) for kind, lines in found.items()}


def lists_record(lists_id: int, scope: Scope) -> MonthlyLists | None:
    """Return an edition to act on, None where it is not to be seen within the scope."""
    lists = db.session.get(MonthlyLists, lists_id)
    return lists if lists is not None and scope.covers(lists.region_code) else None


def entry_record(lists_id: int, entry_id: int, scope: Scope) -> ListEntry | None:
    """Return a line of an edition to act on, None where it is not to be seen within the scope."""
    entry = db.session.get(ListEntry, entry_id)
    if entry is None or entry.lists_id != lists_id or lists_record(lists_id, scope) is None:
        return None
    return entry


def lists_due(scope: Scope, today: date | None = None) -> list[CountyLists]:
    """Return the counties whose lists of last month were not submitted yet, in order of code."""
    month = month_before(today or clock.today())
    return [one for one in county_lists(month, scope) if one.submitted_at is None]


def drafts_of_corrections(scope: Scope) -> list[tuple[int, str, date]]:
    """Return (id, region code, month) of corrections that were begun and not submitted."""
    query = select(MonthlyLists.id, MonthlyLists.region_code, MonthlyLists.month).where(
        MonthlyLists.edition > 1, MonthlyLists.state == ListState.DRAFT
    )
    rows = db.session.execute(query.order_by(MonthlyLists.month, MonthlyLists.region_code))
    return [(number, code, month) for number, code, month in rows if scope.covers(code)]


def months_of_lists(scope: Scope) -> list[date]:
    """Return the months that there are lists of, newest first, with last month whatever there is."""
    query = select(MonthlyLists.month).distinct()
    if scope.regions is not None:
        query = query.where(MonthlyLists.region_code.in_(scope.regions))
    return sorted({*db.session.scalars(query), month_before(clock.today())}, reverse=True)


def publishing_regions() -> frozenset[str]:
    """Return the counties that let everybody read their lists."""
    query = select(AccountabilityOffice.region_code).where(AccountabilityOffice.publishes_lists)
    return frozenset(db.session.scalars(query))


def _editions(which: Any, scope: Scope) -> dict[str, list[MonthlyLists]]:
    query = select(MonthlyLists).where(which)
    if scope.regions is not None:
        query = query.where(MonthlyLists.region_code.in_(scope.regions))
    found: dict[str, list[MonthlyLists]] = {}
    for lists in db.session.scalars(query.order_by(MonthlyLists.region_code, MonthlyLists.edition.desc())):
        found.setdefault(lists.region_code, []).append(lists)
    return found


def _counts(ids: Sequence[int]) -> dict[int, Mapping[ListKind, int]]:
    found: dict[int, dict[ListKind, int]] = {}
    for some in _parts(ids):
        query = (
            select(ListEntry.lists_id, ListEntry.kind, func.count())
            .where(ListEntry.lists_id.in_(some), ListEntry.removed.is_(False))
            .group_by(ListEntry.lists_id, ListEntry.kind)
        )
        for lists_id, kind, count in db.session.execute(query):
            found.setdefault(lists_id, dict(_NOTHING))[kind] = count
    return dict(found)


def _parts(ids: Sequence[int], most: int = 5_000) -> Iterable[Sequence[int]]:
    return (ids[start : start + most] for start in range(0, len(ids), most))


def _edition(lists: MonthlyLists) -> EditionView:
    return EditionView(
        lists.id,
        lists.edition,
        lists.state,
        lists.correction_reason,
        lists.compiled_at,
        lists.submitted_at,
        lists.submitted_by,
    )
