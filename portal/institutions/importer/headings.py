"""Finding the heading rows of a sheet under titles and notes, and stacking them into one heading a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.institutions.importer.columns import Columns, Heading, field_of, sort_out
from portal.institutions.importer.tables import Sheet, cell_text
from portal.institutions.importer.values import one_line, tidy
from portal.institutions.importer.vocabulary import squeeze

LOOKED_AT = 80
"""Rows from the top within which the headings must begin."""
MOST_HEADING_ROWS = 4
WIDEST = 1_000
_LONGEST_SHOWN = 12


@dataclass(slots=True)
class Layout:
    """Where a sheet's headings stand (zero-based, both included) and what its columns mean."""

    first: int
    last: int
    columns: Columns
    name_index: int
    heading_words: list[dict[int, str]]
    """For each heading row: column → squeezed text, to know the row again where it's repeated."""

    @property
    def understood(self) -> int:
        """How many columns are understood."""
        return len(self.columns.known)


def find_layout(sheet: Sheet, own: Mapping[str, str]) -> Layout | None:
    """Return the layout of the sheet's best heading block, None if no row looks like headings of homes."""
    best: Layout | None = None
    for row in range(min(len(sheet.rows), LOOKED_AT)):
        if not _names_homes(sheet, row, own):
            continue
        first = _with_parents_above(sheet, row, own)
        for last in _possible_ends(sheet, row):
            layout = _layout(sheet, first, last, own)
            if layout is not None and (best is None or layout.understood >= best.understood):
                best = layout
        if best is not None:
            return best
    return None


def _words(sheet: Sheet, row: int) -> dict[int, str]:
    cells = sheet.rows[row] if row < len(sheet.rows) else []
    return {
        i: word for i, cell in enumerate(cells[:WIDEST]) if isinstance(cell, str) and (word := squeeze(cell))
    }


def _names_homes(sheet: Sheet, row: int, own: Mapping[str, str]) -> bool:
    """True if a row holds a heading for names and at least one other known heading."""
    texts = [cell for cell in sheet.rows[row][:WIDEST] if isinstance(cell, str) and cell.strip()]
    if not texts or max(map(len, texts)) > 200:
        return False
    found = [meaning[0] for text in texts if (meaning := field_of((tidy(text),), own)) is not None]
    if "name" not in found:
        return False
    if len(texts) == 1:
        return len([cell for cell in sheet.rows[row] if cell not in ("", None)]) == 1 and row == 0
    return len(found) >= 2 and len(found) * 4 >= len(texts)


def _with_parents_above(sheet: Sheet, row: int, own: Mapping[str, str]) -> int:
    """Return the first heading row, where group headings stand above the row with the name."""
    if row == 0:
        return row
    above = _words(sheet, row - 1)
    spans = [span for span in sheet.merges if span[0][0] == row - 1 == span[1][0] and span[1][1] > span[0][1]]
    width = len(_words(sheet, row))
    groups = [span for span in spans if span[1][1] - span[0][1] + 1 < width]
    known = [word for word in above.values() if field_of((word,), own) is not None]
    return row - 1 if len(above) > 1 and (groups or known) else row


def _possible_ends(sheet: Sheet, row: int) -> list[int]:
    """Return where the headings may end: merged cells say so, or a row of parts beneath groups."""
    down = max((last for (first, _), (last, _) in sheet.merges if first <= row <= last), default=row)
    ends = [min(max(down, row), row + MOST_HEADING_ROWS - 1)]
    while ends[-1] - row < MOST_HEADING_ROWS - 1 and _is_row_of_parts(sheet, row, ends[-1]):
        ends.append(ends[-1] + 1)
    return ends


