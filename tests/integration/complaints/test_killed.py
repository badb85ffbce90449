"""Web and worker killed without warning during 500 lodgings: every receipt shown exists afterwards."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.complaints.models import Case, CaseRound, CaseStep
from portal.complaints.service.finding import find
from portal.complaints.service.words import told_of
from portal.config import Settings
from portal.domain.actor import IMPORTER
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions.service import register_institution
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import COUNTY
from tests.ports import free_port
from tests.surfaces.public.complaining import NEW, read_receipt, typed_in

ROOT = Path(__file__).resolve().parents[3]
LODGINGS = 500
WRITERS = 4
DEATHS = 5
"""Of the web server with all its workers, and of the job worker."""
WORKERS_DIE = 12
"""Deaths of single web workers. All die when so much has been lodged, not after a time: where the machine is
slow, nobody would live long enough to take anything in."""
PATIENCE = 600
"""Seconds until the test gives up."""


@dataclass
class Site:
    """The portal's processes, each in a group of its own, so that it dies whole."""

    data: Path
    port: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        command = {
            "web": ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"],
            "worker": ["-m", "flask", "--app", "wsgi", "worker"],
        }[name]
        outside = {key: value for key, value in os.environ.items() if not key.startswith("PORTAL_")}
        settings = {
            "PORTAL_DATA": str(self.data),
            "PORTAL_LOG_LEVEL": "ERROR",
            "PORTAL_BEHIND_PROXY": "1",
            "PORT": str(self.port),
        }
        self.running[name] = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**outside, **settings},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self, name: str) -> None:
        """Kill a process with all its children, and give it no time to tidy up."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_a_web_worker(self, rng: Random) -> None:
        """Kill one of the processes that answer; the server starts another."""
        master = self.running["web"].pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
        if children:
            with suppress(ProcessLookupError):
                os.kill(int(rng.choice(children)), signal.SIGKILL)


@contextmanager
def running(data: Path) -> Iterator[Site]:
    site = Site(data, free_port())
    try:
        for name in ("web", "worker"):
            site.start(name)
        yield site
    finally:
        for name in list(site.running):
            site.kill(name)


class Writer:
    """Somebody who lodges one complaint after the other, and sends a form again when no answer came."""

    def __init__(self, site: Site, number: int, home: str, deadline: float) -> None:
        self._site, self._number, self._home, self._deadline = site, number, home, deadline
        self.shown: dict[str, str] = {}
        """Receipt number → access code, as they stood on the page."""
        self.unanswered = 0

    def lodge(self, which: int) -> None:
        """Lodge one complaint, however often it takes."""
        address = f"10.{self._number}.{which // 250}.{which % 250}"
        page, cookie = self._ask("GET", address)
        text = f"第{self._number}位写的第{which}件：每月多收三百元，问了也不说为什么"
        body = urlencode(typed_in(page, self._home, text=text))
        answer, _ = self._ask("POST", address, body, cookie)
        number, code = read_receipt(answer)
        assert number not in self.shown
        self.shown[number] = code

    def _ask(self, method: str, address: str, body: str | None = None, cookie: str = "") -> tuple[str, str]:
        headers = {"X-Forwarded-For": address, "Cookie": cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        while True:
            assert time.monotonic() < self._deadline
            connection = http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=20)
            try:
                connection.request(method, NEW, body, headers)
                answer = connection.getresponse()
                text = answer.read().decode()
            except (OSError, http.client.HTTPException):
                self.unanswered += body is not None
                time.sleep(0.1)
                continue
            finally:
                connection.close()
            assert answer.status == (200 if body is None else 201), (answer.status, text[:2000])
            return text, (answer.getheader("Set-Cookie") or "").split(";")[0]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the server's children are found in /proc")
def test_every_receipt_shown_exists_whatever_died(sqlite_app: Flask) -> None:
    settings = sqlite_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    with sqlite_app.app_context():
        with unit_of_work():
            home = register_institution(
                {"name": "示例敬老院", "region_code": COUNTY},
                Provenance(enter_source("月报", clock.today(), SourceKind.DOCUMENT), clock.today(), IMPORTER),
            ).public_id
        db.engine.dispose()
    deadline = time.monotonic() + PATIENCE
    rng = Random(20260302)
    with running(settings.data) as site:
        writers = [Writer(site, number, home, deadline) for number in range(WRITERS)]
        with ThreadPoolExecutor(WRITERS) as pool:
            each = LODGINGS // WRITERS
            done = [
                pool.submit(lambda one=writer: [one.lodge(which) for which in range(each)])
                for writer in writers
            ]
            deaths = 0
            workers_die = sorted(rng.sample(range(1, LODGINGS), WORKERS_DIE), reverse=True)
            while not all(one.done() for one in done):
                time.sleep(0.05)
                progress = sum(len(writer.shown) for writer in writers)
                if progress < (deaths + 1) * LODGINGS // (DEATHS + 1) or deaths == DEATHS:
                    if workers_die and progress >= workers_die[-1]:
                        workers_die.pop()
                        site.kill_a_web_worker(rng)
                    continue
                deaths += 1
                for name in ("web", "worker"):
                    site.kill(name)
                    site.start(name)
            for one in done:
                one.result()
    assert deaths == DEATHS
    assert sum(writer.unanswered for writer in writers) > 0, "nobody was interrupted: it proves nothing"
    shown = {number: code for writer in writers for number, code in writer.shown.items()}
    assert len(shown) == LODGINGS
    with sqlite_app.app_context():
        assert set(db.session.scalars(select(Case.receipt))) == set(shown)
        for table in (CaseRound, CaseStep):
            assert db.session.scalar(select(func.count()).select_from(table)) == LODGINGS
        texts = set()
        for number, code in shown.items():
            case = find(number, code)
            assert case is not None, number
            told = told_of(case)
            assert told is not None
            texts.add(told.text)
        assert len(texts) == LODGINGS
