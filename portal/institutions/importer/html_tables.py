"""Web pages that an old system calls .xls: the tables in them, as sheets."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from portal.institutions.importer.errors import ImportRefused
from portal.institutions.importer.tables import Cell, Sheet, Span

_START = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(!doctype html|html|head|meta|body|table|\?xml)\b", re.I | re.S
)
_WIDEST_SPAN = 1_000
_TABLE_LIMIT = 1_000_000
"""Cells of one table that spans may claim."""
SIZE_LIMIT = 20 * 1024 * 1024
"""Characters of a page."""
MOST_MERGES = 5_000


def looks_like_html(text: str) -> bool:
    """True if a text is a web page with a table."""
    return _START.match(text[:4000]) is not None and "<table" in text.lower()


def read_html(path: Path, text: str) -> list[Sheet]:
    """Return each table of the page as a sheet. Raises ImportRefused where there is none."""
    if len(text) > SIZE_LIMIT:
        limit = SIZE_LIMIT // 1048576
        raise ImportRefused(f"{path.name}是网页，超过{limit} MB；请用表格软件打开后另存为.xlsx")
    reader = _Tables()
    reader.feed(text)
    reader.close()
    sheets = [sheet for sheet in reader.sheets if sheet.rows]
    if not sheets:
        raise ImportRefused(f"{path.name}是网页，里面没有表格")
    return sheets


class _Tables(HTMLParser):
    """Collects cells with their spans; nested tables are read as tables of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self._open: list[Sheet] = []
        self._taken: list[dict[tuple[int, int], bool]] = []
        self._claimed: list[int] = []
        self._first_free: list[dict[int, int]] = []
        self._cell: tuple[int, int] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._finish_cell()
            sheet = Sheet(f"表{len(self.sheets) + 1}", [])
            self.sheets.append(sheet)
            self._open.append(sheet)
            self._taken.append({})
            self._claimed.append(0)
            self._first_free.append({})
        elif not self._open:
            return
        elif tag == "tr":
            self._finish_cell()
            self._open[-1].rows.append([])
        elif tag in ("td", "th"):
            self._finish_cell()
            self._start_cell(dict(attrs))
        elif tag == "br":
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._finish_cell()
        if tag == "table" and self._open:
            self._open.pop()
            self._taken.pop()
            self._claimed.pop()
            self._first_free.pop()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._text.append(data)

    def _start_cell(self, attributes: dict[str, str | None]) -> None:
        sheet, taken = self._open[-1], self._taken[-1]
        if not sheet.rows:
            sheet.rows.append([])
        row = len(sheet.rows) - 1
        column = self._first_free[-1].get(row, 0)
        while taken.get((row, column)):
            column += 1
        height, width = (_span(attributes.get(name)) for name in ("rowspan", "colspan"))
        left = max(1, _TABLE_LIMIT - self._claimed[-1])
        width = min(width, left)
        height = min(height, max(1, left // width))
        self._claimed[-1] += height * width
        self._first_free[-1][row] = column + width
        for r in range(row, row + height):
            for c in range(column, column + width):
                taken[r, c] = True
        if (height > 1 or width > 1) and len(sheet.merges) < MOST_MERGES:
            span: Span = ((row, column), (row + height - 1, column + width - 1))
            sheet.merges.append(span)
        self._cell, self._text = (row, column), []

    def _finish_cell(self) -> None:
        if self._cell is None or not self._open:
            return
        row, column = self._cell
        cells: list[Cell] = self._open[-1].rows[row]
        cells.extend([""] * (column + 1 - len(cells)))
        lines = (" ".join(line.split()) for line in "".join(self._text).split("\n"))
        cells[column] = "\n".join(line for line in lines if line)
        self._cell, self._text = None, []


def _span(text: str | None) -> int:
    if not text or not text.strip().isdecimal() or len(text.strip()) > 4:
        return 1
    return min(max(int(text), 1), _WIDEST_SPAN)
