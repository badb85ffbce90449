"""Reminders that an answer is due, and each clerk's list of the day: one mail a person, however many cases.

Two working days before the last day, one before, on its morning, and once it is over: then the supervisor is
told too. Of a case no more stands in a mail than its number and the last day: mails are read on the way, and
on telephones that lie about. Doing it again sends nothing twice. Flushes, never commits.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from flask import current_app
from sqlalchemy import exists, select

from portal.accounts.identity import actor_of, scope_of
from portal.accounts.models import StaffMember
from portal.accounts.staff import email_of
from portal.clock import SHANGHAI
from portal.complaints.models import Case, CaseExclusion, CaseRound
from portal.complaints.office_models import CaseDigest, CaseReminder
from portal.complaints.queries.case_rows import CaseRow
from portal.complaints.queries.people import nearest_staff
from portal.complaints.queries.queue import MOST, QueueChoice, QueueGroup, queue_count, queue_page, to_review
from portal.complaints.reach import Reach
from portal.config import Settings
from portal.domain.actor import Scope
from portal.domain.day_words import cn_short_date
from portal.domain.permissions import Department, Role
from portal.domain.response_clock import local_day, working_days_left, working_days_over
from portal.domain.working_days import WorkingCalendar
from portal.extensions import db
from portal.notify.outbox import send_later
from portal.reference.calendar import working_calendar
from portal.vault.sealing import VaultDamaged

REMINDER, DIGEST = "case_reminder", "case_digest"
"""Kinds of mail."""
FROM_HOUR, TO_HOUR = 8, 20
"""Hours of Asia/Shanghai within which mails are entered."""
LATE = "late"

_AT_ONCE = 500
"""Cases of one stage that one look takes; the next look takes the next."""
_LINES = 50
_OWN = 20
_HANDLERS = (Role.CLERK, Role.REVIEWER)
_CLOCKS = {"first": "首次答复", "final": "办理答复"}


@dataclass(frozen=True, slots=True)
class _Owed:
    """An answer that somebody is reminded of."""

    case_id: int
    receipt: str
    region_code: str
    department: Department
    handler_id: int | None
    round_number: int
    clock: str
    stage: str
    due: date


def remind(now: datetime) -> int:
    """Enter the reminders that are due and were not entered yet; return how many mails that makes."""
    today = local_day(now)
    if not _is_office_time(now):
        return 0
    calendar = working_calendar()
    owed = [one for stage, day in _stages(calendar, today) for one in _owed(stage, day)]
    if not owed:
        return 0
    letters: dict[int, list[_Owed]] = defaultdict(list)
    people = _Recipients(owed)
    for one in owed:
        for staff_id in people.of(one):
            letters[staff_id].append(one)
    for one in owed:
        stage = f"{one.clock}-{one.stage}"
        db.session.add(
            CaseReminder(
                case_id=one.case_id, round_number=one.round_number, stage=stage, due=one.due, sent_at=now
            )
        )
    db.session.flush()
    return sum(
        _mail(people.known[staff_id], *_reminder(lines, calendar, now), REMINDER)
        for staff_id, lines in sorted(letters.items())
    )


def send_digests(now: datetime, at_most: int = 50) -> int:
    """Enter the day's list of up to so many clerks and reviewers that have none yet; return how many mails.

    On working days, once a person; nothing to whom nothing waits for.
    """
    today = local_day(now)
    if not _is_office_time(now) or not working_calendar().is_working_day(today):
        return 0
    has_one = exists().where(CaseDigest.day == today, CaseDigest.staff_id == StaffMember.id)
    query = select(StaffMember).where(StaffMember.active, StaffMember.role.in_(_HANDLERS), ~has_one)
    sent = 0
    for staff in db.session.scalars(query.order_by(StaffMember.id).limit(at_most)).all():
        db.session.add(CaseDigest(day=today, staff_id=staff.id))
        words = _digest(staff, today)
        sent += words is not None and _mail(staff, *words, DIGEST)
    db.session.flush()
    return sent


class _Recipients:
    """Who is told of a case: its handler, else whoever serves nearest; when it is late, supervisors too."""

    def __init__(self, owed: list[_Owed]) -> None:
        self.known: dict[int, StaffMember] = {}
        handlers = {one.handler_id for one in owed if one.handler_id is not None}
        for staff in db.session.scalars(select(StaffMember).where(StaffMember.id.in_(handlers))):
            self.known[staff.id] = staff
        cases = {one.case_id for one in owed}
        rows = db.session.execute(
            select(CaseExclusion.case_id, CaseExclusion.staff_id).where(CaseExclusion.case_id.in_(cases))
        )
        shut_out: dict[int, set[int]] = defaultdict(set)
        for case_id, staff_id in rows:
            shut_out[case_id].add(staff_id)
        self._shut_out = {case_id: frozenset(staff_ids) for case_id, staff_ids in shut_out.items()}
        self._scopes: dict[int, Scope] = {}
        self._near: dict[tuple[str, Department | None, frozenset[int]], list[int]] = {}

    def of(self, one: _Owed) -> list[int]:
        """Return the accounts to be told of a case."""
        handler, shut_out = self.known.get(one.handler_id or 0), self._shut_out.get(one.case_id, frozenset())
        if handler is not None and self._can_open(handler, one) and handler.id not in shut_out:
            told = [handler.id]
        else:
            told = self._nearest(one.region_code, one.department, shut_out)
        if one.stage == LATE:
            told = [*told, *self._nearest(one.region_code, None, shut_out)]
        return told

    def _can_open(self, staff: StaffMember, one: _Owed) -> bool:
        """True unless the account is shut, or its holder serves elsewhere by now and can't open the case."""
        if staff.id not in self._scopes:
            self._scopes[staff.id] = scope_of(staff)
        covers = self._scopes[staff.id].covers(one.region_code)
        return staff.active and staff.department is one.department and covers

    def _nearest(self, region_code: str, department: Department | None, but: frozenset[int]) -> list[int]:
        """Return the nearest handlers of a department; the nearest supervisors where none is given.

        Whom the case shuts out (``but``) is passed over: where that leaves nobody, those above are told.
        """
        key = (region_code, department, but)
        if key not in self._near:
            roles = _HANDLERS if department is not None else (Role.SUPERVISOR,)
            found = nearest_staff(region_code, roles, department, but)
            self.known.update((staff.id, staff) for staff in found)
            self._near[key] = [staff.id for staff in found]
        return self._near[key]


