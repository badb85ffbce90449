"""Fees as people write them in one cell: levels, rooms, ranges, days and years (R4). Nothing is guessed.

A text is either understood whole or not at all: 「自理300、半自理、500-1000」 gives no amount, because which
level the last range belongs to can't be told.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from portal.domain.errors import UnreadableValue
from portal.domain.fees import CareLevel, FeeItem, FeeUnit, Room

MOST_FEN = 1_000_000_000
"""Ten million yuan: above that the cell holds something else (and a 32-bit column ends soon after)."""


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One amount read from a text, in fen. ``amount_max_fen`` None: at least ``amount_min_fen`` (…起)."""

    item: FeeItem
    care_level: CareLevel | None
    room: Room | None
    amount_min_fen: int
    amount_max_fen: int | None
    unit: FeeUnit
    item_name: str | None = None


NOT_PUBLISHED = frozenset(
    [
        "面议",
        "价格面议",
        "电话咨询",
        "详询",
        "详谈",
        "电询",
        "咨询",
        "未公布",
        "来电咨询",
        "价格待定",
        "协议价",
        "面谈",
    ]
)

LEVEL_WORDS: dict[str, CareLevel] = {
    word: level
    for level, words in {
        CareLevel.SELF_CARE: "自理 全自理 能自理 能力完好 自理老人 健康老人 自理型 完全自理",
        CareLevel.PARTIAL: "半自理 半失能 部分失能 介助 半护理 半护 半自理老人 半失能老人 介助老人 "
        "部分自理 半自理型",
        CareLevel.FULL: "全护理 全护 失能 全失能 完全失能 不能自理 不自理 介护 全护理老人 失能老人 介护老人 "
        "完全不能自理 非自理",
        CareLevel.DEMENTIA: "失智 认知症 认知障碍 失智老人 痴呆",
    }.items()
    for word in words.split()
}
ROOM_WORDS: dict[str, Room] = {
    word: room
    for room, words in {
        Room.SINGLE: "单人间 单间 单人房 单人 一人间",
        Room.DOUBLE: "双人间 二人间 两人间 标准间 标间 双人房 双人",
        Room.MULTI: "多人间 三人间 四人间 五人间 六人间 多人房 多人",
    }.items()
    for word in words.split()
}
ITEM_WORDS: dict[str, FeeItem] = {
    word: item
    for item, words in {
        FeeItem.BED: "床位费 床位 住宿费 房费 床费 房间费 房间床位费",
        FeeItem.CARE: "护理费 照护费 照料费 护理服务费 护理 护理级别收费 照护服务费",
        FeeItem.MEALS: "膳食费 伙食费 餐费 餐饮费 膳食 伙食",
        FeeItem.DEPOSIT: "押金 备用金 保证金 医疗备用金 应急备用金 押金备用金 入住押金 医疗押金 入住保证金",
        FeeItem.ALL_IN: "收费标准 收费区间 综合收费 综合费 综合 价格 月收费 月收费标准 收费 "
        "总费用 费用 月费 合计 价格区间 收费价格 平均收费 入住费用 月收费区间 月均收费 包月",
    }.items()
    for word in words.split()
}


def _longest_first(words: dict[str, object]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_LABEL = re.compile(
    f"(?P<level>{_longest_first(dict(LEVEL_WORDS))})|(?P<room>{_longest_first(dict(ROOM_WORDS))})"
    f"|(?P<item>{_longest_first(dict(ITEM_WORDS))})|(?P<filler>老人|长者|费用|费|标准|每人|每床|每位|型|类|为|是|约定)"
)
_NUMBER = r"(\d+(?:\.\d{1,2})?)"
_DASH = r"(?:-|~|至|到|\\|/(?=\d))"
_CURRENCY = r"(?:¥|￥|人民币|rmb)?"
_MONEY = re.compile(
    rf"{_CURRENCY}{_NUMBER}(万|千)?(?:元)?((?:{_DASH}+{_CURRENCY}\d+(?:\.\d{{1,2}})?(?:万|千)?(?:元)?)*)(?:元|块)?(起)?"
)
_UNIT = re.compile(
    r"\(?(?:元)?(?:/|每|一|／|\(){0,4}(?:人|床|张|位){0,4}(?:/|每|\.){0,4}(?P<unit>月|天|日|年|次)\)?(?P<floor>起)?"
)
_UNITS = {"月": FeeUnit.MONTH, "天": FeeUnit.DAY, "日": FeeUnit.DAY, "年": FeeUnit.YEAR, "次": FeeUnit.ONCE}
_UNIT_FIRST = re.compile(r"(每|按)(?P<unit>月|天|日|年)(计|收费)?")
_SEPARATORS = "、,;。|\n，；"
_JOINERS = "：: ()[]"


def read_fee_text(
    text: str, item: FeeItem, unit: FeeUnit, care_level: CareLevel | None = None, room: Room | None = None
) -> list[FeeLine]:
    """Return the amounts in ``text``; what it doesn't say itself (item, unit …) comes from its column.

    An empty list: the text says that the price isn't published. Raises UnreadableValue if the text can't be
    taken apart without guessing.
    """
    plain = _plain(text)
    if plain in NOT_PUBLISHED:
        return []
    default = _Label(item, care_level, room)
    lines: list[FeeLine] = []
    for label, amount in _pieces(plain, default):
        lines.append(_line(label, amount, unit))
    return _checked(lines)


@dataclass(frozen=True, slots=True)
class _Label:
    item: FeeItem
    level: CareLevel | None
    room: Room | None


@dataclass(frozen=True, slots=True)
class _Amount:
    fen: tuple[int, ...]
    unit: FeeUnit | None
    floor: bool


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text).lower()
    normal = re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", normal)
    normal = re.sub(r"[—–―−～〜∼~－]+|--+", "-", normal)
    return re.sub(r"[ \t\u00a0]+", "", normal).strip("。;,、 ")


