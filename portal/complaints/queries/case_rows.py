"""Cases as lines of a list: what a queue shows of each, and nothing of what was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, select

from portal import clock
from portal.complaints.kinds import Category, Channel, Finding
from portal.complaints.models import Case, CaseRound
from portal.complaints.queries.people import staff_names
from portal.domain.case_status import OPEN, CaseStatus
from portal.domain.permissions import Department
from portal.domain.response_clock import Judgement, judge, working_days_left, working_days_over
from portal.domain.working_days import WorkingCalendar
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.calendar import working_calendar
from portal.reference.directory import region_directory


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line. ``due``: the last day of the answer that is owed next, None while none is."""

    id: int
    receipt: str
    version: int
    region_code: str
    region: str
    """The region's own name."""
    department: Department
    category: Category
    channel: Channel
    status: CaseStatus
    urgent: bool
    home: str | None
    """Name of the home, None for a place that is not listed: its name was written, and stays sealed."""
    home_id: str | None
    received_on: date
    due: date | None
    first: bool
    """True if the first answer is owed next, False for the final one."""
    provisional: bool
    judgement: Judgement | None
    """None while no answer is owed."""
    left: int
    """Working days from today to the last day."""
    over: int
    """Working days since it."""
    handler_id: int | None
    handler: str | None
    """The handler's name."""
    acknowledged: bool
    round_number: int
    merged: bool
    finding: Finding | None

    @property
    def open(self) -> bool:
        """True while somebody owes an answer."""
        return self.status in OPEN


def rows_of(ids: Sequence[int]) -> list[CaseRow]:
    """Return the cases of these keys in this order; four queries however many they are."""
    if not ids:
        return []
    query = (
        select(
            Case.id, Case.receipt, Case.version, Case.region_code, Case.department, Case.category,
            Case.channel, Case.status, Case.urgent, Case.received_on, Case.next_due,
            Case.handler_id, Case.acknowledged, Case.round_number, Case.merged_into_id, Case.finding,
            Institution.name, Institution.public_id,
            CaseRound.first_answered_at, CaseRound.first_provisional, CaseRound.final_provisional,
        )
        .join(CaseRound, (CaseRound.case_id == Case.id) & (CaseRound.number == Case.round_number))
        .outerjoin(Institution, Institution.id == Case.institution_id)
        .where(Case.id.in_(ids))
    )  # fmt: skip
    found = {row.id: row for row in db.session.execute(query)}
    names = staff_names([row.handler_id for row in found.values()])
    calendar, directory = working_calendar(), region_directory()
    return [
        _row(found[one], directory.label(found[one].region_code), names, calendar)
        for one in ids
        if one in found
    ]


def _row(row: Row, region: str, names: dict[int, str], calendar: WorkingCalendar) -> CaseRow:  # type: ignore[type-arg]
    due, now = row.next_due, clock.now()
    first = row.first_answered_at is None
    return CaseRow(
        id=row.id,
        receipt=row.receipt,
        version=row.version,
        region_code=row.region_code,
        region=region,
        department=row.department,
        category=row.category,
        channel=row.channel,
        status=row.status,
        urgent=row.urgent,
        home=row.name,
        home_id=row.public_id,
        received_on=row.received_on,
        due=due,
        first=due is not None and first,
        provisional=due is not None and (row.first_provisional if first else row.final_provisional),
        judgement=None if due is None else judge(calendar, due, None, now),
        left=0 if due is None else working_days_left(calendar, due, now),
        over=0 if due is None else working_days_over(calendar, due, now),
        handler_id=row.handler_id,
        handler=names.get(row.handler_id),
        acknowledged=row.acknowledged,
        round_number=row.round_number,
        merged=row.merged_into_id is not None,
        finding=row.finding,
    )
