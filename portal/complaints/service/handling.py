"""Working on a case: accepting, assigning, starting, notes, closing; who can't; who wrote it. By staff.

Every step takes the reach of whoever does it and ``seen``, the version of the case that they had before them.
Raises NotTheirs, Excluded, ChangedMeanwhile, CaseRefused, WordsMissing. Flushes, never commits.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.accounts.identity import actor_of, scope_of
from portal.accounts.models import StaffMember
from portal.audit.capture import concerns
from portal.audit.capture import note as enter_note
from portal.complaints.kinds import WhyExcluded
from portal.complaints.models import Case, CaseExclusion
from portal.complaints.office_models import CaseOpening
from portal.complaints.reach import Reach
from portal.complaints.service.drafts import forget_drafts_of
from portal.complaints.service.publication import ABOUT_STAFF, take_down_of
from portal.complaints.service.rights import (
    ReviewerNeeded,
    arrived,
    fit_open_words,
    fit_words,
    may_handle,
    take_up,
    told_who_was_quicker,
)
from portal.complaints.service.steps import Excluded, NotTheirs, step
from portal.complaints.service.words import Person, person_of
from portal.domain.case_status import CaseEvent
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability, can
from portal.extensions import db

MOST_AT_ONCE = 100
"""Cases that can be assigned in one go."""


class CannotAssign(DomainError):
    """This person can't be given this case; the message says why."""


