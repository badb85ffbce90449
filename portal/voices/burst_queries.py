"""What staff see of suspicious bursts. Marks of places are keyed hashes: nobody reads an address here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select

from portal.extensions import db
from portal.voices.kinds import Apart, BurstState, OriginKind, Proof, VoiceKind
from portal.voices.models import Voice, VoiceBurst, VoiceOrigin

MOST_SUBJECTS = 500
MOST_BURSTS = 50
"""Bursts of one subject shown one by one; the rest is decided together."""
MOST_PLACES = 30
MOST_HOURS = 48
_NEWEST = 20_000


@dataclass(slots=True)
class Suspicious:
    """One subject with bursts: how many, of which kinds, how many voices."""

    kind: VoiceKind
    subject_id: int
    bursts: int = 0
    voices: int = 0
    whys: Counter[Apart] = field(default_factory=Counter)
    """Voices by why."""
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BurstRow:
    """One burst, with what speaks for and against it."""

    id: int
    why: Apart
    state: BurstState
    voices: int
    first_at: datetime
    last_at: datetime
    words: str | None
    decided_at: datetime | None
    decided_by: str | None
    version: int
    addresses: int
    networks: int
    """0 once erased."""
    new_browsers: int
    solved: int
    waited: int


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """What one network gave to a subject."""

    mark: str
    counted: int
    waited: int
    apart: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class HourRow:
    """What came within one hour."""

    begins: datetime
    counted: int
    apart: int
    new_browsers: int
    networks: int


def suspicious(waiting: bool) -> list[Suspicious]:
    """Return subjects with bursts that wait, or else that were decided; the latest first, at most 500."""
    state = VoiceBurst.state
    rows = db.session.execute(
        select(
            VoiceBurst.kind,
            VoiceBurst.subject_id,
            VoiceBurst.why,
            func.count(VoiceBurst.id).label("bursts"),
            func.sum(VoiceBurst.voices).label("voices"),
            func.min(VoiceBurst.first_at).label("first_at"),
            func.max(VoiceBurst.last_at).label("last_at"),
        )
        .where(state == BurstState.WAITING if waiting else state != BurstState.WAITING, VoiceBurst.voices > 0)
        .group_by(VoiceBurst.kind, VoiceBurst.subject_id, VoiceBurst.why)
        .order_by(func.max(VoiceBurst.last_at).desc())
        .limit(MOST_SUBJECTS)
    )
    found: dict[tuple[VoiceKind, int], Suspicious] = {}
    for row in rows:
        one = found.setdefault((row.kind, row.subject_id), Suspicious(row.kind, row.subject_id))
        one.bursts += row.bursts
        one.voices += row.voices
        one.whys[row.why] += row.voices
        one.first_at = row.first_at if one.first_at is None else min(one.first_at, row.first_at)
        one.last_at = row.last_at if one.last_at is None else max(one.last_at, row.last_at)
    return list(found.values())


def bursts_of(kind: VoiceKind, subject_id: int) -> tuple[list[BurstRow], int]:
    """Return the bursts of a subject, those that wait and the largest first, and how many there are."""
    ours = (VoiceBurst.kind == kind, VoiceBurst.subject_id == subject_id, VoiceBurst.voices > 0)
    total = db.session.scalar(select(func.count(VoiceBurst.id)).where(*ours)) or 0
    rows = db.session.scalars(
        select(VoiceBurst)
        .where(*ours)
        .order_by(VoiceBurst.state != BurstState.WAITING, VoiceBurst.voices.desc(), VoiceBurst.id)
        .limit(MOST_BURSTS)
        .execution_options(populate_existing=True)
    ).all()
    facts = _facts([row.id for row in rows])
    return [
        BurstRow(
            row.id,
            row.why,
            row.state,
            row.voices,
            row.first_at,
            row.last_at,
            row.words,
            row.decided_at,
            row.decided_by,
            row.version,
            *facts.get(row.id, (0, 0, 0, 0, 0)),
        )
        for row in rows
    ], total


def latest_burst(kind: VoiceKind, subject_id: int) -> int:
    """Return the number of the latest burst of a subject, 0 if there is none."""
    latest = select(func.max(VoiceBurst.id)).where(
        VoiceBurst.kind == kind, VoiceBurst.subject_id == subject_id
    )
    return db.session.scalar(latest) or 0


def networks_of(kind: VoiceKind, subject_id: int) -> list[NetworkRow]:
    """Return the networks that gave most to a subject."""
    rows = db.session.execute(
        select(
            VoiceOrigin.mark, VoiceOrigin.counted, VoiceOrigin.waited, VoiceOrigin.apart, VoiceOrigin.last_at
        )
        .where(
            VoiceOrigin.kind == kind,
            VoiceOrigin.subject_id == subject_id,
            VoiceOrigin.wide == OriginKind.NETWORK,
        )
        .order_by((VoiceOrigin.counted + VoiceOrigin.apart).desc(), VoiceOrigin.mark)
        .limit(MOST_PLACES)
    )
    return [NetworkRow(row.mark, row.counted, row.waited, row.apart, row.last_at) for row in rows]


def hours_of(kind: VoiceKind, subject_id: int) -> list[HourRow]:
    """Return what came hour by hour, the latest first, of the newest 20 000 voices, without empty hours."""
    rows = db.session.execute(
        select(Voice.given_at, Voice.apart, Voice.new_browser, Voice.network_index)
        .where(Voice.kind == kind, Voice.subject_id == subject_id)
        .order_by(Voice.given_at.desc())
        .limit(_NEWEST)
    )
    hours: dict[datetime, Counter[str]] = {}
    networks: dict[datetime, set[str]] = {}
    for row in rows:
        hour = row.given_at.replace(minute=0, second=0, microsecond=0)
        if hour not in hours and len(hours) == MOST_HOURS:
            break
        count = hours.setdefault(hour, Counter())
        count["counted" if row.apart is None else "apart"] += 1
        count["new"] += row.new_browser
        if row.network_index is not None:
            networks.setdefault(hour, set()).add(row.network_index)
    return [
        HourRow(hour, count["counted"], count["apart"], count["new"], len(networks.get(hour, ())))
        for hour, count in hours.items()
    ]


def _facts(ids: Sequence[int]) -> dict[int, tuple[int, int, int, int, int]]:
    if not ids:
        return {}

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    rows = db.session.execute(
        select(
            Voice.burst_id,
            func.count(Voice.address_index.distinct()),
            func.count(Voice.network_index.distinct()),
            number(Voice.new_browser.is_(True)),
            number(Voice.proof == Proof.SOLVED),
            number(Voice.proof == Proof.WAITED),
        )
        .where(Voice.burst_id.in_(ids))
        .group_by(Voice.burst_id)
    )
    return {burst_id: tuple(numbers) for burst_id, *numbers in rows}  # type: ignore[misc]
