"""One year as people tell it: each holiday with its days off and the weekends worked for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.working_days import DayKind, WorkingCalendar

_MARGIN = timedelta(31)
"""A holiday at the turn of a year, with the weekends worked for it, belongs to both years."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days off in one stretch, with the weekend that adjoins them. ``worked``: weekend days given for it.

    ``notices``: ids of the amendments that say so; empty where the calendar's own source does.
    """

    name: str
    start: date
    end: date
    worked: tuple[date, ...]
    notices: tuple[int, ...]

    @property
    def days(self) -> int:
        """How many days there are off."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class OtherDay:
    """A day that is worked by arrangement and belongs to no stretch of holidays."""

    name: str
    day: date
    notices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """What a year's calendar says. ``published``: False while its holidays are only those the law names."""

    year: int
    published: bool
    holidays: tuple[Holiday, ...]
    others: tuple[OtherDay, ...]
    working_days: int


@dataclass(slots=True)
class _Stretch:
    names: list[str]
    start: date
    end: date
    worked: list[date]
    notices: list[int]

    def distance(self, day: date) -> int:
        return min(abs((day - self.start).days), abs((day - self.end).days))


def calendar_year(calendar: WorkingCalendar, year: int) -> CalendarYear:
    """Return the calendar of one year. Raises OutsideCalendar."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    calendar.why(first)
    from_day = max(calendar.first, first - _MARGIN)
    to_day = min(calendar.last, last + _MARGIN)
    stretches = list(_stretches(calendar, from_day, to_day))
    others = []
    for day, name, notice in _worked(calendar, from_day, to_day):
        near = [one for one in stretches if set(one.names) & set(name.split("、"))]
        if near and day.weekday() >= 5:
            stretch = min(near, key=lambda one: one.distance(day))
            stretch.worked.append(day)
            stretch.notices += [notice] if notice is not None else []
        elif day.year == year:
            others.append(OtherDay(name, day, () if notice is None else (notice,)))
    holidays = tuple(
        Holiday("、".join(one.names), one.start, one.end, tuple(one.worked), tuple(sorted(set(one.notices))))
        for one in stretches
        if one.start <= last and one.end >= first
    )
    working_days = calendar.working_days_between(first, last) + calendar.is_working_day(first)
    return CalendarYear(year, year in calendar.published, holidays, tuple(others), working_days)


def _worked(calendar: WorkingCalendar, start: date, end: date) -> Iterator[tuple[date, str, int | None]]:
    for day in sorted(day for day in calendar.facts if start <= day <= end):
        why = calendar.why(day)
        if why.works:
            yield day, why.name, why.notice


def _stretches(calendar: WorkingCalendar, start: date, end: date) -> Iterator[_Stretch]:
    """Give the runs of rest days that hold a holiday, in order."""
    run: _Stretch | None = None
    for ordinal in range(start.toordinal(), end.toordinal() + 1):
        day = date.fromordinal(ordinal)
        why = calendar.why(day)
        if why.works:
            if run and run.names:
                yield run
            run = None
            continue
        if run is None:
            run = _Stretch([], day, day, [], [])
        run.end = day
        if why.kind is DayKind.HOLIDAY:
            run.names += [name for name in why.name.split("、") if name not in run.names]
            run.notices += [why.notice] if why.notice is not None else []
    if run and run.names:
        yield run
