"""``make run``: server and worker live and end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask

from portal.extensions import db
from portal.history.data_set import mark_data_set
from portal.history.models import DataSetKind
from portal.search import indexing, outbox
from portal.search.registry import search_of
from portal.unit_of_work import unit_of_work
from tests.integration.search.conftest import committed_homes
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / "deploy" / "local"
LIVES = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()} {time.monotonic()}\\n'); "
SLEEPS = f"{LIVES} time.sleep(600)"
TAKES_ITS_TIME = (
    f"import signal\ndef stop(*_):\n    time.sleep(0.5); open(sys.argv[1], 'a').write('tidied'); sys.exit()\n"
    f"signal.signal(signal.SIGTERM, stop); {SLEEPS}"
)
ENDS_ON_INTERRUPT = f"import signal; signal.signal(signal.SIGINT, lambda *_: sys.exit(7)); {SLEEPS}"
ENDS_ONCE_THE_WORKER_IS_THERE = f"""{LIVES}
while not os.path.exists(sys.argv[1].removesuffix('server') + 'worker'):
    time.sleep(0.05)
sys.exit(3)"""
DIES = f"{LIVES} sys.exit(1)"
PAUSE = 0.5
LONGEST = 120.0
"""Seconds until what must come about has failed: only then does the machine's speed matter."""


def until(fulfilled: Callable[[], bool], seconds: float = LONGEST) -> None:
    """Wait for something that must come about."""
    deadline = time.monotonic() + seconds
    while not fulfilled():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def alive(pid: int) -> bool:
    """True if a process runs; a dead one that nobody has buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Couple:
    """A supervised server and worker that are small programs."""

    def __init__(self, folder: Path, server: str, worker: str) -> None:
        self.born = {name: folder / name for name in ("server", "worker")}
        commands = [
            [sys.executable, "-c", program, str(self.born[name])]
            for name, program in (("server", server), ("worker", worker))
        ]
        program = (
            f"import sys; sys.path.insert(0, {str(LOCAL)!r}); import supervise; supervise.PAUSE = {PAUSE}; "
            f"sys.exit(supervise.supervise(*{commands!r}, 'http://127.0.0.1:1'))"
        )
        self.process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL)

    def pids(self, name: str) -> list[int]:
        """Return the process ids that one of the two has had."""
        return [pid for pid, _ in self.births(name)]

    def births(self, name: str) -> list[tuple[int, float]]:
        """Return process id and moment of each start of one of the two."""
        path = self.born[name]
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        whole = (line.split() for line in lines if line.endswith("\n"))
        return [(int(pid), float(moment)) for pid, moment in whole]

    def together(self) -> None:
        """Wait until both have been born."""
        until(lambda: bool(self.pids("server") and self.pids("worker")))

    def nobody_left(self) -> bool:
        """True if none of them lives."""
        return not any(alive(pid) for name in self.born for pid in self.pids(name))


@pytest.fixture
def couple(tmp_path: Path) -> Iterator[Callable[[str, str], Couple]]:
    """A way to start a couple that is gone at the end."""
    started: list[Couple] = []

    def start(server: str, worker: str) -> Couple:
        started.append(Couple(tmp_path, server, worker))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        for name in one.born:
            for pid in one.pids(name):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def test_an_interrupt_stops_both_and_the_worker_may_finish(couple: Callable[[str, str], Couple]) -> None:
    both = couple(ENDS_ON_INTERRUPT, TAKES_ITS_TIME)
    both.together()
    both.process.send_signal(signal.SIGINT)
    assert both.process.wait(LONGEST) == 7
    assert both.nobody_left()
    assert "tidied" in both.born["worker"].read_text()


def test_termination_stops_both(couple: Callable[[str, str], Couple]) -> None:
    both = couple(SLEEPS, SLEEPS)
    both.together()
    both.process.terminate()
    assert both.process.wait(LONGEST) == 128 + signal.SIGTERM
    assert both.nobody_left()


def test_with_the_server_all_ends_by_its_code(couple: Callable[[str, str], Couple]) -> None:
    both = couple(ENDS_ONCE_THE_WORKER_IS_THERE, SLEEPS)
    assert both.process.wait(LONGEST) == 3
    assert both.nobody_left()


def test_a_worker_that_dies_is_started_again_after_a_pause(couple: Callable[[str, str], Couple]) -> None:
    both = couple(SLEEPS, DIES)
    until(lambda: len(both.pids("worker")) >= 3)
    moments = [moment for _, moment in both.births("worker")]
    assert all(later - earlier > PAUSE for earlier, later in pairwise(moments))
    assert len(both.pids("server")) == 1
    assert alive(both.pids("server")[0])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the children")
def test_nobody_outlives_a_supervisor_that_is_killed(couple: Callable[[str, str], Couple]) -> None:
    both = couple(SLEEPS, SLEEPS)
    both.together()
    both.process.kill()
    both.process.wait()
    until(both.nobody_left)


@pytest.mark.slow
def test_make_run_serves_indexes_and_stops(sqlite_app: Flask, tmp_path: Path) -> None:
    """The real programs, on a database that is not empty, so that no demo is loaded."""
    with sqlite_app.app_context():
        with unit_of_work():
            mark_data_set(DataSetKind.REAL)
        committed_homes("示例甲院")
        db.engine.dispose()
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment |= {"PORTAL_DATA": str(tmp_path), "PORT": str(port), "PORTAL_WORKERS": "1"}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(LOCAL / "start.py")], env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    said = (tmp_path / "log").read_text
    try:
        until(lambda: f"http://127.0.0.1:{port}\n" in said(encoding="utf-8"), 240)
        assert "the search index was built" in said(encoding="utf-8")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        assert opener.open(f"http://127.0.0.1:{port}/", timeout=60).status == 200
        until(lambda: "worker_started" in said(encoding="utf-8"))
        with sqlite_app.app_context():
            committed_homes("示例乙院")
            until(lambda: indexing.waiting_now().count == 0)
            assert search_of(sqlite_app).backend.status().documents == 2
            assert not indexing.compare(search_of(sqlite_app))
            assert outbox.pending().count == 0
    finally:
        process.terminate()
        code = process.wait(LONGEST)
    assert code == 0
    assert "worker_stopped" in said(encoding="utf-8")
