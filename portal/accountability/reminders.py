"""Reminders of the four lists: that they are ready, that the 20th is near, that it is today, that it is over.

One mail a person, however many counties; each county and stage once. Nothing of the lists stands in a mail
but how many lines they have. Flushes, never commits.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

import structlog
from flask import current_app
from sqlalchemy import select

from portal.accountability.models import ListReminder
from portal.accountability.queries.lists import CountyLists, lists_due
from portal.accounts.models import StaffMember
from portal.accounts.staff import email_of
from portal.clock import SHANGHAI
from portal.complaints.queries.people import nearest_staff
from portal.config import Settings
from portal.domain.actor import Scope
from portal.domain.day_words import cn_short_date
from portal.domain.monthly_lists import SOON, due_day, month_before
from portal.domain.permissions import Department, Role
from portal.domain.response_clock import local_day
from portal.extensions import db
from portal.notify.outbox import send_later
from portal.vault.sealing import VaultDamaged

KIND = "lists_reminder"
"""Kind of mail."""
FROM_HOUR, TO_HOUR = 8, 20
"""Hours of Asia/Shanghai within which mails are entered."""
READY, NEAR, TODAY, LATE = "ready", "soon", "today", "late"

_EVERYWHERE = Scope(public_only=False)
_LINES = 50
_TITLES = {
    READY: "四张清单编好了，请核对报送",
    NEAR: f"四张清单还有{SOON}天到期",
    TODAY: "四张清单今天到期",
    LATE: "四张清单过期没有报送",
}


def remind_of_lists(now: datetime) -> int:
    """Enter the reminders of last month's lists that are due now; return how many mails that makes."""
    today = local_day(now)
    if not FROM_HOUR <= now.astimezone(SHANGHAI).hour < TO_HOUR:
        return 0
    month = month_before(today)
    stage = stage_on(month, today)
    done = select(ListReminder.region_code).where(ListReminder.month == month, ListReminder.stage == stage)
    told = set(db.session.scalars(done))
    owed = [one for one in lists_due(_EVERYWHERE, today) if one.region_code not in told]
    if not owed:
        return 0
    people: dict[int, StaffMember] = {}
    letters: dict[int, list[CountyLists]] = defaultdict(list)
    for one in owed:
        # a supervisor hears of what is late, as of complaints
        for staff in _recipients(one.region_code, stage):
            people[staff.id] = staff
            letters[staff.id].append(one)
        db.session.add(ListReminder(region_code=one.region_code, month=month, stage=stage, sent_at=now))
    db.session.flush()
    return sum(_mail(people[staff_id], stage, month, lines) for staff_id, lines in sorted(letters.items()))


def stage_on(month: date, today: date) -> str:
    """Return the stage that a month's lists have reached if they were not submitted."""
    left = (due_day(month) - today).days
    if left < 0:
        return LATE
    return TODAY if left == 0 else NEAR if left <= SOON else READY


def _recipients(region_code: str, stage: str) -> list[StaffMember]:
    found = nearest_staff(region_code, (Role.REVIEWER,), Department.CIVIL_AFFAIRS)
    if stage != LATE:
        return found
    known = {staff.id for staff in found}
    above = nearest_staff(region_code, (Role.SUPERVISOR,))
    return [*found, *(staff for staff in above if staff.id not in known)]


def _mail(staff: StaffMember, stage: str, month: date, lines: list[CountyLists]) -> bool:
    try:
        address = email_of(staff)
    except VaultDamaged:  # one damaged address must not keep the others from their mails
        structlog.get_logger("accountability").error("reminder_not_mailed", staff=staff.id)
        return False
    if not address:  # erased
        return False
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    told = [f"{one.region_label}  {_stands(one)}" for one in lines[:_LINES]]
    if len(lines) > _LINES:
        told.append(f"还有{len(lines) - _LINES}个地方，请在后台看。")
    body = [
        f"{month.year}年{month.month}月的问题清单、整改清单、制度清单、成果清单，最晚{cn_short_date(due_day(month))}报送。",
        "",
        *told,
        "",
        "请登录后台核对、报送：",
        f"{settings.base_url}/staff/lists",
        settings.site_name,
    ]
    send_later(staff.subject, address, _TITLES[stage], "\n".join(body), KIND)
    return True


def _stands(one: CountyLists) -> str:
    if one.lists_id is None:
        return "还没有编"
    return f"共{sum(one.counts.values())}条，还没有报送"
