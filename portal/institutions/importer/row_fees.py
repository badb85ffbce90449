"""The fee columns of a row: texts taken apart, least and most joined, everything else kept as written."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from portal.domain.errors import UnreadableValue
from portal.domain.fee_text import MOST_FEN, NOT_PUBLISHED, FeeLine, read_fee_text
from portal.domain.fees import FeeItem
from portal.institutions.importer.columns import Column
from portal.institutions.importer.fee_headings import Bound, FeeColumn
from portal.institutions.importer.row_model import CellNote, HomeRow
from portal.institutions.importer.row_values import clipped

_TEXT_LIMIT = 300
_READ_LIMIT = 500
"""Characters; a longer cell is a text about fees and no price."""


@lru_cache(maxsize=50_000)
def _read(text: str, column: FeeColumn) -> tuple[FeeLine, ...] | str:
    """Return the lines of a text, or the reason why it can't be read."""
    try:
        lines = read_fee_text(text, column.item, column.unit, column.care_level, column.room)
    except UnreadableValue as error:
        return str(error)
    if column.scale != 1 and not any(word in text for word in "元万千"):
        lines = [
            replace(
                line,
                amount_min_fen=line.amount_min_fen * column.scale,
                amount_max_fen=None if line.amount_max_fen is None else line.amount_max_fen * column.scale,
            )
            for line in lines
        ]
        if any(max(line.amount_min_fen, line.amount_max_fen or 0) > MOST_FEN for line in lines):
            return "金额过大，不像是收费（这一列的单位是万元），保留原文"
    return tuple(lines)


def read_fees(home: HomeRow, cells: list[tuple[Column, str]], other_name: str | None) -> None:
    """Enter the fees of the stated fee cells into ``home``."""
    ranges: dict[object, dict[Bound, tuple[Column, str]]] = {}
    for column, text in cells:
        fee = column.fee
        if fee is None:
            continue
        if len(text) > _READ_LIMIT:
            home.kept.append(
                CellNote(column.heading, text[:60] + "…", f"收费一格超过{_READ_LIMIT}个字，保留原文")
            )
        elif text in NOT_PUBLISHED:
            home.unpublished_items.add(fee.item)
        elif fee.bound is not Bound.WHOLE:
            ranges.setdefault(fee.key, {})[fee.bound] = (column, text)
        else:
            answer = _read(text, fee)
            if isinstance(answer, str):
                home.kept.append(CellNote(column.heading, text, answer))
            else:
                _enter(home, column, text, answer, other_name)
    for ends in ranges.values():
        _join(home, ends, other_name)
    home.unpublished_items -= {line.item for line in home.fees}
    _keep_text(home, cells)


def _join(home: HomeRow, ends: dict[Bound, tuple[Column, str]], other_name: str | None) -> None:
    numbers: dict[Bound, FeeLine] = {}
    for bound, (column, text) in ends.items():
        answer = _read(text, column.fee) if column.fee else "不是收费"
        if isinstance(answer, str):
            home.kept.append(CellNote(column.heading, text, answer))
        elif len(answer) != 1:
            home.kept.append(CellNote(column.heading, text, "最低、最高各应是一个金额，保留原文"))
        else:
            numbers[bound] = answer[0]
    column, text = next(iter(ends.values()))
    match numbers.get(Bound.LEAST), numbers.get(Bound.MOST):
        case FeeLine() as least, FeeLine() as most:
            lower, upper = ends[Bound.LEAST][1], ends[Bound.MOST][1]
            written = lower if lower == upper else f"{lower}-{upper}"
            _enter(home, column, written, (_range(least, most),), other_name)
        case FeeLine() as least, None if Bound.MOST not in ends:
            _enter(home, column, f"{text}起", (replace(least, amount_max_fen=None),), other_name)
        case None, FeeLine() if Bound.LEAST not in ends:
            home.kept.append(CellNote(column.heading, text, "只有最高价，没有最低价，保留原文"))
        case _:
            pass


@lru_cache(maxsize=20_000)
def _range(least: FeeLine, most: FeeLine) -> FeeLine:
    """Return the line from the least to the most; columns filled the wrong way round are put right."""
    ends = [least.amount_min_fen, least.amount_max_fen, most.amount_min_fen, most.amount_max_fen]
    amounts = [amount for amount in ends if amount is not None]
    return replace(least, amount_min_fen=min(amounts), amount_max_fen=max(amounts))


def _enter(
    home: HomeRow, column: Column, text: str, lines: tuple[FeeLine, ...], other_name: str | None
) -> None:
    for line in lines:
        if line.item is FeeItem.OTHER:
            line = replace(line, item_name=(other_name or "")[:100] or None)
        key = (line.item, line.item_name, line.care_level, line.room, line.unit)
        held = next(
            (h for h in home.fees if (h.item, h.item_name, h.care_level, h.room, h.unit) == key), None
        )
        if held is None:
            home.fees.append(line)
            home.fee_texts[line] = text[:_TEXT_LIMIT]
        elif held != line:
            home.kept.append(CellNote(column.heading, text, "与另一列的同项收费不一致，保留原文"))


def _keep_text(home: HomeRow, cells: list[tuple[Column, str]]) -> None:
    """Keep the whole fee text beside what was read from it."""
    if len(cells) == 1:
        column, text = cells[0]
        whole = column.fee is None or (column.fee.item is FeeItem.ALL_IN and column.fee.bound is Bound.WHOLE)
        home.values["fees_as_written"] = clipped(home, column, text if whole else f"{_short(column)}：{text}")
    elif cells:
        written = "；".join(f"{_short(column)}：{text}" for column, text in cells)
        home.values["fees_as_written"] = clipped(home, cells[0][0], written)


@lru_cache(maxsize=1_000)
def _short(column: Column) -> str:
    return column.heading.replace("\n", "").strip(" *＊：:")
