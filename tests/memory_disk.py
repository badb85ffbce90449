"""What tests write lives in memory where there is room for it: nothing of it outlives them.

A test on a database writes some megabytes, the PostgreSQL server copies four hundred files for each, and
waiting for a disk took a third of the whole run.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_NEEDED = 3 << 30
"""Bytes. All processes of a run together stay well below one gigabyte."""


def write_to_memory() -> None:
    """Let temporary files of this process and its children lie in memory, unless TMPDIR says where."""
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK | os.X_OK):
        return
    if shutil.disk_usage(_MEMORY).free < _NEEDED:
        return
    os.environ["TMPDIR"] = str(_MEMORY)
    tempfile.tempdir = None  # asked before, it would be remembered
