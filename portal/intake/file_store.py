"""Sealed files on disk: ``PORTAL_DATA/attachments/ab/`` and 32 random hexadecimal digits, for us alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import current_app

from portal.config import Settings

_NAME = re.compile(r"[0-9a-f]{32}")
_DRAFT = ".part"


def write(name: str, box: bytes) -> None:
    """Write a file so that it is there whole, and stays after a power cut, or is not there at all."""
    path = _path(name)
    path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_name(name + _DRAFT)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(box)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    for folder in (path.parent, path.parent.parent):  # the names, too, must outlast a power cut
        _sync(folder)


def read(name: str) -> bytes | None:
    """Return a file, None if there is none of this name."""
    try:
        return _path(name).read_bytes()
    except FileNotFoundError:
        return None


def delete(name: str) -> bool:
    """Delete a file; return False if there was none of this name."""
    return delete_path(_path(name))


def delete_path(path: Path) -> bool:
    """Delete what ``every_file`` yielded; return False if it is gone already."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def every_file() -> Iterator[Path]:
    """Yield all there are, the unfinished too."""
    for shelf in sorted(_folder().glob("[0-9a-f][0-9a-f]")):
        for path in sorted(shelf.iterdir()):
            if _NAME.fullmatch(path.name.removesuffix(_DRAFT)):
                yield path


def is_older(path: Path, moment: datetime) -> bool:
    """True if a file was last written before ``moment``; False if it is gone meanwhile."""
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


def _folder() -> Path:
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    return settings.data / "attachments"


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError("no name of a file of ours")
    return _folder() / name[:2] / name


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
