"""How the back office writes recorded values (120张, 是, ¥1,800), and what it calls a record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from portal import glossary
from portal.institutions.field_labels import RECORD_LABELS, Form, field_label
from portal.institutions.models import PositionSystem

NOT_PUBLISHED = "未公布"
LEVELS = ("一级", "二级", "三级", "四级", "五级")
SYSTEMS = {
    PositionSystem.WGS84: "GPS、天地图（WGS84）",
    PositionSystem.GCJ02: "高德、腾讯地图（GCJ-02）",
    PositionSystem.BD09: "百度地图（BD-09）",
    PositionSystem.UNKNOWN: "不清楚",
}
_UNITS = {Form.BEDS: "张", Form.PEOPLE: "人", Form.PLACES: "个", Form.WORKING_DAYS: "个工作日"}


def day_words(day: date) -> str:
    """2026年2月24日."""
    return f"{day.year}年{day.month}月{day.day}日"


def value_words(
    record_kind: str, name: str, value: Any, regions: Any, named: Mapping[int, tuple[str, str]]
) -> str:
    """Return a value in words, 未公布 where there is none.

    ``regions``: the directory of regions; ``named``: institution id → (public id, name).
    """
    if value is None or value in ("", [], {}):
        return NOT_PUBLISHED
    if name == "position_system":
        return SYSTEMS[PositionSystem(value)]
    match field_label(record_kind, name).form:
        case Form.DAY if isinstance(value, date):
            return day_words(value)
        case Form.PARTIAL_DAY:
            return _partial(value)
        case Form.YES_NO:
            return "是" if value else "否"
        case Form.TERM if isinstance(value, StrEnum):
            return glossary.label(value)
        case Form.FEN:
            return f"¥{value // 100:,}" if value % 100 == 0 else f"¥{value / 100:,.2f}"
        case Form.LEVEL:
            return LEVELS[value - 1]
        case Form.BEDS | Form.PEOPLE | Form.PLACES | Form.WORKING_DAYS as form:
            return f"{value:,}{_UNITS[form]}"
        case Form.DEGREES:
            return f"{value:.5f}°"
        case Form.REGION:
            return str(regions.label(value))
        case Form.INSTITUTION:
            return named[value][1] if value in named else "另一家机构"
        case Form.FORMER_NAMES:
            return "、".join(_former(each) for each in value)
        case Form.MAPPING:
            return "；".join(f"{heading}：{text}" for heading, text in value.items())
        case _:
            return str(value)


def record_title(record_kind: str, values: Mapping[str, Any]) -> str:
    """Return what a record is called: 收费标准（护理费 · 失能）, 等级证书（三级）."""
    details = [text for text in _details(record_kind, values) if text]
    label = RECORD_LABELS[record_kind]
    return f"{label}（{' · '.join(details)}）" if details else label


def _details(record_kind: str, values: Mapping[str, Any]) -> list[str | None]:
    def term(name: str) -> str | None:
        return None if values.get(name) is None else glossary.label(values[name])

    match record_kind:
        case "fee_standard":
            return [values.get("item_name") or term("item"), term("care_level"), term("room")]
        case "star_grade":
            level = values.get("level")
            return [LEVELS[level - 1] if level else values.get("as_written")]
        case "registration":
            return [term("register_kind")]
        case "compliance":
            return [term("standard")]
        case "closure_notice":
            return [term("kind")]
        case "commitment_letter":
            return [values.get("title")]
        case _:
            return []


def _partial(text: str) -> str:
    parts = zip(text.split("-"), "年月日", strict=False)
    return "".join(f"{int(number)}{unit}" for number, unit in parts)


def _former(entry: Mapping[str, str | None]) -> str:
    until = entry.get("until")
    return f"{entry['name']}（用到{_partial(until)}）" if until else str(entry["name"])
