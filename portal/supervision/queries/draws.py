"""Random draws as everybody and the staff read them (R7); what checking one needs is in ``draw_records``.

Every draw is public from its announcement on, those given up too; its list, and so who is drawn, only once it
was revealed. The staff of its own region see who was drawn before, because they have to go there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.clock import now
from portal.domain.actor import Scope
from portal.domain.draw_check import OtherDraw
from portal.domain.permissions import DEPARTMENT_TITLES, Department
from portal.domain.random_draw import Candidates, parse
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.supervision.kinds import DrawState
from portal.supervision.models import Inspection, RandomDraw
from portal.supervision.queries.draw_records import (
    HomeToDraw,
    chain_of,
    draw_file,
    draws_within,
    find_draw,
    homes_to_draw,
    left_out,
    others_of,
    visits_in,
)
from portal.supervision.queries.inspections import InspectionRow, inspections_by_id

__all__ = [
    "MOST", "DrawRow", "DrawView", "DrawnHome", "HomeToDraw", "chain_of", "draw_file", "draw_page",
    "draw_row", "draw_view", "homes_to_draw", "left_out", "visits_of",
]  # fmt: skip

MOST = 1_000
"""Draws that can be paged through."""


@dataclass(frozen=True, slots=True)
class DrawRow:
    """One draw. ``office``: 汀兰县民政; ``visits_made``: 0 for the public until it is revealed."""

    id: int
    public_id: str
    version: int
    title: str
    office: str
    region_code: str
    region: str
    department: Department
    state: DrawState
    candidates_hash: str
    home_count: int
    inspector_count: int
    homes_drawn: int
    inspectors_each: int
    number_name: str
    number_where: str
    number_due_at: datetime
    announced_at: datetime
    number: str | None
    drawn_at: datetime | None
    revealed_at: datetime | None
    abandoned_at: datetime | None
    abandoned_reason: str | None
    visits_made: int
    number_due: bool
    """True if the number can be known now."""


@dataclass(frozen=True, slots=True)
class DrawnHome:
    """One home that was drawn, who goes there, and the visit; its row None where it may not be seen."""

    public_id: str
    name: str
    inspectors: tuple[str, ...]
    visit: InspectionRow | None


@dataclass(frozen=True, slots=True)
class DrawView:
    """One draw with all that its page shows. ``candidates`` and ``drawn``: None until they may be known."""

    row: DrawRow
    candidates: str | None
    homes: tuple[tuple[str, str], ...]
    """Public id and name of every home on the list, once public."""
    inspectors: tuple[str, ...]
    drawn: tuple[DrawnHome, ...] | None
    others: tuple[OtherDraw, ...]


def draw_page(
    region: str | None, scope: Scope, offset: int = 0, limit: int | None = 50
) -> tuple[list[DrawRow], int]:
    """Return a page of draws within a region (None: all), the latest announcement first, and how many."""
    conditions = draws_within(region, scope)
    total = db.session.scalar(select(func.count()).select_from(RandomDraw).where(*conditions)) or 0
    query = select(RandomDraw).where(*conditions)
    query = query.order_by(RandomDraw.announced_at.desc(), RandomDraw.id.desc())
    found = db.session.scalars(query.offset(min(max(offset, 0), MOST)).limit(limit)).all()
    return _read(found, scope), total


def draw_row(public_id: str, scope: Scope) -> DrawRow | None:
    """Return one draw, None where there is none."""
    found = find_draw(public_id, scope)
    return None if found is None else _read([found], scope)[0]


def draw_view(public_id: str, scope: Scope) -> DrawView | None:
    """Return one draw whole; None where there is none."""
    found = find_draw(public_id, scope)
    if found is None:
        return None
    known = found.state is DrawState.REVEALED or (not scope.public_only and found.drawn_at is not None)
    listed = parse(found.candidates) if known else None
    return DrawView(
        _read([found], scope)[0],
        found.candidates if found.state is DrawState.REVEALED else None,
        () if listed is None else tuple((home.id, home.name) for home in listed.homes),
        () if listed is None else listed.inspectors,
        None if listed is None else _drawn(found, listed, scope),
        others_of(found),
    )


def _read(draws: Sequence[RandomDraw], scope: Scope) -> list[DrawRow]:
    regions, moment = region_directory(), now()
    shown = [one.id for one in draws if not scope.public_only or one.state is DrawState.REVEALED]
    visits = (
        select(Inspection.draw_id, func.count())
        .where(Inspection.draw_id.in_(shown), Inspection.visited_on.is_not(None))
        .group_by(Inspection.draw_id)
    )
    made = dict(db.session.execute(visits).all()) if shown else {}
    return [
        DrawRow(
            id=one.id,
            public_id=one.public_id,
            version=one.version,
            title=one.title,
            office=f"{regions.label(one.region_code)}{DEPARTMENT_TITLES[one.department]}",
            region_code=one.region_code,
            region=regions.label(one.region_code),
            department=one.department,
            state=one.state,
            candidates_hash=one.candidates_hash,
            home_count=one.home_count,
            inspector_count=one.inspector_count,
            homes_drawn=one.homes_drawn,
            inspectors_each=one.inspectors_each,
            number_name=one.number_name,
            number_where=one.number_where,
            number_due_at=one.number_due_at,
            announced_at=one.announced_at,
            number=one.number,
            drawn_at=one.drawn_at,
            revealed_at=one.revealed_at,
            abandoned_at=one.abandoned_at,
            abandoned_reason=one.abandoned_reason,
            visits_made=made.get(one.id, 0),
            number_due=one.number_due_at <= moment,
        )
        for one in draws
    ]


def _drawn(draw: RandomDraw, listed: Candidates, scope: Scope) -> tuple[DrawnHome, ...]:
    visits = visits_in(draw)
    rows = {row.id: row for row in inspections_by_id([key for key, *_ in visits], scope)}
    names = {home.id: home.name for home in listed.homes}
    return tuple(
        DrawnHome(home, names.get(home, name), sent, rows.get(key)) for key, home, name, sent in visits
    )


def visits_of(public_id: str, scope: Scope) -> list[InspectionRow]:
    """Return a draw's visits, made or to be made, in the order of the draw; for the staff."""
    found = find_draw(public_id, scope)
    if found is None or (scope.public_only and found.state is not DrawState.REVEALED):
        return []
    return inspections_by_id([key for key, *_ in visits_in(found)], scope)
