"""Tables as files that spreadsheets open rightly: UTF-8 with a byte order mark, no text run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import quote

from flask import Response

from portal import glossary

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet read a cell as a formula (OWASP, CSV injection); full width as well."""


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a download of ``rows`` under ``header``.

    ``filename``: with or without .csv, Chinese allowed. Cells: dates and moments as ISO, booleans 是/否,
    terms of the glossary by their label, None empty; see ``cell`` for text. The rows are taken one by one,
    but all of them before the first byte goes out: a reader gets the whole list or an error, never a file
    that stops half-way and looks complete.
    """
    name = filename if filename.endswith(".csv") else f"{filename}.csv"
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow([cell(heading) for heading in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    response = Response(buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"download.csv\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return response


def cell(value: object) -> str:
    """Return one value as its cell's text. Text that would be run as a formula gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, StrEnum):
        return glossary.label(value) if glossary.knows(value) else value.value
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    begins = text.lstrip(" \"'\u3000")  # a spreadsheet looks past quotes and spaces
    return f"'{text}" if text.startswith(_FORMULA_STARTS) or begins.startswith(_FORMULA_STARTS) else text
