"""How a recorded value is written for people, whatever its field: 120张, 是, 2026年2月24日, “300张”."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal import glossary
from portal.domain.day_words import cn_day
from portal.institutions.field_labels import Form, field_label
from portal.public.formatting import level_name, partial_date, thousands, yes_no, yuan

_UNITS = {
    Form.BEDS: "张",
    Form.PEOPLE: "人",
    Form.PLACES: "个",
    Form.WORKING_DAYS: "个工作日",
}


@dataclass(frozen=True, slots=True)
class Names:
    """What codes and ids in recorded values are called."""

    region: Callable[[str], str] = str
    institution: Callable[[int], str | None] = lambda _: None


def written(record_kind: str, name: str, value: Any, names: Names | None = None) -> str | None:
    """Return a field's value as text, or None where nothing is published."""
    if value is None or value in ("", [], {}):
        return None
    return _written(field_label(record_kind, name).form, value, names or Names())


def _written(form: Form, value: Any, names: Names) -> str | None:
    match form:
        case Form.QUOTED:
            return f"“{value}”"
        case Form.DAY if isinstance(value, date):
            return cn_day(value)
        case Form.PARTIAL_DAY:
            return partial_date(value)
        case Form.YES_NO:
            return yes_no(value)
        case Form.TERM:
            return glossary.label(value)
        case Form.FEN:
            return yuan(value)
        case Form.LEVEL:
            return level_name(value)
        case Form.BEDS | Form.PEOPLE | Form.PLACES | Form.WORKING_DAYS:
            return f"{thousands(value)}{_UNITS[form]}"
        case Form.DEGREES:
            return f"{value:.5f}°"
        case Form.REGION:
            return names.region(value)
        case Form.INSTITUTION:
            return names.institution(value) or "另一家机构"
        case Form.FORMER_NAMES:
            return "、".join(_former(each) for each in value)
        case Form.MAPPING:
            return "；".join(f"{heading}：“{text}”" for heading, text in value.items())
        case _:
            return value.value.upper() if isinstance(value, StrEnum) else str(value)


def _former(entry: Mapping[str, str | None]) -> str:
    until = partial_date(entry.get("until"))
    return f"{entry['name']}（用到{until}）" if until else str(entry["name"])


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A piece of a telephone text; ``href`` None: words around the numbers."""

    text: str
    href: str | None


_NUMBER = re.compile(r"\+?\d[\d\- ()（）]{5,}\d(?:转\d+)?")


def phone_numbers(text: str | None) -> list[PhoneNumber]:
    """Split a telephone text as bureaus write it (0598-8221111、13800000000) into numbers to be tapped."""
    pieces, end = [], 0
    for match in _NUMBER.finditer(text or ""):
        if between := (text or "")[end : match.start()].strip():
            pieces.append(PhoneNumber(between, None))
        digits = re.sub(r"[^\d+]", "", match.group().partition("转")[0])
        pieces.append(PhoneNumber(match.group(), f"tel:{digits}"))
        end = match.end()
    if rest := (text or "")[end:].strip():
        pieces.append(PhoneNumber(rest, None))
    return pieces


def span_words(start: date, end: date) -> str:
    """Return how long it is from one day to a later one, in words: 1年2个月, 3个月, 12天."""
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    if months < 1:
        return f"{(end - start).days}天"
    years, months = divmod(months, 12)
    return (f"{years}年" if years else "") + (f"{months}个月" if months else "")
