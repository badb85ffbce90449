"""Making what a stranger sends harmless: a photo or PDF is rebuilt in a limited process, or refused in words.

No database is asked, so that a form can be answered before anything is written.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from portal.domain.errors import DomainError
from portal.intake.models import FileKind
from portal.intake.picture_parts import bare_jpeg
from portal.limited_process import MEGABYTE, Died, TookTooLong, run_limited

MOST_FILES = 6
"""Of a case, later additions included."""
FILE_LIMIT = 10 * MEGABYTE
TOTAL_LIMIT = 30 * MEGABYTE
ALL_TOGETHER_SECONDS = 20.0
"""For the files of one form: the server gives a request thirty."""

_MEMORY = 640 * MEGABYTE
"""Enough for 50 million pixels in any format; two at once beside the server stay below its 2 GB."""
_CPU_SECONDS = 10
_SECONDS = 15.0
_FOLDER = Path(__file__).parent
_KINDS = {
    FileKind.PHOTO: (_FOLDER / "rebuild_photo.py", b"\xff\xd8\xff"),
    FileKind.PDF: (_FOLDER / "rebuild_pdf.py", b"%PDF-"),
}
_REFUSALS = {
    (FileKind.PHOTO, "animated"): "是会动的图片，这里只收照片。请截一张图再传",
    (FileKind.PHOTO, "pixels"): "的尺寸太大（超过一亿像素）。请用手机截图，或缩小后再传",
    (FileKind.PHOTO, "unknown"): "不是能看的照片。请用手机重新拍一张，或截一张图再传",
    (FileKind.PHOTO, "broken"): "不完整或已损坏，打不开。请重新拍一张，或截一张图再传",
    (FileKind.PDF, "password"): "设有打开密码。请去掉密码，或把有关的几页拍成照片再传",
    (FileKind.PDF, "pages"): "页数太多或没有内容（最多60页）。请只传有关的几页，或拍成照片",
    (FileKind.PDF, "pixels"): "里的图片尺寸太大。请把有关的几页拍成照片再传",
    (FileKind.PDF, "huge"): "里的内容多得不正常，没有收下。请把有关的几页拍成照片再传",
    (FileKind.PDF, "unclean"): "里有不能安全去除的内容，没有收下。请把有关的几页拍成照片再传",
    (FileKind.PDF, "broken"): "已损坏，打不开。请把有关的几页拍成照片再传",
}
_TOO_HEAVY = "处理不了：太大，或内容不正常。请截一张图，或把有关的几页拍成照片再传"
_OTHERS = (
    (b"GIF8", "是GIF图片，这里只收照片（JPG、PNG、WebP、HEIC）和PDF。请截一张图再传"),
    (b"PK\x03\x04", "是压缩包或Office文档。请把有关的几页拍成照片，或另存为PDF再传"),
    (b"\xd0\xcf\x11\xe0", "是Office文档。请把有关的几页拍成照片，或另存为PDF再传"),
)
_VIDEO_BRANDS = (b"isom", b"mp4", b"avc1", b"qt  ", b"M4V", b"3gp", b"iso2", b"iso4", b"iso5", b"iso6")
_ANYTHING_ELSE = "不是照片（JPG、PNG、WebP、HEIC）也不是PDF，没有收下"


class FileRefused(DomainError):
    """A file that is not taken; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file as it will be kept: rebuilt, without anything that tells of a person or a device."""

    kind: FileKind
    data: bytes


def prepare(stream: BinaryIO, filename: str, seconds: float = _SECONDS) -> Prepared:
    """Return what ``stream`` holds, rebuilt. ``filename`` is for messages only: the content tells the kind.

    A photo takes half a second of another process; nothing takes more than ``seconds``. Raises FileRefused.
    """
    called = _shown(filename)
    return _rebuilt(_read(stream, called), called, seconds)


def _read(stream: BinaryIO, called: str) -> bytes:
    data = stream.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise FileRefused(f"“{called}”超过{FILE_LIMIT // MEGABYTE} MB。请截一张图，或缩小后再传。")
    if not data:
        raise FileRefused(f"“{called}”是空的。请重新选一次。")
    return data


def _rebuilt(data: bytes, called: str, seconds: float) -> Prepared:
    kind = _kind_of(data, called)
    script, start = _KINDS[kind]
    try:
        rebuilt = run_limited(script, data, memory=_MEMORY, cpu_seconds=_CPU_SECONDS, seconds=seconds)
    except (Died, TookTooLong):
        raise FileRefused(f"“{called}”{_TOO_HEAVY}。") from None
    if not rebuilt.startswith(start):
        why = _REFUSALS.get((kind, rebuilt[:20].decode("ascii", "replace")), _TOO_HEAVY)
        raise FileRefused(f"“{called}”{why}。")
    if not _is_as_promised(kind, rebuilt):
        raise FileRefused(f"“{called}”{_TOO_HEAVY}。")
    return Prepared(kind, rebuilt)


def prepare_all(files: Iterable[tuple[BinaryIO, str]], already: int = 0) -> list[Prepared]:
    """Return the files of a form, rebuilt; a field for which nobody chose one counts for nothing.

    ``already``: how many the case has. Raises FileRefused for the first that is not taken, before any work
    is done where too many or too much were sent.
    """
    chosen = [(stream, _shown(filename)) for stream, filename in files if filename]
    if already + len(chosen) > MOST_FILES:
        raise FileRefused(f"一件最多{MOST_FILES}个文件，请少选几个。")
    read = [(_read(stream, called), called) for stream, called in chosen]
    if sum(len(data) for data, _ in read) > TOTAL_LIMIT:
        raise FileRefused(f"文件加起来超过{TOTAL_LIMIT // MEGABYTE} MB，请少选几个。")
    deadline = time.monotonic() + ALL_TOGETHER_SECONDS
    found = []
    for data, called in read:
        left = deadline - time.monotonic()
        if left < 1:
            raise FileRefused("文件太大，一次处理不完。请少选几个，其余的以后再补充。")
        found.append(_rebuilt(data, called, min(left, _SECONDS)))
    return found


def _kind_of(data: bytes, called: str) -> FileKind:
    if data[:1024].lstrip(b"\xef\xbb\xbf\r\n\t \x00").startswith(b"%PDF-"):
        return FileKind.PDF
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return FileKind.PHOTO
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return FileKind.PHOTO
    if data[4:8] == b"ftyp":
        if data[8:12].startswith(_VIDEO_BRANDS):
            raise FileRefused(f"“{called}”是视频，这里收不了。请从中截几张图再传。")
        return FileKind.PHOTO
    why = next((why for start, why in _OTHERS if data.startswith(start)), _ANYTHING_ELSE)
    raise FileRefused(f"“{called}”{why}。")


def _is_as_promised(kind: FileKind, rebuilt: bytes) -> bool:
    """True if what the other process made is what it should be: it had a stranger's file in its hands."""
    if len(rebuilt) > 2 * FILE_LIMIT:
        return False
    if kind is FileKind.PDF:
        return rebuilt.rstrip().endswith(b"%%EOF")
    try:
        return bare_jpeg(rebuilt) == rebuilt
    except ValueError:
        return False


def _shown(filename: str) -> str:
    """Return a file's name as a message shows it: short, and without what can't be seen."""
    name = "".join(ch for ch in filename.replace("\\", "/").rpartition("/")[2] if ch.isprintable())
    return name if 0 < len(name) <= 40 else f"{name[:24]}…{name[-12:]}" if name else "文件"
