"""A field's value as a form holds it, and what was typed read back: plain Chinese where it can't be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.domain.coordinates import to_wgs84
from portal.domain.errors import InvalidCreditCode, UnreadableValue
from portal.domain.identifiers import parse_credit_code
from portal.domain.names import tidy_name
from portal.institutions.editable import POSITION, EditableField
from portal.institutions.field_labels import Form
from portal.institutions.models import PositionSystem
from portal.institutions.queries.naming import institution_meant, institution_named

YES, NO = "yes", "no"
_MOST = 1_000_000
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_YEAR = re.compile(r"(\d{4})年?")
_YUAN = re.compile(r"(\d{1,8})(?:\.(\d{1,2}))?")
_DEGREES = re.compile(r"\d{1,3}(?:\.\d{1,12})?")


@dataclass(slots=True)
class Typed:
    """What a form said: field → value for all that could be read, field → problem for the rest."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def changes(self, base: Mapping[str, Any]) -> dict[str, Any]:
        """Return what differs from ``base``."""
        return {name: value for name, value in self.values.items() if value != base.get(name)}


def text_of(field: EditableField, value: Any) -> str:
    """Return a value as the form's input holds it; empty where nothing is published."""
    if field.group == "position" and field.name == "position_system":
        # degrees are kept in WGS84: what is shown is already converted, unless nobody knew from what
        return "" if value is None else "unknown" if value == PositionSystem.UNKNOWN else "wgs84"
    if value is None:
        return ""
    match field.form:
        case Form.YES_NO:
            return YES if value else NO
        case Form.DAY:
            return date.isoformat(value)
        case Form.FEN:
            return str(value // 100) if value % 100 == 0 else f"{value // 100}.{value % 100:02d}"
        case Form.DEGREES:
            return f"{value:.7f}".rstrip("0").rstrip(".")
        case Form.INSTITUTION:
            named = institution_named(value)
            return "" if named is None else f"{named[1]}（{named[0]}）"
        case _:
            return str(value)


def read_form(fields: Sequence[EditableField], texts: Mapping[str, str], base: Mapping[str, Any]) -> Typed:
    """Return what the form's texts say. ``base``: field → value when the form was opened."""
    typed = Typed()
    for each in fields:
        if each.group == "position":
            continue
        text = texts.get(each.name, "")
        if each.name in base and _alike(each, text, text_of(each, base[each.name])):
            typed.values[each.name] = base[each.name]  # untouched: not read, not judged
            continue
        try:
            typed.values[each.name] = read_text(each, text)
        except (UnreadableValue, InvalidCreditCode) as problem:
            typed.problems[each.name] = str(problem)
    position = [each for each in fields if each.group == "position"]
    if position:
        _read_position(typed, {each.name: each for each in position}, texts, base)
    return typed


def read_text(field: EditableField, text: str) -> Any:
    """Return the value that ``text`` means, None for an empty one. Raises UnreadableValue."""
    text = _tidy(text, field.long)
    if not text:
        if field.required:
            raise UnreadableValue(f"请{'选择' if field.terms else '填写'}{field.label}")
        return None
    if field.limit is not None and len(text) > field.limit:
        raise UnreadableValue(f"最多{field.limit}个字，现在有{len(text)}个")
    if field.terms is not None:
        try:
            return field.terms(text)
        except ValueError:
            raise UnreadableValue("请从列表里选") from None
    return _READERS.get(field.form, _as_text)(field, text)


def _tidy(text: str, long: bool) -> str:
    if not long:
        return tidy_name(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(tidy_name(line) for line in lines).strip()


def _alike(field: EditableField, typed: str, held: str) -> bool:
    """True if a browser may have sent ``held`` back as ``typed``: it has its own ways with line ends."""
    if field.long:
        return [line.rstrip() for line in typed.strip().splitlines()] == [
            line.rstrip() for line in held.strip().splitlines()
        ]
    return typed.split() == held.split()


def _as_text(field: EditableField, text: str) -> str:
    return parse_credit_code(text) if field.name == "credit_code" else text


def _as_count(_: EditableField, text: str) -> int:
    digits = unicodedata.normalize("NFKC", text).replace(",", "")
    if not (digits.isascii() and digits.isdigit()):
        raise UnreadableValue("请只填数字，例如120；没有公布就留空")
    if len(digits) > 7 or int(digits) > _MOST:
        raise UnreadableValue("这个数字太大了，请核对")
    return int(digits)


def _as_level(_: EditableField, text: str) -> int:
    if text not in {"1", "2", "3", "4", "5"}:
        raise UnreadableValue("等级是一级到五级，请从列表里选")
    return int(text)


def _as_fen(_: EditableField, text: str) -> int:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").removeprefix("¥").removesuffix("元").strip()
    match = _YUAN.fullmatch(plain)
    if match is None:
        raise UnreadableValue("请填金额（元），最多两位小数，例如1800或1800.50；面议或没有公布的，不要填")
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))


