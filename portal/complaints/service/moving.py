"""Where a case is handled: sent to another department or county, or with another. As ``handling``."""

from __future__ import annotations

from sqlalchemy import delete, select

from portal import clock
from portal.complaints.kinds import DEPARTMENTS
from portal.complaints.models import Case, CaseTransfer
from portal.complaints.office_models import CaseDraft
from portal.complaints.reach import Reach
from portal.complaints.service.figures_marks import mark_stale
from portal.complaints.service.naming import exclude_named
from portal.complaints.service.rights import (
    REASON_MOST,
    arrived,
    fit_words,
    may_handle,
    told_who_was_quicker,
)
from portal.complaints.service.steps import Excluded, NotTheirs, round_of, step
from portal.complaints.service.together import companions, excludes
from portal.domain.case_status import OPEN, CaseEvent, CaseRefused
from portal.domain.errors import DomainError
from portal.domain.permissions import DEPARTMENT_TITLES, Department
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.reference.gb2260 import RegionLevel
from portal.reference.tree import RegionRow


class CannotMove(DomainError):
    """The case can't go there, or not be handled with that one; the message says why."""


def transfer_regions(case: Case) -> list[RegionRow]:
    """Return the regions a case can be sent to: its city with all counties; else its province.

    In order of their codes, the highest first.
    """
    directory = region_directory()
    own = directory.get(case.region_code)
    if own is None:
        return []
    line = [*directory.ancestors(own.code), own]
    top = next((row for row in line if row.level is RegionLevel.CITY), line[0])
    found = (directory.get(code) for code in directory.within(top.code))
    return sorted((row for row in found if row is not None and row.until is None), key=lambda row: row.code)


@told_who_was_quicker
def transfer(
    case: Case, region_code: str, department: Department, reason: str, reach: Reach, seen: int
) -> CaseTransfer:
    """Send a case to another department, or to another region of its city. Its clocks run on.

    It has no handler then and waits to be acknowledged; who sent it keeps the trace and loses the words.
    ``reason`` is told to the receiver and to the citizen. Raises CannotMove too.
    """
    may_handle(case, reach, seen, CaseEvent.TRANSFER)
    words = fit_words(reason, "请写明为什么转办。", REASON_MOST)
    if department not in DEPARTMENTS or all(row.code != region_code for row in transfer_regions(case)):
        raise CannotMove("只能转给本市范围内的民政、住建、消防、卫健、市场监管部门。")
    if (region_code, department) == (case.region_code, case.department):
        raise CannotMove("这件投诉已经在这个部门。")
    if case.merged_into_id is not None or companions(case):
        raise CannotMove("这件投诉和别的投诉并案办理，请先取消并案，再分别转办。")
    arrived(case, reach)
    current, sender = round_of(case), (case.region_code, case.department)
    mark_stale(case, current)
    sent = CaseTransfer(
        case_id=case.id,
        from_region=sender[0],
        from_department=sender[1],
        to_region=region_code,
        to_department=department,
        sent_at=clock.now(),
    )
    db.session.add(sent)
    db.session.execute(delete(CaseDraft).where(CaseDraft.case_id == case.id))
    with db.session.no_autoflush:
        case.region_code = current.region_code = region_code
        case.department, case.handler_id, case.acknowledged = department, None, False
    directory = region_directory()
    said = {
        "from": f"{directory.label(sender[0])}{DEPARTMENT_TITLES[sender[1]]}",
        "to": f"{directory.label(region_code)}{DEPARTMENT_TITLES[department]}",
    }
    step(case, CaseEvent.TRANSFER, reach.actor, words=words, said=said, to_citizen=True)
    exclude_named(case)
    return sent


@told_who_was_quicker
def acknowledge(case: Case, reach: Reach, seen: int) -> None:
    """Say that a case that was sent here has arrived."""
    may_handle(case, reach, seen, CaseEvent.ACKNOWLEDGE)
    if case.acknowledged:
        raise CaseRefused("这件投诉已经接收过了。")
    arrived(case, reach)


@told_who_was_quicker
def merge(case: Case, into: Case, reach: Reach, seen: int) -> None:
    """Handle a case together with another about the same home. Each keeps its clocks, log and citizen.

    What is answered to ``into`` from now on is answered to this one too. Raises CannotMove, Excluded.
    """
    may_handle(case, reach, seen, CaseEvent.MERGE)
    if not reach.reads(into):
        raise NotTheirs("要一起办的那件由别的部门或别的地区处理。")
    if reach.staff_id is not None and excludes(into, reach.staff_id):
        raise Excluded("要一起办的那件提到了您，或者您以前办理过，应当由别人处理。")
    _check_pair(case, into)
    case.merged_into_id, case.handler_id = into.id, into.handler_id
    # the other's number stays out of what this one's writer may be shown
    step(case, CaseEvent.MERGE, reach.actor, said={"case": into.id})
    told_who_was_quicker(_enter_merged)(into, case, reach)


@told_who_was_quicker
def unmerge(case: Case, reach: Reach, seen: int) -> None:
    """Handle a case by itself again; what was answered stays answered."""
    may_handle(case, reach, seen, CaseEvent.UNMERGE)
    if case.merged_into_id is None:
        raise CannotMove("这件投诉没有和别的投诉并案。")
    into = db.session.get_one(Case, case.merged_into_id)
    case.merged_into_id = None
    step(case, CaseEvent.UNMERGE, reach.actor, said={"case": into.id})


def _enter_merged(into: Case, case: Case, reach: Reach) -> None:
    step(into, CaseEvent.MERGE, reach.actor, said={"with": case.id})


def _check_pair(case: Case, into: Case) -> None:
    if case.id == into.id:
        raise CannotMove("不能和自己并案。")
    if case.merged_into_id is not None:
        raise CannotMove("这件投诉已经并案。")
    if into.merged_into_id is not None:
        raise CannotMove("那件投诉自己已经并到别的投诉里，请并到主件。")
    if db.session.scalar(select(Case.id).where(Case.merged_into_id == case.id).limit(1)) is not None:
        raise CannotMove("别的投诉已经并到这件里，请反过来并，或者先取消并案。")
    if into.status not in OPEN:
        raise CannotMove("那件投诉已经答复或者结束，不能再并案。")
    same_place = case.institution_id == into.institution_id and (
        case.institution_id is not None or case.region_code == into.region_code
    )
    if case.department is not into.department or not same_place:
        raise CannotMove("只有同一部门、同一家机构的投诉可以并案。")
    if into.handler_id is not None and excludes(case, into.handler_id):
        raise CannotMove("那件投诉的承办人不能办理这一件，请先换承办人。")
