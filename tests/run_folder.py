"""What the processes of one run share: a folder, and things that only the first who needs them makes."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

_NAME = "FOLDER_OF_THIS_TEST_RUN"


def run_folder() -> Path:
    """Return a folder that this process shares with those it starts; it goes when this process ends."""
    if _NAME not in os.environ:
        os.environ[_NAME] = tempfile.mkdtemp(prefix="portal-tests-")
        atexit.register(_remove, os.environ[_NAME], os.getpid())
    return Path(os.environ[_NAME])


def _remove(folder: str, maker: int) -> None:
    if os.getpid() == maker:  # and no process forked off it
        shutil.rmtree(folder, ignore_errors=True)


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder ``name`` of the run, filled by ``make``; others wait until it is whole."""
    folder = run_folder() / name
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            being_made = folder.with_suffix(".part")
            shutil.rmtree(being_made, ignore_errors=True)  # left by one who failed
            being_made.mkdir()
            make(being_made)
            being_made.rename(folder)
    return folder
