"""Fee columns: what a heading such as 收费标准（元/月）/床位费/最低 says of the amounts beneath it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.fee_text import ITEM_WORDS, LEVEL_WORDS, ROOM_WORDS
from portal.domain.fees import CareLevel, FeeItem, FeeUnit, Room


class Bound(StrEnum):
    """Whether a column holds whole texts or one end of a range."""

    WHOLE = "whole"
    LEAST = "least"
    MOST = "most"


@dataclass(frozen=True, slots=True)
class FeeColumn:
    """The meaning of one fee column."""

    item: FeeItem
    care_level: CareLevel | None = None
    room: Room | None = None
    bound: Bound = Bound.WHOLE
    unit: FeeUnit = FeeUnit.MONTH
    scale: int = 1
    """Yuan per unit of the column: 10 000 where the heading says 万元."""

    @property
    def key(self) -> tuple[FeeItem, CareLevel | None, Room | None]:
        """What a least and a most column must share to be one range."""
        return self.item, self.care_level, self.room


_BOUNDS = {
    **dict.fromkeys(("最低", "最低价", "起价", "下限", "moneydown"), Bound.LEAST),
    **dict.fromkeys(("最高", "最高价", "上限", "moneyup"), Bound.MOST),
}
_UNITS = {
    word: unit
    for unit, words in {
        FeeUnit.MONTH: "元/月 元/人/月 元/人月 元/人·月 元/床/月 元/床·月 元/月/人 元/月·人 元/月/床 "
        "元每月 每月 /月 月",
        FeeUnit.DAY: "元/天 元/日 元/人/天 元/人·天 元/床/天 元每天 每天",
        FeeUnit.YEAR: "元/年 元/人/年 元每年 每年",
        FeeUnit.ONCE: "元/次",
    }.items()
    for word in words.split()
}
_BARE = frozenset(("床位", "护理", "膳食", "伙食", "综合", "合计", "包月", "单人", "双人", "多人", "月"))
"""Words that mean a fee only beneath a heading about fees."""
_OTHER = {"其他收费", "其它收费", "其他费用", "其它费用"}
_FILLERS = (
    *(
        "标准",
        "情况",
        "项目",
        "金额",
        "收费标准",
        "收费",
        "费用",
        "区间",
        "人民币",
        "老人",
        "老年人",
        "每人",
        "元",
    ),
    *("型", "费", "价", "含", "收取", "其中", "用", "一览"),
)
_WORDS = sorted(
    {*ITEM_WORDS, *LEVEL_WORDS, *ROOM_WORDS, *_BOUNDS, *_UNITS, *_OTHER, *_FILLERS, "万元"},
    key=len,
    reverse=True,
)
_TOKEN = re.compile("|".join(map(re.escape, _WORDS)))
_NOISE = re.compile(r"[()\[\]/·、,:;\-—~至和及与]+")


def read_fee_heading(parts: list[str]) -> FeeColumn | None:
    """Return what squeezed heading ``parts`` (parent first) say, or None if it isn't a fee column.

    Every word must be known: 收费方式 is no amount, and 床位 alone is a number of beds.
    """
    words = _tokens("/".join(parts))
    if words is None:
        return None
    items = [ITEM_WORDS[word] for word in words if word in ITEM_WORDS]
    levels = {LEVEL_WORDS[word] for word in words if word in LEVEL_WORDS}
    rooms = {ROOM_WORDS[word] for word in words if word in ROOM_WORDS}
    bounds = {_BOUNDS[word] for word in words if word in _BOUNDS}
    units = {_UNITS[word] for word in words if word in _UNITS}
    other = any(word in _OTHER for word in words)
    about_money = (
        other
        or any(word in ITEM_WORDS and word not in _BARE for word in words)
        or any(word.startswith(("元/", "元每", "money")) or word in ("收费", "万元") for word in words)
    )  # fmt: skip
    if not about_money or max(len(levels), len(rooms), len(bounds), len(units)) > 1:
        return None
    named = [item for item in dict.fromkeys(items) if item is not FeeItem.ALL_IN]
    if len(named) > 1 or (other and named):
        return None
    item = FeeItem.OTHER if other else named[0] if named else _unnamed(rooms)
    unit = units.pop() if units else FeeUnit.ONCE if item is FeeItem.DEPOSIT else FeeUnit.MONTH
    return FeeColumn(
        item,
        levels.pop() if levels else None,
        rooms.pop() if rooms else None,
        bounds.pop() if bounds else Bound.WHOLE,
        FeeUnit.ONCE if item is FeeItem.DEPOSIT else unit,
        10_000 if "万元" in words else 1,
    )


def _unnamed(rooms: set[Room]) -> FeeItem:
    # The price of a room is its bed fee; a price for everybody or for a care level is the whole price.
    return FeeItem.BED if rooms else FeeItem.ALL_IN


def _tokens(text: str) -> list[str] | None:
    words: list[str] = []
    at = 0
    while at < len(text):
        if match := _TOKEN.match(text, at):
            words.append(match[0])
        elif not (match := _NOISE.match(text, at)):
            return None
        at = match.end()
    return words
