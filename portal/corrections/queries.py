"""Reading correction reports: for whoever holds a receipt, for the public log, for the staff's queue."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from portal import clock
from portal.corrections.items import kinds_kept_by, subject_label
from portal.corrections.models import CorrectionReport, CorrectionStep, KnownHow
from portal.corrections.service import Words
from portal.corrections.terms import due_of, overdue_if_before
from portal.domain.actor import Scope
from portal.domain.correction_state import CorrectionEvent, CorrectionState
from portal.domain.working_days import Due
from portal.extensions import db
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.field_forms import Block
from portal.institutions.models import Institution
from portal.institutions.queries.places import RegionFilter, known_region, region_filter
from portal.reference.directory import region_directory
from portal.vault import sealing


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing that was done with a report."""

    event: CorrectionEvent
    at: datetime
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as it may be read without the words of who wrote it."""

    id: int
    receipt: str
    home_name: str | None
    """None where the institution is no longer shown within the scope asked with."""
    home_id: str | None
    region_code: str
    region_label: str
    record_kind: str
    about: Block | None
    item: str | None
    subject: str
    """What it is about, in words."""
    snapshot: str
    known_how: KnownHow
    entered_at: datetime
    due: Due | None
    """The last day for an answer; None once there is one."""
    overdue: bool
    state: CorrectionState
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    revision_id: int | None
    version: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait for an answer, and how many of those too long."""

    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class LogChoice:
    """What a person asks the public log for."""

    outcome: CorrectionState | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """What the public log offers: how many each choice would show. ``total``: what matches this one."""

    total: int
    everything: int
    outcomes: dict[CorrectionState, int]
    regions: RegionFilter
    waiting: Counts


DECIDED = (CorrectionState.ACCEPTED, CorrectionState.REJECTED)


def report_by_receipt(receipt: str, scope: Scope) -> ReportView | None:
    """Return the report with this number (as ``parse_receipt`` writes it), or None."""
    found = _views(_joined().where(CorrectionReport.receipt == receipt, *_within(scope)), scope)
    return found[0] if found else None


def report(report_id: int, scope: Scope) -> ReportView | None:
    """Return one report for staff, or None if it lies outside their regions."""
    found = _views(_joined().where(CorrectionReport.id == report_id, *_within(scope)), scope)
    return found[0] if found else None


def record_of(report_id: int, scope: Scope) -> CorrectionReport | None:
    """Return the record itself, to be decided, or None if it lies outside the scope."""
    query = select(CorrectionReport).where(CorrectionReport.id == report_id, *_within(scope))
    return db.session.scalars(query).one_or_none()


def words_of(report_id: int, scope: Scope) -> Words | None:
    """Return what somebody wrote, unsealed, for staff of the region; None if erased or not theirs."""
    if scope.public_only:
        return None
    record = record_of(report_id, scope)
    text = sealing.unseal(record.words_sealed) if record is not None else None
    return Words(**json.loads(text)) if text is not None else None


def steps_of(report_ids: Sequence[int]) -> dict[int, list[StepView]]:
    """Return what was done with each report, oldest first, in one query."""
    query = select(CorrectionStep).where(CorrectionStep.report_id.in_(report_ids)).order_by(CorrectionStep.id)
    found: dict[int, list[StepView]] = {number: [] for number in report_ids}
    for step in db.session.scalars(query):
        found[step.report_id].append(StepView(step.event, step.at, step.actor, step.reason))
    return found


def log_overview(choice: LogChoice, scope: Scope) -> Log:
    """Return the counts of the public log, each filter counted under the other; three queries."""
    shown = catalogue(scope)
    region = known_region(shown, choice.region)
    query = (
        select(CorrectionReport.state, CorrectionReport.region_code, func.count())
        .join(Institution, Institution.id == CorrectionReport.institution_id)
        .where(*_public(scope))
        .group_by(CorrectionReport.state, CorrectionReport.region_code)
    )
    inside = shown.regions.within(region) if region else None
    outcomes, places, everything = dict.fromkeys(DECIDED, 0), dict[str, int](), 0
    for state, code, count in db.session.execute(query):
        if state not in outcomes:
            continue
        everything += count
        if inside is None or code in inside:
            outcomes[state] += count
        if choice.outcome in (None, state):
            places[code] = places.get(code, 0) + count
    total = sum(count for state, count in outcomes.items() if choice.outcome in (None, state))
    return Log(total, everything, outcomes, region_filter(shown, places, region), waiting(scope, region))


