"""Visits: planned, made, published by a reviewer (R7, R23, R24). What was found is entered as problems.

Every change takes ``actor``, ``scope`` and ``seen``, the version the person had before them. Flushes, never
commits.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from portal import clock
from portal.audit.capture import concerns, note
from portal.domain.actor import Actor, Scope
from portal.domain.inspection_items import item_of
from portal.domain.rectification import ProblemStatus
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.supervision.kinds import (
    DEPARTMENTS,
    InspectionArea,
    InspectionKind,
    InspectionResult,
    ProblemOrigin,
)
from portal.supervision.models import Inspection, InspectionItem
from portal.supervision.problem_models import Problem
from portal.supervision.service import problems
from portal.supervision.service.homes import free_public_id, institution_of, unregistered_of
from portal.supervision.service.redacting import about, check_public
from portal.supervision.service.rights import (
    REASON_MOST,
    TITLE_MOST,
    check_keeps,
    check_reach,
    check_reviewer,
    fit_length,
    fit_optional,
    fit_words,
    told_who_was_quicker,
)
from portal.supervision.service.visit_rules import (
    NOBODY_SEEN,
    FoundProblem,
    InspectionRefused,
    ItemSeen,
    Plan,
    Visit,
    check_found_again,
    check_kind,
    check_visit,
    first_visit_due,
    followed_by,
    note_first_visit,
    refuse_second_first,
)

__all__ = [
    "CANCELLED", "NOBODY_SEEN", "FoundProblem", "InspectionRefused", "ItemSeen", "Plan", "Visit",
    "amend_visit", "cancel_plan", "enter_found", "first_visit_due", "plan_inspection",
    "publish_inspection", "record_visit", "withdraw_inspection",
]  # fmt: skip

CANCELLED = "inspection_cancelled"
"""What the audit calls a visit that was planned and given up."""


def plan_inspection(plan: Plan, actor: Actor, scope: Scope) -> Inspection:
    """Plan a visit of the holder's own department. Flushes.

    Raises InspectionRefused, WordsMissing, NotTheirs, HomeUnknown.
    """
    departments = tuple(dict.fromkeys(plan.departments))
    if not departments or not set(departments) <= set(DEPARTMENTS):
        raise InspectionRefused("请选择去检查的部门。", "departments")
    followed = followed_by(plan)
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
    check_kind(plan, departments)
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
        refuse_second_first(made)
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
    check_visit(inspection, visit)
    check_found_again(inspection, visit)
    if found and visit.result is not InspectionResult.PROBLEMS:
        raise InspectionRefused("登记了问题，检查结果就应当是“发现问题”。", "result")
    _write(inspection, visit)
    inspection.found_again = visit.found_again
    db.session.flush()
    note_first_visit(inspection, actor, scope)
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
    check_visit(inspection, visit)
    if visit.result is not InspectionResult.PROBLEMS and _problems_of(inspection):
        raise InspectionRefused("这次检查已经登记了问题，结果只能是“发现问题”。", "result")
    if inspection.found_again is not None and visit.result in NOBODY_SEEN:
        raise InspectionRefused("回头看已经登记看到了什么，结果不能改成没有进门。", "result")
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

    Raises InspectionRefused, WordsMissing, StillPersonal, NotTheirs, ReviewerNeeded, ChangedMeanwhile.
    """
    check_reviewer(inspection, actor, scope, seen)
    if inspection.visited_on is None:
        raise InspectionRefused("还没有去检查，不能公开。")
    if inspection.result is InspectionResult.PROBLEMS and not _problems_of(inspection):
        raise InspectionRefused("检查发现了问题，要先把问题登账，再公开。", "result")
    summary = fit_length(public_summary, "请写公开的检查情况。")
    home = about(inspection.institution_id, inspection.unregistered_home_id)
    check_public({"检查情况": summary, "检查内容": inspection.theme or ""}, home)
    inspection.public_summary = summary
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
    """True if what was found stands on record: also where it was there still, in the old entry itself."""
    if inspection.found_again:
        return True
    query = select(Problem.id).where(
        Problem.origin == ProblemOrigin.INSPECTION,
        Problem.origin_ref == inspection.subject,
        Problem.status != ProblemStatus.VOID,
    )
    return db.session.scalar(query.limit(1)) is not None


def _tell(inspection: Inspection) -> None:
    if inspection.published_at is not None:
        touch_data_set()
