"""Reading the days of a notice as people write them down: a line for each day or span, as in the notice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from portal.domain.working_days import Arranged, DayFact
from portal.reference.calendar_service import AmendmentRefused

_WORDS = {"放假": Arranged.REST, "休息": Arranged.REST, "上班": Arranged.WORK, "补班": Arranged.WORK}
_DATE = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_SPAN = re.compile(rf"{_DATE}(?:\s*(?:至|到|~|—+|\.\.)\s*{_DATE})?")
_MOST_LINES = 400
_LONGEST_SPAN = 31


def read_days(text: str) -> dict[date, DayFact]:
    """Return the days that lines name: ``2027-02-05至2027-02-13,放假,春节``, ``2027-02-20,上班,春节``.

    Empty lines, lines that begin with #, and a heading are passed over. Raises AmendmentRefused with every
    line that cannot be read.
    """
    lines = text.splitlines()
    if len(lines) > _MOST_LINES:
        raise AmendmentRefused(f"行数太多，一份安排最多{_MOST_LINES}行。")
    days: dict[date, DayFact] = {}
    wrong: list[str] = []
    for number, line in enumerate(lines, 1):
        line = line.strip().removeprefix("\ufeff")
        if not line or line.startswith("#") or (number == 1 and line.startswith("日期")):
            continue
        try:
            span, fact = _line(line)
        except ValueError as error:
            wrong.append(f"第{number}行：{error}")
            continue
        twice = [day for day in span if day in days]
        if twice:
            wrong.append(f"第{number}行：{twice[0]}前面已经写过一次")
        days |= dict.fromkeys(span, fact)
    if wrong:
        raise AmendmentRefused("\n".join(wrong))
    return days


def read_options(rest: Iterable[str], work: Iterable[str]) -> dict[date, DayFact]:
    """Return the days of options such as ``2027-02-05..2027-02-13=春节``. Raises AmendmentRefused."""
    lines = [f"{days},{word},{name}" for days, name, word in _options(rest, work)]
    return read_days("\n".join(lines))


def _options(rest: Iterable[str], work: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for options, word in ((rest, "放假"), (work, "上班")):
        for option in options:
            days, _, name = option.partition("=")
            yield days, name, word


def _line(line: str) -> tuple[list[date], DayFact]:
    """Return the days of a line and what it says of them. Raises ValueError with a message for people."""
    parts = [part.strip() for part in re.split(r"[,，\t;；]", line) if part.strip()]
    if len(parts) != 3:
        raise ValueError("应写成“日期,放假或上班,节日”，例如 2027-10-01至2027-10-07,放假,国庆节")
    if parts[1] not in _WORDS:
        raise ValueError(f"“{parts[1][:20]}”应写成“放假”或“上班”")
    return _span(parts[0]), DayFact(_WORDS[parts[1]], parts[2])


def _span(text: str) -> list[date]:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text[:40]}”不是日期，应写成 2027-10-01 或 2027-10-01至2027-10-07")
    numbers = [int(part) for part in found.groups() if part is not None]
    try:
        ends = [date(*numbers[at : at + 3]) for at in range(0, len(numbers), 3)]
    except ValueError:
        raise ValueError(f"“{text[:40]}”里有日历上没有的日子") from None
    start, end = ends[0], ends[-1]
    if end < start or (end - start).days >= _LONGEST_SPAN:
        raise ValueError(f"“{text[:40]}”应从前往后写，最多{_LONGEST_SPAN}天")
    return [date.fromordinal(ordinal) for ordinal in range(start.toordinal(), end.toordinal() + 1)]