def _stages(calendar: WorkingCalendar, today: date) -> list[tuple[str, date]]:
    """Return the stages that can be reached today, with the last day that each is about."""
    if not calendar.is_working_day(today):
        return [(LATE, today)]
    ahead = [(str(number), calendar.due(today, number).day) for number in (0, 1, 2)]
    return [(LATE, today), *ahead]


def _owed(stage: str, day: date) -> list[_Owed]:
    """Return the answers, owed next in their cases, that reach a stage and were not reminded of at it."""
    told = exists().where(
        CaseReminder.case_id == Case.id,
        CaseReminder.stage.in_([f"{name}-{stage}" for name in _CLOCKS]),
        CaseReminder.due == Case.next_due,
    )
    # of those that were reminded of already, an index alone is read
    due = Case.next_due < day if stage == LATE else Case.next_due == day
    query = select(Case.id).where(due, ~told).order_by(Case.next_due, Case.id).limit(_AT_ONCE)
    ids = db.session.scalars(query).all()
    if not ids:
        return []
    rows = (
        select(
            Case.id,
            Case.receipt,
            Case.region_code,
            Case.department,
            Case.handler_id,
            Case.round_number,
            Case.next_due,
            CaseRound.first_answered_at,
        )
        .join(CaseRound, (CaseRound.case_id == Case.id) & (CaseRound.number == Case.round_number))
        .where(Case.id.in_(ids), Case.next_due.is_not(None))
        .order_by(Case.next_due, Case.id)
    )
    return [
        _Owed(
            row.id,
            row.receipt,
            row.region_code,
            row.department,
            row.handler_id,
            row.round_number,
            "first" if row.first_answered_at is None else "final",
            stage,
            row.next_due,
        )
        for row in db.session.execute(rows)
    ]


