"""What is needed to check a draw: its file, what the audit says of it, the homes that its list lacks (R7)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from portal.audit.models import AuditDigest, AuditEntry
from portal.clock import SHANGHAI, now
from portal.domain.actor import Scope
from portal.domain.draw_check import Attestation, Chain, DrawFile, OtherDraw
from portal.domain.permissions import DEPARTMENT_TITLES
from portal.domain.random_draw import Terms, parse, same_number
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.institutions.models import Institution, OperatingState
from portal.reference.directory import region_directory
from portal.supervision.kinds import DrawState
from portal.supervision.models import Inspection, RandomDraw
from portal.supervision.service.draws import ANNOUNCED, NUMBER

LOOKED_BACK = timedelta(days=92)
"""How long a draw that was given up too late is told of beside the next ones."""
LIES_AFTER = timedelta(days=45)
"""How long after its number a draw may take until every visit is made and its list public."""


@dataclass(frozen=True, slots=True)
class HomeToDraw:
    """A home that a list may hold. ``last_visit``: of any inspection."""

    id: int
    public_id: str
    name: str
    region_code: str
    region: str
    operating: OperatingState | None
    last_visit: date | None


def draw_file(public_id: str, scope: Scope) -> DrawFile | None:
    """Return what is published of a draw, to be checked by anybody; None where there is none."""
    found = find_draw(public_id, scope)
    return None if found is None else _file(found)


def chain_of(public_id: str, *, holds: bool) -> Chain | None:
    """Return what the audit says of a draw. ``holds``: whether the chain itself was checked and holds.

    None for the fictional city's past: the audit saw all of it on the day it was loaded.
    """
    found = db.session.scalars(select(RandomDraw).where(RandomDraw.public_id == public_id)).one_or_none()
    if found is not None and _is_made_up(found):
        return None
    subject = None if found is None else found.subject
    query = select(AuditEntry).where(
        AuditEntry.subject == subject, AuditEntry.action.in_([ANNOUNCED, NUMBER])
    )
    announced, numbers = [], []
    for entry in db.session.scalars(query.order_by(AuditEntry.sequence)):
        said: dict[str, Any] = json.loads(entry.content).get("note", {})
        if entry.action == NUMBER:
            numbers.append(str(said.get("number", "")))
        elif "candidates_hash" in said:
            announced.append(_attestation(entry, said))
    return Chain(holds, tuple(announced), tuple(numbers))


def homes_to_draw(region: str, scope: Scope, *, operating: bool = True) -> list[HomeToDraw]:
    """Return the homes from which an office may draw, by region and name; ``operating``: only those open."""
    regions = region_directory()
    latest = (
        select(Inspection.institution_id, func.max(Inspection.visited_on).label("day"))
        .where(Inspection.institution_id.is_not(None))
        .group_by(Inspection.institution_id)
        .subquery()
    )
    query = (
        select(Institution, latest.c.day)
        .outerjoin(latest, latest.c.institution_id == Institution.id)
        .where(Institution.withdrawn.is_(False), Institution.region_code.in_(regions.within(region)))
    )
    if scope.regions is not None:
        query = query.where(Institution.region_code.in_(scope.regions))
    if operating:
        gone = [OperatingState.CLOSED, OperatingState.MERGED, OperatingState.NOT_OPENED]
        query = query.where(
            or_(Institution.operating_state.is_(None), Institution.operating_state.not_in(gone))
        )
    query = query.order_by(Institution.region_code, Institution.name_key, Institution.id)
    return [
        HomeToDraw(
            home.id,
            home.public_id,
            home.name,
            home.region_code,
            regions.label(home.region_code),
            home.operating_state,
            day,
        )
        for home, day in db.session.execute(query)
    ]


def left_out(public_id: str, scope: Scope) -> list[HomeToDraw]:
    """Return the homes open in the draw's region that its list does not hold; for the staff.

    None that opened after the announcement can be on it: who reads the list judges.
    """
    if scope.public_only:
        return []
    found = find_draw(public_id, scope)
    if found is None:
        return []
    listed = {home.id for home in parse(found.candidates).homes}
    return [home for home in homes_to_draw(found.region_code, scope) if home.public_id not in listed]


def draws_within(region: str | None, scope: Scope) -> list[ColumnElement[bool]]:
    """Return the conditions of draws of a region (None: all) within the scope."""
    conditions: list[ColumnElement[bool]] = []
    regions = region_directory()
    if region is not None and regions.get(region) is not None:
        conditions.append(RandomDraw.region_code.in_(regions.within(region)))
    if scope.regions is not None:
        conditions.append(RandomDraw.region_code.in_(scope.regions))
    return conditions


def find_draw(public_id: str, scope: Scope) -> RandomDraw | None:
    """Return one draw, None where there is none within the scope."""
    query = select(RandomDraw).where(RandomDraw.public_id == public_id, *draws_within(None, scope))
    return db.session.scalars(query).one_or_none()


def visits_in(draw: RandomDraw) -> list[tuple[int, str, str, tuple[str, ...]]]:
    """Return the draw's visits as they stand: id, home's public id and name, whom the draw sends."""
    query = (
        select(Inspection.id, Institution.public_id, Institution.name, Inspection.inspectors)
        .join(Institution, Institution.id == Inspection.institution_id)
        .where(Inspection.draw_id == draw.id)
        .order_by(Inspection.id)
    )
    return [
        (key, home, name, tuple(json.loads(sent or "[]")))
        for key, home, name, sent in db.session.execute(query)
    ]


def _file(draw: RandomDraw) -> DrawFile:
    revealed = draw.state is DrawState.REVEALED
    return DrawFile(
        public_id=draw.public_id,
        office=f"{region_directory().label(draw.region_code)}{DEPARTMENT_TITLES[draw.department]}",
        terms=_terms(draw),
        number_where=draw.number_where,
        candidates_hash=draw.candidates_hash,
        home_count=draw.home_count,
        inspector_count=draw.inspector_count,
        announced_at=draw.announced_at,
        state=draw.state.value,
        number=draw.number,
        drawn_at=draw.drawn_at,
        revealed_at=draw.revealed_at,
        abandoned_at=draw.abandoned_at,
        abandoned_reason=draw.abandoned_reason,
        candidates=draw.candidates if revealed else None,
        # who was visited, as the visits say: if somebody else was sent there, checking tells
        drawn=tuple((home, sent) for _, home, _, sent in visits_in(draw)) if revealed else None,
        others=others_of(draw),
    )


def _is_made_up(draw: RandomDraw) -> bool:
    state = data_set_state()
    return state.is_demo and state.loaded_on is not None and draw.announced_at.date() <= state.loaded_on


def _terms(draw: RandomDraw) -> Terms:
    return Terms(draw.title, draw.number_name, draw.number_due_at, draw.homes_drawn, draw.inspectors_each)


def others_of(draw: RandomDraw) -> tuple[OtherDraw, ...]:
    """Return the office's announcements for the same number, those it gave up too late before this, and
    those that it lets lie."""
    query = select(RandomDraw).where(
        RandomDraw.id != draw.id,
        RandomDraw.region_code == draw.region_code,
        RandomDraw.department == draw.department,
        RandomDraw.number_due_at >= draw.number_due_at - LOOKED_BACK,
        RandomDraw.number_due_at <= draw.number_due_at + timedelta(days=1),
    )
    moment = now()
    return tuple(
        OtherDraw(one.public_id, one.number_name, one.number_due_at, one.abandoned_at, _lies(one, moment))
        for one in db.session.scalars(query.order_by(RandomDraw.announced_at, RandomDraw.id))
        if _same_number(one, draw) or _given_up_late(one) or _lies(one, moment)
    )


def _same_number(one: RandomDraw, draw: RandomDraw) -> bool:
    same_day = one.number_due_at.astimezone(SHANGHAI).date() == draw.number_due_at.astimezone(SHANGHAI).date()
    return same_day and same_number(one.number_name, draw.number_name)


def _given_up_late(one: RandomDraw) -> bool:
    return one.abandoned_at is not None and one.abandoned_at >= one.number_due_at


def _lies(one: RandomDraw, moment: datetime) -> bool:
    """True of one whose outcome nobody was to know: its number not entered, or its visits not made."""
    unfinished = one.state in (DrawState.ANNOUNCED, DrawState.DRAWN)
    return unfinished and one.number_due_at + LIES_AFTER < moment


def _attestation(entry: AuditEntry, said: dict[str, Any]) -> Attestation:
    due = datetime.fromisoformat(said["number_due_at"])
    closed = select(AuditDigest.day).where(
        AuditDigest.sequence >= entry.sequence,
        AuditDigest.day < due.astimezone(SHANGHAI).date(),
        AuditDigest.made_at < due,
    )
    return Attestation(
        at=entry.at,
        sequence=entry.sequence,
        candidates_hash=said["candidates_hash"],
        terms=Terms(said["title"], said["number_name"], due, said["homes_drawn"], said["inspectors_each"]),
        home_count=said["home_count"],
        inspector_count=said["inspector_count"],
        # while the number is still to come, the day may yet be closed
        closed_before_due=now() < due or db.session.scalar(closed.limit(1)) is not None,
    )
