"""China's official calendar as the package ``holidays`` has it: the only place that knows that package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache

from holidays import country_holidays

from portal.domain.working_days import Arranged, DayFact, WorkingCalendar

FIRST_YEAR = 2001
"""The package has the State Council's arrangements from here on."""
LAST_YEAR = 2099
"""As far as the package's lunar calendar reaches."""

_EXCHANGED = re.compile(r"由 ?(\d{4}-\d{2}-\d{2}) ?调休")
_BRACKETS = re.compile(r"（.*?）|\(.*?\)")
_FESTIVAL = {"农历除夕": "春节", "春节延长假期": "春节"}
_WITHIN_YEAR = range(2, 12)
"""Months in which a worked weekend can only come from the year's own arrangement."""


@cache
def source_calendar() -> WorkingCalendar:
    """Return the calendar without any amendment. Takes 0.2 s the first time."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    source = country_holidays("CN", years=years, language="zh_CN")
    worked = {day for day in source.weekend_workdays if day.year in years}
    labels = {day: label for day, label in source.items() if day.year in years}
    rest = _names(labels)
    exchanged = {
        date.fromisoformat(found[1]): rest[day]
        for day, label in labels.items()
        if (found := _EXCHANGED.search(label))
    }
    facts = {day: DayFact(Arranged.REST, name) for day, name in rest.items()}
    facts |= {day: DayFact(Arranged.WORK, exchanged.get(day, "")) for day in worked}
    return WorkingCalendar(FIRST_YEAR, LAST_YEAR, facts, frozenset(published_years(worked)))


def published_years(worked_weekends: Iterable[date]) -> set[int]:
    """Return the years whose arrangement the package has.

    It says nothing about that itself, and for years to come it gives the statutory days alone. But every
    arrangement since 2001 has had people work some weekend in exchange, and the package learns of those from
    arrangements only; those at the turn of the year may be the neighbour's. A year whose arrangement moved
    nothing would be taken for unpublished: provisional, never wrongly certain.
    """
    return {day.year for day in worked_weekends if day.month in _WITHIN_YEAR}


def _names(labels: dict[date, str]) -> dict[date, str]:
    """Return the holiday each rest day belongs to: of some the package tells only the exchange.

    Holidays of one stretch share what is not a festival's own day: 国庆节、中秋节 in 2025. A weekend between
    two days of one stretch is part of it.
    """
    named: dict[date, str] = {}
    for stretch in _stretches(sorted(labels)):
        own = {day: _festivals(labels[day]) for day in stretch if day in labels}
        all_names = list(dict.fromkeys(name for names in own.values() for name in names))
        for day in stretch:
            named[day] = "、".join(own.get(day) or all_names)
    return named


def _stretches(days: list[date]) -> Iterator[list[date]]:
    """Join rest days to stretches, with the Saturdays and Sundays that lie between two of them."""
    stretch: list[date] = []
    for day in days:
        if stretch:
            between = [stretch[-1] + timedelta(n) for n in range(1, (day - stretch[-1]).days)]
            if len(between) <= 2 and all(one.weekday() >= 5 for one in between):
                stretch += between
            else:
                yield stretch
                stretch = []
        stretch.append(day)
    if stretch:
        yield stretch


def _festivals(label: str) -> list[str]:
    """Return the festivals in a label such as 中秋节; 国庆节 or 春节（补假）; none in 休息日（由 … 调休）."""
    if _EXCHANGED.search(label):
        return []
    names = (_BRACKETS.sub("", part).strip() for part in label.split(";"))
    return list(dict.fromkeys(_FESTIVAL.get(name, name) for name in names if name))
