"""Everything published about institutions: for one page or several side by side, in as many queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import defer

from portal import clock
from portal.domain.actor import Scope
from portal.domain.registration import RegistrationState
from portal.extensions import db
from portal.history.queries import trail_of
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import (
    ClosureNotice,
    CommitmentLetter,
    Compliance,
    ConcentratedCare,
    FeeStandard,
    Filing,
    Institution,
    OperatingState,
    Registration,
    Standard,
    StarGrade,
)
from portal.institutions.queries.field_sources import Sources
from portal.institutions.queries.neighbours import (
    Neighbours,
    NoticeOfHome,
    neighbours_of,
    notice_of_home,
)
from portal.institutions.queries.present import (
    FeeTable,
    GradeView,
    MonthlyCosts,
    Neighbour,
    PriceRange,
    fee_table,
    grade_view,
    is_old,
    leading_grade,
    monthly_costs,
    price_ranges,
    state_of,
)
from portal.institutions.queries.scoping import visible
from portal.reference.regions import RegionRow

T = TypeVar("T", bound=Any)


@dataclass(frozen=True, slots=True)
class Detail:
    """One institution with all its public records and what follows from them on ``day``."""

    day: date
    home: Institution
    regions: tuple[RegionRow, ...]
    """Province first; empty if the code is unknown."""
    state: RegistrationState
    registrations: tuple[Registration, ...]
    filings: tuple[Filing, ...]
    letters: tuple[CommitmentLetter, ...]
    grade: GradeView | None
    grades: tuple[GradeView, ...]
    grade_records: tuple[StarGrade, ...]
    costs: MonthlyCosts
    ranges: tuple[PriceRange, ...]
    """Ranges of the home's own county, for the care levels that have one."""
    fees: FeeTable
    fee_records: tuple[FeeStandard, ...]
    fees_to_come: tuple[FeeStandard, ...]
    fees_past: tuple[FeeStandard, ...]
    designations: tuple[ConcentratedCare, ...]
    notices: tuple[NoticeOfHome, ...]
    assessments: dict[Standard, tuple[Compliance, ...]]
    """Newest first; a standard never assessed is absent."""
    predecessor: Neighbour | None
    successors: tuple[Neighbour, ...]
    took_in_from: tuple[Neighbour, ...]
    """Homes whose notices name this one as the home that takes over."""
    sources: Sources

    @property
    def region_name(self) -> str:
        """The full name of the place, province first."""
        return "".join(region.name for region in self.regions)

    @property
    def county_name(self) -> str:
        """The name of the home's own region."""
        return self.regions[-1].name if self.regions else ""

    @property
    def deregistered_on(self) -> date | None:
        """The day on which the home ceased to be a legal person, where it did."""
        if self.state is not RegistrationState.DEREGISTERED:
            return None
        return max((r.deregistered_on for r in self.registrations if r.deregistered_on), default=None)

    @property
    def gone(self) -> bool:
        """True if nobody can move in any more: deregistered, closed or merged."""
        return self.state is RegistrationState.DEREGISTERED or self.home.operating_state in (
            OperatingState.CLOSED,
            OperatingState.MERGED,
        )

    @property
    def heading_notices(self) -> tuple[NoticeOfHome, ...]:
        """The notices that a reader must see before anything else."""
        return tuple(view for view in self.notices if not view.over)

    @property
    def designation(self) -> ConcentratedCare | None:
        """The designation for concentrated care in force on the day."""
        return next((d for d in self.designations if designated(d, self.day)), None)

    @property
    def free_beds_old(self) -> bool:
        """True if the number of free beds is older than people should rely on."""
        return is_old(self.home.beds_free_as_of, self.day)

    def range_for(self, level: object) -> PriceRange | None:
        """Return the county's range of one care level."""
        return next((found for found in self.ranges if found.care_level == level), None)


def designated(designation: ConcentratedCare, day: date) -> bool:
    """True on the days from ``designated_on`` up to, not including, ``ended_on``."""
    return designation.designated_on <= day and (designation.ended_on is None or day < designation.ended_on)