def _is_row_of_parts(sheet: Sheet, row: int, last: int) -> bool:
    """True if the row after ``last`` holds parts of headings: texts only, none under a full heading."""
    below = sheet.rows[last + 1] if last + 1 < len(sheet.rows) else []
    filled = {i: cell for i, cell in enumerate(below[:WIDEST]) if cell not in ("", None)}
    if not filled or any(not isinstance(cell, str) or len(cell) > 40 for cell in filled.values()):
        return False
    texts = {i: squeeze(cell) for i, cell in filled.items() if isinstance(cell, str)}
    if any(any(ch.isdigit() for ch in text) for text in texts.values()):
        return False
    name = next(
        (i for i, word in _words(sheet, row).items() if (m := field_of((word,), {})) and m[0] == "name"), None
    )
    if name is None or name in texts:
        return False
    groups = _words(sheet, last)
    covered = [i for i in texts if i in groups or any(j in groups and j < i for j in range(max(0, i - 8), i))]
    return (
        len(texts) >= 2
        and len(covered) == len(texts)
        and not any(
            span[0][0] == last + 1 and span[1][1] - span[0][1] + 1 >= len(groups) for span in sheet.merges
        )
    )


def _layout(sheet: Sheet, first: int, last: int, own: Mapping[str, str]) -> Layout | None:
    stacked = stack_headings(sheet, first, last)
    columns = sort_out(stacked, own)
    name = columns.one("name")
    if name is None:
        return None
    rows = [_words(sheet, row) for row in range(first, last + 1)]
    return Layout(first, last, columns, name.index, rows)


def stack_headings(sheet: Sheet, first: int, last: int) -> list[Heading]:
    """Return each column's heading; a merged parent stands over all its columns."""
    width = min(max((len(row) for row in sheet.rows[first : last + 1]), default=0), WIDEST)
    grid = [
        [cell_text(sheet.at(row, column)).strip("\u200b \t\u3000\u00a0") for column in range(width)]
        for row in range(first, last + 1)
    ]
    written = [
        [cell_text(sheet.at(row, column)) for column in range(width)] for row in range(first, last + 1)
    ]
    for (top, left), (bottom, right) in sheet.merges:
        if first <= top <= last and left < width:
            for row in range(top, min(bottom, last) + 1):
                for column in range(left, min(right + 1, width)):
                    written[row - first][column] = written[top - first][left]
                    grid[row - first][column] = grid[top - first][left]
    _spread_parents(grid, written)
    headings = []
    for column in range(width):
        parts: list[str] = []
        for row in range(len(grid)):
            if grid[row][column] and (not parts or squeeze(written[row][column]) != squeeze(parts[-1])):
                parts.append(written[row][column])
        if parts:
            headings.append(Heading(column, tuple(parts)))
    return headings


def _spread_parents(grid: list[list[str]], written: list[list[str]]) -> None:
    """Let a parent stand over the parts to its right where nobody merged the cells."""
    for row in range(len(grid) - 1):
        for column in range(1, len(grid[row])):
            part = grid[row + 1][column]
            left_part = grid[row + 1][column - 1]
            parent = grid[row][column - 1]
            if not grid[row][column] and part and parent and left_part and left_part != parent:
                grid[row][column] = parent
                written[row][column] = written[row][column - 1]


def _like_heading(text: str) -> bool:
    """True for a text that a message may repeat: short as headings are, no number, no address of anybody."""
    return 0 < len(text) <= _LONGEST_SHOWN and "@" not in text and not any(map(str.isdigit, text))


def describe_top(sheet: Sheet, rows: int = 5) -> str:
    """Return the first filled rows as text, for the message that no headings were found."""
    lines = []
    for number, row in enumerate(sheet.rows[:LOOKED_AT], 1):
        texts = [one_line(tidy(cell)) for cell in row[:12] if isinstance(cell, str)]
        cells = [text for text in texts if _like_heading(text)]
        if cells:
            lines.append(f"  第{number}行：{' | '.join(cells)[:120]}")
        if len(lines) == rows:
            break
    return "\n".join(lines) or "  （没有像标题的格）"
