"""How many public notices each choice of the list would show, each filter counted under the others.

Once for each state of the data, and each day, every choice becomes a set of notices (a bitmap); a count is an
intersection. Notices stand in the order of their regions, so that a region is a stretch. On a large portal,
where making the sets takes a while and something changes every minute, they serve for a while longer in
proportion: counts may lag by moments, what the list itself shows never does.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from flask import current_app
from sqlalchemy import ColumnElement, String, and_, case, select, type_coerce

from portal.domain.actor import PUBLIC
from portal.domain.permissions import Department
from portal.domain.standing import Standing
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.institutions.catalogue import bitmaps
from portal.institutions.queries.places import RegionChoice, RegionFilter
from portal.reference.directory import region_directory
from portal.reference.regions import RegionDirectory
from portal.reference.tree import RegionRow
from portal.supervision.kinds import ProblemCategory, Severity
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.queries.notices import NoticeChoice
from portal.supervision.queries.standings import notices_come_back
from portal.supervision.queries.visible import public_notices

KEPT = "notice_facets"
"""Where this process keeps the sets."""
_PATIENCE = 50
"""Times what making the sets took, for which they serve although something changed."""
_QUICK = 0.1
"""Seconds; what takes no longer is made anew at once."""

_K = TypeVar("_K")


@dataclass(frozen=True, slots=True)
class NoticeFacets:
    """What the list offers. ``total``: what matches this choice, its text left aside."""

    total: int
    everything: int
    states: dict[Standing, int]
    categories: dict[ProblemCategory, int]
    severities: dict[Severity, int]
    departments: dict[Department, int]
    regions: RegionFilter


@dataclass(frozen=True, slots=True)
class _Sets:
    """Every choice as a bitmap over the notices; ``spans``: where the notices of a region stand."""

    count: int
    departments: Mapping[Department, int]
    states: Mapping[Standing, int]
    problems: Mapping[tuple[ProblemCategory, Severity], int]
    spans: Mapping[str, tuple[int, int]]

    def region(self, code: str | None) -> int:
        """Return the notices of a region with all beneath it; None: all."""
        start, end = (0, self.count) if code is None else self.spans.get(code, (0, 0))
        return ((1 << (end - start)) - 1) << start

    def holding(self, category: ProblemCategory | None, severity: Severity | None) -> int:
        """Return the notices with a problem that is both; None, None: all."""
        if category is None and severity is None:
            return self.region(None)
        found = 0
        for (one, grave), members in self.problems.items():
            if category in (None, one) and severity in (None, grave):
                found |= members
        return found

    def within(self, members: int, code: str) -> int:
        """Return how many of some notices stand in a region."""
        start, end = self.spans.get(code, (0, 0))
        return ((members >> start) & ((1 << (end - start)) - 1)).bit_count()


@dataclass(frozen=True, slots=True)
class _Kept:
    day: date
    version: int
    until: float
    sets: _Sets


def notice_facets(choice: NoticeChoice, today: date) -> NoticeFacets:
    """Return the counts of the public list. No query of the notices while nothing has changed."""
    sets, regions = _sets(today), region_directory()
    chosen = choice.region if choice.region and regions.get(choice.region) is not None else None
    everything = sets.region(None)
    region = sets.region(chosen)
    department = everything if choice.department is None else sets.departments.get(choice.department, 0)
    state = everything if choice.state is None else sets.states.get(choice.state, 0)
    problem = sets.holding(choice.category, choice.severity)
    others = region & department & state
    elsewhere = department & state & problem
    return NoticeFacets(
        total=(others & problem).bit_count(),
        everything=sets.count,
        states=_counted(region & department & problem, sets.states),
        categories=_counted(others, {one: sets.holding(one, choice.severity) for one in ProblemCategory}),
        severities=_counted(others, {one: sets.holding(choice.category, one) for one in Severity}),
        departments=_counted(region & state & problem, sets.departments),
        regions=region_choices(regions, lambda code: sets.within(elsewhere, code), chosen),
    )


def region_choices(regions: RegionDirectory, count: Callable[[str], int], chosen: str | None) -> RegionFilter:
    """Return the regions to choose from: the way back up, and those with rows beneath (or beside) the chosen.

    ``count``: rows of a region with all beneath it. With nothing chosen the choices begin where rows first
    lie in more than one.
    """

    def choice(code: str) -> RegionChoice:
        return RegionChoice(code, regions.label(code), count(code))

    def beneath(code: str | None) -> list[RegionChoice]:
        codes = regions.children(code) if code else _provinces(regions)
        return [one for row in codes if (one := choice(row.code)).count]

    shared, choices = set[str](), beneath(None)
    while len(choices) == 1 and (further := beneath(choices[0].code)):
        shared.add(choices[0].code)
        choices = further
    if chosen is None:
        return RegionFilter(None, None, (), tuple(choices))
    above = [row.code for row in regions.ancestors(chosen)]
    choices = beneath(chosen) or beneath(above[-1] if above else None)
    up = tuple(choice(code) for code in above if code not in shared)
    return RegionFilter(chosen, regions.label(chosen), up, tuple(choices))


def _provinces(regions: RegionDirectory) -> list[RegionRow]:
    return [row for row in regions.rows.values() if row.parent_code is None and row.until is None]


def _counted(members: int, choices: Mapping[_K, int]) -> dict[_K, int]:
    counts = {choice: (members & those).bit_count() for choice, those in choices.items()}
    return {choice: count for choice, count in counts.items() if count}


def _sets(today: date) -> _Sets:
    version = data_set_state().version
    kept: _Kept | None = current_app.extensions.get(KEPT)
    if kept is not None and kept.day == today and (kept.version == version or time.monotonic() < kept.until):
        return kept.sets
    began = time.monotonic()
    sets = _made(today)
    ended = time.monotonic()
    patience = (ended - began) * _PATIENCE if ended - began > _QUICK else 0.0
    current_app.extensions[KEPT] = _Kept(today, version, ended + patience, sets)
    return sets


def _made(today: date) -> _Sets:
    """Read all public notices and their problems: three statements, whose values stay as they are stored."""
    notice, regions = RectificationNotice, region_directory()
    department, stands = type_coerce(notice.department, String), _stands(today)
    read = select(notice.id, notice.region_code, department, stands).where(*public_notices())
    rows = [(key, code, who, how) for key, code, who, how in db.session.execute(read)]
    paths = {code: _path(regions, code) for code in {row[1] for row in rows}}
    rows.sort(key=lambda row: paths[row[1]])
    slots = {row[0]: slot for slot, row in enumerate(rows)}
    departments: dict[str, list[int]] = defaultdict(list)
    states: dict[str, list[int]] = defaultdict(list)
    for slot, (_, _, kept_by, standing) in enumerate(rows):
        departments[kept_by].append(slot)
        states[standing].append(slot)
    back = [slots[key] for key in db.session.scalars(notices_come_back(PUBLIC)) if key in slots]
    problems: dict[tuple[str, str], list[int]] = defaultdict(list)
    held = select(
        Problem.notice_id, type_coerce(Problem.category, String), type_coerce(Problem.severity, String)
    ).where(Problem.published_at.is_not(None), Problem.notice_id.is_not(None))
    for key, category, severity in db.session.execute(held):
        if key in slots:
            problems[category, severity].append(slots[key])
    alone = {one: bitmaps.set_of(states[one.value]) for one in Standing}
    return _Sets(
        len(rows),
        {Department(one): bitmaps.set_of(found) for one, found in departments.items()},
        {
            Standing.OPEN: alone[Standing.OPEN] | alone[Standing.OVERDUE],
            Standing.OVERDUE: alone[Standing.OVERDUE],
            Standing.CLEARED: alone[Standing.CLEARED] | alone[Standing.LATE],
            Standing.LATE: alone[Standing.LATE],
            Standing.RECURRED: bitmaps.set_of(back),
        },
        {
            (ProblemCategory(category), Severity(severity)): bitmaps.set_of(found)
            for (category, severity), found in problems.items()
        },
        _spans([paths[row[1]] for row in rows]),
    )


def _stands(today: date) -> ColumnElement[str]:
    """Return how a notice stands, as ``domain.standing`` says it."""
    notice = RectificationNotice
    return case(
        (and_(notice.cleared_on.is_(None), notice.deadline < today), Standing.OVERDUE.value),
        (notice.cleared_on.is_(None), Standing.OPEN.value),
        (notice.deadline < notice.cleared_on, Standing.LATE.value),
        else_=Standing.CLEARED.value,
    )


def _path(regions: RegionDirectory, code: str) -> tuple[str, ...]:
    """Return the codes of a region (of its heir, if it has one) and of what is above it, province first."""
    heirs = regions.currents(code)
    current = heirs[0] if len(heirs) == 1 else code
    return (*(row.code for row in regions.ancestors(current)), current)


def _spans(paths: list[tuple[str, ...]]) -> dict[str, tuple[int, int]]:
    """Return the first slot of every region and the one after its last; ``paths`` in order."""
    spans: dict[str, tuple[int, int]] = {}
    for slot, path in enumerate(paths):
        for code in path:
            spans[code] = (spans[code][0] if code in spans else slot, slot + 1)
    return spans