def _pieces(text: str, default: _Label) -> list[tuple[_Label, _Amount]]:
    """Take a text apart into (label, amount). Every label needs its own amount, all labels of one kind."""
    found: list[tuple[_Label, _Amount]] = []
    label, labelled, unlabelled = default, False, False
    spoken_unit: FeeUnit | None = None
    at = 0
    while at < len(text):
        if text[at] in _JOINERS or text[at] in _SEPARATORS:
            if labelled and text[at] in _SEPARATORS:
                raise UnreadableValue("有一项没有写金额，分不清，保留原文")
            at += 1
            continue
        if match := _UNIT_FIRST.match(text, at):
            spoken_unit = _UNITS[match["unit"]]
        elif match := _LABEL.match(text, at):
            if not match["filler"]:
                label, labelled = _with(label if labelled else default, match), True
        elif match := _MONEY.match(text, at):
            amount, end = _amount(match, text, spoken_unit)
            if not labelled and (unlabelled or found):
                raise UnreadableValue("有几个金额，分不清各是什么，保留原文")
            unlabelled = unlabelled or not labelled
            found.append((label, amount))
            label, labelled, at = default, False, end
            continue
        else:
            raise UnreadableValue(f"“{text[at : at + 6]}”看不懂，保留原文")
        at = match.end()
    if labelled or not found:
        raise UnreadableValue("没有写金额，保留原文" if not found else "有一项没有写金额，分不清，保留原文")
    return found


def _with(label: _Label, match: re.Match[str]) -> _Label:
    if word := match["level"]:
        return _Label(label.item, LEVEL_WORDS[word], label.room)
    if word := match["room"]:
        return _Label(label.item, label.level, ROOM_WORDS[word])
    item = ITEM_WORDS[match["item"]]
    # 「收费标准」 inside a text names nothing new beside a column that already says what it is for.
    return label if item is FeeItem.ALL_IN else _Label(item, label.level, label.room)


def _amount(match: re.Match[str], text: str, spoken_unit: FeeUnit | None) -> tuple[_Amount, int]:
    end = match.end()
    unit, floor = spoken_unit, match[4] is not None
    if found := _UNIT.match(text, end):
        unit, end = _UNITS[found["unit"]], found.end()
        floor = floor or found["floor"] is not None
    rest = [part for part in re.split(r"(?:-|~|至|到|\\|/)+", match[3]) if part]
    written = [(match[1], match[2]), *(_split(part) for part in rest)]
    last_scale = written[-1][1]
    # 1-2万 is ten to twenty thousand, 5000-1万 is five to ten.
    numbers = [
        _fen(digits, scale or (last_scale if float(digits) < 100 else None)) for digits, scale in written
    ]
    return _Amount(tuple(numbers), unit, floor), end


def _split(part: str) -> tuple[str, str | None]:
    found = re.search(r"(\d+(?:\.\d{1,2})?)(万|千)?", part)
    return (found[1], found[2]) if found else ("0", None)


def _fen(digits: str, scale: str | None) -> int:
    whole, _, fraction = digits.partition(".")
    fen = int(whole) * 100 + int((fraction + "00")[:2]) if len(whole) <= 9 else MOST_FEN + 1
    return fen * {"万": 10_000, "千": 1_000}.get(scale or "", 1)


def _line(label: _Label, amount: _Amount, unit: FeeUnit) -> FeeLine:
    least, most = min(amount.fen), max(amount.fen)
    spoken = amount.unit or (FeeUnit.ONCE if label.item is FeeItem.DEPOSIT else unit)
    if label.item is not FeeItem.DEPOSIT and amount.unit is None and unit is FeeUnit.ONCE:
        spoken = FeeUnit.MONTH
    if amount.floor and len(amount.fen) == 1:
        return FeeLine(label.item, label.level, label.room, least, None, spoken)
    return FeeLine(label.item, label.level, label.room, least, most, spoken)


def _checked(lines: list[FeeLine]) -> list[FeeLine]:
    if any(line.amount_min_fen <= 0 for line in lines):
        raise UnreadableValue("金额为0；未公布的价格请写“面议”或留空")
    if any((line.amount_max_fen or line.amount_min_fen) > MOST_FEN for line in lines):
        raise UnreadableValue("金额过大，不像是收费，保留原文")
    keys = [(line.item, line.care_level, line.room, line.unit) for line in lines]
    if len(set(keys)) < len(keys):
        raise UnreadableValue("同一项有几个金额，分不清，保留原文")
    return lines
