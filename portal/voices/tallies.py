"""What pages read: sums, how sure they are, and what this visitor chose: at constant cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from portal.domain.voice_sureness import Sureness
from portal.extensions import db
from portal.voices.kinds import Apart, VoiceKind
from portal.voices.models import Voice, VoiceCount, VoiceSum
from portal.voices.sums import COUNTS, PERSONS
from portal.voices.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Tally:
    """How a count stands. Who may choose several is one person all the same."""

    persons: int = 0
    """Whose voice counts. For support this is the number."""
    counted: Mapping[str, int] = field(default_factory=dict)
    """By choice; empty for support."""
    apart: Mapping[Apart, int] = field(default_factory=dict)
    """Persons set apart, by why."""
    apart_choices: Mapping[str, int] = field(default_factory=dict)
    """What those set apart chose."""
    sure: Sureness = field(default_factory=lambda: Sureness(0, 0, 0, 0, 0))

    @property
    def apart_persons(self) -> int:
        """How many are set apart in all."""
        return sum(self.apart.values())


def tally(kind: VoiceKind, subject_id: int) -> Tally:
    """Return how one count stands. Two queries."""
    return tallies(kind, [subject_id])[subject_id]


def tallies(kind: VoiceKind, subject_ids: Sequence[int]) -> dict[int, Tally]:
    """Return how counts stand, an empty one where nobody has spoken. Two queries for all of a page."""
    if not subject_ids:
        return {}
    sums: dict[int, list[tuple[str, str, int]]] = {}
    rows = select(VoiceSum.subject_id, VoiceSum.choice, VoiceSum.why, VoiceSum.number).where(
        VoiceSum.kind == kind, VoiceSum.subject_id.in_(subject_ids), VoiceSum.number > 0
    )
    for subject_id, choice, why, number in db.session.execute(rows):
        sums.setdefault(subject_id, []).append((choice, why, number))
    own = select(VoiceCount.subject_id, VoiceCount.networks, VoiceCount.solved, VoiceCount.waited).where(
        VoiceCount.kind == kind, VoiceCount.subject_id.in_(subject_ids)
    )
    counts = {row.subject_id: (row.networks, row.solved, row.waited) for row in db.session.execute(own)}
    return {one: _tally(sums.get(one, []), counts.get(one, (0, 0, 0))) for one in subject_ids}


def has_given(kind: VoiceKind, subject_ids: Sequence[int], visitor: Visitor) -> dict[int, str]:
    """Return what this browser chose, of those subjects it gave a voice on. One query at most."""
    persons = [visitor.person_index(kind, one) for one in subject_ids]
    if not subject_ids or persons[0] is None:
        return {}
    rows = db.session.execute(
        select(Voice.subject_id, Voice.choice).where(
            Voice.kind == kind, Voice.subject_id.in_(subject_ids), Voice.person_index.in_(persons)
        )
    )
    return {row.subject_id: row.choice for row in rows}


def _tally(rows: list[tuple[str, str, int]], own: tuple[int, int, int]) -> Tally:
    persons, counted, apart = 0, {}, {}
    apart_choices: dict[str, int] = {}
    for choice, why, number in rows:
        if choice == PERSONS and why == COUNTS:
            persons = number
        elif choice == PERSONS:
            apart[Apart(why)] = number
        elif why == COUNTS:
            counted[choice] = number
        else:
            apart_choices[choice] = apart_choices.get(choice, 0) + number
    sure = Sureness(persons, sum(apart.values()), *own)
    return Tally(persons, counted, apart, apart_choices, sure)
