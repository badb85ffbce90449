"""How the cells of 到期与异常 read, on the page and in a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.backoffice.export import Column
from portal.glossary import knows, label

_EVENTS = {
    "filing.filed_on": "备案",
    "filing.cancelled_on": "取消备案",
    "registration.registered_on": "登记",
    "registration.deregistered_on": "注销登记",
    "star_grade.issued_on": "等级评定",
    "star_grade.revoked_on": "撤销等级",
    "closure_notice.announced_on": "关停并转公告",
}


class CellKind(StrEnum):
    """How a value is written."""

    PLAIN = "plain"
    FEN = "fen"
    LEVEL = "level"
    EVENT = "event"
    METRES = "metres"


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a list beside name and county."""

    name: str
    heading: str
    kind: CellKind = CellKind.PLAIN
    empty: str = "未登记"

    @property
    def column(self) -> Column:
        """The column in an export."""
        heading = f"{self.heading}（元/月）" if self.kind is CellKind.FEN else self.heading
        return Column(heading, fen=self.kind is CellKind.FEN)

    def is_day(self, row: dict[str, Any]) -> bool:
        """True if the cell holds a date, which is not broken into lines."""
        return isinstance(row[self.name], date)

    def exported(self, row: dict[str, Any]) -> object:
        """Return the value as a file has it."""
        value = row[self.name]
        if value is None:
            return None
        match self.kind:
            case CellKind.LEVEL:
                return level_words(row)
            case CellKind.EVENT:
                return _EVENTS.get(value, value)
            case _:
                return value

    def shown(self, row: dict[str, Any]) -> str:
        """Return the value as the page has it."""
        value = self.exported(row) if self.kind is not CellKind.LEVEL else level_words(row)
        if value is None or value == "":
            return self.empty
        if self.kind is CellKind.FEN and isinstance(value, int):
            return f"¥{value / 100:,.0f}/月"
        if self.kind is CellKind.METRES and isinstance(value, int):
            return f"约{value / 1000:.1f}公里" if value >= 1000 else f"约{value}米"
        if isinstance(value, bool):
            return "已超期" if value else "未超期"
        if isinstance(value, StrEnum):
            return label(value) if knows(value) else value.value
        if isinstance(value, date):
            return f"{value.year}年{value.month}月{value.day}日"
        return f"{value:,}" if isinstance(value, int) else str(value)


def level_words(row: dict[str, Any]) -> str | None:
    """Return 三级 for a national level, else the grade's own words."""
    level = row["level"]
    written: str | None = row.get("as_written")
    return written if level is None else ("一级", "二级", "三级", "四级", "五级")[level - 1]
