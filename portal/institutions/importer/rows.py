"""From a sheet's row to what it states of one home. Pure: no database, no guess."""

from __future__ import annotations

import re
from typing import Any

from portal.domain.errors import UnreadableValue
from portal.domain.names import name_key
from portal.institutions.importer.columns import FEE, FEE_NOTE, Column
from portal.institutions.importer.headings import Layout
from portal.institutions.importer.mapping import FieldMapping
from portal.institutions.importer.row_fees import read_fees
from portal.institutions.importer.row_model import CellNote, HomeRow
from portal.institutions.importer.row_papers import Stated, read_filing, read_grade, read_registration
from portal.institutions.importer.row_regions import RowRegions
from portal.institutions.importer.row_values import (
    COUNTS,
    DAYS,
    clipped,
    read_counts,
    read_flags,
    read_lines,
    read_opening,
    read_phone_cell,
    read_position,
    refuse_number_as_code,
)
from portal.institutions.importer.tables import Cell, Sheet, cell_text
from portal.institutions.importer.value_words import SAYS_NOTHING
from portal.institutions.importer.values import (
    is_error,
    one_line,
    plain_text,
    read_partial_date,
    read_phone,
    said,
    unsightly,
)
from portal.institutions.importer.withheld import WITHHELD, WITHHELD_REASON, holds_identity_number

NATURES = ("nature", "operation_mode", "legal_form", "kind")
_REGIONS = ("province", "city", "county", "region")
_MUST_BE_READ = frozenset(
    {"name", "credit_code", "longitude", "latitude", "position", "opened_on", *COUNTS, *DAYS}
)
_LEGEND = re.compile(r"(\d+)\s*[:：、.]\s*([^\d\s,，;；/)）]+)")
_NAME_LIMIT = 200
_FORMER_NAMES = 20


class RowReader:
    """Reads the rows of one sheet."""

    def __init__(self, sheet: Sheet, layout: Layout, mapping: FieldMapping, regions: RowRegions) -> None:
        self._sheet = sheet
        self._columns = layout.columns
        self._mapping = mapping
        self._regions = regions
        self._fee_columns = layout.columns.of(FEE, FEE_NOTE)
        known = layout.columns.known
        self._plain = [
            c for c in known if c.field not in (FEE, FEE_NOTE, *_REGIONS, *NATURES, "other_as_written")
        ]
        self._region_columns = layout.columns.of(*_REGIONS)
        self._nature_columns = layout.columns.of(*NATURES)
        self._name_column = layout.columns.one("name")
        self._others = layout.columns.of("other_as_written")
        self._legends = {c.index: dict(_LEGEND.findall(c.heading)) for c in self._nature_columns}
        self._filled = _filled_regions(sheet, layout, self._region_columns)
        self._withheld: set[tuple[int, int]] = set()

    def read(self, index: int) -> HomeRow:
        """Return what the zero-based row ``index`` states."""
        home = HomeRow(index + 1)
        cells = self._withhold(home, index)
        stated, raw = self._stated(home, cells)
        day = _DayReader(raw, stated)
        self._name(home, stated, raw)
        self._region(home, index, cells, stated)
        refuse_number_as_code(home, stated, raw)
        read_registration(home, stated, day)
        read_counts(home, stated)
        read_opening(home, stated, raw)
        for name in DAYS:
            if (value := day(home, name)) is not None:
                home.values[name] = value
        read_phone_cell(home, stated, raw)
        read_lines(home, stated)
        read_flags(home, stated)
        self._natures(home, cells)
        self._state(home, stated)
        read_position(home, stated, self._mapping.position_system, self._mapping.position_precision)
        read_grade(home, stated, self._mapping.words, day)
        read_filing(home, stated, day)
        fees = [(column, text) for column in self._fee_columns if (text := _said(cells, column))]
        if fees:
            read_fees(home, fees, stated.get("other_fee_name", (None, None))[1])
        if self._others:
            kept = {column.heading: text for column in self._others if (text := _said(cells, column))}
            if kept:
                heading_of = {column.heading: column for column in self._others}
                home.values["other_as_written"] = {
                    heading: clipped(home, heading_of[heading], text) for heading, text in kept.items()
                }
        if home.problems:
            home.cells = self.cells(index)
        return home

    def cells(self, index: int) -> dict[str, str]:
        """Return heading → text of the understood columns: nothing personal, nothing unknown."""
        written = ((column.heading, self._written(index, column)) for column in self._columns.known)
        return {heading: text for heading, text in written if text}

    def _written(self, index: int, column: Column) -> str:
        """Return a cell as it may be repeated: of a telephone cell the numbers only."""
        if (index, column.index) in self._withheld:
            return WITHHELD
        cell = self._sheet.at(index, column.index)
        text = plain_text(cell)
        if column.field != "phone" or not text:
            return text
        return read_phone(cell)[0] or "（文字，不复述）"

    def _withhold(self, home: HomeRow, index: int) -> list[Cell]:
        """Return the row's cells, those with an identity card's number emptied before anything reads them."""
        cells = self._sheet.rows[index]
        width = len(cells)
        for column in self._columns.known:
            if column.index < width and holds_identity_number(cells[column.index], column.field):
                cells[column.index] = ""
                self._withheld.add((index, column.index))
                home.notes.append(CellNote(column.heading, WITHHELD, WITHHELD_REASON))
        return cells

    def _stated(self, home: HomeRow, cells: list[Cell]) -> tuple[Stated, dict[str, Cell]]:
        stated: Stated = {}
        raw: dict[str, Cell] = {}
        width = len(cells)
        for column in self._plain:
            cell = cells[column.index] if column.index < width else None
            if cell is None or cell == "":
                continue
            text = said(cell)
            if not text:
                continue
            if text[0] == "#" and is_error(text) and column.field not in _MUST_BE_READ:
                home.kept.append(CellNote(column.heading, text, "公式出错的单元格，未收入"))
                continue
            if column.field not in stated:
                stated[column.field], raw[column.field] = (column, text), cell
        return stated, raw

    def _name(self, home: HomeRow, stated: Stated, raw: dict[str, Cell]) -> None:
        column = self._name_column
        heading = column.heading if column else "机构名称"
        if "name" not in stated:
            written = self._written(home.row - 1, column) if column else ""
            home.problems.append(CellNote(heading, written, "没有写机构名称"))
            return
        name = one_line(stated["name"][1])
        key = name_key(name)
        if is_error(name) or not key:
            home.problems.append(CellNote(heading, name, "机构名称读不出"))
        elif max(len(name), len(key)) > _NAME_LIMIT:  # NFKC makes 18 characters of the one ﷺ
            home.problems.append(CellNote(heading, name[:60] + "…", f"机构名称超过{_NAME_LIMIT}个字"))
        elif reason := unsightly(name):
            home.problems.append(CellNote(heading, name[:60], reason))
        else:
            home.name = home.values["name"] = name
            home.key = key
        if "former_name" in stated and home.name:
            former = [
                part.strip() for part in re.split(r"[、;；\n]", stated["former_name"][1]) if part.strip()
            ]
            if len(former) > _FORMER_NAMES or any(len(part) > _NAME_LIMIT for part in former):
                written = stated["former_name"][1][:60] + "…"
                reason = f"曾用名超过{_FORMER_NAMES}个或有一个超过{_NAME_LIMIT}个字，超出的未收入"
                home.kept.append(CellNote(stated["former_name"][0].heading, written, reason))
            former = [part for part in former[:_FORMER_NAMES] if len(part) <= _NAME_LIMIT]
            home.values["former_names"] = [part for part in former if name_key(part) != key]

    def _region(self, home: HomeRow, index: int, cells: list[Cell], stated: Stated) -> None:
        told: dict[str, list[tuple[str, str]]] = {}
        for column in self._region_columns:
            cell = self._filled.get((index, column.index)) or (
                cells[column.index] if column.index < len(cells) else None
            )
            if text := said(cell):
                told.setdefault(column.field, []).append((column.heading, one_line(text)))
        address = one_line(stated["address"][1]) if "address" in stated else None
        region = self._regions.read(told, address)
        home.region_code = region.code
        if region.code is None:
            home.problems.append(CellNote(region.column, region.written, region.reason or "读不出行政区划"))
            return
        home.values["region_code"] = region.code
        if region.note:
            home.notes.append(CellNote(region.column, region.written, region.note))
        if region.township and "township" not in stated:
            home.values["township"] = region.township

    def _natures(self, home: HomeRow, cells: list[Cell]) -> None:
        written: list[str] = []
        for column in self._nature_columns:
            text = _said(cells, column)
            text = self._legends[column.index].get(text, text)
            if not text or text in SAYS_NOTHING:
                continue
            if text not in written:
                written.append(text)
            found = self._mapping.words.nature(text)
            clash = [name for name, value in found.items() if home.values.get(name, value) != value]
            if not found or clash:
                reason = "与另一列不一致，保留原文" if clash else "不是认得的性质，保留原文"
                home.kept.append(CellNote(column.heading, text, reason))
            home.values |= {name: value for name, value in found.items() if name not in clash}
        if written:
            home.values["nature_as_written"] = "；".join(written)[:200]

    def _state(self, home: HomeRow, stated: Stated) -> None:
        if "operating_state" in stated:
            column, text = stated["operating_state"]
            value = self._mapping.words.value("operating_state", text)
            if value is None:
                home.kept.append(CellNote(column.heading, text, "不是认得的运营状态，保留原文"))
            else:
                home.values["operating_state"] = value


