"""The figures of a round as they were made: nothing in them tells of fewer than five."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from portal.domain.questionnaires import Audience
from portal.domain.survey_figures import Shown
from portal.domain.survey_round import Half
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.directory import region_directory
from portal.surveys.kinds import Level
from portal.surveys.models import SurveyFigures, SurveyLot, SurveyRound


@dataclass(frozen=True, slots=True)
class Place:
    """Figures of one place, or of several together."""

    audience: Audience
    level: Level
    label: str
    region_code: str | None
    home_id: str | None
    """Public id of the home."""
    institution_id: int | None
    homes: int
    handed_out: int
    answered: int | None
    shown: Shown


@dataclass(frozen=True, slots=True)
class Untold:
    """A home that questionnaires went to and that is not shown by itself."""

    name: str
    public_id: str
    region_label: str
    handed_out: int


_LEVELS = {Level.WHOLE: 0, Level.COUNTY: 1, Level.OTHER_COUNTIES: 2, Level.HOME: 3, Level.OTHER_HOMES: 4}


def places(round_id: int, audience: Audience, levels: Collection[Level] | None = None) -> list[Place]:
    """Return figures, the whole first, then counties by code, then homes by name.

    ``levels``: those wanted; without them the whole and the counties.
    """
    query = _select().where(
        SurveyFigures.round_id == round_id,
        SurveyFigures.audience == audience,
        SurveyFigures.level.in_(_UPPER if levels is None else levels),
    )
    return _read(query)


def home_places(
    round_id: int, audience: Audience, region: str | None, offset: int, limit: int | None
) -> list[Place]:
    """Return homes that are shown by themselves, county by county, by name."""
    query = _homes(round_id, audience, region).order_by(SurveyFigures.region_code, Institution.name)
    return _read(query.offset(offset).limit(limit), ordered=True)


def count_homes(round_id: int, audience: Audience, region: str | None) -> int:
    """Return how many homes are shown by themselves."""
    query = _homes(round_id, audience, region).with_only_columns(func.count(SurveyFigures.id))
    return db.session.scalar(query) or 0


def home_figures(round_id: int, institution_id: int) -> dict[Audience, Place]:
    """Return what is shown of one home."""
    query = _select().where(
        SurveyFigures.round_id == round_id, SurveyFigures.institution_id == institution_id
    )
    return {one.audience: one for one in _read(query)}


def latest_of_home(institution_id: int) -> tuple[str, Half] | None:
    """Return the last published round that shows figures of a home: its public id and half-year."""
    query = (
        select(SurveyRound.public_id, SurveyRound.year, SurveyRound.half)
        .join(SurveyFigures, SurveyFigures.round_id == SurveyRound.id)
        .where(
            SurveyFigures.institution_id == institution_id,
            SurveyFigures.level == Level.HOME,
            SurveyRound.published_at.is_not(None),
        )
        .order_by(SurveyRound.year.desc(), SurveyRound.half.desc())
        .limit(1)
    )
    found = db.session.execute(query).one_or_none()
    return None if found is None else (found[0], Half(found[1], found[2]))


def untold_homes(round_id: int, audience: Audience, region: str | None = None) -> list[Untold]:
    """Return the homes that too few answered of, or that would give such a one away."""
    told = select(SurveyFigures.institution_id).where(
        SurveyFigures.round_id == round_id,
        SurveyFigures.audience == audience,
        SurveyFigures.level == Level.HOME,
    )
    query = (
        select(
            Institution.name, Institution.public_id, Institution.region_code, func.sum(SurveyLot.handed_out)
        )
        .join(SurveyLot, SurveyLot.institution_id == Institution.id)
        .where(
            SurveyLot.round_id == round_id,
            SurveyLot.audience == audience,
            SurveyLot.void.is_(False),
            Institution.id.not_in(told),
            Institution.withdrawn.is_(False),
            *((Institution.region_code == region,) if region else ()),
        )
        .group_by(Institution.id, Institution.name, Institution.public_id, Institution.region_code)
        .order_by(Institution.region_code, Institution.name)
    )
    directory = region_directory()
    return [
        Untold(name, public_id, directory.label(code), int(count))
        for name, public_id, code, count in db.session.execute(query)
    ]


def _select() -> Select[Any]:
    columns: tuple[Any, ...] = (SurveyFigures, Institution.name, Institution.public_id)
    return (
        select(*columns)
        .outerjoin(Institution, Institution.id == SurveyFigures.institution_id)
        .where(func.coalesce(Institution.withdrawn, False).is_(False))
    )


def _homes(round_id: int, audience: Audience, region: str | None) -> Select[Any]:
    return _select().where(
        SurveyFigures.round_id == round_id,
        SurveyFigures.audience == audience,
        SurveyFigures.level == Level.HOME,
        *((SurveyFigures.region_code == region,) if region else ()),
    )


def _read(query: Select[Any], *, ordered: bool = False) -> list[Place]:
    directory = region_directory()
    found = [
        Place(
            row.audience,
            row.level,
            _label(row, name, directory.label(row.region_code) if row.region_code else ""),
            row.region_code,
            public_id,
            row.institution_id,
            row.homes,
            row.handed_out,
            row.answered,
            row.shown,
        )
        for row, name, public_id in db.session.execute(query)
    ]
    if ordered:
        return found
    return sorted(found, key=_place_order)


_UPPER = (Level.WHOLE, Level.COUNTY, Level.OTHER_COUNTIES)


def _place_order(one: Place) -> tuple[int, str, int, str]:
    """A county's homes, then what stands for its others, then the next county."""
    upper = one.level in _UPPER
    return (_LEVELS[one.level] if upper else 3, one.region_code or "", _LEVELS[one.level], one.label)


def _label(row: SurveyFigures, name: str | None, region: str) -> str:
    match row.level:
        case Level.WHOLE:
            return "全部"
        case Level.COUNTY:
            return region
        case Level.OTHER_COUNTIES:
            return "其他区县合计"
        case Level.HOME:
            return name or ""
        case Level.OTHER_HOMES:
            return f"{region}其他{row.homes}家合计"