def _reminder(lines: list[_Owed], calendar: WorkingCalendar, now: datetime) -> tuple[str, str]:
    late = sum(one.stage == LATE for one in lines)
    lines = sorted(lines, key=lambda one: (one.due, one.receipt))
    told = [_line(one.receipt, one.clock, one.due, _standing(one, calendar, now)) for one in lines[:_LINES]]
    if len(lines) > _LINES:
        told.append(f"还有{len(lines) - _LINES}件，请在后台看。")
    title = f"办理提醒：{late}件超期" if late else f"办理提醒：{len(lines)}件快到期"
    head = "下面的投诉该答复了。首次答复的期限不能停，也不能延长。"
    return title, _body([head, "", *told])


def _standing(one: _Owed, calendar: WorkingCalendar, now: datetime) -> str:
    if one.stage == LATE:
        over = working_days_over(calendar, one.due, now)
        return f"超期{over}个工作日" if over else "已超期"
    left = working_days_left(calendar, one.due, now)
    return f"还剩{left}个工作日" if left else "今天24点前"


def _digest(staff: StaffMember, today: date) -> tuple[str, str] | None:
    reach = Reach(actor_of(staff), scope_of(staff), staff.role)
    rows, own = queue_page(QueueChoice(QueueGroup.OPEN, mine=True), reach, 0, _OWN)
    late = queue_count(QueueChoice(QueueGroup.OPEN, mine=True, late=True), reach)
    unassigned = queue_count(QueueChoice(QueueGroup.OPEN, unassigned=True), reach)
    arrived = queue_count(QueueChoice(QueueGroup.OPEN, unacknowledged=True), reach)
    reviews = to_review(reach)
    if not any((own, unassigned, reviews)):
        return None
    sums = [f"您承办、还没办完的：{_number(own)}件，其中超期{_number(late)}件"]
    sums += [f"还没有承办人的：{_number(unassigned)}件"] if unassigned else []
    sums += [f"转来还没确认收到的：{_number(arrived)}件"] if arrived else []
    sums += [f"等您审核的答复：{_number(reviews)}件"] if reviews else []
    listed = [_line(row.receipt, "first" if row.first else "final", row.due, _left(row)) for row in rows]
    if own > len(listed):
        listed.append("其余的请在后台看。")
    return f"今天要办的事（{today.month}月{today.day}日）", _body([*sums, "", *listed])


def _left(row: CaseRow) -> str:
    if row.due is None:
        return ""
    if row.judgement == "overdue":
        return f"超期{row.over}个工作日" if row.over else "已超期"
    return f"还剩{row.left}个工作日" if row.left else "今天24点前"


def _line(receipt: str, name: str, due: date | None, standing: str) -> str:
    day = "" if due is None else cn_short_date(due)
    return f"{receipt}  {_CLOCKS[name]}  {day}  {standing}"


def _number(count: int) -> str:
    return f"{MOST}多" if count > MOST else str(count)


def _body(lines: list[str]) -> str:
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    foot = [
        "",
        "邮件里不写投诉的内容。请登录后台办理：",
        f"{settings.base_url}/staff/cases",
        settings.site_name,
    ]
    return "\n".join([*lines, *foot])


def _mail(staff: StaffMember, title: str, body: str, kind: str) -> bool:
    try:
        address = email_of(staff)
    except VaultDamaged:  # one damaged address must not keep the others from their mails
        structlog.get_logger("complaints").error("reminder_not_mailed", staff=staff.id)
        return False
    if not address:  # erased
        return False
    send_later(staff.subject, address, title, body, kind)
    return True


def _is_office_time(now: datetime) -> bool:
    return FROM_HOUR <= now.astimezone(SHANGHAI).hour < TO_HOUR
