"""What reading a file gives: sheets of cells, before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

Cell = str | float | int | bool | date | datetime | None
CELL_LIMIT = 12_000_000
"""Cells of one file."""
Span = tuple[tuple[int, int], tuple[int, int]]
"""A merged range: (first row, first column), (last row, last column), zero-based."""


@dataclass(slots=True)
class Sheet:
    """One worksheet. ``rows`` start at the sheet's first row; an empty cell is ``""`` or None."""

    name: str
    rows: list[list[Cell]]
    merges: list[Span] = field(default_factory=list)
    visible: bool = True

    def at(self, row: int, column: int) -> Cell:
        """Return a cell, None beyond the end of a short row."""
        cells = self.rows[row] if 0 <= row < len(self.rows) else ()
        return cells[column] if 0 <= column < len(cells) else None


@dataclass(slots=True)
class Table:
    """A file as read: its format (``xlsx``, ``xls``, ``ods``, ``csv`` …), a text's encoding, its sheets."""

    format: str
    encoding: str | None
    sheets: list[Sheet]
    sha256: str


def cell_text(cell: Cell) -> str:
    """Return a cell as a person would write it: 12345678987.0 → 12345678987, a date → 2014-05-01."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e21 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
