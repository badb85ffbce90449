"""A notice that binds: issued with its number, served, extended, taken back. As in ``notices``."""

from __future__ import annotations

from datetime import date, timedelta

from portal import clock
from portal.audit.capture import concerns
from portal.domain.actor import Actor, Scope
from portal.domain.notice_text import to_json
from portal.domain.rectification import OPEN, ProblemEvent, allows
from portal.extensions import db
from portal.reference.calendar import calendar_version, working_calendar
from portal.supervision.kinds import NoticeState, ServiceMethod
from portal.supervision.problem_models import NoticeDeadline, RectificationNotice
from portal.supervision.service.drafting import (
    NoticeRefused,
    changed,
    check_state,
    problems_of,
    text_of,
)
from portal.supervision.service.numbering import number_notice
from portal.supervision.service.rights import (
    REASON_MOST,
    check_reach,
    check_reviewer,
    fit_words,
    other_reviewer,
    told_who_was_quicker,
)
from portal.supervision.service.steps import step


@told_who_was_quicker
def issue(notice: RectificationNotice, actor: Actor, scope: Scope, seen: int) -> None:
    """Number a reviewed notice and send it out; from now on its words stand.

    Who wrote it does not issue it while somebody else could.
    """
    check_reviewer(notice, actor, scope, seen)
    check_state(notice, {NoticeState.SUBMITTED}, "先提交审核，才能发出。")
    own = actor.staff_id is not None and actor.staff_id == notice.drafted_staff_id
    if own and other_reviewer(notice.department, notice.region_code, actor.staff_id):
        raise NoticeRefused("这份通知书是您起草的，请别的审核人员来发出。")
    problems = problems_of(notice)
    if not problems:
        raise NoticeRefused("通知书里没有问题。")
    for one in problems:
        if not allows(one.status, ProblemEvent.ISSUE_NOTICE):
            raise NoticeRefused(f"问题{one.number}已经不能发通知（可能刚刚提请验收），请先从通知书里去掉。")
    now = clock.now()

    def fill() -> None:
        notice.state = NoticeState.ISSUED
        notice.issued_on, notice.issued_at, notice.issued_by = now.date(), now, actor.name
        notice.body = to_json(text_of(notice, problems))
        notice.changed_at = now

    number_notice(notice, now.year, fill)
    concerns(notice.subject)
    for one in problems:
        step(one, ProblemEvent.ISSUE_NOTICE, actor, said=_named(notice))


@told_who_was_quicker
def serve(
    notice: RectificationNotice, on: date, how: ServiceMethod, actor: Actor, scope: Scope, seen: int
) -> None:
    """Say that the notice reached whom it is for: from that day, day 0, its deadline runs.

    Raises also OutsideCalendar.
    """
    check_reach(notice, actor, scope, seen)
    check_state(notice, {NoticeState.ISSUED}, "通知书发出以后，才能登记送达。")
    if notice.served_on is not None:
        raise NoticeRefused("这份通知书已经登记送达。")
    today = clock.today()
    if on > today:
        raise NoticeRefused("送达日期晚于今天。")
    if notice.issued_on is not None and on < notice.issued_on:
        raise NoticeRefused("送达不能早于发出的那天。")
    if notice.working_days:
        due = working_calendar().due(on, notice.days)
        deadline, provisional, calendar = due.day, due.provisional, calendar_version()
    else:
        deadline, provisional, calendar = on + timedelta(days=notice.days), False, None
    notice.served_on, notice.served_how = on, how
    problems = [one for one in problems_of(notice) if one.status in OPEN]
    said = {**_named(notice), "how": how.value, "deadline": deadline.isoformat()}
    for one in problems:
        one.deadline = deadline
    _set_deadline(notice, deadline, provisional, calendar, actor, None)
    if notice.cleared_on is not None:  # put right before it was even served: nothing runs
        db.session.flush()
        _not_missed(notice, notice.cleared_on)
    for one in problems:
        step(one, ProblemEvent.SERVE, actor, on=max(on, one.found_on), said=said)
    changed(notice)


@told_who_was_quicker
def extend(
    notice: RectificationNotice, deadline: date, reason: str, actor: Actor, scope: Scope, seen: int
) -> None:
    """Give a later deadline, with the reason; the earlier one stays on the record."""
    check_reviewer(notice, actor, scope, seen)
    check_state(notice, {NoticeState.ISSUED}, "这份通知书没有在执行。")
    if notice.deadline is None:
        raise NoticeRefused("通知书还没有送达，期限还没有开始算。")
    if notice.cleared_on is not None:
        raise NoticeRefused("这份通知书里的问题都已经销号。")
    if deadline <= notice.deadline or deadline < clock.today():
        raise NoticeRefused("新的期限要晚于原来的期限，也不能早于今天。")
    put_off(notice, deadline, fit_words(reason, "请写明为什么延长。", REASON_MOST), actor)


def put_off(
    notice: RectificationNotice,
    deadline: date,
    reason: str,
    actor: Actor,
    *,
    provisional: bool = False,
    calendar: str | None = None,
) -> None:
    """Begin a later version of a deadline, of the notice and of its open problems. Flushes."""
    before = notice.deadline
    assert before is not None
    _not_missed(notice, clock.today())
    _set_deadline(notice, deadline, provisional, calendar, actor, reason)
    said = {**_named(notice), "deadline": deadline.isoformat(), "before": before.isoformat()}
    for one in problems_of(notice):
        if one.status in OPEN:
            one.deadline = deadline
            step(one, ProblemEvent.EXTEND, actor, words=reason, said=said)
    changed(notice)


@told_who_was_quicker
def withdraw(notice: RectificationNotice, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Take an issued notice back; its problems are without a notice and a deadline again."""
    check_reviewer(notice, actor, scope, seen)
    check_state(notice, {NoticeState.ISSUED}, "这份通知书没有在执行，不能撤回。")
    if notice.cleared_on is not None:
        raise NoticeRefused("这份通知书里的问题都已经销号，不能撤回。")
    notice.withdrawn_reason = fit_words(reason, "请写明为什么撤回。", REASON_MOST)
    notice.withdrawn_at = clock.now()
    notice.state = NoticeState.WITHDRAWN
    _not_missed(notice, clock.today())
    for one in problems_of(notice):
        if one.status in OPEN:
            one.notice_id, one.deadline = None, None
            step(one, ProblemEvent.WITHDRAW_NOTICE, actor, words=notice.withdrawn_reason, said=_named(notice))
    changed(notice)


def _set_deadline(
    notice: RectificationNotice,
    deadline: date,
    provisional: bool,
    calendar: str | None,
    actor: Actor,
    reason: str | None,
) -> None:
    notice.deadline, notice.deadline_version = deadline, notice.deadline_version + 1
    db.session.add(
        NoticeDeadline(
            notice_id=notice.id,
            number=notice.deadline_version,
            deadline=deadline,
            calendar=calendar,
            provisional=provisional,
            set_at=clock.now(),
            set_by=actor.name,
            reason=reason,
            missed=True,
        )
    )


def _not_missed(notice: RectificationNotice, today: date) -> None:
    """Say that the version of the deadline that ends now never was overdue, if it still ran."""
    if notice.deadline is not None and today <= notice.deadline:
        db.session.get_one(NoticeDeadline, (notice.id, notice.deadline_version)).missed = False


def _named(notice: RectificationNotice) -> dict[str, str]:
    return {"notice": notice.public_id, "number": notice.number or ""}
