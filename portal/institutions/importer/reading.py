"""Reading a file of whatever kind, found by content and not by name, within limits of size and memory."""

from __future__ import annotations

import errno
import hashlib
import io
import marshal
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from portal.institutions.importer.errors import ImportRefused
from portal.institutions.importer.tables import Cell, Sheet, Span, Table
from portal.institutions.importer.values import one_line, tidy
from portal.limited_process import MEGABYTE, Died, TookTooLong, run_limited

FILE_LIMIT = 100 * 1024 * 1024
UNPACKED_LIMIT = 512 * 1024 * 1024
_PARSER = Path(__file__).with_name("parse_workbook.py")
_TEXT_PARSER = Path(__file__).with_name("parse_text.py")
MOST_MERGES = 5_000
"""Merged ranges of a sheet; more are no list of homes."""
_PARSER_SECONDS = 180
_PARSER_MEMORY = 1536 * MEGABYTE
_CPU_SECONDS = {_PARSER: 120, _TEXT_PARSER: 40}
"""A csv of 100 MB takes about ten."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")


def read_table(path: Path, content: bytes | None = None) -> Table:
    """Return the sheets of a spreadsheet or text table. Raises ImportRefused with what is wrong.

    ``content``: the file's bytes, where it lies nowhere and ``path`` is only its name.
    """
    data = _bytes_of(path) if content is None else _not_empty(path, content)
    path = path.with_name(shown_name(path))
    sha256 = hashlib.sha256(data).hexdigest()
    if data.startswith(b"PK\x03\x04"):
        return Table(_zip_format(path, data), None, _sheets(_parse(path, data)), sha256)
    if data.startswith(_OLE):
        _refuse_other_ole(path, data)
        return Table("xls", None, _sheets(_parse(path, data)), sha256)
    _refuse_other_kinds(path, data)
    answer = _parse(path, data, _TEXT_PARSER, path.name)
    return Table(answer["format"], answer["encoding"], _sheets(answer), sha256)


def shown_name(path: Path) -> str:
    """Return a file's name as messages and the report show it: without what can't be printed."""
    return one_line(tidy(path.name.encode("utf-8", "replace").decode("utf-8"))).strip("/.") or "文件"


def _bytes_of(path: Path) -> bytes:
    try:
        if not path.exists():
            raise ImportRefused(f"找不到文件：{path}")
        if not path.is_file():
            raise ImportRefused(f"{path}不是文件")
        size = path.stat().st_size
        if size > FILE_LIMIT:
            raise ImportRefused(
                f"{path.name}有{size // 1048576} MB，超过{FILE_LIMIT // 1048576} MB，请拆成几份再导入"
            )
        data = path.read_bytes()
    except ValueError:  # a name with a NUL, or one that the system's encoding can't bear
        raise ImportRefused(f"文件名“{shown_name(path)}”里有不能用的字符，请改名后再导入") from None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise ImportRefused(f"文件名过长：{shown_name(path)[:40]}…") from None
        raise ImportRefused(f"无法读取{shown_name(path)}：{error.strerror}") from None
    return _not_empty(path, data)


def _not_empty(path: Path, data: bytes) -> bytes:
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise ImportRefused(f"{path.name}是空文件")
    return data


def _zip_format(path: Path, data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise ImportRefused(f"{path.name}已损坏，无法打开；请用表格软件打开后另存一份") from None
    if sum(entry.compress_size for entry in entries) > len(data):
        # Parts that overlap: unpacking each of them costs far more than the file's size tells.
        raise ImportRefused(f"{path.name}的内部结构不正常（各部分互相重叠），未导入")
    _refuse_bomb(path, data, entries)
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx" if "xl/workbook.xml" in names else "xlsb"
    if "content.xml" in names:
        return "ods"
    if any(name.startswith("word/") for name in names):
        raise ImportRefused(f"{path.name}是Word文档，不是表格；请把其中的表格复制到Excel里另存")
    if any(name.startswith("ppt/") for name in names):
        raise ImportRefused(f"{path.name}是演示文稿，不是表格")
    raise ImportRefused(f"{path.name}是压缩包，请先解压，再导入里面的表格")


def _refuse_bomb(path: Path, data: bytes, entries: Iterable[zipfile.ZipInfo]) -> None:
    """Unpack every part without keeping it, and stop at the limit: the sizes a file states may lie."""
    total = 0
    for entry in entries:
        start = entry.header_offset + 30
        header = data[entry.header_offset : start]
        start += int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            total += entry.compress_size
            continue
        unpacker = zlib.decompressobj(-15)
        feed = data[start : start + entry.compress_size]
        try:
            while feed and not unpacker.eof:
                total += len(unpacker.decompress(feed, 1 << 20))
                feed = unpacker.unconsumed_tail
                if total > UNPACKED_LIMIT:
                    limit = UNPACKED_LIMIT // 1048576
                    raise ImportRefused(f"{path.name}解压后超过{limit} MB，不是正常的名册，未导入")
        except zlib.error:
            raise ImportRefused(f"{path.name}已损坏，无法打开；请用表格软件打开后另存一份") from None


def _refuse_other_ole(path: Path, data: bytes) -> None:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise ImportRefused(f"{path.name}设有打开密码；请在Excel里去掉密码后再导入")
    if not holds("Workbook") and not holds("Book"):
        kind = "Word文档" if holds("WordDocument") else "其他程序的文件"
        raise ImportRefused(f"{path.name}是{kind}，不是表格")


def _refuse_other_kinds(path: Path, data: bytes) -> None:
    if data.startswith(b"%PDF"):
        raise ImportRefused(f"{path.name}是PDF，不是表格；请向提供单位要Excel或csv原件")
    if data.startswith(_PICTURES):
        raise ImportRefused(f"{path.name}是图片，不是表格")
    if data.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise ImportRefused(f"{path.name}是压缩包，请先解压，再导入里面的表格")
    if data.startswith(b"{\\rtf"):
        raise ImportRefused(f"{path.name}是Word（rtf）文档，不是表格")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in data[:2000]:
        raise ImportRefused(f"{path.name}是“XML电子表格2003”；请用Excel打开后另存为.xlsx")


def _parse(path: Path, data: bytes, parser: Path = _PARSER, *arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = {"error": "memory"}
    try:
        found = run_limited(
            parser,
            data,
            *arguments,
            memory=_PARSER_MEMORY,
            cpu_seconds=_CPU_SECONDS[parser],
            seconds=_PARSER_SECONDS,
        )
        answer = marshal.loads(found)  # noqa: S302 (written by our own script)
    except TookTooLong:
        raise ImportRefused(f"{path.name}读了{_PARSER_SECONDS}秒还没有读完，未导入") from None
    except Died:
        pass
    if "refused" in answer:
        raise ImportRefused(answer["refused"])
    match answer.get("error"):
        case None:
            return answer
        case "password":
            raise ImportRefused(f"{path.name}设有打开密码；请在Excel里去掉密码后再导入")
        case "memory" | "cells":
            raise ImportRefused(
                f"{path.name}里的表格大得不正常（行列数或内存超过上限），未导入；"
                "请删去表格下方和右侧的空白行列，或拆成几份"
            )
        case _:
            raise ImportRefused(f"{path.name}已损坏或不是表格，无法打开；请用表格软件打开后另存一份")


def _sheets(answer: dict[str, Any]) -> list[Sheet]:
    return [
        Sheet(name, [_revive(row) for row in rows], within_cells(merges, rows), visible)
        for name, visible, rows, merges in answer["sheets"]
    ]


def within_cells(merges: list[Span], rows: list[list[Any]]) -> list[Span]:
    """Return the first ``MOST_MERGES`` merged ranges, clipped to the rows and columns that there are."""
    last_row, last_column = len(rows) - 1, max(map(len, rows), default=0) - 1
    return [
        ((top, left), (min(bottom, last_row), min(right, last_column)))
        for (top, left), (bottom, right) in dict.fromkeys(merges[:MOST_MERGES])
        if top <= last_row and left <= last_column
    ]


def _revive(row: list[Any]) -> list[Cell]:
    for index, cell in enumerate(row):
        if type(cell) is tuple:
            tag, text = cell
            row[index] = date.fromisoformat(text) if tag == "d" else datetime.fromisoformat(text)
    return row
