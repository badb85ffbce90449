"""One line of the public list, with every state that depends on the day computed by the domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.fees import CareLevel, Fee, MonthlyTotal
from portal.domain.grading import IN_FORCE, GradeScale, GradeState, GradeTerm
from portal.domain.names import name_key
from portal.domain.registration import DatedFact, RegistrationState, registration_state
from portal.institutions.models import InstitutionKind, OperatingState, OperationMode, PositionPrecision


@dataclass(frozen=True, slots=True)
class EntryGrade:
    """The grade a list shows: the one in force or, failing that, the last one held."""

    scale: GradeScale
    level: int | None
    as_written: str | None
    state: GradeState
    valid_to: date | None

    @property
    def in_force(self) -> bool:
        """True while the certificate counts."""
        return self.state in IN_FORCE


@dataclass(frozen=True, slots=True)
class Entry:
    """An institution as lists show it. Three-valued facts are absent from the sets where unknown."""

    id: int
    public_id: str
    name: str
    former_names: tuple[str, ...]
    region_code: str
    region_label: str
    address: str | None
    phone: str | None
    kind: InstitutionKind | None
    mode: OperationMode | None
    operating: OperatingState | None
    registration: RegistrationState
    grade: EntryGrade | None
    totals: Mapping[CareLevel, MonthlyTotal]
    beds_total: int | None
    beds_free: int | None
    beds_free_as_of: date | None
    takes: frozenset[str]
    medical: frozenset[str]
    concentrated: bool
    longitude: float | None
    latitude: float | None
    precision: PositionPrecision | None
    confirmed_on: date | None
    """The latest day on which some source stated or restated facts of this institution."""
    text: str
    """What typed words are looked for in: names, address, operator; without spaces and punctuation."""
    changes_on: date | None = None
    """The first day on which something dated may change what stands here; None: nothing will by itself."""
    system_known: bool = True
    """False where nobody said in which system the position was measured: it may be off by 700 m."""

    @property
    def open_now(self) -> bool:
        """True unless it is known to be closed, merged, suspended, not yet opened or deregistered."""
        return (
            self.operating in (OperatingState.OPERATING, None)
            and self.registration is not RegistrationState.DEREGISTERED
        )


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A grade certificate as it stands in the database."""

    scale: GradeScale
    level: int | None
    as_written: str | None
    term: GradeTerm


@dataclass(frozen=True, slots=True)
class Facts:
    """The dated records of one institution from which its list entry is computed."""

    registrations: Sequence[DatedFact] = ()
    filings: Sequence[DatedFact] = ()
    grades: Sequence[GradeRow] = ()
    fees: Sequence[Fee] = ()
    concentrated: Sequence[DatedFact] = ()
    confirmed_on: date | None = None

    def change_after(self, day: date) -> date | None:
        """Return the first day after ``day`` on which any of these may begin, end or change its state."""
        turns: list[date | None] = []
        for dated in (self.registrations, self.filings, self.concentrated):
            for fact in dated:
                turns += (fact.since, fact.until)
        for grade in self.grades:
            turns += grade.term.turns()
        for fee in self.fees:
            turns += (fee.since, fee.until and fee.until + timedelta(days=1))
        return min((turn for turn in turns if turn is not None and turn > day), default=None)


def grade_on(grades: Sequence[GradeRow], day: date) -> EntryGrade | None:
    """Return the grade to show on ``day``: in force before past, national before local, newest first.

    One without dates claims no term: it gives way to any dated one, also to one that was revoked.
    """
    if not grades:
        return None
    shown = [(row, row.term.state_on(day)) for row in grades]

    def rank(pair: tuple[GradeRow, GradeState]) -> tuple[bool, bool, bool, date]:
        row, state = pair
        newest = row.term.valid_from or row.term.valid_to or date.min
        return (
            state in (GradeState.VALID, GradeState.EXPIRING),
            row.scale is GradeScale.NATIONAL,
            state not in (GradeState.PENDING, GradeState.UNDATED),
            newest,
        )

    row, state = max(shown, key=rank)
    return EntryGrade(row.scale, row.level, row.as_written, state, row.term.valid_to)


def state_on(facts: Facts, day: date) -> RegistrationState:
    """Return the registration state on ``day``."""
    return registration_state(list(facts.registrations), list(facts.filings), day)


def search_text(*parts: str | None) -> str:
    """Return the words of an entry run together, with a stop between parts so that none matches across."""
    return "\n".join(name_key(part) for part in parts if part)
