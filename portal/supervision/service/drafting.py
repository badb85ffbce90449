"""Drafting a notice, and what it says, before anybody is bound by it. As in ``notices``: flushes only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal import clock
from portal.audit.capture import concerns
from portal.domain.actor import Actor, Scope
from portal.domain.errors import DomainError
from portal.domain.notice_text import NoticeProblem, NoticeText
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemEvent, allows
from portal.domain.refusals import WordsMissing
from portal.extensions import db
from portal.institutions.models import Institution, UnregisteredHome
from portal.institutions.service import new_public_id
from portal.reference.directory import region_directory
from portal.supervision.kinds import NoticeState
from portal.supervision.problem_models import Problem, RectificationNotice
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
from portal.supervision.service.telling import tell_of_notice

MOST_PROBLEMS = 30
"""Of one notice."""
MOST_DAYS = 365

_OFFICES = {
    Department.CIVIL_AFFAIRS: "民政局",
    Department.HOUSING: "住房和城乡建设局",
    Department.FIRE: "消防救援机构",
    Department.HEALTH: "卫生健康局",
    Department.MARKET: "市场监督管理局",
}
_UNFINISHED = frozenset({NoticeState.DRAFT, NoticeState.SUBMITTED, NoticeState.RETURNED})


class NoticeRefused(DomainError):
    """The notice does not stand where this could be done, or can't be made so; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the writer of a notice says. ``days`` of the calendar unless ``working_days``; from service."""

    problem_ids: Sequence[int]
    title: str
    demands: str
    legal_basis: str
    days: int
    working_days: bool = True
    contact: str | None = None


@told_who_was_quicker
def draft_notice(draft: Draft, actor: Actor, scope: Scope) -> RectificationNotice:
    """Begin a notice on problems of one home that no other notice holds."""
    problems = _problems(draft.problem_ids, None, scope)
    one, now = problems[0], clock.now()
    notice = RectificationNotice(
        public_id=new_public_id(),
        institution_id=one.institution_id,
        unregistered_home_id=one.unregistered_home_id,
        addressee=_addressee(one),
        region_code=one.region_code,
        department=one.department,
        state=NoticeState.DRAFT,
        drafted_by=actor.name,
        drafted_staff_id=actor.staff_id,
        drafted_at=now,
        deadline_version=0,
    )
    _write(notice, draft, now)
    db.session.add(notice)
    db.session.flush()
    concerns(notice.subject)
    _hold(notice, problems)
    return notice


@told_who_was_quicker
def edit_draft(notice: RectificationNotice, draft: Draft, actor: Actor, scope: Scope, seen: int) -> None:
    """Write a draft anew; what was submitted or returned is a draft again."""
    check_reach(notice, actor, scope, seen)
    check_state(notice, _UNFINISHED, "这份通知书已经定稿，不能再改。")
    problems = _problems(draft.problem_ids, notice, scope)
    if notice.drafted_staff_id != actor.staff_id:
        notice.drafted_by, notice.drafted_staff_id = actor.name, actor.staff_id
    notice.state = NoticeState.DRAFT
    _write(notice, draft, clock.now())
    _hold(notice, problems)
    changed(notice)


@told_who_was_quicker
def submit_draft(notice: RectificationNotice, actor: Actor, scope: Scope, seen: int) -> None:
    """Hand a draft to the reviewer."""
    check_reach(notice, actor, scope, seen)
    check_state(notice, {NoticeState.DRAFT, NoticeState.RETURNED}, "只有草稿能提交审核。")
    notice.state, notice.remark = NoticeState.SUBMITTED, None
    changed(notice)


