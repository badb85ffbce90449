"""Runs in a limited process of its own (``portal.limited_process``): workbook bytes in, marshalled cells out.

A crafted file can make any parser claim gigabytes. Here it ends this process and not the portal. The file
imports nothing of the portal, so that starting it costs little. Answer: a dict with ``sheets``, each
``(name, visible, rows, merges)``, or with ``error`` (one of ``password``, ``memory``, ``cells``, ``broken``).
"""

from __future__ import annotations

import contextlib
import datetime
import io
import marshal
import re
import sys
import zipfile
from typing import Any

CELL_LIMIT = 12_000_000
MOST_MERGES = 5_000
_PLAIN = frozenset({str, float, int, bool})


def plain(cell: Any) -> Any:
    """Return a cell as marshal can carry it; dates become tagged tuples."""
    if isinstance(cell, datetime.datetime):
        return ("t", cell.isoformat())
    if isinstance(cell, datetime.date):
        return ("d", cell.isoformat())
    if isinstance(cell, datetime.time):
        return cell.isoformat()
    return str(cell)


def read(data: bytes) -> dict[str, Any]:
    """Return every worksheet's cells from its first row and column on, with its merged ranges."""
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(data))
        sheets, cells = [], 0
        errors, spans = error_cells(data), ods_merges(data)
        for meta in book.sheets_metadata:
            if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.end is not None:
                cells += (sheet.end[0] + 1) * (sheet.end[1] + 1)
            if cells > CELL_LIMIT:
                return {"error": "cells"}
            rows = [
                [cell if type(cell) in _PLAIN else plain(cell) for cell in row]
                for row in sheet.to_python(skip_empty_area=False)
            ]
            put_errors(rows, errors.get(meta.name, ()))
            merges = sheet.merged_cell_ranges or spans.get(meta.name, [])
            visible = meta.visible == calamine.SheetVisibleEnum.Visible
            sheets.append(
                (meta.name, visible, rows, [tuple(map(tuple, span)) for span in merges[:MOST_MERGES]])
            )
    except calamine.PasswordError:
        return {"error": "password"}
    except MemoryError:
        return {"error": "memory"}
    except (calamine.CalamineError, ValueError, OverflowError) as error:
        return {"error": "password" if "assword" in str(error) else "broken"}
    return {"sheets": sheets}


def put_errors(rows: list[list[Any]], errors: Any) -> None:
    """Show error cells (#REF!) as what they are: the parser hands them out as empty ones."""
    for row, column, text in errors:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text


def error_cells(data: bytes) -> dict[str, list[tuple[int, int, str]]]:
    """Return sheet name → (row, column, text) of the error cells of an .xlsx; nothing for other formats."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    if not data.startswith(b"PK"):
        return found
    with contextlib.suppress(KeyError, zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels")
        targets = {}
        for link in re.findall(rb"<Relationship\b[^>]*>", links):
            targets[attribute(link, rb"Id")] = attribute(link, rb"Target")
        for entry in re.findall(rb"<sheet\b[^>]*>", archive.read("xl/workbook.xml")):
            target = targets.get(attribute(entry, rb"r:id"), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            content = archive.read(path) if path in archive.NameToInfo else b""
            if b't="e"' in content:
                found[attribute(entry, rb"name")] = list(errors_in(content))
    return found


def ods_merges(data: bytes) -> dict[str, list[Any]]:
    """Return sheet name → merged ranges of an .ods, which the parser leaves out; nothing for others."""
    found: dict[str, list[Any]] = {}
    with contextlib.suppress(KeyError, zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "content.xml" not in archive.NameToInfo:
            return found
        content = archive.read("content.xml")
        if b"-spanned" in content:
            for table in re.finditer(rb"<table:table\b([^>]*)>(.*?)</table:table>", content, re.DOTALL):
                found[attribute(table[1], rb"table:name")] = list(spans_in(table[2]))
    return found


def spans_in(table: bytes) -> Any:
    """Yield ((top, left), (bottom, right)) of the cells of one table that span others."""
    row, column, found = -1, 0, 0
    repeated = 1
    for tag in re.finditer(rb"<table:(table-row|table-cell|covered-table-cell)\b([^>]*)>", table):
        if tag[1] == b"table-row":
            row, column = row + repeated, 0
            repeated = number(tag[2], rb"rows-repeated")
            continue
        height, width = number(tag[2], rb"rows-spanned"), number(tag[2], rb"columns-spanned")
        if height > 1 or width > 1:
            yield (row, column), (row + height - 1, column + width - 1)
            found += 1
            if found == MOST_MERGES:
                return
        column += number(tag[2], rb"columns-repeated")


def number(attributes: bytes, name: bytes) -> int:
    """Return the number in ``table:number-…``, 1 where it's absent."""
    found = re.search(rb"table:number-" + name + rb'="(\d{1,7})"', attributes)
    return int(found[1]) if found else 1


def attribute(tag: bytes, name: bytes) -> str:
    """Return an attribute of a tag as text, empty where it's absent."""
    import html

    match = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return html.unescape(match[1].decode("utf-8", "replace")) if match else ""


def errors_in(content: bytes) -> Any:
    """Yield (row, column, text), zero-based, of the error cells of one sheet's XML."""
    pattern = rb'<c\b([^>]*\bt="e"[^>]*)>(?:(?!</c>).)*?<v>([^<]*)</v>'
    for match in re.finditer(pattern, content, re.DOTALL):
        place = re.search(rb'\br="([A-Z]+)(\d+)"', match[1])
        if place is not None:
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            yield int(place[2]) - 1, column - 1, match[2].decode("utf-8", "replace")


def main() -> None:
    """Read the workbook on standard input, answer on standard output."""
    data = sys.stdin.buffer.read()
    try:
        answer = marshal.dumps(read(data))
    except MemoryError:
        answer = marshal.dumps({"error": "memory"})
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
