"""What a visit may be: how it is planned, what is recorded of it, by when a first one is due (R24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.errors import DomainError
from portal.domain.inspection_items import item_of
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemStatus
from portal.domain.unregistered_home import VISIT_WITHIN_WORKING_DAYS, Event
from portal.domain.working_days import OutsideCalendar
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions.models import Filing, UnregisteredHome
from portal.institutions.unregistered_homes import Writer, steps_of, take_step
from portal.reference.calendar import working_calendar
from portal.supervision.kinds import (
    InspectionKind,
    InspectionResult,
    ItemFinding,
    ProblemCategory,
    Severity,
)
from portal.supervision.models import Inspection, RandomDraw
from portal.supervision.problem_models import Problem
from portal.supervision.service.homes import unregistered_of

NOBODY_SEEN = frozenset({InspectionResult.REFUSED, InspectionResult.NOT_OPERATING})
"""Results of a visit on which nothing could be looked at."""


class InspectionRefused(DomainError):
    """The visit does not allow this; the message says why, ``field`` where."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A visit to be made, led by the first of ``departments``. Its region is the home's own.

    ``planned_by``: the last day to go, None: as the rule says (a first visit), or none; ``origin``: what it
    is made for, opaque; ``follows_problem_id``: of a return visit, the problem whose clearing it looks at.
    """

    kind: InspectionKind
    departments: Sequence[Department]
    institution_id: int | None = None
    unregistered_home_id: int | None = None
    theme: str | None = None
    planned_by: date | None = None
    origin: str | None = None
    follows_problem_id: int | None = None


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """What was found on one item of the published list (``domain.inspection_items``)."""

    code: str
    finding: ItemFinding
    remark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit that was made. ``summary``: for the staff; ``found_again``: of a return visit alone."""

    visited_on: date
    result: InspectionResult
    summary: str
    items: Sequence[ItemSeen] = ()
    found_again: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProblem:
    """A problem that a visit found; home, region, department and day are the visit's.

    ``first_entry_id``: an earlier entry that has come back.
    """

    category: ProblemCategory
    severity: Severity
    title: str
    description: str
    responsible: str
    criterion: str | None = None
    basis: str | None = None
    measure: str | None = None
    deadline: date | None = None
    first_entry_id: int | None = None


def first_visit_due(institution_id: int | None, unregistered_home_id: int | None) -> date | None:
    """Return the last day for a home's first visit: 20 working days from its filing, or its being found.

    None where it was not filed, or before the calendar begins.
    """
    since: date | None
    if unregistered_home_id is not None:
        since = unregistered_of(unregistered_home_id).found_on
    else:
        filed = select(Filing.filed_on).where(
            Filing.institution_id == institution_id,
            Filing.withdrawn.is_(False),
            Filing.cancelled_on.is_(None),
            Filing.filed_on.is_not(None),
        )
        since = db.session.scalar(filed.order_by(Filing.filed_on.desc()).limit(1))
    if since is None:
        return None
    try:
        return working_calendar().due(since, VISIT_WITHIN_WORKING_DAYS).day
    except OutsideCalendar:
        return None


def note_first_visit(inspection: Inspection, actor: Actor, scope: Scope) -> None:
    """Enter the day with an unregistered home that was never visited, where the office keeps those."""
    if inspection.unregistered_home_id is None or inspection.visited_on is None:
        return
    if inspection.result is InspectionResult.REFUSED:  # nobody has seen it yet
        return
    home = unregistered_of(inspection.unregistered_home_id)
    day, today = inspection.visited_on, clock.today()
    if not scope.may_write(UnregisteredHome.record_kind, home.region_code):
        return
    if day < home.found_on or not steps_of(home).allows(Event.INSPECT, today):
        return
    source = enter_source("上门检查记录", day, SourceKind.INSPECTION)
    take_step(home, Event.INSPECT, day, Provenance(source, day, actor), Writer(scope, publishes=False))


