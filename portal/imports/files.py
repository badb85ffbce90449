"""Uploaded lists on disk: under random names, sealed, readable by the portal alone, and gone when done with.

A list may hold columns with names and telephones that the importer leaves out. So it is sealed piece by
piece while it comes in (AES-256-GCM) with a key of its own, which the vault keeps; no page leads to it.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from portal.config import Settings
from portal.domain.errors import DomainError
from portal.vault.sealing import erase, seal, unseal

UPLOAD_LIMIT = 50 * 1024 * 1024
_PIECE = 1 << 20
_TAG = 16


class FileGone(DomainError):
    """The uploaded file is no longer there, or not what was stored."""


class TooBig(DomainError):
    """More than ``UPLOAD_LIMIT``."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was taken in."""

    name: str
    key: bytes
    size: int
    sha256: str


def folder() -> Path:
    """Return the folder of uploads, made where it is missing."""
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    path = settings.data / "uploads"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def store(stream: BinaryIO) -> Stored:
    """Seal what ``stream`` holds into a new file. Raises TooBig; nothing is left then."""
    name, key = secrets.token_hex(16), AESGCM.generate_key(256)
    box, digest, size = AESGCM(key), hashlib.sha256(), 0
    path = folder() / name
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for number, (piece, last) in enumerate(_pieces(stream)):
                size += len(piece)
                if size > UPLOAD_LIMIT:
                    raise TooBig(f"文件超过{UPLOAD_LIMIT // 1048576} MB，请拆成几份再导入")
                digest.update(piece)
                file.write(box.encrypt(_nonce(number, last), piece, name.encode()))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Stored(name, key, size, digest.hexdigest())


def read(name: str, sealed_key: str) -> bytes:
    """Return the whole file. Raises FileGone."""
    key = unseal(sealed_key)
    if key is None:
        raise FileGone("上传的文件已经删除，请重新上传")
    box, pieces = AESGCM(base64.b64decode(key)), []
    try:
        with (folder() / name).open("rb") as file:
            number, piece = 0, file.read(_PIECE + _TAG)
            while True:
                following = file.read(_PIECE + _TAG)
                pieces.append(box.decrypt(_nonce(number, not following), piece, name.encode()))
                if not following:
                    return b"".join(pieces)
                number, piece = number + 1, following
    except (OSError, InvalidTag):
        raise FileGone("上传的文件已经删除或损坏，请重新上传") from None


def seal_key(subject: str, key: bytes) -> str:
    """Return the file's key sealed for ``import/ID``. Flushes."""
    return seal(subject, base64.b64encode(key).decode())


def delete(name: str | None, subject: str) -> None:
    """Delete a file, what was said of its progress, and its key. Flushes."""
    erase(subject)
    if name is not None:
        remove(name)


def remove(name: str) -> None:
    """Delete a file alone: of an upload that was never entered, or that nobody knows."""
    for path in (folder() / name, folder() / f"{name}.progress"):
        path.unlink(missing_ok=True)


def stored_names() -> dict[str, float]:
    """Return name → time of the last change of everything in the folder."""
    found: dict[str, float] = {}
    for path in folder().iterdir():
        with suppress(OSError):
            found[path.name] = path.stat().st_mtime
    return found


def _pieces(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yield the stream piece by piece, each with whether it is the last; nothing is one empty piece."""
    piece = stream.read(_PIECE)
    while True:
        following = stream.read(_PIECE) if len(piece) == _PIECE else b""
        yield piece, not following
        if not following:
            return
        piece = following


def _nonce(number: int, last: bool) -> bytes:
    """Each piece has its place, the last one is marked: none can be moved, dropped or cut off unseen."""
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
