"""Workbooks that go out to be filled in and come back: quarantined rows to mend, and a sample list."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter

_PLAIN = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "in_memory": True,
}
_WIDTH = 18


def to_mend(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the quarantined rows under their own headings, bad cells marked, with a sheet of the reasons.

    ``rows``: contents of quarantined rows (``cells``, ``problems``, ``row``). Uploaded again after mending,
    the workbook is read like any other list.
    """
    rows = list(rows)
    headings = list(dict.fromkeys(heading for row in rows for heading in row["cells"]))
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _PLAIN)
    head = book.add_format({"bold": True, "num_format": "@", "text_wrap": True, "bottom": 1})
    text = book.add_format({"num_format": "@"})
    bad = book.add_format({"num_format": "@", "bg_color": "#FFE2B8"})
    sheet = book.add_worksheet("待改")
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, max(len(headings) - 1, 0), _WIDTH, text)
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, head)
    for number, row in enumerate(rows, 1):
        wrong = {problem["column"]: problem["reason"] for problem in row["problems"]}
        for place, heading in enumerate(headings):
            value = str(row["cells"].get(heading, ""))
            form = bad if heading in wrong else text
            if value:
                sheet.write_string(number, place, value, form)
            else:
                sheet.write_blank(number, place, None, form)
            if heading in wrong:
                sheet.write_comment(number, place, wrong[heading])
    why = book.add_worksheet("为什么")
    why.set_column(0, 0, 10)
    why.set_column(1, 3, 30)
    for place, heading in enumerate(("原行号", "列", "原文", "原因")):
        why.write_string(0, place, heading, head)
    lines = [(row["row"], problem) for row in rows for problem in row["problems"]]
    for number, (row_number, problem) in enumerate(lines, 1):
        why.write_number(number, 0, row_number)
        for place, name in enumerate(("column", "value", "reason"), 1):
            why.write_string(number, place, str(problem[name]), text)
    book.close()
    return buffer.getvalue()


def sample_list(title: str, county: str, homes: Sequence[Mapping[str, str]]) -> bytes:
    """Return a small list as bureaus write them: a title, headings, one row a home, a note at the end."""
    headings = list(homes[0])
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _PLAIN)
    big = book.add_format({"bold": True, "align": "center", "font_size": 14})
    head = book.add_format({"bold": True, "border": 1})
    cell = book.add_format({"border": 1})
    sheet = book.add_worksheet(county)
    sheet.merge_range(0, 0, 0, len(headings) - 1, title, big)
    sheet.set_column(0, len(headings) - 1, _WIDTH)
    for place, heading in enumerate(headings):
        sheet.write_string(1, place, heading, head)
    for number, home in enumerate(homes, 2):
        for place, heading in enumerate(headings):
            sheet.write_string(number, place, home[heading], cell)
    sheet.write_string(len(homes) + 3, 0, "说明：示例名册，机构均为虚构。")
    book.close()
    return buffer.getvalue()
