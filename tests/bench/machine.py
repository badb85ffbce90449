"""What the figures were measured on: size of the machine and versions, nothing that names it."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from portal import clock
from tests.bench import store

_PACKAGES = ("flask", "jinja2", "sqlalchemy", "gunicorn", "flask-compress", "brotli", "whoosh", "psycopg")


def describe() -> dict[str, str]:
    """Return name → value, in the order to be shown."""
    memory = re.search(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text())
    model = re.search(r"model name\s+: (.+)", Path("/proc/cpuinfo").read_text())
    return {
        "date": clock.today().isoformat(),
        "processor": f"{os.cpu_count()} cores" + (f", {model[1]}" if model else ""),
        "memory": f"{int(memory[1]) / 1_048_576:.0f} GB" if memory else "unknown",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        "Datasette": _datasette(),
        "busy with something else at the start": f"{os.getloadavg()[0]:.1f} cores",
    }


def _datasette() -> str:
    command = [store.datasette_python(), "-m", "datasette", "--version"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return said.strip().rpartition(" ")[2]
