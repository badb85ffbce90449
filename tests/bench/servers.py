"""The servers that are measured, each in a process of its own on 127.0.0.1, and never left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
_PATIENCE = 180


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    ready_after: float
    """Seconds from its start to its first answer."""

    def memory(self) -> dict[str, int]:
        """Return bytes of resident and of unshared memory of the server and all its children together."""
        total = {"Rss": 0, "Pss": 0}
        for pid in [self.process.pid, *_children(self.process.pid)]:
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            for line in lines:
                name, _, rest = line.partition(":")
                if name in total:
                    total[name] += int(rest.split()[0]) * 1024
        return total


@contextmanager
def portal(data: Path, database_url: str | None = None) -> Iterator[Server]:
    """Serve the portal as ``deploy/`` does."""
    settings = {"PORTAL_DATA": str(data), "PORTAL_LOG_LEVEL": "INFO"}
    if database_url is not None:
        settings["PORTAL_DATABASE_URL"] = database_url
    with _gunicorn("portal", ROOT / "deploy" / "gunicorn.conf.py", "/healthz", settings) as server:
        yield server


@contextmanager
def bare_flask() -> Iterator[Server]:
    """Serve the bare page under the same settings."""
    with _gunicorn("bare", Path(__file__).with_name("bare_gunicorn.conf.py"), "/", {}) as server:
        yield server


@contextmanager
def datasette(python: Path, database: Path) -> Iterator[Server]:
    """Serve a SQLite database by Datasette, in its own environment, pages of as many rows as the portal's."""
    port = free_port()
    command: list[str | Path] = [python, "-m", "datasette", "serve", "--immutable", database]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    for setting in (("default_page_size", "24"), ("suggest_facets", "off"), ("facet_time_limit_ms", "3000")):
        command += ["--setting", *setting]
    with _running("datasette", command, port, "/-/versions.json", os.environ) as server:
        yield server


@contextmanager
def _gunicorn(name: str, config: Path, ready: str, settings: Mapping[str, str]) -> Iterator[Server]:
    port = free_port()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PORTAL_")}
    environment = {**inherited, **settings, "PORT": str(port), "PORTAL_WORKERS": str(WORKERS)}
    environment["PORTAL_BIND"] = f"127.0.0.1:{port}"
    command: list[str | Path] = [sys.executable, "-m", "gunicorn", "--config", config]
    with _running(name, command, port, ready, environment) as server:
        yield server


@contextmanager
def _running(
    name: str, command: Sequence[str | Path], port: int, ready: str, environment: Mapping[str, str]
) -> Iterator[Server]:
    started = time.perf_counter()
    # a session of its own: what it starts in turn ends with it
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _await(process, f"http://127.0.0.1:{port}{ready}")
        yield Server(name, port, process, time.perf_counter() - started)
    finally:
        _stop(process)


def _await(process: subprocess.Popen[bytes], url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            with opener.open(url, timeout=_PATIENCE) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not answer within {_PATIENCE} seconds")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for end in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, end)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            continue
    process.wait(timeout=15)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_children(child)]
    return found


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
