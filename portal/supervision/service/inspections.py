"""Visits: planned, made, published by a reviewer (R7, R23, R24). What was found is entered as problems.

Every change takes ``actor``, ``scope`` and ``seen``, the version the person had before them. Flushes, never
commits.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from portal import clock
from portal.audit.capture import concerns, note
from portal.domain.actor import Actor, Scope
from portal.domain.errors import DomainError
from portal.domain.inspection_items import item_of
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemStatus
from portal.domain.unregistered_home import VISIT_WITHIN_WORKING_DAYS
from portal.domain.working_days import OutsideCalendar
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.institutions.models import Filing
from portal.reference.calendar import working_calendar
from portal.supervision.kinds import (
    DEPARTMENTS,
    InspectionArea,
    InspectionKind,
    InspectionResult,
    ItemFinding,
    ProblemCategory,
    ProblemOrigin,
    Severity,
)
from portal.supervision.models import Inspection, InspectionItem, RandomDraw
from portal.supervision.problem_models import Problem
from portal.supervision.service import problems
from portal.supervision.service.homes import free_public_id, institution_of, unregistered_of
from portal.supervision.service.rights import (
    REASON_MOST,
    TITLE_MOST,
    NotTheirs,
    check_keeps,
    check_reach,
    check_reviewer,
    fit_optional,
    fit_words,
    told_who_was_quicker,
)

NOBODY_SEEN = frozenset({InspectionResult.REFUSED, InspectionResult.NOT_OPERATING})
"""Results of a visit on which nothing could be looked at."""
CANCELLED = "inspection_cancelled"
"""What the audit calls a visit that was planned and given up."""


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


def plan_inspection(plan: Plan, actor: Actor, scope: Scope) -> Inspection:
    """Plan a visit of the holder's own department. Flushes.

    Raises InspectionRefused, WordsMissing, NotTheirs, HomeUnknown.
    """
    departments = tuple(dict.fromkeys(plan.departments))
    if not departments or not set(departments) <= set(DEPARTMENTS):
        raise InspectionRefused("请选择去检查的部门。", "departments")
    followed = _followed(plan)
    institution_id, unregistered_id = plan.institution_id, plan.unregistered_home_id
    if followed is not None and institution_id is None and unregistered_id is None:
        institution_id, unregistered_id = followed.institution_id, followed.unregistered_home_id
    if (institution_id is None) == (unregistered_id is None):
        raise InspectionRefused("请选择去哪一家。", "home")
    if institution_id is not None:
        region_code = institution_of(institution_id).region_code
    else:
        region_code = unregistered_of(unregistered_id or 0).region_code
    check_keeps(departments[0], region_code, scope)
    _check_kind(plan, departments)
    if followed is not None and (
        followed.department is not departments[0]
        or (followed.institution_id, followed.unregistered_home_id) != (institution_id, unregistered_id)
    ):
        raise InspectionRefused("回头看的问题是别的部门或者别的机构的。", "follows_problem")
    made = Inspection(
        public_id=free_public_id(Inspection),
        kind=plan.kind,
        theme=fit_optional(plan.theme, TITLE_MOST),
        institution_id=institution_id,
        unregistered_home_id=unregistered_id,
        region_code=region_code,
        department=departments[0],
        departments=json.dumps([one.value for one in departments]),
        planned_by=plan.planned_by,
        origin=plan.origin,
        follows_problem_id=plan.follows_problem_id,
        entered_at=clock.now(),
        entered_by=actor.name,
    )
    if plan.kind is InspectionKind.FIRST_VISIT:
        _refuse_second_first(made)
        made.planned_by = plan.planned_by or first_visit_due(institution_id, unregistered_id)
    db.session.add(made)
    db.session.flush()
    concerns(made.subject)
    return made


@told_who_was_quicker
def record_visit(
    inspection: Inspection,
    visit: Visit,
    actor: Actor,
    scope: Scope,
    seen: int,
    found: Sequence[FoundProblem] = (),
) -> list[Problem]:
    """Record that the visit was made; return the problems entered from it. Flushes.

    A return visit that finds its problem again enters it anew, tied to the first entry. Raises
    InspectionRefused, WordsMissing, ProblemRefused, NotTheirs, ChangedMeanwhile.
    """
    check_reach(inspection, actor, scope, seen)
    if inspection.visited_on is not None:
        raise InspectionRefused("这次检查已经登记过结果；写错了请用“更正”。")
    _check_visit(inspection, visit)
    _check_found_again(inspection, visit)
    if found and visit.result is not InspectionResult.PROBLEMS:
        raise InspectionRefused("登记了问题，检查结果就应当是“发现问题”。", "result")
    _write(inspection, visit)
    inspection.found_again = visit.found_again
    db.session.flush()
    entered = []
    if inspection.follows_problem_id is not None and visit.found_again is not None:
        followed = db.session.get_one(Problem, inspection.follows_problem_id)
        again = problems.return_visit(followed, inspection, visit.found_again, actor, words=visit.summary)
        entered += [] if again is None else [again]
    entered += [enter_found(inspection, one, actor, scope) for one in found]
    concerns(inspection.subject)
    return entered


@told_who_was_quicker
def amend_visit(inspection: Inspection, visit: Visit, actor: Actor, scope: Scope, seen: int) -> None:
    """Put right what was recorded of a visit; what the public reads of it is for a reviewer. Flushes.

    Whether a return visit found its problem again stays as it was: the problem tells of it already.
    """
    check = check_reach if inspection.published_at is None else check_reviewer
    check(inspection, actor, scope, seen)
    if inspection.visited_on is None:
        raise InspectionRefused("这次检查还没有登记结果。")
    _check_visit(inspection, visit)
    if visit.result is not InspectionResult.PROBLEMS and _problems_of(inspection):
        raise InspectionRefused("这次检查已经登记了问题，结果只能是“发现问题”。", "result")
    if inspection.found_again is not None and visit.visited_on != inspection.visited_on:
        raise InspectionRefused("回头看的日子已经写在问题的记录里，不能改。", "visited_on")
    _write(inspection, visit)
    concerns(inspection.subject)
    db.session.flush()
    _tell(inspection)


def enter_found(inspection: Inspection, found: FoundProblem, actor: Actor, scope: Scope) -> Problem:
    """Enter a problem that a recorded visit found. Flushes.

    Raises InspectionRefused, WordsMissing, ProblemRefused, NotTheirs.
    """
    if inspection.visited_on is None:
        raise InspectionRefused("这次检查还没有登记结果，不能登记问题。")
    if inspection.result is not InspectionResult.PROBLEMS:
        raise InspectionRefused("检查结果不是“发现问题”；请先更正结果。", "result")
    entry = problems.Entry(
        region_code=inspection.region_code,
        department=inspection.department,
        institution_id=inspection.institution_id,
        unregistered_home_id=inspection.unregistered_home_id,
        origin=ProblemOrigin.INSPECTION,
        origin_ref=inspection.subject,
        found_on=inspection.visited_on,
        category=found.category,
        severity=found.severity,
        criterion=found.criterion,
        basis=found.basis,
        title=found.title,
        description=found.description,
        responsible=found.responsible,
        measure=found.measure,
        deadline=found.deadline,
        first_entry_id=found.first_entry_id,
    )
    return problems.enter_problem(entry, actor, scope)


@told_who_was_quicker
def publish_inspection(
    inspection: Inspection, public_summary: str, actor: Actor, scope: Scope, seen: int
) -> None:
    """Let the public read of a visit, or read something else of it: what a reviewer approved. Flushes.

    Raises InspectionRefused, WordsMissing, NotTheirs, ReviewerNeeded, ChangedMeanwhile.
    """
    check_reviewer(inspection, actor, scope, seen)
    if inspection.visited_on is None:
        raise InspectionRefused("还没有去检查，不能公开。")
    if inspection.result is InspectionResult.PROBLEMS and not _problems_of(inspection):
        raise InspectionRefused("检查发现了问题，要先把问题登账，再公开。", "result")
    inspection.public_summary = fit_words(public_summary, "请写公开的检查情况。")
    if inspection.published_at is None or inspection.withdrawn_at is not None:
        inspection.published_at = clock.now()
    inspection.withdrawn_at = inspection.withdrawn_reason = None
    concerns(inspection.subject)
    db.session.flush()
    touch_data_set()


@told_who_was_quicker
def withdraw_inspection(inspection: Inspection, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Take a published visit out of public; the reason is kept for the staff. Flushes.

    Raises InspectionRefused, WordsMissing, NotTheirs, ReviewerNeeded, ChangedMeanwhile.
    """
    check_reviewer(inspection, actor, scope, seen)
    if inspection.published_at is None or inspection.withdrawn_at is not None:
        raise InspectionRefused("这次检查没有公开。")
    inspection.withdrawn_reason = fit_words(reason, "请写明为什么撤下。", REASON_MOST)
    inspection.withdrawn_at = clock.now()
    concerns(inspection.subject)
    db.session.flush()
    touch_data_set()


