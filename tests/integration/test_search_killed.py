"""Web and worker killed at random during 1 000 updates: afterwards index and database agree."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from portal.config import Settings
from portal.extensions import db
from portal.search import indexing, outbox
from portal.search.ports import Request
from portal.search.query import read_query
from portal.search.registry import search_of
from tests.integration.search.killed_processes import committed

ROOT = Path(__file__).resolve().parents[2]
NURSERY = ROOT / "tests" / "integration" / "search" / "killed_processes.py"
UPDATES = 1000
WRITER_DIES = 7
"""Deaths of the writing process, all well before it is done; the worker dies until then, and longer."""
WORKER_DIES = 5
"""The fewest deaths of the worker."""


class Mortal:
    """A process that is killed at random after it has begun its work, and started anew.

    Its life is counted in work done, not in time: on a busy machine it would die in its bed, on a quick one
    it would be done before.
    """

    def __init__(
        self,
        nursery: subprocess.Popen[str],
        deed: str,
        words: Path,
        cry: str,
        lives: tuple[float, float],
        work: Callable[[int], float],
        *,
        growing: bool,
    ) -> None:
        """``work`` tells of a process id how much work has been done; ``lives`` is in the same unit.

        ``growing``: each life may be a little longer than the last. Where the machine is slow enough for
        every death to come before the first deed, some later life gets something done all the same.
        """
        self._nursery, self._order = nursery, f"{deed} {words}\n"
        self._words, self._cry, self._lives = words, cry, lives
        self._worked, self._growing = work, growing
        self._rng = Random(f"{deed} 3")
        self.deaths = 0
        self._be_born()

    def _be_born(self) -> None:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._heard = len(self.said)
        self._dies_at: float | None = None
        self._nursery.stdin.write(self._order)
        self._nursery.stdin.flush()
        self.pid = int(self._nursery.stdout.readline())

    @property
    def said(self) -> str:
        """Everything it said in all its lives."""
        return self._words.read_text(encoding="utf-8") if self._words.exists() else ""

    def fate(self) -> None:
        """Kill it if its time has come, and let it be born again."""
        if self._dies_at is None:
            if self._cry in self.said[self._heard :]:
                longer = 1 + self.deaths / 10 if self._growing else 1
                self._dies_at = self._worked(self.pid) + self._rng.uniform(*self._lives) * longer
        elif self._worked(self.pid) > self._dies_at:
            self.kill()
            self.deaths += 1
            self._be_born()

    def kill(self) -> None:
        """Give it no time to tidy up."""
        with suppress(ProcessLookupError):
            while True:
                os.kill(self.pid, signal.SIGKILL)
                time.sleep(0.01)


def seconds_worked(pid: int) -> float:
    """Return how long the processor has worked for a process."""
    with suppress(FileNotFoundError, ProcessLookupError):
        numbers = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


@contextmanager
def nursery(app: Flask) -> Iterator[subprocess.Popen[str]]:
    """Give the process that the others are born of, on the application's data."""
    settings = app.config["PORTAL"]
    assert isinstance(settings, Settings)
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment = {
        **outside,
        "PORTAL_DATA": str(settings.data),
        "PORTAL_DATABASE_URL": settings.sqlalchemy_url,
        "PYTHONPATH": str(ROOT),
    }
    process = subprocess.Popen(
        [sys.executable, str(NURSERY)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="lives are counted by /proc")
def test_index_and_database_agree_after_a_thousand_updates_and_many_deaths(
    app: Flask, tmp_path: Path
) -> None:
    with app.app_context():
        indexing.ensure(search_of(app))
        db.engine.dispose()
    with nursery(app) as born:
        worker = Mortal(
            born,
            "work",
            tmp_path / "worker.words",
            "worker_started",
            (0.01, 0.6),
            seconds_worked,
            growing=True,
        )
        writer = Mortal(
            born,
            f"write {UPDATES}",
            tmp_path / "writer.words",
            "ready",
            (5, 100),
            lambda _pid: committed(),
            growing=False,
        )
        try:
            deadline = time.monotonic() + 600
            generations = set()
            # the dying goes on until the worker has got something done between its deaths, too
            while "done" not in writer.said or worker.deaths < WORKER_DIES or len(generations) <= 2:
                assert time.monotonic() < deadline, (worker.deaths, writer.deaths, writer.said, worker.said)
                worker.fate()
                with app.app_context():
                    if writer.deaths < WRITER_DIES:
                        writer.fate()
                    # a page is asked for meanwhile
                    search_of(app).backend.find(Request(read_query("养老院")))
                    generations.add(search_of(app).backend.generation())
                time.sleep(0.02)
        finally:
            worker.kill()
            writer.kill()
    assert writer.deaths == WRITER_DIES
    # nobody met a lock that it could not wait for, nor anything else
    assert "job_failed" not in worker.said, worker.said
    assert "Traceback" not in worker.said + writer.said, worker.said + writer.said

    with app.app_context():
        search = search_of(app)
        assert committed() == UPDATES
        assert search.backend.status().documents, "the index is usable as the deaths left it"
        # what the index lacks still stands in the outbox (notices do so under the homes they name)
        waiting = {(entry.kind, entry.record_id) for entry in outbox.take()}
        lost = indexing.compare(search).without(waiting).all
        assert not {reference for reference in lost if reference[0] == "institution"}
        indexing.keep_up(search)
        assert outbox.pending().count == 0
        assert not indexing.compare(search)
