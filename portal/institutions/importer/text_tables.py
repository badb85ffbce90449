"""Tables kept as text: the encoding and the separator found by content."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from pathlib import Path

from portal.institutions.importer.errors import ImportRefused
from portal.institutions.importer.tables import CELL_LIMIT, Cell, Sheet

_SEPARATORS = (",", "\t", ";", "|", "，")
_LOOKED_AT = 60
ROW_LIMIT = 300_000
_MOST_LINES_IN_A_CELL = 60
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8（带BOM）"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def read_rows(path: Path, text: str) -> Sheet:
    """Return the rows of a text as one sheet. Raises ImportRefused."""
    separator = find_separator(text)
    csv.field_size_limit(1 << 20)
    rows: list[list[Cell]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(cell.count("\n") > _MOST_LINES_IN_A_CELL for cell in row):
                raise ImportRefused(f"{path.name}第{len(rows) + 1}行起引号没有配对，后面的行被连成了一格")
            if len(rows) >= ROW_LIMIT:
                raise ImportRefused(f"{path.name}超过{ROW_LIMIT}行，不是正常的名册，未导入；请拆成几份")
            cells += len(row)
            if cells > CELL_LIMIT:
                raise ImportRefused(f"{path.name}里的格子超过{CELL_LIMIT}个，不是正常的名册，未导入")
            rows.append(list(row))
    except csv.Error:
        raise ImportRefused(f"{path.name}第{len(rows) + 1}行附近读不下去：引号没有配对或一格过长") from None
    return Sheet(path.stem, rows)


def decode(path: Path, data: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding."""
    for mark, codec, name in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(codec), name
            except UnicodeDecodeError as error:
                raise ImportRefused(f"{path.name}标明是{name}，但第{error.start}字节处读不出") from None
    if b"\x00" in data[:4096]:
        return _decode_utf16(path, data), "UTF-16"
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(path, data, error.start)
    for codec, name in (("gbk", "GBK"), ("gb18030", "GB18030")):
        try:
            return data.decode(codec), name
        except UnicodeDecodeError as error:
            at = error.start
    line = data.count(b"\n", 0, at) + 1
    raise ImportRefused(f"{path.name}不是表格，或文字编码无法识别（第{line}行）；请另存为UTF-8的csv或.xlsx")


def _decode_utf16(path: Path, data: bytes) -> str:
    sample = data[:4096]
    codec = "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = "\x00"
    strange = sum(1 for character in text[:2000] if character < " " and character not in "\t\r\n")
    if strange > 5 or "\x00" in text[:2000]:
        raise ImportRefused(f"{path.name}不是表格（里面是程序数据）")
    return text


def _refuse_damaged_utf8(path: Path, data: bytes, at: int) -> None:
    """A few bad bytes in good UTF-8 must not turn the whole file into GBK nonsense."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for character in text[:200_000] if "\u4e00" <= character <= "\u9fff")
    if good > 20 * bad:
        line = data.count(b"\n", 0, at) + 1
        raise ImportRefused(f"{path.name}是UTF-8，但第{line}行有损坏的字符；请用表格软件打开后另存一份")


def find_separator(text: str) -> str:
    """Return the character that cuts the lines most evenly into cells."""
    head = "\n".join(text.splitlines()[: _LOOKED_AT * 2])
    best, best_score = ",", 0
    for separator in _SEPARATORS:
        try:
            rows = [row for row in csv.reader(io.StringIO(head), delimiter=separator) if any(row)]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows[:_LOOKED_AT] if len(row) > 1)
        score = max((count * min(width, 40) for width, count in widths.items()), default=0)
        if score > best_score:
            best, best_score = separator, score
    return best