@told_who_was_quicker
def cancel_plan(inspection: Inspection, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Give up a visit that was planned; the audit keeps why. Flushes.

    Raises InspectionRefused (made already, or drawn by lot), WordsMissing, NotTheirs, ChangedMeanwhile.
    """
    check_reach(inspection, actor, scope, seen)
    if inspection.visited_on is not None:
        raise InspectionRefused("已经去过了，不能取消。")
    if inspection.draw_id is not None:
        raise InspectionRefused("抽签抽中的不能取消：抽中谁就查谁。")
    words = fit_words(reason, "请写明为什么取消。", REASON_MOST)
    note(CANCELLED, inspection.subject, reason=words)
    concerns(inspection.subject)
    db.session.delete(inspection)
    db.session.flush()


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


def _followed(plan: Plan) -> Problem | None:
    if (plan.kind is InspectionKind.RETURN_VISIT) != (plan.follows_problem_id is not None):
        raise InspectionRefused("回头看要选看的是哪个问题，别的检查不选。", "follows_problem")
    if plan.follows_problem_id is None:
        return None
    found = db.session.get(Problem, plan.follows_problem_id)
    if found is None or found.status is ProblemStatus.VOID:
        raise InspectionRefused("没有这个问题。", "follows_problem")
    return found


def _check_kind(plan: Plan, departments: Sequence[Department]) -> None:
    if plan.kind is InspectionKind.RANDOM:
        raise InspectionRefused("双随机抽查由抽签决定查哪家，不能自己选。", "kind")
    if plan.kind is InspectionKind.THEMATIC and not (plan.theme or "").strip():
        raise InspectionRefused("专项检查要写明查什么。", "theme")
    if plan.kind is InspectionKind.JOINT and len(departments) < 2:
        raise InspectionRefused("联合检查要有两个以上的部门。", "departments")


def _refuse_second_first(made: Inspection) -> None:
    planned = select(Inspection.id).where(
        Inspection.kind == InspectionKind.FIRST_VISIT,
        Inspection.institution_id == made.institution_id,
        Inspection.unregistered_home_id == made.unregistered_home_id,
        Inspection.visited_on.is_(None),
    )
    if db.session.scalar(planned.limit(1)) is not None:
        raise InspectionRefused("这家的首次上门检查已经排上了。", "home")


def _check_visit(inspection: Inspection, visit: Visit) -> None:
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


def _check_found_again(inspection: Inspection, visit: Visit) -> None:
    is_return = inspection.kind is InspectionKind.RETURN_VISIT
    if not is_return and visit.found_again is not None:
        raise InspectionRefused("只有回头看才登记问题有没有反弹。", "found_again")
    if is_return and (visit.found_again is None) != (visit.result in NOBODY_SEEN):
        raise InspectionRefused("请选择问题有没有反弹；没有进门的不选。", "found_again")
    if visit.found_again and visit.result is not InspectionResult.PROBLEMS:
        raise InspectionRefused("问题反弹了，检查结果就应当是“发现问题”。", "result")


def _write(inspection: Inspection, visit: Visit) -> None:
    inspection.visited_on, inspection.result = visit.visited_on, visit.result
    inspection.summary = fit_words(visit.summary, "请写检查情况。")
    flag_modified(inspection, "result")  # other items alone make a new version too
    before = select(InspectionItem).where(InspectionItem.inspection_id == inspection.id)
    kept = {row.position: row for row in db.session.scalars(before)}
    for position, one in enumerate(visit.items, start=1):
        item = item_of(one.code)
        assert item is not None  # asked before
        row = kept.pop(position, None) or InspectionItem(inspection_id=inspection.id, position=position)
        row.area, row.code = InspectionArea(item.area), item.code
        row.text, row.basis = item.text, item.basis
        row.finding, row.remark = one.finding, fit_optional(one.remark, REASON_MOST)
        db.session.add(row)
    for row in kept.values():
        db.session.delete(row)


def _problems_of(inspection: Inspection) -> bool:
    query = select(Problem.id).where(
        Problem.origin == ProblemOrigin.INSPECTION,
        Problem.origin_ref == inspection.subject,
        Problem.status != ProblemStatus.VOID,
    )
    return db.session.scalar(query.limit(1)) is not None


def _tell(inspection: Inspection) -> None:
    if inspection.published_at is not None:
        touch_data_set()


__all__ = [
    "CANCELLED", "NOBODY_SEEN", "FoundProblem", "InspectionRefused", "ItemSeen", "NotTheirs", "Plan",
    "Visit", "amend_visit", "cancel_plan", "enter_found", "first_visit_due", "plan_inspection",
    "publish_inspection", "record_visit", "withdraw_inspection",
]  # fmt: skip
