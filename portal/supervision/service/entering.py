"""Entering a problem (登账): its number, its first line, and whether it is an old one come back.

Whose a change is, and which version was seen, is asked as in ``problems``. Flushes, never commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.hazards import criterion_of
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemEvent, ProblemRefused, ProblemStatus
from portal.domain.refusals import WordsMissing
from portal.extensions import db
from portal.institutions.models import Institution, UnregisteredHome
from portal.supervision.kinds import (
    TOLD_BY_THE_PUBLIC,
    ProblemCategory,
    ProblemOrigin,
    Severity,
)
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem
from portal.supervision.service.clearing import draft_changed, hold_notice
from portal.supervision.service.numbering import add_problem
from portal.supervision.service.redacting import about, check_public
from portal.supervision.service.rights import (
    BASIS_MOST,
    REASON_MOST,
    TITLE_MOST,
    check_keeps,
    check_reach,
    check_reviewer,
    fit_optional,
    fit_words,
    told_who_was_quicker,
)
from portal.supervision.service.steps import first_step, step

_MOST_OFFERED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a new problem says. A home's own region goes before ``region_code``.

    ``origin_ref``: opaque, ``complaint/12``; ``criterion``: the published criterion that makes it a major
    hazard; ``first_entry_id``: any earlier entry of the same problem, which is tied to the first.
    """

    region_code: str
    department: Department
    category: ProblemCategory
    severity: Severity
    title: str
    description: str
    responsible: str
    found_on: date
    origin: ProblemOrigin = ProblemOrigin.BY_HAND
    origin_ref: str | None = None
    institution_id: int | None = None
    unregistered_home_id: int | None = None
    place: str | None = None
    criterion: str | None = None
    basis: str | None = None
    measure: str | None = None
    deadline: date | None = None
    first_entry_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What may be put right of a problem, whole: what the form showed goes in as it is to be."""

    category: ProblemCategory
    severity: Severity
    title: str
    description: str
    responsible: str
    criterion: str | None = None
    basis: str | None = None
    measure: str | None = None


@told_who_was_quicker
def enter_problem(entry: Entry, actor: Actor, scope: Scope | None = None) -> Problem:
    """Enter a problem; one that the public told of is entered once, however often it is called.

    ``scope``: of whoever enters it by hand, None where an inspection or a proven complaint does. A problem
    that came back writes a line on its first entry. Raises NotTheirs, WordsMissing, ProblemRefused.
    """
    if scope is not None:
        check_keeps(entry.department, _region_of(entry), scope)
    known = _told_before(entry)
    if known is not None:
        return known
    now = clock.now()
    _check_entry(entry, now.date())
    first = None if entry.first_entry_id is None else _first_of(entry)
    problem = Problem(
        institution_id=entry.institution_id,
        unregistered_home_id=entry.unregistered_home_id,
        place=fit_optional(entry.place, TITLE_MOST),
        region_code=_region_of(entry),
        department=entry.department,
        origin=entry.origin,
        origin_ref=entry.origin_ref,
        found_on=entry.found_on,
        deadline=entry.deadline,
        first_entry_id=None if first is None else first.id,
        entered_at=now,
        entered_by=actor.name,
        entered_staff_id=actor.staff_id,
        status=ProblemStatus.ENTERED,
        changed_at=now,
        **_values(entry),
    )
    try:
        add_problem(problem, now.year)
    except IntegrityError:  # the same clue, entered at the same moment
        known = _told_before(entry)
        if known is None:
            raise
        return known
    first_step(problem, actor, None if entry.deadline is None else {"deadline": entry.deadline.isoformat()})
    if first is not None:
        step(first, ProblemEvent.RECUR, actor, said={"problem": problem.public_id, "number": problem.number})
    return problem


@told_who_was_quicker
def amend(problem: Problem, changes: Changes, actor: Actor, scope: Scope, seen: int) -> None:
    """Put right what a problem says. What the public reads already is for a reviewer to change."""
    hold_notice(problem)
    check = check_reach if problem.published_at is None else check_reviewer
    check(problem, actor, scope, seen)
    values = _values(changes)
    if problem.published_at is not None:  # these stand in public as they are
        home = about(problem.institution_id, problem.unregistered_home_id, problem.place)
        check_public({"标题": values["title"], "依据": values["basis"] or ""}, home)
    changed = [name for name, value in values.items() if getattr(problem, name) != value]
    if not changed:
        raise ProblemRefused("内容没有改动。")
    listed = problem.listed_on is not None and problem.delisted_on is None
    if listed and {"category", "severity"} & set(changed):
        raise ProblemRefused("这个问题正在挂牌督办，类别和程度不能改；判定错了，请先摘牌。")
    said: dict[str, Any] = {"changed": changed}
    if "severity" in changed:  # told in public, where the problem was public: nothing is made small unseen
        said["severity"] = [problem.severity.value, changes.severity.value]
    step(problem, ProblemEvent.AMEND, actor, said=said)
    for name, value in values.items():
        setattr(problem, name, value)
    db.session.flush()
    draft_changed(problem)


@told_who_was_quicker
def void(problem: Problem, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Strike out what was entered by mistake; it counts nowhere from now on."""
    check_reviewer(problem, actor, scope, seen)
    if problem.notice_id is not None:
        raise ProblemRefused("这个问题写在一份整改通知书的草稿里，请先从草稿里去掉。")
    words = fit_words(reason, "请写明为什么撤销登账。", REASON_MOST)
    step(problem, ProblemEvent.VOID, actor, words=words)


