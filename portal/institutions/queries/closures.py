"""Reading closure notices (关停并转, R12): newest first, with what became of home and residents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal import clock
from portal.domain.actor import Scope
from portal.domain.closures import SuspensionState, suspension_state
from portal.extensions import db
from portal.history.queries import SourceLine
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import ClosureKind, ClosureNotice, OperatingState
from portal.institutions.queries.derived import entries_by_id
from portal.institutions.queries.list_sources import lines_of
from portal.institutions.queries.places import RegionFilter, covered, known_region, region_filter
from portal.institutions.queries.scoping import visible


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice, with the home it is about and, where there is one, the home that takes over."""

    id: int
    public_id: str
    kind: ClosureKind
    home: Entry
    announced_on: date
    effective_on: date
    resumes_on: date | None
    reason: str | None
    residents_moved: int | None
    residents_went: str | None
    successor: Entry | None
    contact: str | None
    suspension: SuspensionState | None
    """For a suspension only: where it stands today."""
    effective: bool
    """True once the effective day has come."""


@dataclass(frozen=True, slots=True)
class NoticeChoice:
    """What a person asks the list for."""

    kind: ClosureKind | None = None
    region: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class NoticeList:
    """The notices that match, newest first, and how many each other choice would show."""

    notices: Sequence[NoticeView]
    kinds: dict[ClosureKind, int]
    years: dict[int, int]
    regions: RegionFilter
    everything: int


def closure_notices(choice: NoticeChoice, scope: Scope) -> NoticeList:
    """Return the notices that match. Each filter is counted under the other two."""
    shown = catalogue(scope)
    region = known_region(shown, choice.region)
    query = select(ClosureNotice).where(*visible(ClosureNotice, scope))
    order = (ClosureNotice.announced_on.desc(), ClosureNotice.effective_on.desc(), ClosureNotice.id.desc())
    day, homes = clock.today(), entries_by_id(shown)
    known = [
        _view(notice, homes, day)
        for notice in db.session.scalars(query.order_by(*order))
        if notice.institution_id in homes and scope.covers(homes[notice.institution_id].region_code)
    ]

    def of_kind(view: NoticeView) -> bool:
        return choice.kind is None or view.kind is choice.kind

    def of_year(view: NoticeView) -> bool:
        return choice.year is None or view.announced_on.year == choice.year

    def of_region(view: NoticeView) -> bool:
        return covered(shown, scope, region, view.home.region_code)

    kinds = Counter(view.kind for view in known if of_year(view) and of_region(view))
    years = Counter(view.announced_on.year for view in known if of_kind(view) and of_region(view))
    places = Counter(view.home.region_code for view in known if of_kind(view) and of_year(view))
    return NoticeList(
        [view for view in known if of_kind(view) and of_year(view) and of_region(view)],
        {kind: kinds[kind] for kind in ClosureKind},
        dict(sorted(years.items(), reverse=True)),
        region_filter(shown, places, region),
        len(known),
    )


def closure_notice(public_id: str, scope: Scope) -> NoticeView | None:
    """Return one notice, or None if there is none, it was withdrawn, or its home is not shown."""
    query = select(ClosureNotice).where(ClosureNotice.public_id == public_id, *visible(ClosureNotice, scope))
    notice = db.session.scalars(query).one_or_none()
    if notice is None:
        return None
    homes = entries_by_id(catalogue(scope))
    home = homes.get(notice.institution_id)
    if home is None or not scope.covers(home.region_code):
        return None
    return _view(notice, homes, clock.today())


def closure_notices_of(ids: Collection[int] | None, scope: Scope) -> Sequence[NoticeView]:
    """Return these notices (None: all) whose homes are shown, in one query, in no order."""
    query = select(ClosureNotice).where(*visible(ClosureNotice, scope))
    if ids is not None:
        query = query.where(ClosureNotice.id.in_(ids))
    day, homes = clock.today(), entries_by_id(catalogue(scope))
    return [
        _view(notice, homes, day)
        for notice in db.session.scalars(query)
        if notice.institution_id in homes and scope.covers(homes[notice.institution_id].region_code)
    ]


def notice_sources(views: Sequence[NoticeView]) -> dict[int, SourceLine]:
    """Return the source line of each notice by its ``id``, in three queries."""
    ids = [view.id for view in views]
    records = db.session.scalars(select(ClosureNotice).where(ClosureNotice.id.in_(ids))).all()
    return lines_of(records)


def _view(notice: ClosureNotice, homes: dict[int, Entry], day: date) -> NoticeView:
    home = homes[notice.institution_id]
    operates = None if home.operating is None else home.operating is OperatingState.OPERATING
    return NoticeView(
        id=notice.id,
        public_id=notice.public_id,
        kind=notice.kind,
        home=home,
        announced_on=notice.announced_on,
        effective_on=notice.effective_on,
        resumes_on=notice.resumes_on,
        reason=notice.reason,
        residents_moved=notice.residents_moved,
        residents_went=notice.residents_went,
        successor=homes.get(notice.successor_id) if notice.successor_id is not None else None,
        contact=notice.contact,
        suspension=suspension_state(notice.effective_on, notice.resumes_on, operates, day)
        if notice.kind is ClosureKind.SUSPENSION
        else None,
        effective=notice.effective_on <= day,
    )