def log_page(choice: LogChoice, scope: Scope, offset: int = 0, limit: int | None = None) -> list[ReportView]:
    """Return decided reports, newest decision first."""
    states = DECIDED if choice.outcome is None else (choice.outcome,)
    query = _joined().where(*_public(scope), CorrectionReport.state.in_(states))
    region = known_region(catalogue(scope), choice.region)
    if region is not None:
        query = query.where(CorrectionReport.region_code.in_(region_directory().within(region)))
    query = query.order_by(CorrectionReport.decided_at.desc(), CorrectionReport.id.desc())
    return _views(query.offset(offset).limit(limit), scope)


def waiting(scope: Scope, region: str | None = None) -> Counts:
    """Return how many reports wait, and how many of them too long. The public's: of homes that are shown."""
    conditions = _public(scope)
    if region is not None:
        conditions.append(CorrectionReport.region_code.in_(region_directory().within(region)))
    return _waiting(conditions)


def waiting_for(scope: Scope) -> Counts:
    """Return how many reports wait for an answer by the holder of the scope."""
    return _waiting([CorrectionReport.record_kind.in_(kinds_kept_by(scope.department)), *_within(scope)])


def _waiting(conditions: list[ColumnElement[bool]]) -> Counts:
    late = case((CorrectionReport.waiting_since < overdue_if_before(clock.today()), 1), else_=0)
    query = (
        select(func.count(), func.coalesce(func.sum(late), 0))
        .select_from(CorrectionReport)
        .join(Institution, Institution.id == CorrectionReport.institution_id)
        .where(CorrectionReport.state == CorrectionState.OPEN, *conditions)
    )
    return Counts(*db.session.execute(query).one())


def log_version() -> str:
    """Return what grows with every report and every decision: what cached pages of the log depend on."""
    count, versions = db.session.execute(
        select(func.count(), func.coalesce(func.sum(CorrectionReport.version), 0)).select_from(
            CorrectionReport
        )
    ).one()
    return f"{count}.{versions}"


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """What staff ask the queue for. ``mine``: only what the own department answers."""

    states: tuple[CorrectionState, ...] = (CorrectionState.OPEN,)
    region: str | None = None
    mine: bool = False


def queue_page(choice: QueueChoice, scope: Scope, offset: int, limit: int) -> tuple[list[ReportView], int]:
    """Return a page of the staff's queue and how many there are: open ones by what is due first."""
    conditions = [CorrectionReport.state.in_(choice.states), *_within(scope)]
    if choice.mine:
        conditions.append(CorrectionReport.record_kind.in_(kinds_kept_by(scope.department)))
    if choice.region is not None:
        conditions.append(CorrectionReport.region_code.in_(region_directory().within(choice.region)))
    total = db.session.scalar(select(func.count()).select_from(CorrectionReport).where(*conditions)) or 0
    still_open = CorrectionReport.state == CorrectionState.OPEN
    order = (
        still_open.desc(),
        CorrectionReport.decided_at.desc().nulls_last(),
        CorrectionReport.waiting_since,
        CorrectionReport.id,
    )
    query = _joined().where(*conditions).order_by(*order)
    return _views(query.offset(offset).limit(limit), scope), total


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    return [] if scope.regions is None else [CorrectionReport.region_code.in_(scope.regions)]


def _public(scope: Scope) -> list[ColumnElement[bool]]:
    """A home that was withdrawn should never have been shown: nor is what was said of it."""
    hidden = [Institution.withdrawn.is_(False)] if scope.public_only else []
    return [*hidden, *_within(scope)]


def _joined() -> Any:
    return select(CorrectionReport, Institution).join(
        Institution, Institution.id == CorrectionReport.institution_id
    )


def _views(query: Any, scope: Scope) -> list[ReportView]:
    regions, today = region_directory(), clock.today()
    return [
        _view(found, home, scope, regions.label(found.region_code), today)
        for found, home in db.session.execute(query)
    ]


def _view(
    found: CorrectionReport, home: Institution, scope: Scope, region_label: str, today: date
) -> ReportView:
    shown = not (scope.public_only and home.withdrawn)
    due = due_of(found.waiting_since) if found.state is CorrectionState.OPEN else None
    return ReportView(
        id=found.id,
        receipt=found.receipt,
        home_name=home.name if shown else None,
        home_id=home.public_id if shown else None,
        region_code=found.region_code,
        region_label=region_label,
        record_kind=found.record_kind,
        about=found.about,
        item=found.item,
        subject=subject_label(found.about, found.item),
        snapshot=found.snapshot,
        known_how=found.known_how,
        entered_at=found.entered_at,
        due=due,
        overdue=due is not None and due.day < today,
        state=found.state,
        decided_at=found.decided_at,
        decided_by=found.decided_by,
        reason=found.reason,
        revision_id=found.revision_id,
        version=found.version,
    )
