"""How working days are counted: a calculator that shows which day counts and why, and the year's calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from flask import render_template, request

from portal import clock
from portal.access import anyone
from portal.domain.calendar_year import calendar_year
from portal.domain.day_strip import DayStrip, day_strip
from portal.domain.errors import DomainError
from portal.domain.working_days import WorkingCalendar
from portal.public.list_choices import number_choice
from portal.public.sections import blueprint
from portal.reference.calendar import notices_in_force, working_calendar

_DEFAULT_DAYS = 5
"""The portal's own term for an answer (R31)."""
_MOST_DAYS = 1000
_YEARS_BACK = 1
_DATE = re.compile(r"(\d{4})\s*[-/.年 ]\s*(\d{1,2})\s*[-/.月 ]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")


@dataclass(slots=True)
class Question:
    """What was asked, as typed, and what is wrong with it. ``strip``: the answer, unless something is."""

    received: str
    days: str
    errors: dict[str, str] = field(default_factory=dict)
    strip: DayStrip | None = None


@blueprint.get("/working-days")
@anyone
def working_days() -> tuple[str, int]:
    """Answer on which day a limit of working days ends, and show the calendar of a year."""
    calendar, today = working_calendar(), clock.today()
    question = _question(calendar, today)
    answered = question.strip.due.day.year if question.strip else today.year
    year = number_choice("year", calendar.first_year, calendar.last_year) or answered
    told = calendar_year(calendar, year)
    named = {number for part in (told.holidays, told.others) for one in part for number in one.notices}
    page = render_template(
        "public/working_days.html",
        question=question,
        calendar=calendar,
        year=told,
        years=sorted({*range(today.year - _YEARS_BACK, max(calendar.published) + 2), year}),
        kept=_kept(),
        notices={one.id: one for one in notices_in_force() if one.id in named or one.concerns(year)},
        most_days=_MOST_DAYS,
    )
    return page, 400 if question.errors else 200


def _question(calendar: WorkingCalendar, today: date) -> Question:
    asked = Question(
        received=request.args.get("from", today.isoformat()).strip()[:40],
        days=request.args.get("days", str(_DEFAULT_DAYS)).strip()[:40],
    )
    received, days = _day(asked.received), _count(asked.days)
    if received is None:
        asked.errors["from"] = "请填收到的日期，例如2026-02-24。" if asked.received else "请填收到的日期。"
    if days is None:
        asked.errors["days"] = f"请填1到{_MOST_DAYS}之间的整数，例如5。"
    if received is not None and days is not None:
        try:
            asked.strip = day_strip(calendar, received, days, today)
        except DomainError as refused:
            asked.errors["from"] = str(refused)
        asked.received = received.isoformat()
    return asked


def _day(text: str) -> date | None:
    """Return the date in 2026-02-24, 2026/2/24, 20260224 or 2026年2月24日; None if there is none.

    Fewer digits without a sign between them are no date: 2026112 could be two.
    """
    found = _DATE.fullmatch(text)
    try:
        return None if found is None else date(*(int(part) for part in found.groups() if part))
    except ValueError:
        return None


def _count(text: str) -> int | None:
    number = int(text) if text.isdecimal() and len(text) <= 6 else 0
    return number if 1 <= number <= _MOST_DAYS else None


def _kept() -> dict[str, str]:
    """Return what was asked, for links that change the year alone."""
    return {name: value for name in ("from", "days") if (value := request.args.get(name))}
