"""What everybody may read of single cases: published with consent, redacted, never with a day or a number."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from portal.complaints.kinds import Category, Finding
from portal.complaints.models import CasePublication
from portal.domain.actor import Scope
from portal.domain.case_status import CaseEvent
from portal.domain.response_clock import Judgement
from portal.extensions import db
from portal.institutions.models import Institution
from portal.institutions.queries.places import RegionChoice, RegionFilter
from portal.reference.directory import region_directory

_MOST_AT_ONCE = 500
"""Ids in one condition."""


@dataclass(frozen=True, slots=True)
class CourseStep:
    """One step of a published case. ``day``: working days after the receipt of its handling."""

    event: CaseEvent
    day: int
    handling: int


@dataclass(frozen=True, slots=True)
class CourseClocks:
    """How the clocks of one handling were kept; None where there was no such answer."""

    handling: int
    first: Judgement | None
    first_days: int | None
    final: Judgement | None
    final_days: int | None


@dataclass(frozen=True, slots=True)
class Published:
    """One published case."""

    id: int
    public_id: str
    title: str
    text: str
    reply: str
    category: Category
    region_code: str
    region_label: str
    region_path: str
    home_id: str | None
    """Public id and name of the home, where they may be told."""
    home: str | None
    month: date
    """The month of publishing, its first day: of receipt no date is kept."""
    changed: bool
    """True if it was changed in a later month."""
    finding: Finding | None
    steps: tuple[CourseStep, ...]
    clocks: tuple[CourseClocks, ...]


@dataclass(frozen=True, slots=True)
class PublishedChoice:
    """What somebody asks the list for."""

    region: str | None = None
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class PublishedList:
    """What the list offers: how many each choice would show. ``total``: what matches this one."""

    total: int
    everything: int
    categories: dict[Category, int]
    regions: RegionFilter


def published_overview(choice: PublishedChoice, scope: Scope) -> PublishedList:
    """Return the counts of the list, each filter counted under the other; one query."""
    query = (
        select(CasePublication.region_code, CasePublication.category, func.count())
        .where(*_visible(scope))
        .group_by(CasePublication.region_code, CasePublication.category)
    )
    region = known_region(choice.region)
    inside = region_directory().within(region) if region else None
    categories, places, total, everything = dict[Category, int](), dict[str, int](), 0, 0
    for code, category, count in db.session.execute(query):
        everything += count
        here = inside is None or code in inside
        if here:
            categories[category] = categories.get(category, 0) + count
        if choice.category in (None, category):
            places[code] = places.get(code, 0) + count
            total += count if here else 0
    listed = {category: categories[category] for category in Category if category in categories}
    return PublishedList(total, everything, listed, _regions(places, region))


def published_page(
    choice: PublishedChoice, scope: Scope, offset: int = 0, limit: int | None = None
) -> list[Published]:
    """Return published cases, newest first."""
    query = _joined().where(*_visible(scope))
    region = known_region(choice.region)
    if region is not None:
        query = query.where(CasePublication.region_code.in_(region_directory().within(region)))
    if choice.category is not None:
        query = query.where(CasePublication.category == choice.category)
    order = CasePublication.published_at.desc(), CasePublication.id.desc()
    return _views(query.order_by(*order).offset(offset).limit(limit))


def published_case(public_id: str, scope: Scope) -> Published | None:
    """Return one published case; None where there is none, or it was taken back."""
    found = _views(_joined().where(CasePublication.public_id == public_id, *_visible(scope)))
    return found[0] if found else None


def published_of(ids: Collection[int] | None, scope: Scope) -> Sequence[Published]:
    """Return the published cases among these (None: all), for search; in the order of their ids."""
    query = _joined().where(*_visible(scope)).order_by(CasePublication.id)
    if ids is None:
        return _views(query)
    wanted = sorted(ids)
    found: list[Published] = []
    for start in range(0, len(wanted), _MOST_AT_ONCE):
        found += _views(query.where(CasePublication.id.in_(wanted[start : start + _MOST_AT_ONCE])))
    return found


def publications_naming(homes: Collection[int]) -> set[int]:
    """Return the publications that name these homes, standing or taken back."""
    wanted, found = sorted(homes), set[int]()
    for start in range(0, len(wanted), _MOST_AT_ONCE):
        of_them = CasePublication.institution_id.in_(wanted[start : start + _MOST_AT_ONCE])
        found.update(db.session.scalars(select(CasePublication.id).where(of_them)))
    return found


def published_changed_at(scope: Scope) -> datetime | None:
    """Return when anything was last published, changed or taken back; None: never."""
    query = select(CasePublication.changed_at).order_by(CasePublication.changed_at.desc()).limit(1)
    if scope.regions is not None:
        query = query.where(CasePublication.region_code.in_(scope.regions))
    return db.session.scalar(query)


def known_region(code: str | None) -> str | None:
    """Return the code if there is such a region, None otherwise: a mistyped address shows everything."""
    return code if code and region_directory().get(code) is not None else None


def _visible(scope: Scope) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [CasePublication.withdrawn_at.is_(None)]
    if scope.regions is not None:
        conditions.append(CasePublication.region_code.in_(scope.regions))
    return conditions


def _joined() -> Select[CasePublication, str, str]:
    shown = (Institution.id == CasePublication.institution_id) & Institution.withdrawn.is_(False)
    return select(CasePublication, Institution.public_id, Institution.name).outerjoin(Institution, shown)


def _views(query: Select[CasePublication, str, str]) -> list[Published]:
    regions = region_directory()
    return [
        _view(one, home_id, home, regions.label(one.region_code), regions.path_label(one.region_code, ""))
        for one, home_id, home in db.session.execute(query)
    ]


def _view(one: CasePublication, home_id: str | None, home: str | None, label: str, path: str) -> Published:
    course = json.loads(one.timeline)
    month, changed = _month(one.published_at), _month(one.changed_at)
    return Published(
        one.id,
        one.public_id,
        one.title,
        one.text,
        one.reply,
        one.category,
        one.region_code,
        label,
        path,
        home_id,
        home,
        month,
        changed > month,
        Finding(course["finding"]) if course.get("finding") else None,
        tuple(CourseStep(CaseEvent(step["event"]), step["day"], step["round"]) for step in course["steps"]),
        tuple(_clocks(told) for told in course["rounds"]),
    )


def _clocks(told: dict[str, Any]) -> CourseClocks:
    def judged(name: str) -> Judgement | None:
        return Judgement(told[name]) if name in told else None

    return CourseClocks(
        told["round"], judged("first"), told.get("first_days"), judged("final"), told.get("final_days")
    )


def _month(moment: datetime) -> date:
    return moment.date().replace(day=1)


def _regions(places: dict[str, int], chosen: str | None) -> RegionFilter:
    """Return the regions that cases stand under, cities and counties alike."""
    regions = region_directory()

    def choice(code: str) -> RegionChoice:
        count = sum(number for place, number in places.items() if place in regions.within(code))
        return RegionChoice(code, regions.path_label(code, " "), count)

    codes = sorted({*places, *([chosen] if chosen else [])})
    return RegionFilter(
        chosen, regions.label(chosen) if chosen else None, (), tuple(choice(code) for code in codes)
    )
