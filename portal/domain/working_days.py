"""Working days (工作日): weekdays, without the holidays and with the weekends that are worked in exchange.

The day of receipt is day 0; day 1 is the next working day, also when received on a rest day; a limit of N
working days ends at 24:00 Asia/Shanghai on day N. The State Council says each November how the next year's
holidays lie (放假安排), and sometimes changes a year that runs. Where no such word has been given yet,
weekdays are counted without the holidays that the law itself names, and what rests on that is *provisional*.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

from portal.domain.errors import DomainError

_SATURDAY, _SUNDAY = 5, 6
_YEAR_END = (12, 25)
"""From here on the next year's arrangement has a say: 29 December 2018 was worked for New Year's Day 2019."""


class OutsideCalendar(DomainError):
    """A day or a number of days that the calendar cannot answer for; the message names its bounds."""


class Arranged(StrEnum):
    """What an arrangement makes of a day, whatever day of the week it is."""

    WORK = "work"
    REST = "rest"


class DayKind(StrEnum):
    """Why a day is, or is not, a working day."""

    WORKDAY = "workday"
    MAKE_UP = "make_up"
    """A Saturday or Sunday that is worked in exchange for a holiday (调休上班)."""
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class DayFact:
    """What is arranged for one day. ``name``: the holiday's; ``notice``: the amendment's id, if it is one."""

    arranged: Arranged
    name: str
    notice: int | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a day counts or does not. ``name`` is the holiday's, empty for ordinary days."""

    kind: DayKind
    name: str = ""
    notice: int | None = None
    """The id of the amendment that says so; None: the calendar's own source, or the week."""

    @property
    def works(self) -> bool:
        """True for working days."""
        return self.kind in (DayKind.WORKDAY, DayKind.MAKE_UP)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a limit, which ends at 24:00 on it."""

    day: date
    provisional: bool
    """True if a day that was counted, or passed over, is not settled by a published arrangement."""


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day of a count. ``number``: 0 for the day of receipt, 1.. for working days, None for rest days."""

    day: date
    number: int | None
    why: Why
    settled: bool


