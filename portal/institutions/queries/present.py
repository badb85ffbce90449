"""Views that several pages share: a grade, a fee table, what a month costs, a place, a neighbour.

Rows of the database go in, frozen values come out; everything that depends on the day is computed here by
``portal.domain`` for the day given, never stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.domain.fees import CareLevel, Fee, FeeBasis, FeeItem, FeeUnit, MonthlyTotal, Room, monthly_total
from portal.domain.grading import IN_FORCE, GradeScale, GradeState
from portal.domain.registration import DatedFact, RegistrationState, registration_state
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.models import FeeStandard, Filing, Registration, StarGrade
from portal.institutions.queries.derived import derived

OLD_AFTER_DAYS = 30
"""A number of free beds older than this is still shown, and called old."""


@dataclass(frozen=True, slots=True)
class GradeView:
    """One grade certificate with its state on the day of viewing."""

    record_id: int
    scale: GradeScale
    level: int | None
    as_written: str | None
    state: GradeState
    body: str | None
    certificate_number: str | None
    issued_on: date | None
    valid_from: date | None
    valid_to: date | None
    revoked_on: date | None
    revoked_reason: str | None

    @property
    def in_force(self) -> bool:
        """True while the certificate counts."""
        return self.state in IN_FORCE


def grade_view(grade: StarGrade, day: date) -> GradeView:
    """Return the certificate as seen on ``day``."""
    return GradeView(
        grade.id,
        grade.scale,
        grade.level,
        grade.as_written,
        grade.term.state_on(day),
        grade.body,
        grade.certificate_number,
        grade.issued_on,
        grade.valid_from,
        grade.valid_to,
        grade.revoked_on,
        grade.revoked_reason,
    )


def leading_grade(grades: Iterable[GradeView]) -> GradeView | None:
    """Return the grade to be shown first: one in force, the national scale before a local one, the newest.

    Failing that the last one held, so that "expired" is said rather than nothing. The same order as in
    the catalogue (``catalogue.entry.grade_on``), so that list and page never disagree.
    """
    return max(
        grades,
        key=lambda grade: (
            grade.in_force,
            grade.scale is GradeScale.NATIONAL,
            grade.state is not GradeState.PENDING,
            grade.valid_from or grade.valid_to or date.min,
            grade.record_id,
        ),
        default=None,
    )


def state_of(
    registrations: Iterable[Registration], filings: Iterable[Filing], day: date
) -> RegistrationState:
    """Return the registration state that these records make on ``day``."""
    return registration_state(
        [DatedFact(each.registered_on, each.deregistered_on) for each in registrations],
        [DatedFact(each.filed_on, each.cancelled_on) for each in filings],
        day,
    )


@dataclass(frozen=True, slots=True)
class FeeAmount:
    """One amount of a fee table, in fen; ``most_fen`` None: "from … upwards"."""

    least_fen: int
    most_fen: int | None
    unit: FeeUnit
    basis: FeeBasis | None
    since: date | None
    until: date | None
    as_written: str | None


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One row of a fee table: an item in one kind of room. Key None: the same for every care level."""

    item: FeeItem
    item_name: str | None
    room: Room | None
    amounts: Mapping[CareLevel | None, tuple[FeeAmount, ...]]

    def at(self, level: CareLevel) -> tuple[FeeAmount, ...]:
        """Return the amounts for a care level; what is stated for every level stands in for its own."""
        return self.amounts.get(level) or self.amounts.get(None, ())

    @property
    def for_every_level(self) -> bool:
        """True if no amount of the row depends on the care level."""
        return set(self.amounts) == {None}


@dataclass(frozen=True, slots=True)
class FeeTable:
    """Fee standards by item × care level × room; one-off payments apart."""

    levels: tuple[CareLevel, ...]
    """The care levels that some row tells apart."""
    rows: tuple[FeeRow, ...]
    one_off: tuple[FeeRow, ...]

    @property
    def empty(self) -> bool:
        """True if nothing is published."""
        return not self.rows and not self.one_off

    @property
    def starts(self) -> tuple[date | None, ...]:
        """The different days from which the running fees apply, newest first, unknown last."""
        amounts = [amount for row in self.rows for found in row.amounts.values() for amount in found]
        return tuple(sorted({a.since for a in amounts}, key=lambda day: day or date.min, reverse=True))


