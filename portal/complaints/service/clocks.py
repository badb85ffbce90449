"""The clocks of a case as they are kept: begun, paused, extended, redated. Rules: ``domain/response_clock``.

An answered clock keeps the day and the calendar it was judged by. Flushes, never commits.
"""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import func, select

from portal import clock
from portal.complaints.kinds import Channel
from portal.complaints.models import Case, CaseRound, CaseStep
from portal.complaints.service.figures_marks import mark_stale
from portal.complaints.service.steps import due_again, round_of, step
from portal.config import Settings
from portal.domain.actor import SYSTEM
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.response_clock import (
    ClockRefused,
    Pause,
    check_extension,
    final_answer_due,
    first_answer_due,
    local_day,
    may_pause,
)
from portal.extensions import db
from portal.reference.calendar import calendar_version, working_calendar


def open_round(case: Case, number: int, received_at: datetime) -> CaseRound:
    """Begin a handling of the case, with both clocks. Raises OutsideCalendar."""
    calendar, version, days = working_calendar(), calendar_version(), settings().final_answer_days
    first = first_answer_due(calendar, received_at)
    final = final_answer_due(calendar, received_at, days)
    opened = CaseRound(
        case_id=case.id,
        number=number,
        region_code=case.region_code,
        received_at=received_at,
        received_on=local_day(received_at),
        first_due=first.day,
        first_provisional=first.provisional,
        final_due=final.day,
        final_provisional=final.provisional,
        first_calendar=version,
        final_calendar=version,
        final_days=days,
        extension_days=0,
    )
    db.session.add(opened)
    db.session.flush()
    return opened


def begin_pause(case: Case) -> bool:
    """Pause the final answer's clock from today: a question was asked. False where it runs on all the same,
    because it has been paused before or there is no day left to pause."""
    current = round_of(case)
    now = clock.now()
    if current.final_answered_at is not None or not may_pause(pause_of(current), current.final_due, now):
        return False
    current.asked_on = local_day(now)
    _count_final(current)
    due_again(case)
    return True


def end_pause(case: Case) -> None:
    """The person answered today: the final answer's clock, if it was paused, runs again."""
    current = round_of(case)
    if current.asked_on is None or current.answered_on is not None or current.final_answered_at is not None:
        return
    current.answered_on = local_day(clock.now())
    _count_final(current)
    due_again(case)


def extend_round(case: Case, days: int, reason: str) -> None:
    """Give the final answer ``days`` working days more, once. Raises ClockRefused."""
    current = round_of(case)
    if current.final_answered_at is not None:
        raise ClockRefused("这件投诉已经答复，不用延长。")
    if not reason.strip():
        raise ClockRefused("请写明为什么要延长，投诉人会看到。")
    most = settings().extension_days_most
    check_extension(days, most, current.extension_days, current.final_due, clock.now())
    current.extension_days, current.extension_reason = days, reason.strip()
    _count_final(current)
    due_again(case)


def redate_round(case: Case, received_at: datetime) -> None:
    """Set back the receipt of a call, letter or visit, and both clocks with it: to an earlier moment only.

    Answers given stay as they are and are judged by the earlier days. Raises ClockRefused.
    """
    current = round_of(case)
    if case.channel is Channel.WEB or current.number != 1:
        raise ClockRefused("网上登记的时间由平台记下，不能改。")
    if received_at >= current.received_at:
        raise ClockRefused("收到的时间只能往前改，不能往后改：期限从收到那天算起。")
    if current.asked_on is not None and current.asked_on < local_day(received_at):
        raise ClockRefused("提问不能早于收到投诉的那天。")
    mark_stale(case, current)
    case.received_at = current.received_at = received_at
    case.received_on = current.received_on = local_day(received_at)
    first = first_answer_due(working_calendar(), received_at)
    current.first_due, current.first_provisional = first.day, first.provisional
    current.first_calendar = calendar_version()
    _count_final(current)
    mark_stale(case, current)
    due_again(case)


def pause_of(current: CaseRound) -> Pause | None:
    """Return the pause of a handling, None where there was none."""
    return None if current.asked_on is None else Pause(current.asked_on, current.answered_on)


def end_pauses(now: datetime) -> int:
    """Let cases go on whose writer was asked and did not answer in ten working days; return how many.

    The clock needs nobody for that; this moves the status. Doing it again does nothing.
    """
    calendar, today = working_calendar(), local_day(now)
    asked = (
        select(Case, func.max(CaseStep.at).label("asked_at"))
        .join(CaseStep, CaseStep.case_id == Case.id)
        .where(Case.status == CaseStatus.WAITING, CaseStep.event == CaseEvent.ASK)
        .group_by(Case.id)
        .order_by(Case.id)
    )
    ended = 0
    for case, asked_at in db.session.execute(asked).all():
        if not Pause(local_day(asked_at)).runs(calendar, today):
            step(case, CaseEvent.END_PAUSE, SYSTEM, to_citizen=True)
            ended += 1
    return ended


def settings() -> Settings:
    """Return the portal's settings."""
    found = current_app.config["PORTAL"]
    assert isinstance(found, Settings)
    return found


def _count_final(current: CaseRound) -> None:
    due = final_answer_due(
        working_calendar(),
        current.received_at,
        current.final_days,
        pause_of(current),
        current.extension_days,
    )
    current.final_due, current.final_provisional = due.day, due.provisional
    current.final_calendar = calendar_version()
