"""Tables as workbooks for everybody: the same rows as the CSV, with a sheet that says what they are."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from flask import Response

from portal.accountability.workbook import XLSX, Sheet, workbook


def xlsx_response(filename: str, sheets: Sequence[Sheet], about: Sequence[tuple[str, str]]) -> Response:
    """Return a download of the sheets. ``about``: what the file is, line by line."""
    response = Response(workbook(sheets, about), content_type=XLSX)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"download.xlsx\"; filename*=UTF-8''{quote(f'{filename}.xlsx', safe='')}"
    )
    return response
