"""Workbooks of several sheets, for the public and for staff alike: text stays text, nothing is ever run."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST = 32_767
"""Characters that a cell holds."""
_WIDEST, _NARROWEST = 48, 8


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. Cells: text, numbers, days, None for nothing."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]


def workbook(sheets: Sequence[Sheet], about: Sequence[tuple[str, str]]) -> bytes:
    """Return a workbook: the sheets, and a last one that says what it is (name, words)."""
    kept = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(kept, options) as book:
        heading = book.add_format({"bold": True, "num_format": "@", "bottom": 1, "text_wrap": True})
        # cells of text are of the format text, so that editing one runs nothing either
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
        for sheet in sheets:
            _write(book.add_worksheet(sheet.title), sheet, heading, text, day)
        last = book.add_worksheet("说明")
        last.set_column(0, 0, 14)
        last.set_column(1, 1, 80)
        for row, (name, words) in enumerate(about):
            last.write_string(row, 0, name, heading)
            last.write_string(row, 1, words[:_LONGEST], text)
    return kept.getvalue()


def _write(place: Any, sheet: Sheet, heading: Any, text: Any, day: Any) -> None:
    place.freeze_panes(1, 0)
    widths = [len(name) for name in sheet.header]
    for column, name in enumerate(sheet.header):
        place.write_string(0, column, name, heading)
    for row, values in enumerate(sheet.rows, start=1):
        for column, value in enumerate(values):
            widths[column] = max(widths[column], min(len(str(value or "")), _WIDEST // 2))
            if isinstance(value, datetime):
                place.write_string(row, column, value.isoformat(sep=" ", timespec="minutes"), text)
            elif isinstance(value, date):
                place.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
            elif isinstance(value, int | float) and not isinstance(value, bool):
                place.write_number(row, column, value)
            elif value is not None and value != "":
                place.write_string(row, column, str(value)[:_LONGEST], text)
    for column, width in enumerate(widths):
        place.set_column(column, column, min(_WIDEST, max(_NARROWEST, 2 * width + 2)))
