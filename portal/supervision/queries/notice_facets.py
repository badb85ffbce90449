"""How many public notices each choice of the list would show, each filter counted under the others.

They are counted into cells once and kept until the data change or the day ends. On a large portal, where that
takes a while and something changes every minute, a count is kept for a while longer in proportion: counts may
lag by moments, what the list itself shows never does.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from flask import current_app
from sqlalchemy import BigInteger, ColumnElement, case, cast, func, literal, select

from portal.domain.actor import PUBLIC
from portal.domain.permissions import Department
from portal.domain.standing import Standing
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.institutions.queries.places import RegionChoice, RegionFilter
from portal.reference.directory import region_directory
from portal.reference.regions import RegionDirectory
from portal.reference.tree import RegionRow
from portal.supervision.kinds import ProblemCategory, Severity
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.queries.notices import NoticeChoice
from portal.supervision.queries.standings import notice_stands
from portal.supervision.queries.visible import public_notices

_KEPT = "notice_facets"
_PATIENCE = 50
"""Times what counting took, for which the counts serve although something changed."""
_ASKED = (Standing.OPEN, Standing.OVERDUE, Standing.CLEARED, Standing.LATE, Standing.RECURRED)
_K = TypeVar("_K")
_PAIRS = tuple((category, severity) for category in ProblemCategory for severity in Severity)


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
class _Cell:
    """Notices that are alike. ``stands``: bits of ``_ASKED``; ``holds``: bits of ``_PAIRS``."""

    region: str
    department: Department
    stands: int
    holds: int
    count: int


@dataclass(frozen=True, slots=True)
class _Kept:
    day: date
    version: int
    until: float
    cells: tuple[_Cell, ...]


def notice_facets(choice: NoticeChoice, today: date) -> NoticeFacets:
    """Return the counts of the public list. No query while nothing has changed."""
    cells, regions = _cells(today), region_directory()
    chosen = choice.region if choice.region and regions.get(choice.region) is not None else None
    inside = None if chosen is None else regions.within(chosen)
    holds = _holding(choice.category, choice.severity)
    stands = 0 if choice.state is None else 1 << _ASKED.index(choice.state)

    def count(
        *, region: bool = True, department: bool = True, state: bool = True, problem: int | None = holds
    ) -> Iterable[_Cell]:
        for cell in cells:
            if region and inside is not None and cell.region not in inside:
                continue
            if department and choice.department not in (None, cell.department):
                continue
            if state and stands and not cell.stands & stands:
                continue
            if problem is not None and not cell.holds & problem:
                continue
            yield cell

    states: Counter[Standing] = Counter()
    for cell in count(state=False):
        for number, one in enumerate(_ASKED):
            states[one] += cell.count if cell.stands >> number & 1 else 0
    departments: Counter[Department] = Counter()
    for cell in count(department=False):
        departments[cell.department] += cell.count
    places: Counter[str] = Counter()
    for cell in count(region=False):
        places[cell.region] += cell.count
    unasked = list(count(problem=None))
    return NoticeFacets(
        total=sum(cell.count for cell in count()),
        everything=sum(cell.count for cell in cells),
        states={one: states[one] for one in _ASKED if states[one]},
        categories=_bits(unasked, ((one, _holding(one, choice.severity)) for one in ProblemCategory)),
        severities=_bits(unasked, ((one, _holding(choice.category, one)) for one in Severity)),
        departments=dict(departments),
        regions=region_choices(regions, places, chosen),
    )


def region_choices(regions: RegionDirectory, places: Counter[str], chosen: str | None) -> RegionFilter:
    """Return the regions to choose from: the way back up, and those with rows beneath (or beside) the chosen.

    With nothing chosen they begin where rows first lie in more than one.
    """

    def choice(code: str) -> RegionChoice:
        within = regions.within(code)
        count = sum(number for place, number in places.items() if place in within)
        return RegionChoice(code, regions.label(code), count)

    def beneath(code: str | None) -> list[RegionChoice]:
        rows = regions.children(code) if code else _provinces(regions)
        return [one for row in rows if (one := choice(row.code)).count]

    if chosen is None:
        choices = beneath(None)
        while len(choices) == 1 and (further := beneath(choices[0].code)):
            choices = further
        return RegionFilter(None, None, (), tuple(choices))
    above = regions.ancestors(chosen)
    choices = beneath(chosen) or beneath(above[-1].code if above else None)
    shared = {row.code for row in above if len(beneath(_parent(regions, row.code))) == 1}
    up = tuple(choice(row.code) for row in above if row.code not in shared)
    return RegionFilter(chosen, regions.label(chosen), up, tuple(choices))


def _provinces(regions: RegionDirectory) -> list[RegionRow]:
    return [row for row in regions.rows.values() if row.parent_code is None and row.until is None]


def _parent(regions: RegionDirectory, code: str) -> str | None:
    row = regions.get(code)
    return None if row is None else row.parent_code


def _cells(today: date) -> tuple[_Cell, ...]:
    version = data_set_state().version
    kept: _Kept | None = current_app.extensions.get(_KEPT)
    if kept is not None and kept.day == today and (kept.version == version or time.monotonic() < kept.until):
        return kept.cells
    began = time.monotonic()
    cells = _counted(today)
    ended = time.monotonic()
    took = ended - began
    until = ended + (took * _PATIENCE if took > 0.1 else 0.0)
    current_app.extensions[_KEPT] = _Kept(today, version, until, cells)
    return cells


def _counted(today: date) -> tuple[_Cell, ...]:
    """Count all public notices into cells: two statements."""
    notice = RectificationNotice
    one = literal(1, BigInteger)
    pair = case(
        *(
            ((Problem.category == category) & (Problem.severity == severity), one * (1 << number))
            for number, (category, severity) in enumerate(_PAIRS)
        ),
        else_=literal(0, BigInteger),
    )
    held = (
        select(Problem.notice_id, cast(func.sum(pair.distinct()), BigInteger).label("holds"))
        .where(Problem.published_at.is_not(None), Problem.notice_id.is_not(None))
        .group_by(Problem.notice_id)
        .subquery()
    )
    stands = sum(
        (_bit(notice_stands(each, today, PUBLIC), number) for number, each in enumerate(_ASKED)), literal(0)
    )
    each = (
        select(
            notice.region_code,
            notice.department,
            stands.label("stands"),
            func.coalesce(held.c.holds, 0).label("holds"),
        )
        .outerjoin(held, held.c.notice_id == notice.id)
        .where(*public_notices())
        .subquery()
    )
    query = select(each, func.count()).group_by(*each.c)
    return tuple(_Cell(*row) for row in db.session.execute(query))


def _bit(conditions: list[ColumnElement[bool]], number: int) -> ColumnElement[int]:
    both = conditions[0]
    for more in conditions[1:]:
        both = both & more
    return case((both, 1 << number), else_=0)


def _holding(category: ProblemCategory | None, severity: Severity | None) -> int | None:
    if category is None and severity is None:
        return None
    return sum(
        1 << number
        for number, (one, grave) in enumerate(_PAIRS)
        if category in (None, one) and severity in (None, grave)
    )


def _bits(cells: list[_Cell], asked: Iterable[tuple[_K, int | None]]) -> dict[_K, int]:
    found: dict[_K, int] = {}
    for each, bits in asked:
        count = sum(cell.count for cell in cells if bits is None or cell.holds & bits)
        if count:
            found[each] = count
    return found