def _as_day(_: EditableField, text: str) -> date:
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        if match is None:
            raise ValueError
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise UnreadableValue("没有这一天；日期请写成2026-02-24这样") from None
    if not 1900 <= found.year <= 2100:
        raise UnreadableValue("年份不对，请核对")
    return found


def _as_partial_day(field: EditableField, text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    if _DAY.fullmatch(plain):
        return _as_day(field, plain).isoformat()
    if (month := _MONTH.fullmatch(plain)) and 1 <= int(month[2]) <= 12 and 1900 <= int(month[1]) <= 2100:
        return f"{month[1]}-{int(month[2]):02d}"
    if (year := _YEAR.fullmatch(plain)) and 1900 <= int(year[1]) <= 2100:
        return year[1]
    raise UnreadableValue("请写成2003、2003-05或2003-05-01，知道到哪天就写到哪天")


def _as_yes_no(_: EditableField, text: str) -> bool:
    if text not in (YES, NO):
        raise UnreadableValue("请从列表里选")
    return text == YES


def _as_institution(_: EditableField, text: str) -> int:
    return institution_meant(text)


_READERS: dict[Form, Callable[[EditableField, str], Any]] = {
    Form.BEDS: _as_count,
    Form.PEOPLE: _as_count,
    Form.PLACES: _as_count,
    Form.WORKING_DAYS: _as_count,
    Form.LEVEL: _as_level,
    Form.FEN: _as_fen,
    Form.DAY: _as_day,
    Form.PARTIAL_DAY: _as_partial_day,
    Form.YES_NO: _as_yes_no,
    Form.INSTITUTION: _as_institution,
}


def _read_position(
    typed: Typed, fields: Mapping[str, EditableField], texts: Mapping[str, str], base: Mapping[str, Any]
) -> None:
    """Read the degrees in the system they were given in, and keep them as the importer does (WGS84)."""
    given = {name: texts.get(name, "").strip() for name in POSITION}
    held = {name: text_of(fields[name], base.get(name)) for name in POSITION}
    if given == held or not (given["longitude"] or given["latitude"] or held["longitude"]):
        typed.values |= {name: base.get(name) for name in POSITION}
        return
    if not given["longitude"] and not given["latitude"]:
        typed.values |= dict.fromkeys((*POSITION, "position_as_written"))
        return
    degrees = {}
    for name in ("longitude", "latitude"):
        text = unicodedata.normalize("NFKC", given[name]).removesuffix("°")
        if not _DEGREES.fullmatch(text):
            typed.problems[name] = "请填度数，例如117.63921；经度、纬度要一起填"
        else:
            degrees[name] = float(text)
    try:
        system = PositionSystem(given["position_system"])
    except ValueError:
        typed.problems["position_system"] = "请选择坐标是从哪种地图上取的"
        return
    if len(degrees) < 2:
        return
    if not (73 < degrees["longitude"] < 136 and 3 < degrees["latitude"] < 54):
        typed.problems["longitude"] = "这个位置不在中国境内；经度和纬度是不是填反了"
        return
    longitude, latitude = to_wgs84(degrees["longitude"], degrees["latitude"], system.value)
    typed.values |= {
        "longitude": longitude,
        "latitude": latitude,
        "position_system": system,
        "position_as_written": f"{given['longitude']},{given['latitude']}"[:80],
    }