class _DayReader:
    """Reads the full dates of one row; a year alone is no date and is kept as written."""

    def __init__(self, raw: dict[str, Cell], stated: Stated) -> None:
        self._raw, self._stated = raw, stated

    def __call__(self, home: HomeRow, name: str) -> str | None:
        if name not in self._stated:
            return None
        column, text = self._stated[name]
        try:
            day = read_partial_date(self._raw[name])
        except UnreadableValue as error:
            home.problems.append(CellNote(column.heading, cell_text(self._raw[name]), str(error)))
            return None
        if len(day) < 10:
            home.kept.append(CellNote(column.heading, text, "只有年份或年月，没有日期，未收入"))
            return None
        return day


def _said(cells: list[Cell], column: Column) -> str:
    """Return a cell's text, empty where it says nothing."""
    cell = cells[column.index] if column.index < len(cells) else None
    if cell is None or cell == "":
        return ""
    text = said(cell)
    return "" if text[:1] == "#" and is_error(text) else text


def _filled_regions(sheet: Sheet, layout: Layout, columns: list[Column]) -> dict[tuple[int, int], Any]:
    """Return (row, column) → cell for region cells merged downward over several homes."""
    wanted = {column.index for column in columns}
    filled: dict[tuple[int, int], Any] = {}
    left_over = len(sheet.rows) * len(wanted)  # merged ranges never overlap, but in a crafted file
    for (top, left), (bottom, right) in sheet.merges:
        if top > layout.last and bottom > top:
            for column in (column for column in wanted if left <= column <= right):
                left_over -= bottom + 1 - top
                if left_over < 0:
                    return filled
                cell = sheet.at(top, left)
                cell = "" if holds_identity_number(cell) else cell
                filled |= {(row, column): cell for row in range(top, min(bottom + 1, len(sheet.rows)))}
    return filled
