"""What staff need of a round: what went out to homes and came back, lots to print, calls to make."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, Select, cast, func, select

from portal.domain.actor import Scope
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.directory import region_directory
from portal.surveys.kinds import Audience, RoundPhase, SheetChannel, WordsState
from portal.surveys.models import SurveyCode, SurveyLot, SurveyRound, SurveyWords
from portal.surveys.queries.rounds import RoundView, rounds
from portal.surveys.service.sheets import homes_without


@dataclass(frozen=True, slots=True)
class LotView:
    """One lot: how many went out, how many were used."""

    id: int
    institution_id: int
    home: str
    home_id: str
    region_label: str
    audience: Audience
    channel: SheetChannel
    handed_out: int
    used: int
    handed_out_on: date
    handed_out_by: str
    printable: bool
    void: bool
    version: int


@dataclass(frozen=True, slots=True)
class Totals:
    """How many questionnaires of one audience went out and were used, to how many homes."""

    homes: int = 0
    handed_out: int = 0
    used: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """What waits in rounds of the own regions. Each: rounds in the order of what is due."""

    to_publish: tuple[RoundView, ...]
    to_read: tuple[tuple[RoundView, int], ...]
    """With how many pieces of writing nobody has looked at."""
    to_hand_out: tuple[tuple[RoundView, int], ...]
    """Open or about to open, with how many homes got nothing yet."""


def lots(round_id: int, offset: int = 0, limit: int | None = None) -> list[LotView]:
    """Return the lots of a round, home by home."""
    query = _lots(round_id).order_by(
        Institution.region_code, Institution.name, SurveyLot.audience.desc(), SurveyLot.id
    )
    return _read(query.offset(offset).limit(limit))


def count_lots(round_id: int) -> int:
    """Return how many lots a round has."""
    query = select(func.count()).select_from(SurveyLot).where(SurveyLot.round_id == round_id)
    return db.session.scalar(query) or 0


def lot_of(lot_id: int, round_id: int) -> LotView | None:
    """Return one lot of a round."""
    found = _read(_lots(round_id).where(SurveyLot.id == lot_id))
    return found[0] if found else None


def lot_record(lot_id: int, round_id: int) -> SurveyLot | None:
    """Return the lot to change."""
    return db.session.scalar(select(SurveyLot).where(SurveyLot.id == lot_id, SurveyLot.round_id == round_id))


def calls(round_id: int) -> list[LotView]:
    """Return the planned calls of a round, those with most to do first."""
    query = _lots(round_id).where(SurveyLot.channel == SheetChannel.TELEPHONE, SurveyLot.void.is_(False))
    return sorted(_read(query), key=lambda one: (one.used - one.handed_out, one.region_label, one.home))


def totals(round_id: int) -> dict[Audience, Totals]:
    """Return what went out and was used, by audience."""
    query = (
        select(
            SurveyLot.audience,
            func.count(SurveyLot.institution_id.distinct()),
            func.count(SurveyCode.id),
            func.sum(cast(SurveyCode.used, Integer)),
        )
        .join(SurveyCode, SurveyCode.lot_id == SurveyLot.id)
        .where(SurveyLot.round_id == round_id, SurveyLot.void.is_(False))
        .group_by(SurveyLot.audience)
    )
    return {
        audience: Totals(homes, handed_out, int(used or 0))
        for audience, homes, handed_out, used in db.session.execute(query)
    }


def count_homes_without(found: SurveyRound) -> int:
    """Return how many operating homes of the round's region got nothing yet."""
    return len(homes_without(found))


def work_of(scope: Scope) -> Work:
    """Return what waits within a scope."""
    found = [one for one in rounds(scope) if one.phase is not RoundPhase.PUBLISHED or _recent(one)]
    waiting = _waiting_words([one.id for one in found if one.counted_at is not None])
    to_publish = [one for one in found if one.phase is RoundPhase.CLOSED and one.counted_at is not None]
    begun = [one for one in found if one.phase in (RoundPhase.AHEAD, RoundPhase.OPEN)]
    without = [(one, len(homes_without(db.session.get_one(SurveyRound, one.id)))) for one in begun[:_MOST]]
    return Work(
        tuple(sorted(to_publish, key=lambda one: one.publish_by)),
        tuple((one, waiting[one.id]) for one in found if waiting.get(one.id)),
        tuple((one, count) for one, count in without if count),
    )


_MOST = 5
"""Rounds at a time of which homes without sheets are looked for: an office has one, rarely two."""


def _recent(one: RoundView) -> bool:
    return one.forgotten_at is None


def _waiting_words(ids: Collection[int]) -> dict[int, int]:
    if not ids:
        return {}
    query = (
        select(SurveyWords.round_id, func.count())
        .where(SurveyWords.round_id.in_(ids), SurveyWords.state == WordsState.WAITING)
        .group_by(SurveyWords.round_id)
    )
    return dict(db.session.execute(query).all())


def _lots(round_id: int) -> Select[Any]:
    used = (
        select(func.count())
        .where(SurveyCode.lot_id == SurveyLot.id, SurveyCode.used.is_(True))
        .correlate(SurveyLot)
        .scalar_subquery()
    )
    return (
        select(SurveyLot, Institution.name, Institution.public_id, Institution.region_code, used)
        .join(Institution, Institution.id == SurveyLot.institution_id)
        .where(SurveyLot.round_id == round_id)
    )


def _read(query: Select[Any]) -> list[LotView]:
    directory, found = region_directory(), []
    for lot, name, public_id, code, used in db.session.execute(query):
        found.append(
            LotView(
                lot.id,
                lot.institution_id,
                name,
                public_id,
                directory.label(code),
                lot.audience,
                lot.channel,
                lot.handed_out,
                used,
                lot.handed_out_on,
                lot.handed_out_by,
                lot.codes_sealed is not None,
                lot.void,
                lot.version,
            )
        )
    return found
