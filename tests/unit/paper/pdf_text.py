"""What a PDF says to a machine: its text by its fonts' own tables, as a screen reader or a search gets it."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf


def text_of(pdf: bytes) -> str:
    """Return the text of every page, in the order of drawing, lines and pages run together."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return "".join(_of_page(page) for page in document.pages)


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Return the fonts of a file by name, each with whether its letters are in the file."""
    found: dict[str, bool] = {}
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            for font in page.Resources.Font.values():
                drawn = font.DescendantFonts[0]
                found[str(drawn.BaseFont)] = "/FontFile3" in drawn.FontDescriptor
    return found


def _of_page(page: Any) -> str:
    tables = {name: _table(font) for name, font in page.Resources.Font.items()}
    said: list[str] = []
    table: dict[str, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "Tf":
                table = tables[str(operands[0])]
            case "Tj":
                said.append(_decoded(bytes(operands[0]), table))
            case "TJ":
                said += [
                    _decoded(bytes(part), table) for part in operands[0] if isinstance(part, pikepdf.String)
                ]
    return "".join(said)


def _decoded(codes: bytes, table: dict[str, str]) -> str:
    return "".join(table.get(codes[at : at + 2].hex(), "\ufffd") for at in range(0, len(codes), 2))


def _table(font: Any) -> dict[str, str]:
    """Return code → text of a font, by its ToUnicode table."""
    cmap = font.ToUnicode.read_bytes().decode("ascii")
    table: dict[str, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.S):
        for code, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            table[code.lower()] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.S):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int.from_bytes(bytes.fromhex(text), "big")
            for step in range(int(last, 16) - int(first, 16) + 1):
                table[f"{int(first, 16) + step:04x}"] = chr(start + step)
    return table
