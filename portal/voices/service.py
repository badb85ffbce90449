"""Giving a voice and taking it back. Flushes, never commits.

One browser, one voice on a subject: a second one changes the first. A voice beyond what one place may weigh
is kept and counted apart; nobody is refused for where they come from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import delete, select, update

from portal import clock
from portal.config import Settings
from portal.domain.voice_limits import Limits, Standing, why_apart
from portal.extensions import db
from portal.voices import marks, sums
from portal.voices.kinds import Apart, Proof, VoiceKind
from portal.voices.models import CHOICE_MOST, Voice, VoiceBurst, VoiceCount, VoiceOrigin
from portal.voices.setting_apart import burst_for
from portal.voices.sums import CountClosed, Share, when_changed
from portal.voices.tallies import Tally, has_given, tallies, tally
from portal.voices.visitor import Visitor

__all__ = [
    "CountClosed",
    "Gave",
    "Given",
    "Tally",
    "close_count",
    "give",
    "has_given",
    "limits_of",
    "take_back",
    "tallies",
    "tally",
    "when_changed",
]


class Gave(StrEnum):
    """What giving a voice did."""

    FRESH = "fresh"
    CHANGED = "changed"
    """The same browser chose otherwise before."""
    AGAIN = "again"
    """The same browser had chosen the same: nothing changed."""


@dataclass(frozen=True, slots=True)
class Given:
    """What became of a voice."""

    how: Gave
    why_apart: Apart | None = None

    @property
    def counted(self) -> bool:
        """True if it counts, False if it is counted apart."""
        return self.why_apart is None


def limits_of(kind: VoiceKind) -> Limits:
    """Return the limits in force for one kind of subject."""
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    limits = Limits(settings.voices_per_address, settings.voices_per_network, settings.voices_in_ten_minutes)
    return limits if kind is VoiceKind.SUGGESTION else limits.for_many()


def give(
    kind: VoiceKind,
    subject_id: int,
    choice: str,
    visitor: Visitor,
    now: datetime,
    proof: Proof = Proof.UNASKED,
) -> Given:
    """Take a visitor's voice. The visitor must have a number (``Visitor.with_cookie()``).

    ``choice``: empty for support, else public ids with commas, which the caller has checked to stand for
    election and not to be too many. Raises CountClosed.
    """
    person = visitor.person_index(kind, subject_id)
    if person is None or len(choice) > CHOICE_MOST:
        raise ValueError("a voice needs a browser's number and a short choice")
    held = sums.hold(kind, subject_id, now)
    found = _find(kind, subject_id, person)
    if found is not None:
        return _changed(found, choice, now)
    new = visitor.is_new(now)
    address, network = visitor.address_index(kind, subject_id), visitor.network_index(kind, subject_id)
    whiles = marks.rush_marks(kind, subject_id, now, new)
    numbers = marks.read(whiles)
    standing = replace(
        _places(kind, subject_id, address, network),
        waited=held.waited,
        counted=held.counted,
        in_slot=numbers[whiles[0]],
        in_day=numbers[whiles[1]],
    )
    apart = why_apart(standing, proof, limits_of(kind))
    voice = Voice(
        kind=kind,
        subject_id=subject_id,
        choice=choice,
        person_index=person,
        address_index=address,
        network_index=network,
        given_at=now,
        proof=proof,
        new_browser=new,
        apart=apart,
    )
    if apart is not None:
        voice.burst_id = burst_for(kind, subject_id, apart, _origin(apart, address, network), now)
    db.session.add(voice)
    db.session.flush()
    sums.apply(kind, subject_id, (), [share_of(voice)], now)
    own = whiles if apart is None else []
    marks.count_on([*own, *marks.load_marks(kind, subject_id, visitor, now)], now)
    return Given(Gave.FRESH, apart)


def take_back(kind: VoiceKind, subject_id: int, visitor: Visitor) -> bool:
    """Take a visitor's voice back; its row is gone. False if there is none. Raises CountClosed."""
    person = visitor.person_index(kind, subject_id)
    if person is None:
        return False
    now = clock.now()
    sums.hold(kind, subject_id, now)
    found = _find(kind, subject_id, person)
    if found is None:
        return False
    sums.apply(kind, subject_id, [share_of(found)], (), now)
    if found.burst_id is not None:
        fewer = update(VoiceBurst).where(VoiceBurst.id == found.burst_id, VoiceBurst.voices > 0)
        db.session.execute(
            fewer.values(voices=VoiceBurst.voices - 1), execution_options={"synchronize_session": False}
        )
    if found.apart is None:
        # or one browser, giving and taking back, could make a rush that sets others apart
        marks.count_off(marks.rush_marks(kind, subject_id, found.given_at, found.new_browser))
    db.session.execute(delete(Voice).where(Voice.id == found.id))
    marks.count_on((), now)
    return True


def close_count(kind: VoiceKind, subject_id: int) -> None:
    """Close a count: nobody can add, change or take back any more; bursts can still be decided.

    Thirty days later it is erased who spoke and from where (``forgetting``). Closing twice changes nothing.
    """
    now = clock.now()
    sums.hold(kind, subject_id, now, also_closed=True)
    closed = update(VoiceCount).where(
        VoiceCount.kind == kind, VoiceCount.subject_id == subject_id, VoiceCount.closed_at.is_(None)
    )
    db.session.execute(closed.values(closed_at=now), execution_options={"synchronize_session": False})


def share_of(voice: Voice) -> Share:
    """Return what a voice adds to the sums."""
    return Share(voice.choice, voice.proof, voice.address_index, voice.network_index, voice.apart)


def _find(kind: VoiceKind, subject_id: int, person: str) -> Voice | None:
    found = select(Voice).where(
        Voice.kind == kind, Voice.subject_id == subject_id, Voice.person_index == person
    )
    return db.session.scalar(found.execution_options(populate_existing=True))


def _changed(found: Voice, choice: str, now: datetime) -> Given:
    """Let a voice say something else; when and from where it was given stays as it was."""
    if found.choice == choice:
        return Given(Gave.AGAIN, found.apart)
    before = share_of(found)
    found.choice = choice
    db.session.flush()
    sums.apply(found.kind, found.subject_id, [before], [share_of(found)], now)
    marks.count_on((), now)
    return Given(Gave.CHANGED, found.apart)


def _places(kind: VoiceKind, subject_id: int, address: str, network: str) -> Standing:
    """Return what the address and the network gave so far."""
    rows = db.session.execute(
        select(VoiceOrigin.mark, VoiceOrigin.counted, VoiceOrigin.waited).where(
            VoiceOrigin.kind == kind,
            VoiceOrigin.subject_id == subject_id,
            VoiceOrigin.mark.in_([address, network]),
        )
    )
    places = {row.mark: (row.counted, row.waited) for row in rows}
    counted, waited = places.get(network, (0, 0))
    return Standing(places.get(address, (0, 0))[0], counted, waited)


def _origin(apart: Apart, address: str, network: str) -> str | None:
    """Return the place a burst is about, None where it is about none."""
    if apart is Apart.ADDRESS:
        return address
    return network if apart is Apart.NETWORK else None
