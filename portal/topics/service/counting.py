"""Closing a count and freezing how it stands: for the result of a vote and for the public's verdict."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select

from portal import clock
from portal.domain.frozen_count import FrozenCount
from portal.extensions import db
from portal.voices.kinds import VoiceKind
from portal.voices.models import Voice
from portal.voices.service import close_count
from portal.voices.tallies import tally


def close_and_freeze(kind: VoiceKind, subject_id: int, first: datetime, last: datetime) -> FrozenCount:
    """Close the count of what was open from ``first`` to ``last`` and return how it stands. Flushes."""
    close_count(kind, subject_id)
    stands = tally(kind, subject_id)
    return FrozenCount(
        clock.now(),
        stands.persons,
        stands.counted,
        {why.value: number for why, number in stands.apart.items()},
        stands.sure.networks,
        stands.sure.solved,
        stands.sure.waited,
        by_day(kind, subject_id, first, last),
    )


def by_day(kind: VoiceKind, subject_id: int, first: datetime, last: datetime) -> dict[date, int]:
    """Return how many voices that count were given on each day (Asia/Shanghai). One query."""
    start = first.astimezone(clock.SHANGHAI).date()
    days = [start + timedelta(n) for n in range((last.astimezone(clock.SHANGHAI).date() - start).days + 1)]
    sums = [
        func.sum(
            case(
                (
                    (Voice.given_at >= clock.at(day, 0)) & (Voice.given_at < clock.at(day + timedelta(1), 0)),
                    1,
                ),
                else_=0,
            )
        )
        for day in days
    ]
    row = db.session.execute(
        select(*sums).where(
            Voice.kind == kind,
            Voice.subject_id == subject_id,
            Voice.apart.is_(None),
            # a voice whose giver was erased has the beginning of its day
            Voice.given_at >= clock.at(start, 0),
        )
    ).one()
    return {day: int(number or 0) for day, number in zip(days, row, strict=True)}