def fee_table(standards: Iterable[FeeStandard]) -> FeeTable:
    """Arrange fee standards, all in force at the same time, as a table."""
    cells: dict[tuple[FeeItem, str | None, Room | None], dict[CareLevel | None, list[FeeAmount]]]
    cells = defaultdict(lambda: defaultdict(list))
    levels: set[CareLevel] = set()
    for each in standards:
        key = (each.item, each.item_name, each.room)
        cells[key][each.care_level].append(
            FeeAmount(
                each.amount_min_fen,
                each.amount_max_fen,
                each.unit,
                each.basis,
                each.in_force_from,
                each.in_force_to,
                each.as_written,
            )
        )
        if each.care_level is not None:
            levels.add(each.care_level)
    rows: list[FeeRow] = []
    one_off: list[FeeRow] = []
    for (item, name, room), amounts in sorted(cells.items(), key=lambda cell: _row_order(*cell[0])):
        row = FeeRow(item, name, room, {level: tuple(found) for level, found in amounts.items()})
        once = all(a.unit is FeeUnit.ONCE for found in amounts.values() for a in found)
        (one_off if once else rows).append(row)
    return FeeTable(tuple(level for level in CareLevel if level in levels), tuple(rows), tuple(one_off))


def _row_order(item: FeeItem, name: str | None, room: Room | None) -> tuple[int, str, int]:
    return list(FeeItem).index(item), name or "", list(Room).index(room) if room else -1


@dataclass(frozen=True, slots=True)
class MonthlyCosts:
    """What a month costs per care level, and what comes on top."""

    totals: tuple[MonthlyTotal, ...]
    """One for each care level whose price is published, in the order of care levels."""
    unpublished: tuple[CareLevel, ...]
    others: tuple[str, ...]
    """Names of further running fees, in no total."""

    def at(self, level: CareLevel) -> MonthlyTotal | None:
        """Return the total for one care level, None where it is not published."""
        return next((total for total in self.totals if total.care_level is level), None)


def monthly_costs(standards: Sequence[FeeStandard], day: date) -> MonthlyCosts:
    """Compute the monthly totals of every care level on ``day``."""
    fees: list[Fee] = [each.as_fee() for each in standards]
    totals = tuple(total for level in CareLevel if (total := monthly_total(fees, level, day)) is not None)
    priced = {total.care_level for total in totals}
    others = (
        each.item_name or ""
        for each in standards
        if each.item is FeeItem.OTHER and each.unit is not FeeUnit.ONCE and each.as_fee().in_force_on(day)
    )
    return MonthlyCosts(
        totals, tuple(level for level in CareLevel if level not in priced), tuple(dict.fromkeys(others))
    )


@dataclass(frozen=True, slots=True)
class PriceRange:
    """What one care level costs in a county, over the open homes that publish a complete monthly price."""

    care_level: CareLevel
    least_fen: int
    most_fen: int
    homes: int


def price_ranges(catalogue: Catalogue) -> dict[tuple[str, CareLevel], PriceRange]:
    """Return the range of monthly totals by (region code, care level); costs no query.

    Totals that lack an essential item are left out: a bed without meals would make a home look cheap.
    """
    return derived(catalogue, "price_ranges", _price_ranges)


def _price_ranges(catalogue: Catalogue) -> dict[tuple[str, CareLevel], PriceRange]:
    ends: dict[tuple[str, CareLevel], list[tuple[int, int]]] = defaultdict(list)
    for entry in catalogue.entries:
        for level, total in entry.totals.items():
            if entry.open_now and total.complete:
                ends[entry.region_code, level].append((total.least_fen, total.most_fen or total.least_fen))
    return {
        (code, level): PriceRange(level, min(e[0] for e in found), max(e[1] for e in found), len(found))
        for (code, level), found in ends.items()
    }


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another institution that a page points to."""

    public_id: str
    name: str


def is_old(as_of: date | None, day: date) -> bool:
    """True if a number of free beds is older than people should rely on."""
    return as_of is not None and (day - as_of).days > OLD_AFTER_DAYS
