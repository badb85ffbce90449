"""Entering and withdrawing notices that arrange rest days. Flushes, never commits.

Pages show what the calendar says, so whoever calls this tells their caches within the same unit of work
(``portal.history.data_set.touch_data_set``): this layer lies beneath that one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import select

from portal import clock
from portal.domain.actor import Actor
from portal.domain.errors import DomainError
from portal.domain.working_days import Arranged, DayChange, DayFact, WorkingCalendar, amend, changes
from portal.extensions import db
from portal.reference.calendar import forget_calendar, working_calendar
from portal.reference.calendar_models import CalendarAmendment, CalendarNotice

_BY_LAW = ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"), (10, 2, "国庆节"), (10, 3, "国庆节"))
"""Days that 《全国年节及纪念日放假办法》 makes rest days every year: month, day, festival."""
_MOST_DAYS = 200


class AmendmentRefused(DomainError):
    """The notice cannot be entered as it stands; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class NoticeDocument:
    """The paper an amendment rests on, e.g. 国务院办公厅关于2027年部分节假日安排的通知."""

    title: str
    number: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Amended:
    """What entering or withdrawing a notice did. ``changes``: days that the calendar sees otherwise now."""

    notice_id: int
    changes: tuple[DayChange, ...]
    calendar: WorkingCalendar


def preview_amendment(
    days: Mapping[date, DayFact], document: NoticeDocument, whole_year: int | None = None
) -> list[DayChange]:
    """Return what the notice would change, without writing. Raises AmendmentRefused."""
    return _checked(working_calendar(), days, document, whole_year)


def amend_calendar(
    days: Mapping[date, DayFact], document: NoticeDocument, actor: Actor, *, whole_year: int | None = None
) -> Amended:
    """Enter a notice: its days replace what was arranged for them before. Flushes. Raises AmendmentRefused.

    ``whole_year``: the notice is that year's whole arrangement (放假安排): the year counts as published.
    """
    changed = _checked(working_calendar(), days, document, whole_year)
    notice = CalendarNotice(
        title=document.title,
        document_number=document.number,
        url=document.url,
        whole_year=whole_year,
        fingerprint=_fingerprint(days, document, whole_year),
        entered_at=clock.now(),
        entered_by=actor.name,
        days=[CalendarAmendment(day=day, kind=fact.arranged, name=fact.name) for day, fact in days.items()],
    )
    db.session.add(notice)
    db.session.flush()
    forget_calendar()
    return Amended(notice.id, tuple(changed), working_calendar())


def withdraw_amendment(notice_id: int, reason: str, actor: Actor) -> Amended:
    """Take a notice out of force; what it replaced is in force again. Flushes. Raises AmendmentRefused."""
    notice = db.session.get(CalendarNotice, notice_id)
    if notice is None:
        raise AmendmentRefused(f"没有编号为{notice_id}的放假安排。")
    if notice.withdrawn_at is not None:
        raise AmendmentRefused("这份放假安排已经撤下。")
    if not reason.strip():
        raise AmendmentRefused("请写明为什么撤下。")
    before = working_calendar()
    notice.withdrawn_at, notice.withdrawn_by = clock.now(), actor.name
    notice.withdrawn_reason = reason.strip()
    db.session.flush()
    forget_calendar()
    after = working_calendar()
    return Amended(notice_id, tuple(changes(before, after)), after)


def _checked(
    calendar: WorkingCalendar,
    days: Mapping[date, DayFact],
    document: NoticeDocument,
    whole_year: int | None,
) -> list[DayChange]:
    """Return what would change. Raises AmendmentRefused."""
    _check_document(document)
    _check_days(calendar, days)
    if whole_year is not None:
        _check_whole_year(calendar, days, whole_year)
    fingerprint = _fingerprint(days, document, whole_year)
    in_force = CalendarNotice.withdrawn_at.is_(None)
    same = select(CalendarNotice.id).where(CalendarNotice.fingerprint == fingerprint, in_force)
    if db.session.scalar(same) is not None:
        raise AmendmentRefused("同样的放假安排已经录入过，不用再录。")
    after = amend(calendar, days, whole_year)
    changed = changes(calendar, after)
    if not changed and after.published == calendar.published:
        raise AmendmentRefused("日历里已经是这样，没有要改的日子。")
    return changed


def _check_document(document: NoticeDocument) -> None:
    if not document.title.strip():
        raise AmendmentRefused("请写明依据的文件，例如“国务院办公厅关于2027年部分节假日安排的通知”。")
    for words, text, most in (
        ("文件名称", document.title, 300),
        ("文号", document.number, 100),
        ("网址", document.url, 500),
    ):
        if text is not None and len(text) > most:
            raise AmendmentRefused(f"{words}太长，最多{most}个字。")
    if document.url is not None and not document.url.startswith(("https://", "http://")):
        raise AmendmentRefused("网址应以 https:// 或 http:// 开头。")


def _check_days(calendar: WorkingCalendar, days: Mapping[date, DayFact]) -> None:
    if not days:
        raise AmendmentRefused("没有写一个放假或上班的日子。")
    if len(days) > _MOST_DAYS:
        raise AmendmentRefused(f"一份安排最多{_MOST_DAYS}天，请检查是不是写错了。")
    for day, fact in days.items():
        if not calendar.first <= day <= calendar.last:
            raise AmendmentRefused(f"{day}超出日历范围（{calendar.first_year}年至{calendar.last_year}年）。")
        if not fact.name.strip():
            raise AmendmentRefused(f"{day}没有写是什么节日，例如“国庆节”。")
        if len(fact.name) > 40:
            raise AmendmentRefused(f"{day}的节日名称太长，最多40个字。")


def _check_whole_year(calendar: WorkingCalendar, days: Mapping[date, DayFact], year: int) -> None:
    if not calendar.first_year <= year <= calendar.last_year:
        raise AmendmentRefused(f"年份应在{calendar.first_year}年至{calendar.last_year}年之间。")
    foreign = [day for day in days if day.year != year and (day.year, day.month) != (year - 1, 12)]
    if foreign:
        raise AmendmentRefused(f"{foreign[0]}不在{year}年（也不在前一年12月），不属于这份全年安排。")
    for month, number, festival in _BY_LAW:
        fact = days.get(date(year, month, number))
        if fact is None or fact.arranged is not Arranged.REST:
            raise AmendmentRefused(
                f"全年安排里没有{month}月{number}日（{festival}）放假，像是没有写全。只改几天的，不要标成全年安排。"
            )


def _fingerprint(days: Mapping[date, DayFact], document: NoticeDocument, whole_year: int | None) -> str:
    said = [[day.isoformat(), fact.arranged.value, fact.name] for day, fact in sorted(days.items())]
    text = json.dumps([document.title, document.number, document.url, whole_year, said], ensure_ascii=False)
    return sha256(text.encode()).hexdigest()