def followed_by(plan: Plan) -> Problem | None:
    """Return the problem that a return visit looks at; None for other kinds. Raises InspectionRefused."""
    if (plan.kind is InspectionKind.RETURN_VISIT) != (plan.follows_problem_id is not None):
        raise InspectionRefused("回头看要选看的是哪个问题，别的检查不选。", "follows_problem")
    if plan.follows_problem_id is None:
        return None
    found = db.session.get(Problem, plan.follows_problem_id)
    if found is None or found.status is ProblemStatus.VOID:
        raise InspectionRefused("没有这个问题。", "follows_problem")
    return found


def check_kind(plan: Plan, departments: Sequence[Department]) -> None:
    """Raise InspectionRefused where the kind needs something that the plan does not say."""
    if plan.kind is InspectionKind.RANDOM:
        raise InspectionRefused("双随机抽查由抽签决定查哪家，不能自己选。", "kind")
    if plan.kind is InspectionKind.THEMATIC and not (plan.theme or "").strip():
        raise InspectionRefused("专项检查要写明查什么。", "theme")
    if plan.kind is InspectionKind.JOINT and len(departments) < 2:
        raise InspectionRefused("联合检查要有两个以上的部门。", "departments")


def refuse_second_first(made: Inspection) -> None:
    """Raise InspectionRefused where the home's first visit is planned already."""
    planned = select(Inspection.id).where(
        Inspection.kind == InspectionKind.FIRST_VISIT,
        Inspection.institution_id == made.institution_id,
        Inspection.unregistered_home_id == made.unregistered_home_id,
        Inspection.visited_on.is_(None),
    )
    if db.session.scalar(planned.limit(1)) is not None:
        raise InspectionRefused("这家的首次上门检查已经排上了。", "home")


def check_visit(inspection: Inspection, visit: Visit) -> None:
    """Raise InspectionRefused where day, result and items can't all be true."""
    if visit.visited_on > clock.today():
        raise InspectionRefused("检查日期晚于今天，还没有发生的事不能登记。", "visited_on")
    if inspection.draw_id is not None:
        drawn_at = db.session.get_one(RandomDraw, inspection.draw_id).drawn_at
        if drawn_at is not None and visit.visited_on < drawn_at.date():
            raise InspectionRefused("检查日期不能早于抽签的那天。", "visited_on")
    if inspection.follows_problem_id is not None:
        followed = db.session.get_one(Problem, inspection.follows_problem_id)
        if visit.visited_on < followed.found_on:
            raise InspectionRefused("回头看不能早于发现问题的那天。", "visited_on")
    codes = [one.code for one in visit.items]
    if len(set(codes)) < len(codes) or any(item_of(code) is None for code in codes):
        raise InspectionRefused("检查事项清单里没有这一项，或者同一项写了两次。", "items")
    unmet = any(one.finding is ItemFinding.NOT_MET for one in visit.items)
    if visit.result is InspectionResult.CLEAN and unmet:
        raise InspectionRefused("有不符合的事项，结果不能是“未发现问题”。", "result")
    if visit.result in NOBODY_SEEN and visit.items:
        raise InspectionRefused("没有进门检查，就没有逐项的结果。", "items")


def check_found_again(inspection: Inspection, visit: Visit) -> None:
    """Raise InspectionRefused unless a return visit, and no other, says whether the problem was back."""
    is_return = inspection.kind is InspectionKind.RETURN_VISIT
    if not is_return and visit.found_again is not None:
        raise InspectionRefused("只有回头看才登记问题有没有反弹。", "found_again")
    if is_return and (visit.found_again is None) != (visit.result in NOBODY_SEEN):
        raise InspectionRefused("请选择问题有没有反弹；没有进门的不选。", "found_again")
    if visit.found_again and visit.result is not InspectionResult.PROBLEMS:
        raise InspectionRefused("问题反弹了，检查结果就应当是“发现问题”。", "result")