@dataclass(frozen=True)
class WorkingCalendar:
    """The calendar in force, from 1 January of ``first_year`` to 31 December of ``last_year``. Immutable."""

    first_year: int
    last_year: int
    facts: Mapping[date, DayFact]
    """Days that an arrangement speaks of; every other day is what its day of the week makes it."""
    published: frozenset[int]
    """Years whose arrangement has been published."""

    @property
    def first(self) -> date:
        """The first day it can answer for."""
        return date(self.first_year, 1, 1)

    @property
    def last(self) -> date:
        """The last day it can answer for."""
        return date(self.last_year, 12, 31)

    @cached_property
    def published_to(self) -> date:
        """The last day that published arrangements cover without a gap; the eve of ``first`` if none."""
        year = self.first_year
        while year in self.published:
            year += 1
        return date(year - 1, 12, 31)

    @cached_property
    def version(self) -> str:
        """Which calendar it is, in at most 32 characters, e.g. 2026-9f0c…: the same for all that count alike.

        The published year that comes first is for people; the names of holidays and the notices have no say.
        """
        parts = [f"{self.first_year}-{self.last_year}", *(str(year) for year in sorted(self.published))]
        for day in sorted(self.facts):
            works = self.facts[day].arranged is Arranged.WORK
            if works is not (day.weekday() < _SATURDAY):
                parts.append(day.isoformat())
        return f"{self.published_to.year}-{sha256(' '.join(parts).encode()).hexdigest()[:20]}"

    def why(self, day: date) -> Why:
        """Return why a day is a working day or not. Raises OutsideCalendar."""
        self._check(day)
        weekday, fact = day.weekday(), self.facts.get(day)
        if fact is None:
            week = {_SATURDAY: DayKind.SATURDAY, _SUNDAY: DayKind.SUNDAY}
            return Why(week.get(weekday, DayKind.WORKDAY))
        if fact.arranged is Arranged.REST:
            return Why(DayKind.HOLIDAY, fact.name, fact.notice)
        kind = DayKind.MAKE_UP if weekday >= _SATURDAY else DayKind.WORKDAY
        return Why(kind, fact.name, fact.notice)

    def is_working_day(self, day: date) -> bool:
        """Return whether a day counts. Raises OutsideCalendar."""
        self._check(day)
        return self._works(day)

    def is_settled(self, day: date) -> bool:
        """True if published arrangements have settled a day; a year's last days need the next year's too."""
        if day.year not in self.published:
            return False
        return (day.month, day.day) < _YEAR_END or day.year + 1 in self.published

    def all_settled(self, start: date, end: date) -> bool:
        """True if every day from ``start`` through ``end`` is settled."""
        if any(year not in self.published for year in range(start.year, end.year + 1)):
            return False
        return self.is_settled(end)  # a year's end within the span has the next year within it too

    def due(self, received: date, working_days: int) -> Due:
        """Return the day on which a limit of N working days ends. Raises OutsideCalendar."""
        self._check(received)
        if working_days < 0:
            raise OutsideCalendar("工作日的天数不能是负数。")
        if working_days == 0:
            return Due(received, not self.is_settled(received))
        index = bisect_right(self._ordinals, received.toordinal()) + working_days - 1
        if index >= len(self._ordinals):
            raise OutsideCalendar(f"天数太多：日历只到{self.last_year}年底。")
        day = date.fromordinal(self._ordinals[index])
        return Due(day, not self.all_settled(received + timedelta(1), day))

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start``, through ``end``. Raises OutsideCalendar."""
        self._check(start)
        self._check(end)
        if end < start:
            raise OutsideCalendar("结束的日子不能早于开始的日子。")
        return bisect_right(self._ordinals, end.toordinal()) - bisect_right(self._ordinals, start.toordinal())

    def walk(self, received: date, through: date) -> Iterator[CountedDay]:
        """Give every day from receipt through ``through``, with its number. Raises OutsideCalendar."""
        self._check(received)
        self._check(through)
        number = 0
        yield CountedDay(received, 0, self.why(received), self.is_settled(received))
        for ordinal in range(received.toordinal() + 1, through.toordinal() + 1):
            day = date.fromordinal(ordinal)
            why = self.why(day)
            number += why.works
            yield CountedDay(day, number if why.works else None, why, self.is_settled(day))

    @cached_property
    def _ordinals(self) -> array[int]:
        """Every working day there is, as proleptic ordinals, ascending: a due day is one look into it."""
        start, end = self.first.toordinal(), self.last.toordinal()
        works = bytearray((ordinal - 1) % 7 < _SATURDAY for ordinal in range(start, end + 1))
        for day, fact in self.facts.items():
            if self.first <= day <= self.last:
                works[day.toordinal() - start] = fact.arranged is Arranged.WORK
        return array("i", (start + offset for offset, counts in enumerate(works) if counts))

    def _works(self, day: date) -> bool:
        fact = self.facts.get(day)
        return day.weekday() < _SATURDAY if fact is None else fact.arranged is Arranged.WORK

    def _check(self, day: date) -> None:
        if isinstance(day, datetime):
            raise TypeError("a day is a date: which day a moment lies in depends on the zone")
        if not self.first_year <= day.year <= self.last_year:
            raise OutsideCalendar(f"日期应在{self.first_year}年至{self.last_year}年之间。")


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day of which two calendars say different things."""

    day: date
    before: Why
    after: Why

    @property
    def counts_differently(self) -> bool:
        """True if limits that run over the day end on another day now."""
        return self.before.works is not self.after.works


def amend(
    calendar: WorkingCalendar, days: Mapping[date, DayFact], whole_year: int | None = None
) -> WorkingCalendar:
    """Return the calendar in which ``days`` are as given here, whatever was arranged for them before.

    With ``whole_year`` they are that year's whole arrangement: the year's other days become what their day of
    the week makes them, and the year counts as published. Its last days stay as the next year's arrangement,
    where that is published, has them: New Year reaches back into December.
    """
    reached_back = whole_year is not None and whole_year + 1 in calendar.published
    kept = {
        day: fact
        for day, fact in calendar.facts.items()
        if day.year != whole_year or (reached_back and (day.month, day.day) >= _YEAR_END)
    }
    published = calendar.published if whole_year is None else calendar.published | {whole_year}
    return replace(calendar, facts={**kept, **days}, published=published)


def changes(before: WorkingCalendar, after: WorkingCalendar) -> list[DayChange]:
    """Return the days of which the two say different things, in order. Who says it is no difference."""
    days = sorted(before.facts.keys() | after.facts.keys())
    found = (DayChange(day, before.why(day), after.why(day)) for day in days)
    return [one for one in found if (one.before.kind, one.before.name) != (one.after.kind, one.after.name)]
