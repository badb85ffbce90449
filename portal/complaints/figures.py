"""The figures of each region and month, counted from the handlings by the worker; to be made anew at will.

Which months have to be counted again is noted by ``service.figures_marks`` with every change.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import RowMapping, delete, select, update

from portal import clock
from portal.complaints.models import Case, CaseRound
from portal.complaints.office_models import CaseMonth
from portal.domain.case_figures import ClockCounts, MonthCounts
from portal.domain.response_clock import Judgement, Pause, deadline, judge, working_days_taken
from portal.domain.working_days import WorkingCalendar
from portal.extensions import db
from portal.reference.calendar import working_calendar
from portal.unit_of_work import unit_of_work

AT_ONCE = 50
"""Months counted in one go of the worker; the next one does the rest."""
_READ_AT_ONCE = 2_000


_COLUMNS = (
    CaseRound.number,
    CaseRound.received_at,
    CaseRound.first_due,
    CaseRound.first_answered_at,
    CaseRound.final_due,
    CaseRound.final_answered_at,
    CaseRound.asked_on,
    CaseRound.answered_on,
    CaseRound.withdrawn_at,
    Case.rating,
    Case.round_number,
)


def refresh_stale(limit: int = AT_ONCE) -> int:
    """Count the months whose cases changed, each in a unit of work of its own; return how many."""
    query = (
        select(CaseMonth.region_code, CaseMonth.month)
        .where(CaseMonth.stale)
        .order_by(CaseMonth.region_code, CaseMonth.month)
        .limit(limit)
    )
    with unit_of_work() as session:
        stale = session.execute(query).all()
    for region_code, month in stale:
        with unit_of_work():
            _refresh(region_code, month)
    return len(stale)


def recount() -> int:
    """Throw all figures away and note every month that has cases as to be counted; return how many months.

    Writes; commits nothing. ``refresh_stale`` counts them.
    """
    months = sorted(
        {
            (region_code, day.replace(day=1))
            for region_code, day in db.session.execute(
                select(CaseRound.region_code, CaseRound.received_on).distinct()
            )
        }
    )
    db.session.execute(delete(CaseMonth))
    db.session.add_all(
        CaseMonth(region_code=region_code, month=month, stale=True, counts="{}")
        for region_code, month in months
    )
    db.session.flush()
    return len(months)


def count_month(region_code: str, month: date) -> MonthCounts:
    """Count the handlings that a region received in a month (its first day). Reads every one of them."""
    calendar, counts = working_calendar(), MonthCounts()
    query = (
        select(*_COLUMNS)
        .join(Case, Case.id == CaseRound.case_id)
        .where(
            CaseRound.region_code == region_code,
            CaseRound.received_on >= month,
            CaseRound.received_on < _following(month),
        )
        .execution_options(yield_per=_READ_AT_ONCE)
    )
    for row in db.session.execute(query).mappings():
        _count(row, counts, calendar)
    return counts


def _refresh(region_code: str, month: date) -> None:
    key = (CaseMonth.region_code == region_code, CaseMonth.month == month)
    # first this: whoever changes a case of the month from here on waits, and marks it once more
    db.session.execute(update(CaseMonth).where(*key).values(stale=False))
    counts = count_month(region_code, month)
    values = {"counts": counts.dump(), "open": counts.owed.total(), "counted_at": clock.now()}
    db.session.execute(update(CaseMonth).where(*key).values(values))


def _count(one: RowMapping, counts: MonthCounts, calendar: WorkingCalendar) -> None:
    of = counts.once if one["number"] == 1 else counts.again
    of.received += 1
    if one["number"] == 1:
        counts.reopened += one["round_number"] > 1
        if one["rating"] is not None:
            counts.ratings[one["rating"].value] += 1
    pause = None if one["asked_on"] is None else Pause(one["asked_on"], one["answered_on"])
    _clock(of.first, one, "first", None, calendar)
    _clock(of.final, one, "final", pause, calendar)
    if one["withdrawn_at"] is None and one["final_answered_at"] is None:
        counts.owed[one["first_due"] if one["first_answered_at"] is None else one["final_due"]] += 1


def _clock(
    counts: ClockCounts, one: RowMapping, name: str, pause: Pause | None, calendar: WorkingCalendar
) -> None:
    due, at = one[f"{name}_due"], one[f"{name}_answered_at"]
    if at is not None:
        in_time = judge(calendar, due, at, at) is Judgement.IN_TIME
        counts.in_time += in_time
        counts.late += not in_time
        counts.days[working_days_taken(calendar, one["received_at"], at, pause)] += 1
    elif one["withdrawn_at"] is not None and one["withdrawn_at"] < deadline(due):
        counts.withdrawn += 1
    else:
        counts.due[due] += 1


def _following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
