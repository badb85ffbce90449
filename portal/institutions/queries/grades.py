"""Reading star grades (等级评定, R3): each home's certificate that counts, with its state today."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from portal.domain.actor import Scope
from portal.domain.grading import IN_FORCE, GradeScale, GradeState, GradeTerm
from portal.domain.registration import RegistrationState
from portal.extensions import db
from portal.history.queries import SourceLine
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import OperatingState, StarGrade
from portal.institutions.queries.derived import derived, entries_by_id
from portal.institutions.queries.list_sources import lines_of
from portal.institutions.queries.places import RegionFilter, covered, known_region, region_filter

LEVELS = (5, 4, 3, 2, 1)


class GradeOrder(StrEnum):
    """Orders of the list."""

    LEVEL_DOWN = "level_down"
    LEVEL_UP = "level"
    ENDS_FIRST = "ends"
    ENDS_LAST = "ends_down"
    NAME = "name"
    NAME_DOWN = "name_down"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate as a list shows it, with its state today."""

    id: int
    home: Entry
    scale: GradeScale
    level: int | None
    as_written: str | None
    body: str | None
    number: str | None
    issued_on: date | None
    term: GradeTerm
    revoked_reason: str | None
    state: GradeState

    @property
    def in_force(self) -> bool:
        """True while the certificate counts."""
        return self.state in IN_FORCE

    @property
    def valid_to(self) -> date | None:
        """The certificate's last day."""
        return self.term.valid_to


@dataclass(frozen=True, slots=True)
class GradeChoice:
    """What a person asks the list for. ``state`` None: the certificates that count today."""

    scale: GradeScale = GradeScale.NATIONAL
    level: int | None = None
    state: GradeState | None = None
    region: str | None = None
    order: GradeOrder = GradeOrder.LEVEL_DOWN


@dataclass(frozen=True, slots=True)
class GradeList:
    """The certificates that match, and how many each other choice would show.

    ``held``: level → homes that hold it today in the chosen region. ``homes``: homes open there today.
    """

    certificates: Sequence[Certificate]
    levels: dict[int, int]
    states: dict[GradeState, int]
    in_force: int
    local: int
    held: dict[int, int]
    homes: int
    regions: RegionFilter
    everywhere: int

    @property
    def graded(self) -> int:
        """Homes that hold a national grade today."""
        return sum(self.held.values())


def star_grades(choice: GradeChoice, scope: Scope) -> GradeList:
    """Return the certificates that match. Each filter is counted under the others."""
    shown = catalogue(scope)
    region = known_region(shown, choice.region)
    every = [each for each in derived(shown, "certificates", _load) if scope.covers(each.home.region_code)]

    def in_region(each: Certificate) -> bool:
        return covered(shown, scope, region, each.home.region_code)

    def of_level(each: Certificate) -> bool:
        return choice.level is None or each.level == choice.level

    def of_state(each: Certificate) -> bool:
        return each.in_force if choice.state is None else each.state is choice.state

    national = [each for each in every if each.scale is GradeScale.NATIONAL]
    own = [each for each in every if each.scale is choice.scale]
    here = [each for each in national if in_region(each)]
    levels = Counter(each.level for each in here if of_state(each))
    states = Counter(each.state for each in here if of_level(each))
    held = Counter(each.level for each in here if each.in_force)
    places = Counter(each.home.region_code for each in own if of_level(each) and of_state(each))
    found = [each for each in own if in_region(each) and of_level(each) and of_state(each)]
    key, downwards = _ORDERS[choice.order]
    found.sort(key=lambda each: each.home.name.encode("gb18030"))
    found.sort(key=key, reverse=downwards)
    return GradeList(
        found,
        {level: levels[level] for level in LEVELS},
        {state: states[state] for state in GradeState},
        sum(1 for each in here if of_level(each) and each.in_force),
        sum(1 for each in every if each.scale is GradeScale.LOCAL and in_region(each)),
        {level: held[level] for level in LEVELS},
        sum(e.open_now and covered(shown, scope, region, e.region_code) for e in shown.entries),
        region_filter(shown, places, region),
        len(every),
    )


def certificate_sources(certificates: Sequence[Certificate]) -> dict[int, SourceLine]:
    """Return the source line of each certificate by its ``id``."""
    ids = [each.id for each in certificates]
    return lines_of(db.session.scalars(select(StarGrade).where(StarGrade.id.in_(ids))).all())


def _load(shown: Catalogue) -> tuple[Certificate, ...]:
    """Return what each home still there has to show: one certificate a scale, and any still to begin."""
    homes = entries_by_id(shown)
    g = StarGrade
    columns = (
        g.id, g.institution_id, g.scale, g.level, g.as_written, g.body, g.certificate_number, g.issued_on,
        g.valid_from, g.valid_to, g.revoked_on, g.revoked_reason,
    )  # fmt: skip
    by_home: dict[tuple[int, GradeScale], list[Certificate]] = defaultdict(list)
    for row in db.session.execute(select(*columns).where(g.withdrawn.is_(False)).order_by(g.id)):
        home = homes.get(row.institution_id)
        if home is None or not _still_there(home):
            continue
        term = GradeTerm(row.valid_from, row.valid_to, row.revoked_on)
        certificate = Certificate(
            row.id, home, row.scale, row.level, row.as_written, row.body, row.certificate_number,
            row.issued_on, term, row.revoked_reason, term.state_on(shown.day),
        )  # fmt: skip
        by_home[home.id, row.scale].append(certificate)
    found: list[Certificate] = []
    for certificates in by_home.values():
        begun = [each for each in certificates if each.state is not GradeState.PENDING]
        found += [each for each in certificates if each.state is GradeState.PENDING]
        if begun:
            found.append(max(begun, key=_counts_more))
    return tuple(found)


def _counts_more(each: Certificate) -> tuple[bool, date, int]:
    """Order as ``catalogue.entry.grade_on`` does: in force before past, newest first."""
    return each.in_force, each.term.valid_from or each.term.valid_to or date.min, each.id


def _still_there(home: Entry) -> bool:
    """True unless the home has closed for good: its certificate says nothing to a family any more."""
    gone = home.operating in (OperatingState.CLOSED, OperatingState.MERGED)
    return not gone and home.registration is not RegistrationState.DEREGISTERED


_ORDERS: dict[GradeOrder, tuple[Callable[[Certificate], Any], bool]] = {
    GradeOrder.LEVEL_DOWN: (lambda each: each.level or 0, True),
    GradeOrder.LEVEL_UP: (lambda each: each.level or 0, False),
    GradeOrder.ENDS_FIRST: (lambda each: each.valid_to or date.max, False),
    GradeOrder.ENDS_LAST: (lambda each: each.valid_to or date.min, True),
    GradeOrder.NAME: (lambda each: each.home.name.encode("gb18030"), False),
    GradeOrder.NAME_DOWN: (lambda each: each.home.name.encode("gb18030"), True),
}