@told_who_was_quicker
def return_draft(notice: RectificationNotice, remark: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Give a draft back to its writer, saying why."""
    check_reviewer(notice, actor, scope, seen)
    check_state(notice, {NoticeState.SUBMITTED}, "这份通知书没有在等审核。")
    notice.remark = fit_words(remark, "请写明要改什么。", REASON_MOST)
    notice.state = NoticeState.RETURNED
    changed(notice)


@told_who_was_quicker
def discard(notice: RectificationNotice, actor: Actor, scope: Scope, seen: int) -> None:
    """Throw a draft away; its problems are free for another."""
    check_reach(notice, actor, scope, seen)
    check_state(notice, _UNFINISHED, "这份通知书已经定稿，不能作废。")
    notice.state = NoticeState.DISCARDED
    _hold(notice, [])
    changed(notice)


def problems_of(notice: RectificationNotice) -> Sequence[Problem]:
    """Return the problems that a notice holds, in the order they were entered."""
    query = select(Problem).where(Problem.notice_id == notice.id).order_by(Problem.id)
    return db.session.scalars(query).all()


def text_of(notice: RectificationNotice, problems: Sequence[Problem]) -> NoticeText:
    """Return what the notice says, from what stands in the records now: for drafts, and when it is issued."""
    return NoticeText(
        number=notice.number or "",
        title=notice.title,
        addressee=notice.addressee,
        problems=tuple(
            NoticeProblem(number, one.title, one.description, one.basis, one.measure, one.number)
            for number, one in enumerate(problems, 1)
        ),
        demands=notice.demands,
        legal_basis=notice.legal_basis,
        days=notice.days,
        working_days=notice.working_days,
        contact=notice.contact,
        issuer=issuer_of(notice.region_code, notice.department),
        issued_on=notice.issued_on,
    )


def issuer_of(region_code: str, department: Department) -> str:
    """Return the name of the office that issues: 汀兰县民政局."""
    return f"{region_directory().label(region_code)}{_OFFICES[department]}"


def _problems(ids: Sequence[int], notice: RectificationNotice | None, scope: Scope) -> list[Problem]:
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise WordsMissing("请选择写进通知书的问题。")
    if len(wanted) > MOST_PROBLEMS:
        raise NoticeRefused(f"一份通知书最多写{MOST_PROBLEMS}个问题。")
    found = list(db.session.scalars(select(Problem).where(Problem.id.in_(wanted)).order_by(Problem.id)))
    if len(found) != len(wanted):
        raise NoticeRefused("有的问题没有找到。")
    for one in found:
        check_keeps(one.department, one.region_code, scope)
        if one.notice_id is not None and (notice is None or one.notice_id != notice.id):
            raise NoticeRefused(f"问题{one.number}已经在另一份通知书里。")
        if not allows(one.status, ProblemEvent.ISSUE_NOTICE):
            raise NoticeRefused(f"问题{one.number}现在不能发通知。")
    homes = {(one.institution_id, one.unregistered_home_id) for one in found}
    if len(homes) > 1 or len({one.department for one in found}) > 1:
        raise NoticeRefused("一份通知书只写一家机构、一个部门的问题。")
    if homes == {(None, None)}:
        raise NoticeRefused("这个问题没有登记在机构名下，不能发通知书。")
    if notice is not None and homes != {(notice.institution_id, notice.unregistered_home_id)}:
        raise NoticeRefused("这份通知书是发给另一家机构的。")
    return found


def _addressee(problem: Problem) -> str:
    if problem.institution_id is not None:
        return db.session.get_one(Institution, problem.institution_id).name[:TITLE_MOST]
    return db.session.get_one(UnregisteredHome, problem.unregistered_home_id).name[:TITLE_MOST]


def _write(notice: RectificationNotice, draft: Draft, now: datetime) -> None:
    if not 1 <= draft.days <= MOST_DAYS:
        raise NoticeRefused(f"整改期限请填1到{MOST_DAYS}天。")
    notice.title = fit_words(draft.title, "请写通知书的标题。", TITLE_MOST)
    notice.demands = fit_words(draft.demands, "请写整改要求。")
    notice.legal_basis = fit_words(draft.legal_basis, "请写依据的法律法规或者标准。", BASIS_MOST)
    notice.days, notice.working_days = draft.days, draft.working_days
    notice.contact = fit_optional(draft.contact, TITLE_MOST)
    notice.changed_at = now


def _hold(notice: RectificationNotice, problems: Sequence[Problem]) -> None:
    """Let the notice hold these problems and no others. Whoever took one at the same moment loses or wins
    by the problem's version."""
    held = {one.id for one in problems}
    for one in problems_of(notice):
        if one.id not in held:
            one.notice_id = None
    for one in problems:
        one.notice_id = notice.id
    db.session.flush()


def check_state(
    notice: RectificationNotice, states: frozenset[NoticeState] | set[NoticeState], refusal: str
) -> None:
    """Raise NoticeRefused unless the notice stands in one of these states."""
    if notice.state not in states:
        raise NoticeRefused(refusal)


def changed(notice: RectificationNotice) -> None:
    """Flush what was changed of a notice, and tell whoever shows it."""
    notice.changed_at = clock.now()
    concerns(notice.subject)
    db.session.flush()
    tell_of_notice(notice)
