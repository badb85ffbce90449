"""JPEG and JPEG 2000 by their parts: what is needed to draw the picture is kept as it is, the rest left out.

Used on our own output, to be sure of it, and on pictures within PDFs, which need not be drawn anew for it.
The file imports the standard library only: a limited process loads it by its path.
"""

from __future__ import annotations

import re

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_COMMENT, _JFIF, _ADOBE = 0xFE, 0xE0, 0xEE
_APPLICATIONS = range(0xE0, 0xF0)
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

_BOXES = frozenset({b"jP  ", b"ftyp", b"rreq", b"jp2h", b"jp2c"})
_CODESTREAM = b"\xff\x4f\xff\x51"
_TILE, _REMARK = b"\xff\x90", b"\xff\x64"


def bare_jpeg(data: bytes) -> bytes:
    """Return a JPEG without EXIF, XMP, profile, comment, thumbnail, and whatever follows its end.

    Raises ValueError for what is no whole JPEG.
    """
    if not data.startswith(b"\xff\xd8"):
        raise ValueError("no JPEG")
    kept, place = [data[:2]], 2
    while True:
        if data[place : place + 1] != b"\xff":
            raise ValueError("a segment must begin here")
        while data[place + 1 : place + 2] == b"\xff":
            place += 1
        if place + 1 >= len(data):
            raise ValueError("cut off")
        marker = data[place + 1]
        if marker == _END:
            return b"".join((*kept, b"\xff\xd9"))
        if marker in _NO_LENGTH:
            kept.append(data[place : place + 2])
            place += 2
            continue
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        end = place + 2 + length
        if marker == _START or length < 2 or end > len(data):
            raise ValueError("cut off")
        kept.append(_segment(marker, data[place:end]))
        if marker == _SCAN:
            found = _AFTER_SCAN.search(data, end)
            if found is None:
                raise ValueError("cut off")
            kept.append(data[end : found.start()])
            end = found.start()
        place = end


def _segment(marker: int, segment: bytes) -> bytes:
    if marker == _JFIF and segment[4:9] == b"JFIF\x00" and len(segment) >= 18:
        return b"\xff\xe0\x00\x10" + segment[4:16] + b"\x00\x00"  # without its thumbnail
    if marker == _ADOBE and segment[4:9] == b"Adobe" and len(segment) >= 16:
        return b"\xff\xee\x00\x0e" + segment[4:16]  # says how colours are written
    return b"" if marker in _APPLICATIONS or marker == _COMMENT else segment


def bare_jp2(data: bytes) -> bytes:
    """Return a JPEG 2000 file without the boxes and remarks that say something of it. Raises ValueError."""
    if data.startswith(_CODESTREAM):
        return _bare_codestream(data)
    kept, place = [], 0
    while place < len(data):
        length, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        head = 8
        if length == 1:
            length, head = int.from_bytes(data[place + 8 : place + 16], "big"), 16
        elif length == 0:  # to the end of the file
            length = len(data) - place
        if length < head or place + length > len(data):
            raise ValueError("cut off")
        if kind == b"jp2c":
            stream = _bare_codestream(data[place + head : place + length])
            kept.append((len(stream) + 8).to_bytes(4, "big") + kind + stream)
        elif kind in _BOXES:
            kept.append(data[place : place + length])
        place += length
    if not any(box[4:8] == b"jp2c" for box in kept):
        raise ValueError("no picture in it")
    return b"".join(kept)


def _bare_codestream(data: bytes) -> bytes:
    if not data.startswith(_CODESTREAM):
        raise ValueError("no JPEG 2000")
    kept, place = [data[:2]], 2
    while data[place : place + 2] != _TILE:
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if data[place : place + 1] != b"\xff" or end < place + 4 or end > len(data):
            raise ValueError("cut off")
        if data[place : place + 2] != _REMARK:
            kept.append(data[place:end])
        place = end
    return b"".join((*kept, data[place:]))