@told_who_was_quicker
def return_visit(
    problem: Problem,
    inspection: Inspection,
    found_again: bool,
    actor: Actor,
    *,
    words: str | None = None,
    severity: Severity | None = None,
    criterion: str | None = None,
    deadline: date | None = None,
) -> Problem | None:
    """Note on a problem that somebody went back (回头看); return the new problem if it was there again.

    The new one is tied to the first entry; one that is still open is not entered anew (None).
    ``inspection``: made, with its day; ``words``: what was seen; ``severity`` and ``criterion``: of the new
    entry, None: as before. Whose the visit is has been asked where it is recorded.
    """
    if inspection.visited_on is None:
        raise ProblemRefused("还没有去看，不能登记回头看的结果。")
    said = {"inspection": inspection.public_id, "found_again": found_again}
    on = inspection.visited_on
    seen_there = fit_optional(words)
    step(problem, ProblemEvent.RETURN_VISIT, actor, on=on, words=seen_there, said=said)
    if not found_again or problem.status is not ProblemStatus.CLEARED:
        return None
    again = severity or problem.severity
    return enter_problem(
        Entry(
            institution_id=problem.institution_id,
            unregistered_home_id=problem.unregistered_home_id,
            place=problem.place,
            region_code=problem.region_code,
            department=problem.department,
            origin=ProblemOrigin.INSPECTION,
            origin_ref=inspection.subject,
            category=problem.category,
            severity=again,
            criterion=(criterion or problem.criterion) if again is Severity.MAJOR else None,
            basis=problem.basis,
            title=problem.title,
            description=seen_there or problem.description,
            responsible=problem.responsible,
            measure=problem.measure,
            deadline=deadline,
            found_on=on,
            first_entry_id=problem.id,
        ),
        actor,
    )


def recurrences_like(
    institution_id: int | None, unregistered_home_id: int | None, category: ProblemCategory
) -> Sequence[Problem]:
    """Return a home's cleared problems of a category, the latest first: one of them may have come back.

    None for a place on no record.
    """
    if institution_id is None and unregistered_home_id is None:
        return []
    home = (
        Problem.institution_id == institution_id
        if institution_id is not None
        else Problem.unregistered_home_id == unregistered_home_id
    )
    query = select(Problem).where(home, Problem.status == ProblemStatus.CLEARED, Problem.category == category)
    return db.session.scalars(
        query.order_by(Problem.cleared_on.desc(), Problem.id.desc()).limit(_MOST_OFFERED)
    ).all()


def _told_before(entry: Entry) -> Problem | None:
    if entry.origin not in TOLD_BY_THE_PUBLIC or entry.origin_ref is None:
        return None
    query = select(Problem).where(
        Problem.origin == entry.origin,
        Problem.origin_ref == entry.origin_ref,
        Problem.status != ProblemStatus.VOID,
    )
    return db.session.scalars(query.order_by(Problem.id).limit(1)).first()


def _region_of(entry: Entry) -> str:
    if entry.institution_id is not None:
        return db.session.get_one(Institution, entry.institution_id).region_code
    if entry.unregistered_home_id is not None:
        return db.session.get_one(UnregisteredHome, entry.unregistered_home_id).region_code
    return entry.region_code


def _check_entry(entry: Entry, today: date) -> None:
    if entry.institution_id is not None and entry.unregistered_home_id is not None:
        raise ProblemRefused("一个问题只能登记在一家机构名下。")
    if (
        entry.institution_id is None
        and entry.unregistered_home_id is None
        and not (entry.place or "").strip()
    ):
        raise WordsMissing("请选择机构，或者写明是什么地方。")
    if entry.found_on > today:
        raise ProblemRefused("发现问题的日期晚于今天。")
    if entry.deadline is not None:
        check_deadline(entry.deadline, today)


def check_deadline(deadline: date, today: date) -> None:
    """Raise ProblemRefused for a last day that is over."""
    if deadline < today:
        raise ProblemRefused("整改期限不能早于今天。")


def _first_of(entry: Entry) -> Problem:
    """Return the first entry of the chain that an earlier entry belongs to. Raises ProblemRefused."""
    earlier = db.session.get(Problem, entry.first_entry_id)
    if earlier is None:
        raise ProblemRefused("没有找到以前登账的那个问题。")
    same = (earlier.institution_id, earlier.unregistered_home_id) == (
        entry.institution_id,
        entry.unregistered_home_id,
    )
    if not same:
        raise ProblemRefused("以前登账的那个问题是别的机构的，不能算反弹。")
    first = earlier if earlier.first_entry_id is None else db.session.get_one(Problem, earlier.first_entry_id)
    still_open = select(Problem.id).where(
        or_(Problem.id == first.id, Problem.first_entry_id == first.id),
        Problem.status.not_in([ProblemStatus.CLEARED, ProblemStatus.VOID]),
    )
    if db.session.scalar(still_open.limit(1)) is not None:
        raise ProblemRefused("以前登账的那个问题还没有销号，不能算反弹；请在原来的问题里继续办。")
    return first


def _values(said: Entry | Changes) -> dict[str, Any]:
    """Return the columns that an entry and its later corrections share, checked."""
    criterion = fit_optional(said.criterion, 20)
    if said.severity is Severity.MAJOR and criterion_of(criterion) is None:
        raise WordsMissing("重大隐患要写明符合判定标准的哪一条。")
    return {
        "category": said.category,
        "severity": said.severity,
        "title": fit_words(said.title, "请写问题的标题。", TITLE_MOST),
        "description": fit_words(said.description, "请写问题的具体情况。"),
        "responsible": fit_words(said.responsible, "请写明由谁负责整改。", TITLE_MOST),
        "criterion": criterion if said.severity is Severity.MAJOR else None,
        "basis": fit_optional(said.basis, BASIS_MOST),
        "measure": fit_optional(said.measure),
    }
