"""Rounds as they are shown: to the public every round that has begun, to staff those of their regions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from portal import clock
from portal.domain.actor import Scope
from portal.domain.questionnaires import Audience
from portal.domain.survey_round import Half, RoundPhase, missing_halves, publish_by
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.surveys.kinds import Level
from portal.surveys.models import SurveyFigures, SurveyLot, SurveyRound


@dataclass(frozen=True, slots=True)
class Response:
    """How many questionnaires of one audience went out and came back.

    ``answered`` None: not told yet, or fewer than five.
    """

    handed_out: int
    answered: int | None = None


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round as it stands today."""

    id: int
    public_id: str
    region_code: str
    region_label: str
    which: Half
    questionnaire: str
    opens_on: date
    closes_on: date
    opened_by: str
    phase: RoundPhase
    publish_by: date
    late: bool
    """True once the analysis should have been published and is not."""
    counted_at: datetime | None
    remarks: str | None
    published_at: datetime | None
    published_by: str | None
    forgotten_at: datetime | None
    version: int
    responses: dict[Audience, Response]

    @property
    def title(self) -> str:
        """云汀市2026年上半年满意度回访."""
        return f"{self.region_label}{self.which.label}满意度回访"

    @property
    def handed_out(self) -> int:
        """Questionnaires handed out, to both audiences."""
        return sum(one.handed_out for one in self.responses.values())


@dataclass(frozen=True, slots=True)
class Missing:
    """A half-year in which an office that asks held no round."""

    region_label: str
    which: Half


def round_of(public_id: str, scope: Scope) -> RoundView | None:
    """Return one round, or None where the scope does not reach it."""
    found = _views(_visible(scope).where(SurveyRound.public_id == public_id), scope)
    return found[0] if found else None


def record_of(round_id: int, scope: Scope) -> SurveyRound | None:
    """Return the round to change, or None outside the scope."""
    found: SurveyRound | None = db.session.scalar(_visible(scope).where(SurveyRound.id == round_id))
    return found


def view_of(round_id: int, scope: Scope) -> RoundView | None:
    """Return one round by its key."""
    found = _views(_visible(scope).where(SurveyRound.id == round_id), scope)
    return found[0] if found else None


def published_rounds(ids: Collection[int] | None, scope: Scope) -> list[RoundView]:
    """Return the published rounds among these (None: all), for search."""
    query = _visible(scope).where(SurveyRound.published_at.is_not(None))
    return _views(query if ids is None else query.where(SurveyRound.id.in_(ids)), scope)


def rounds(scope: Scope, offset: int = 0, limit: int | None = None) -> list[RoundView]:
    """Return rounds, the latest half-year first, within it the wider region first."""
    query = _visible(scope).order_by(
        SurveyRound.year.desc(), SurveyRound.half.desc(), SurveyRound.region_code
    )
    return _views(query.offset(offset).limit(limit), scope)


def count_rounds(scope: Scope) -> int:
    """Return how many rounds the scope reaches."""
    return db.session.scalar(select(func.count()).select_from(_visible(scope).subquery())) or 0


def missing(scope: Scope) -> list[Missing]:
    """Return the half-years that offices who ask have let go by without asking, the latest first."""
    query = _visible(scope).with_only_columns(SurveyRound.region_code, SurveyRound.year, SurveyRound.half)
    held: dict[str, set[Half]] = {}
    for code, year, half in db.session.execute(query):
        held.setdefault(code, set()).add(Half(year, half))
    directory = region_directory()
    found = [
        Missing(directory.label(code), which)
        for code, halves in sorted(held.items())
        for which in missing_halves(halves, clock.today())
    ]
    return sorted(found, key=lambda one: one.which, reverse=True)


def round_before(view: RoundView) -> RoundView | None:
    """Return the last published round of the same office before this one, asked with the same questions."""
    query = (
        select(SurveyRound)
        .where(
            SurveyRound.region_code == view.region_code,
            SurveyRound.questionnaire == view.questionnaire,
            SurveyRound.published_at.is_not(None),
            (SurveyRound.year * 2 + SurveyRound.half) < view.which.year * 2 + view.which.number,
        )
        .order_by(SurveyRound.year.desc(), SurveyRound.half.desc())
        .limit(1)
    )
    found = _views(query, Scope(public_only=True))
    return found[0] if found else None


def _visible(scope: Scope) -> Select[Any]:
    query = select(SurveyRound)
    if scope.public_only:
        query = query.where(SurveyRound.opens_on <= clock.today())
    if scope.regions is not None:
        query = query.where(SurveyRound.region_code.in_(scope.regions))
    return query


def _views(query: Select[Any], scope: Scope) -> list[RoundView]:
    found: Sequence[SurveyRound] = db.session.scalars(query).all()
    told = [one.id for one in found if one.published_at is not None or not scope.public_only]
    responses = _responses([one.id for one in found], told)
    today, directory = clock.today(), region_directory()
    return [
        RoundView(
            one.id,
            one.public_id,
            one.region_code,
            directory.label(one.region_code),
            one.which,
            one.questionnaire,
            one.opens_on,
            one.closes_on,
            one.opened_by,
            one.phase(today),
            publish_by(one.closes_on),
            one.published_at is None and publish_by(one.closes_on) < today,
            one.counted_at,
            one.remarks,
            one.published_at,
            one.published_by,
            one.forgotten_at,
            one.version,
            responses.get(one.id, {}),
        )
        for one in found
    ]


def _responses(ids: Sequence[int], told: Sequence[int]) -> dict[int, dict[Audience, Response]]:
    """Return what went out, and of those in ``told`` what came back, as far as it is counted."""
    if not ids:
        return {}
    query = (
        select(SurveyLot.round_id, SurveyLot.audience, func.sum(SurveyLot.handed_out))
        .where(SurveyLot.round_id.in_(ids), SurveyLot.void.is_(False))
        .group_by(SurveyLot.round_id, SurveyLot.audience)
    )
    counted = select(SurveyFigures.round_id, SurveyFigures.audience, SurveyFigures.answered).where(
        SurveyFigures.round_id.in_(told), SurveyFigures.level == Level.WHOLE
    )
    answered = {(key, audience): count for key, audience, count in db.session.execute(counted)}
    found: dict[int, dict[Audience, Response]] = {}
    for round_id, audience, count in db.session.execute(query):
        found.setdefault(round_id, {})[audience] = Response(int(count), answered.get((round_id, audience)))
    return found