def institution_detail(public_id: str, scope: Scope) -> Detail | None:
    """Return one institution, or None if there is none or it is not to be seen."""
    return next(iter(institution_details([public_id], scope)), None)


def institution_details(public_ids: Sequence[str], scope: Scope) -> list[Detail]:
    """Return the institutions in the order asked for, unknown ones left out; the cost does not grow."""
    query = select(Institution).where(Institution.public_id.in_(public_ids), *visible(Institution, scope))
    homes = {home.public_id: home for home in db.session.scalars(query)}
    if not homes:
        return []
    records = _Records([home.id for home in homes.values()], scope)
    trails = trail_of([home.subject() for home in homes.values()])
    neighbours = neighbours_of(list(homes.values()), scope)
    return [
        _detail(homes[public_id], records, Sources(trails[homes[public_id].subject()]), neighbours, scope)
        for public_id in public_ids
        if public_id in homes
    ]


class _Records:
    """Every public record of some institutions, one query a table."""

    def __init__(self, ids: Collection[int], scope: Scope) -> None:
        self._ids, self._scope = ids, scope
        self.registrations = self._of(Registration, Registration.registered_on)
        self.filings = self._of(Filing, Filing.filed_on)
        self.letters = self._of(CommitmentLetter, CommitmentLetter.signed_on, defer(CommitmentLetter.body))
        self.grades = self._of(StarGrade, StarGrade.valid_from)
        self.fees = self._of(FeeStandard, FeeStandard.in_force_from)
        self.designations = self._of(ConcentratedCare, ConcentratedCare.designated_on)
        self.assessments = self._of(Compliance, Compliance.assessed_on)
        self.notices = self._of(ClosureNotice, ClosureNotice.announced_on)

    def _of(self, model: type[T], newest: Any, *options: Any) -> dict[int, list[T]]:
        found: dict[int, list[T]] = defaultdict(list)
        query = select(model).where(model.institution_id.in_(self._ids), *visible(model, self._scope))
        query = query.options(*options).order_by(newest.is_(None), newest.desc(), model.id.desc())
        for record in db.session.scalars(query):
            found[record.institution_id].append(record)
        return found


def _detail(
    home: Institution, records: _Records, sources: Sources, neighbours: Neighbours, scope: Scope
) -> Detail:
    day = clock.today()
    listed = catalogue(scope)
    own = listed.regions.get(home.region_code)
    registrations, filings = records.registrations[home.id], records.filings[home.id]
    grades = [grade_view(grade, day) for grade in records.grades[home.id]]
    fees = records.fees[home.id]
    current = [fee for fee in fees if fee.as_fee().in_force_on(day)]
    costs = monthly_costs(current, day)
    ranges = price_ranges(listed)
    assessments: dict[Standard, list[Compliance]] = defaultdict(list)
    for assessment in records.assessments[home.id]:
        assessments[assessment.standard].append(assessment)
    return Detail(
        day=day,
        home=home,
        regions=(*listed.regions.ancestors(home.region_code), own) if own is not None else (),
        state=state_of(registrations, filings, day),
        registrations=tuple(registrations),
        filings=tuple(filings),
        letters=tuple(records.letters[home.id]),
        grade=leading_grade(grades),
        grades=tuple(grades),
        grade_records=tuple(records.grades[home.id]),
        costs=costs,
        ranges=tuple(
            ranges[home.region_code, total.care_level]
            for total in costs.totals
            if (home.region_code, total.care_level) in ranges
        ),
        fees=fee_table(current),
        fee_records=tuple(current),
        fees_to_come=tuple(fee for fee in fees if fee.in_force_from and fee.in_force_from > day),
        fees_past=tuple(fee for fee in fees if fee.in_force_to and fee.in_force_to < day),
        designations=tuple(records.designations[home.id]),
        notices=tuple(notice_of_home(n, home, neighbours, day) for n in records.notices[home.id]),
        assessments={
            standard: tuple(assessments[standard]) for standard in Standard if standard in assessments
        },
        predecessor=neighbours.by_id.get(home.predecessor_id) if home.predecessor_id is not None else None,
        successors=tuple(neighbours.following[home.id]),
        took_in_from=tuple(neighbours.sending[home.id]),
        sources=sources,
    )
