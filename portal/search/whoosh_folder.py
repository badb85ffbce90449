"""Where the Whoosh index lies, and how a new one takes the place of the old while the site runs.

``PORTAL_DATA/search_index/`` holds one folder an index, ``current`` naming the one in use, and ``lock``.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import FileIndex

from portal.search.ports import IndexUnavailable

_POINTER = "current"
_DAMAGED = "damaged"
_LOOKS = 3
"""An index can be swapped out between reading the pointer and looking at the folder: then read again."""


class IndexFolder:
    """The folder of all indexes of one portal."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path:
        """Return the folder of the index in use. Raises IndexUnavailable if there is none."""
        for _ in range(_LOOKS):
            folder = self._named()
            if folder.is_dir():
                return folder
        raise IndexUnavailable("the index in use is missing")

    def _named(self) -> Path:
        try:
            name = (self.root / _POINTER).read_text(encoding="ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            raise IndexUnavailable("there is no index yet") from None
        if not name:
            raise IndexUnavailable("the index in use is not named")
        return self.root / Path(name).name

    def fresh(self) -> Path:
        """Make a folder for an index that is built beside the one in use."""
        folder = self.root / f"index-{secrets.token_hex(6)}"
        folder.mkdir(parents=True)
        return folder

    def swap(self, folder: Path) -> None:
        """Put ``folder`` into use and remove all others; who still reads them keeps the open files."""
        draft = self.root / f"{_POINTER}.{secrets.token_hex(4)}"
        draft.write_text(folder.name, encoding="ascii")
        _sync(draft)
        draft.replace(self.root / _POINTER)
        for other in self.root.glob("index-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def mark_damaged(self, folder: Path) -> None:
        """Note that reading failed, for the worker to see; the folder may be gone already."""
        if folder.is_dir():
            (folder / _DAMAGED).touch()

    def is_damaged(self, folder: Path) -> bool:
        """True if some reader found the index damaged."""
        return (folder / _DAMAGED).exists()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Wait for other writers and keep them out. The lock ends with the process, however that ends."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def size(self, folder: Path) -> int:
        """Return the bytes that an index takes."""
        return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


@contextmanager
def opened(folder: Path) -> Iterator[FileIndex]:
    """Open the index in a folder; if the block fails, no file of it stays open.

    Whoosh leaves a file open that it cannot read to its end: a damaged index that is asked again and again
    would use up what a process may open.
    """
    storage = _Remembering(str(folder))
    try:
        yield FileIndex(storage)
    except BaseException:
        storage.close_files()
        raise


class _Remembering(FileStorage):  # type: ignore[misc]
    """A folder of Whoosh's that knows which files it gave out."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._given: list[StructFile] = []

    def open_file(self, name: str, **options: Any) -> StructFile:
        return self._remember(super().open_file(name, **options))

    def create_file(self, name: str, **options: Any) -> StructFile:
        return self._remember(super().create_file(name, **options))

    def _remember(self, given: StructFile) -> StructFile:
        self._given = [file for file in self._given if not file.is_closed]
        self._given.append(given)
        return given

    def close_files(self) -> None:
        """Close what is still open."""
        for file in self._given:
            if not file.is_closed:
                file.close()


def _sync(path: Path) -> None:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
