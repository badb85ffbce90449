"""Choosing the sheet that holds homes, and telling which rows of it are homes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.institutions.importer.errors import ImportRefused
from portal.institutions.importer.headings import Layout, describe_top, find_layout
from portal.institutions.importer.tables import Cell, Sheet, Table
from portal.institutions.importer.values import not_stated, plain_text
from portal.institutions.importer.vocabulary import squeeze

_TOTAL = re.compile(
    r"(?:全[市县区省州旗]|本页|本[市县区]|各[县区]|[市县区])?(?:合计|小计|总计|共计|累计|总合计)(?:数|人数|床位)?(?:[(\[].*[)\]])?\d*"
)
_NOTE = re.compile(
    r"^(注|备注|说明|填表|填报|制表|制单|审核|复核|核对|报送|统计|经办|单位负责人|分管|负责人|联系人|联系电话|日期|单位|数据来源|来源|资料来源|截至|数据截至|打印|导出"
    r"|第\s*\d+\s*页|共\s*\d+\s*[页家所个]|[一二三四五六七八九十]+\s*[、.．]|[(（][一二三四五六七八九十\d]+[)）]|[★※]|\d{4}年\d{1,2}月\d{0,2}日?$)"
)
_SOLE_NOTE = re.compile(r"[:：；。]|^附件|统计表|一览表|名册|明细|名录|汇总表|情况表")


_INVISIBLE = "\u200b\ufeff\u00a0\u3000 \t\r\n"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sheet to be read, and what became of the others."""

    sheet: Sheet
    layout: Layout
    others: list[str]
    others_with_homes: list[str]
    rows: list[int]
    """Zero-based rows that stand for a home."""


def choose_sheet(table: Table, wanted: str | None, own: Mapping[str, str]) -> Chosen:
    """Return the wanted sheet, or the one with most homes. Raises ImportRefused, naming what there is."""
    names = [sheet.name for sheet in table.sheets]
    if wanted is not None:
        sheets = [sheet for sheet in table.sheets if sheet.name.strip() == wanted.strip()]
        if not sheets:
            raise ImportRefused(f"文件里没有名为“{wanted}”的工作表；有：{'、'.join(names)}")
    else:
        sheets = [sheet for sheet in table.sheets if sheet.visible] or table.sheets
    found = [(sheet, layout) for sheet in sheets if (layout := find_layout(sheet, own)) is not None]
    if not found:
        seen = "\n".join(f"工作表“{sheet.name}”：\n{describe_top(sheet)}" for sheet in sheets[:5])
        raise ImportRefused(
            "没有找到标题行（要有“机构名称”一类的列，另有至少一列能认出，如床位数、地址、县市区）。"
            f"看到的是：\n{seen}\n标题是本单位自己的叫法时，请用 --mapping 对照文件说明"
        )
    rows = {sheet.name: list(data_rows(sheet, layout)) for sheet, layout in found}
    counts = {name: len(indexes) for name, indexes in rows.items()}
    sheet, layout = max(
        found,
        key=lambda each: (
            counts[each[0].name] > 0,
            each[1].understood > 2,
            counts[each[0].name],
            each[1].understood,
        ),
    )
    others = [name for name in names if name != sheet.name]
    homes = [other.name for other, _ in found if other.name != sheet.name and counts[other.name]]
    if wanted is not None:
        elsewhere = [s for s in table.sheets if s.visible and s.name != sheet.name]
        homes = [s.name for s in elsewhere if (other := find_layout(s, own)) and any(data_rows(s, other))]
    return Chosen(sheet, layout, others, homes, rows[sheet.name])


def data_rows(sheet: Sheet, layout: Layout) -> Iterator[int]:
    """Yield the zero-based rows that stand for a home: neither blank, total, note nor repeated heading."""
    known = {column.index for column in layout.columns.known}
    heading_names = {heading.get(layout.name_index) for heading in layout.heading_words}
    wide = _wide_rows(sheet)
    for index in range(layout.last + 1, len(sheet.rows)):
        row = sheet.rows[index]
        filled = [i for i, cell in enumerate(row) if cell is not None and cell != "" and not _blank(cell)]
        if known.isdisjoint(filled):
            continue  # empty, or only a number printed ahead, or a title over to the side
        name = _text_of(row, layout.name_index)
        word = squeeze(name)
        plain = name and len(filled) > 3 and word not in heading_names and not _NOTE.search(name)
        if (plain and not _TOTAL.fullmatch(word)) or not _is_no_home(
            row, filled, name, layout, index in wide
        ):
            yield index


def _blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip(_INVISIBLE)


def _text_of(row: list[Cell], index: int) -> str:
    return plain_text(row[index]) if index < len(row) else ""


def _is_no_home(row: list[Cell], filled: list[int], name: str, layout: Layout, wide: bool) -> bool:
    texts = {i: _text_of(row, i) for i in filled}
    words = {i: squeeze(text) for i, text in texts.items()}
    first = words[filled[0]]
    if _TOTAL.fullmatch(squeeze(name)) or (
        (not name or not_stated(name)) and any(map(_TOTAL.fullmatch, words.values()))
    ):
        return True
    if _TOTAL.fullmatch(first) and len(filled) <= max(2, len(layout.columns.known) // 2) and not_stated(name):
        return True
    if any(_repeats(words, heading) for heading in layout.heading_words):
        return True
    notes = [text for text in texts.values() if _NOTE.search(text)]
    if name and layout.name_index in texts:
        sole = len(filled) == 1 or set(texts.values()) == {name}
        return (sole and (wide or bool(notes) or _SOLE_NOTE.search(name) is not None)) or (
            bool(_NOTE.search(name)) and len(filled) <= 3 and len(notes) == len(filled)
        )
    if len(filled) == 1:
        return True  # a number printed ahead, a group's title, a page number: no home without any other word
    return bool(notes) and len(filled) <= 6 and _NOTE.search(texts[filled[0]]) is not None


def _repeats(words: dict[int, str], heading: dict[int, str]) -> bool:
    same = sum(1 for i, word in words.items() if heading.get(i) == word)
    return same >= 2 and same * 2 > len(words)


def _wide_rows(sheet: Sheet) -> frozenset[int]:
    """Return the rows with a cell merged across three columns or more: titles and group headings."""
    return frozenset(
        top for (top, left), (bottom, right) in sheet.merges if top == bottom and right - left >= 2
    )