class NotAll(DomainError):
    """Of several cases some could not be assigned, so none was. ``problems``: receipt and why."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        listed = "；".join(f"{receipt}：{why}" for receipt, why in problems)
        super().__init__(f"有{len(problems)}件不能这样分派，所以一件也没有分派。{listed}")
        self.problems = list(problems)


@told_who_was_quicker
def accept(case: Case, reach: Reach, seen: int) -> None:
    """Say that the complaint will be handled (受理)."""
    may_handle(case, reach, seen, CaseEvent.ACCEPT)
    arrived(case, reach)
    step(case, CaseEvent.ACCEPT, reach.actor, to_citizen=True)


@told_who_was_quicker
def assign(case: Case, staff_id: int, reach: Reach, seen: int) -> None:
    """Make somebody the handler. Also raises CannotAssign."""
    may_handle(case, reach, seen, CaseEvent.ASSIGN)
    check_handler(case, staff_id)
    _assign(case, staff_id, reach)


def assign_many(chosen: Sequence[tuple[Case, int]], staff_id: int, reach: Reach) -> int:
    """Assign several cases, each with the version seen, or none of them; return how many.

    Raises NotAll with each that could not be; ChangedMeanwhile if one changed at this very moment.
    """
    if len(chosen) > MOST_AT_ONCE:
        raise CannotAssign(f"一次最多分派{MOST_AT_ONCE}件。")
    problems = []
    for case, seen in chosen:
        try:
            may_handle(case, reach, seen, CaseEvent.ASSIGN)
            check_handler(case, staff_id)
        except DomainError as problem:
            problems.append((case.receipt, str(problem)))
    if problems:
        raise NotAll(problems)
    for case, _ in chosen:
        told_who_was_quicker(_assign)(case, staff_id, reach)
    return len(chosen)


@told_who_was_quicker
def start(case: Case, reach: Reach, seen: int) -> None:
    """Begin to work on it; whoever begins a case without a handler is its handler from now on."""
    may_handle(case, reach, seen, CaseEvent.START)
    take_up(case, reach)
    step(case, CaseEvent.START, reach.actor, to_citizen=True)


@told_who_was_quicker
def note(case: Case, words: str, reach: Reach, seen: int) -> None:
    """Write an internal note: for those who handle the case, never for the citizen."""
    may_handle(case, reach, seen, CaseEvent.NOTE)
    step(case, CaseEvent.NOTE, reach.actor, words=fit_words(words, "请写备注。"))


@told_who_was_quicker
def close(case: Case, reach: Reach, seen: int) -> None:
    """Close a case that was answered. The citizen can still rate it, and ask once for a second handling."""
    may_handle(case, reach, seen, CaseEvent.CLOSE)
    step(case, CaseEvent.CLOSE, reach.actor, to_citizen=True)


@told_who_was_quicker
def exclude(case: Case, staff_id: int, why: WhyExcluded, reach: Reach, seen: int) -> None:
    """Say that somebody can't handle the case; if they did, it has no handler now.

    Whoever handles it may name oneself or somebody whom the words name; else ReviewerNeeded.
    """
    may_handle(case, reach, seen, CaseEvent.NOTE)
    if why is not WhyExcluded.NAMED and staff_id != reach.staff_id and not reach.reviews:
        raise ReviewerNeeded("请审核人员决定这位同事要不要回避。")
    if db.session.get(StaffMember, staff_id) is None:
        raise CannotAssign("没有这个人。")
    if db.session.get(CaseExclusion, (case.id, staff_id)) is None:
        db.session.add(CaseExclusion(case_id=case.id, staff_id=staff_id, why=why))
    forget_drafts_of(case, staff_id)
    if case.handler_id == staff_id:
        case.handler_id = None
    step(case, CaseEvent.NOTE, reach.actor, said={"excluded": staff_id, "why": why.value})
    if why is WhyExcluded.NAMED:
        take_down_of(case, reach.actor, ABOUT_STAFF)


@told_who_was_quicker
def readmit(case: Case, staff_id: int, reason: str, reach: Reach, seen: int) -> None:
    """Take an exclusion back that was a mistake: a reviewer, with a reason, never for oneself.

    Who handled the case before stays excluded.
    """
    may_handle(case, reach, seen, CaseEvent.NOTE)
    if not reach.reviews or staff_id == reach.staff_id:
        raise ReviewerNeeded("取消回避要由另一位审核人员决定。")
    found = db.session.get(CaseExclusion, (case.id, staff_id))
    if found is None or found.why is WhyExcluded.EARLIER:
        raise CannotAssign("这位同事没有被要求回避，或者是因为以前办理过，不能取消。")
    words = fit_words(reason, "请写明为什么可以不回避。")
    db.session.delete(found)
    step(case, CaseEvent.NOTE, reach.actor, words=words, said={"readmitted": staff_id})


def open_person(case: Case, reach: Reach, reason: str) -> Person | None:
    """Return who wrote a case that asked to be kept confidential; the audit keeps who looked and why.

    ``reason`` goes into the audit: nothing personal may stand in it. None where nothing was given, or all was
    erased. Raises NotTheirs, Excluded, WordsMissing.
    """
    _may_read(case, reach)
    reason = fit_open_words(reason, "请写明为什么要看联系方式，会记入操作记录。", case)
    person = person_of(case)
    if person is not None:
        enter_note("case_person_opened", case.subject, reason=reason)
    return person


def note_opening(case: Case, reach: Reach) -> bool:
    """Note the first time that somebody sees who wrote a named case. True if this was it. Flushes.

    For the page, in a unit of work of its own, before it shows the person. Raises NotTheirs, Excluded.
    """
    _may_read(case, reach)
    if case.person_sealed is None or case.erased_at is not None or reach.staff_id is None:
        return False
    key = (case.id, reach.staff_id)
    if db.session.get(CaseOpening, key) is not None:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(CaseOpening(case_id=key[0], staff_id=key[1], at=clock.now()))
    except IntegrityError:  # two pages at one moment
        return False
    enter_note("case_person_first_seen", case.subject)
    return True


def check_handler(case: Case, staff_id: int) -> StaffMember:
    """Return the member of staff if the case can be given to them. Raises CannotAssign."""
    staff = db.session.get(StaffMember, staff_id)
    if staff is None or not staff.active:
        raise CannotAssign("没有这个人，或者账号已经停用。")
    if (
        staff.department is not case.department
        or not can(staff.role, Capability.HANDLE_CASES)
        or not scope_of(staff).covers(case.region_code)
    ):
        raise CannotAssign("这个人不在办理这件投诉的部门，或者不管这个地区。")
    if db.session.get(CaseExclusion, (case.id, staff_id)) is not None:
        raise CannotAssign("投诉提到了这个人，或者这个人以前办理过，应当回避。")
    return staff


def _assign(case: Case, staff_id: int, reach: Reach) -> None:
    arrived(case, reach)
    case.handler_id = staff_id
    staff = db.session.get_one(StaffMember, staff_id)
    said = {"staff_id": staff_id, "to": actor_of(staff).name}
    step(case, CaseEvent.ASSIGN, reach.actor, said=said, to_citizen=True)


def _may_read(case: Case, reach: Reach) -> None:
    if not reach.reads(case):
        raise NotTheirs("这件投诉由别的部门或别的地区处理。")
    if reach.staff_id is not None and db.session.get(CaseExclusion, (case.id, reach.staff_id)) is not None:
        raise Excluded("这件投诉提到了您，或者您以前办理过，应当由别人处理。")
    concerns(case.subject)
