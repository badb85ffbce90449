"""Who handled a case the first time: its log says so."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal.accounts.models import StaffMember
from portal.complaints.models import Case, CaseStep
from portal.domain.case_status import CaseEvent
from portal.domain.permissions import Role
from portal.extensions import db

_ANSWERS = {
    CaseEvent.FIRST_ANSWER: "first_answer",
    CaseEvent.REPLY: "reply",
    CaseEvent.REFUSE: "refusal",
}
"""Each answer, and what its draft is called in the log."""


def handled_before(case: Case) -> set[int]:
    """Return everybody of the staff who handled the case so far; for a moment at which all that was once.

    Its handler, whoever it was ever given to or who began it, and who wrote an answer or a refusal; but not a
    reviewer who only sent what somebody else had written.
    """
    found = {case.handler_id, *_held(case), *_wrote(case)}
    return {staff_id for staff_id in found if staff_id is not None}


def _held(case: Case) -> set[int | None]:
    found: set[int | None] = set()
    lines = _lines(case.id)
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if line.event is CaseEvent.ASSIGN:
            found.add(_said(line).get("staff_id"))
        elif line.event is CaseEvent.START and not _led_up_to(line, following):
            found.add(line.staff_id)
    return found


def _led_up_to(line: CaseStep, following: CaseStep | None) -> bool:
    """True if a merged case was only begun so that a joint answer could be given to it."""
    return (
        following is not None
        and following.staff_id == line.staff_id
        and bool(_said(following).get("together"))
    )


def _wrote(case: Case) -> set[int | None]:
    """Walk the log, with that of the case it was merged into: there lie the drafts of joint answers."""
    found: set[int | None] = set()
    waiting: defaultdict[tuple[int, str], set[int | None]] = defaultdict(set)
    for line in _lines(case.id, case.merged_into_id):
        said = _said(line)
        if line.event is CaseEvent.SUBMIT_REPLY:
            waiting[line.case_id, said["kind"]].add(line.staff_id)
        elif line.event is CaseEvent.RETURN_REPLY:
            writers = waiting[line.case_id, said["kind"]]
            if said.get("taken_back"):
                writers.discard(line.staff_id)
            elif len(writers) == 1:  # which of several came back the log doesn't tell
                writers.clear()
        elif line.event is CaseEvent.TRANSFER:  # drafts don't go along
            waiting.clear()
        elif line.case_id == case.id and line.event in _ANSWERS:
            where = case.merged_into_id if said.get("together") else case.id
            writers = waiting[where or case.id, _ANSWERS[line.event]] - {line.staff_id}
            found |= writers if writers and _reviews(line.staff_id) else {line.staff_id}
    return found


def _reviews(staff_id: int | None) -> bool:
    staff = None if staff_id is None else db.session.get(StaffMember, staff_id)
    return staff is not None and staff.role is Role.REVIEWER


def _lines(*case_ids: int | None) -> Sequence[CaseStep]:
    query = select(CaseStep).where(CaseStep.case_id.in_([one for one in case_ids if one is not None]))
    return db.session.scalars(query.order_by(CaseStep.id)).all()


def _said(line: CaseStep) -> dict[str, Any]:
    said: dict[str, Any] = {} if line.said is None else json.loads(line.said)
    return said
