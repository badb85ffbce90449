"""Lists that staff take with them, as spreadsheets: every list of the back office goes out through here.

A view hands over its columns and rows, and gets a download::

    @blueprint.get("/guides.<file_format>")
    @limiter.limit(EXPORTS_A_MINUTE)
    @staff(Capability.EXPORT)
    def guides_export(file_format: str) -> Response:
        columns = ("区县", "办理单位", Column("每月（元）", fen=True))
        table = Table("照护指南", columns, rows, "各区县民政部门")
        return export(table, file_format)

and its template the links: ``{{ exports.links(xlsx_url, csv_url) }}`` from ``macros/exports.html``. What is
typed into a form can come back as a cell, so no text is ever run: in csv a text that begins like a formula
gets an apostrophe, in xlsx it is a cell of type text. Dates stay dates, numbers numbers, fen become yuan.
The export is entered in the audit: who took which list, how many rows.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any, Final
from urllib.parse import quote

import xlsxwriter
from flask import Response, abort

from portal import clock, glossary
from portal.audit.capture import note
from portal.backoffice.context import the_caller
from portal.unit_of_work import unit_of_work

EXPORTS_A_MINUTE: Final = "20 per minute"
"""What one address may ask for: a list of 40 000 rows takes seconds to write."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet read a cell as a formula (OWASP, CSV injection); full width as well."""
_LONGEST = 32_767
"""Characters that a cell of a workbook holds."""
_CUT = "……（后文略，请到系统里看）"
_EARLIEST = date(1900, 3, 1)
"""Before it, spreadsheets count days that never were: such a date goes out as text."""
_IN_MEMORY = 1 << 20
_CHUNK = 1 << 16

_MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``fen``: its integers are amounts in fen and go out as yuan. ``width``: in characters."""

    heading: str
    fen: bool = False
    width: int = 18


@dataclass(frozen=True)
class Table:
    """A list to be exported. ``rows`` may be a generator: it is read once, row by row, in order.

    Cells: text, numbers, dates, moments, booleans (是/否), members of enums (by their glossary label), None.
    ``source``: where the facts come from, in words; ``choice``: the filters in force, in words.
    """

    title: str
    columns: Sequence[Column | str]
    rows: Iterable[Sequence[object]]
    source: str
    choice: str = ""
    notes: Sequence[str] = field(default=())

    @property
    def shaped(self) -> list[Column]:
        """The columns, each with its shape."""
        return [Column(one) if isinstance(one, str) else one for one in self.columns]


def export(table: Table, file_format: str) -> Response:
    """Return the list as a download (``csv`` or ``xlsx``) and enter the export in the audit.

    The whole file is written before its first byte goes out: whoever asked gets the list or an error, never
    a file that stops half-way. Only one row is held in memory at a time. Any other format is a 404.
    """
    content_type = _MIME.get(file_format) or abort(404)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the response
    try:
        count = (_write_csv if file_format == "csv" else _write_xlsx)(file, table)
        with unit_of_work():
            note("export", None, list=table.title, choice=table.choice, format=file_format, rows=count)
        length = file.seek(0, io.SEEK_END)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    response = Response(_chunks(file), content_type=content_type)
    response.call_on_close(file.close)
    response.content_length = length
    name = f"{table.title}-{clock.today().isoformat()}.{file_format}"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"export.{file_format}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return response


def safe_text(text: str) -> str:
    """Return text as a csv cell: what a spreadsheet would run as a formula gets a leading apostrophe."""
    begins = text.lstrip(" \"'\u3000")  # a spreadsheet looks past quotes and spaces
    return f"'{text}" if text.startswith(_FORMULA_STARTS) or begins.startswith(_FORMULA_STARTS) else text


def _write_csv(file: IO[bytes], table: Table) -> int:
    columns, count = table.shaped, 0
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    text.write("\ufeff")  # without it Excel reads UTF-8 as GBK
    writer = csv.writer(text)
    writer.writerow([safe_text(column.heading) for column in columns])
    for row in table.rows:
        writer.writerow([_csv_cell(column, value) for column, value in zip(columns, row, strict=True)])
        count += 1
    text.detach()
    return count


def _csv_cell(column: Column, value: object) -> str:
    plain = _plain(column, value)
    if isinstance(plain, datetime):
        return plain.isoformat(sep=" ", timespec="minutes")
    if isinstance(plain, date):
        return plain.isoformat()
    return safe_text(plain) if isinstance(plain, str) else str(plain)


def _write_xlsx(file: IO[bytes], table: Table) -> int:
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    try:
        count = _write_sheets(book, table)
    finally:
        book.close()  # which also does away with the temporary files of a list that broke off
    return count


def _write_sheets(book: Any, table: Table) -> int:
    formats = _Formats(book)
    columns, count = table.shaped, 0
    sheet = book.add_worksheet("数据")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.heading[:_LONGEST], formats.heading)
    for count, row in enumerate(table.rows, start=1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            _put(sheet, count, place, _plain(column, value), formats)
    _write_about(book, table, count, formats)
    return count


def _put(sheet: Any, row: int, place: int, value: object, formats: _Formats) -> None:
    """Write one cell by the type of its value: text is never anything but text."""
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, value, formats.moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, formats.day)
    elif isinstance(value, Decimal):
        sheet.write_number(row, place, float(value), formats.money)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value)
    elif value:
        text = str(value)
        shown = text if len(text) <= _LONGEST else text[: _LONGEST - len(_CUT)] + _CUT
        sheet.write_string(row, place, shown, formats.text)


def _write_about(book: Any, table: Table, count: int, formats: _Formats) -> None:
    """Write the sheet that says what this file is: a list without its date is worth nothing in a month."""
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 70)
    said = [
        ("名称", table.title),
        ("筛选", table.choice or "全部"),
        ("来源", table.source),
        ("行数", count),
        ("导出时间", clock.now().replace(tzinfo=None)),
        ("导出人", the_caller().label),
        *(("说明", one) for one in table.notes),
        ("注意", "这是导出那一刻的情况；以后的改动请到系统里看。"),
    ]
    for row, (name, value) in enumerate(said):
        sheet.write_string(row, 0, name, formats.heading)
        _put(sheet, row, 1, value, formats)


class _Formats:
    """How cells of a workbook look. Text cells are of the format 文本, so that editing one runs nothing."""

    def __init__(self, book: Any) -> None:
        self.heading = book.add_format({"bold": True, "num_format": "@", "bottom": 1})
        self.text = book.add_format({"num_format": "@"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self.money = book.add_format({"num_format": "#,##0.00"})


def _plain(column: Column, value: object) -> str | int | float | Decimal | date | datetime:
    """Return what the cell holds, empty text for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, StrEnum):
        return glossary.label(value) if glossary.knows(value) else value.value
    if isinstance(value, datetime):
        local = value.astimezone(clock.SHANGHAI) if value.tzinfo else value
        return local.replace(tzinfo=None)
    if isinstance(value, date):
        return value if value >= _EARLIEST else value.isoformat()
    if isinstance(value, int) and column.fen:
        return Decimal(value) / 100
    return value if isinstance(value, int | float | Decimal) else str(value)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    try:
        while chunk := file.read(_CHUNK):
            yield chunk
    finally:
        file.close()
