"""The portal behind gunicorn, as it is served: what it logs, what it refuses, how it stops."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SECRET = "QxHemlichkeit7"
VISITOR = "203.0.113.77"
LONGEST = 120.0
"""Seconds until what must come about has failed."""
FAILING_APP = f"""
import os
from portal import create_app
from portal.access import anyone

app = create_app()

@app.get("/crash")
@anyone
def crash():
    raise ValueError("{SECRET}")

inner = app.wsgi_app
def outer(environ, start_response):
    if environ["PATH_INFO"] == "/outside":
        raise ValueError("{SECRET}")
    return inner(environ, start_response)
app.wsgi_app = outer
"""


@dataclass
class Server:
    """A running gunicorn and where its words go."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, address: str, form: dict[str, str] | None = None) -> int:
        """Ask as a visitor behind a proxy would, and return the status."""
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{address}", data)
        request.add_header("X-Forwarded-For", VISITOR)
        request.add_header("User-Agent", SECRET)
        request.add_header("Referer", f"http://127.0.0.1/?q={SECRET}")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def send(self, raw: bytes) -> bytes:
        """Send bytes that no browser would, and return the beginning of the answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(raw)
            return connection.recv(4096)

    def stop(self) -> str:
        """Ask it to stop and return everything it logged."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(timeout=LONGEST) == 0
        return self.log.read_text(encoding="utf-8")


@pytest.fixture(params=["INFO", "DEBUG"])
def server(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[Server]:
    """Gunicorn with the deployed configuration, the portal and two ways to crash."""
    shutil.copy(sqlite_template, tmp_path / "portal.db")
    (tmp_path / "wsgi.py").write_text(FAILING_APP, encoding="utf-8")
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment |= {
        "PORTAL_DATA": str(tmp_path),
        "PORTAL_LOG_LEVEL": request.param,
        "PORTAL_BEHIND_PROXY": "1",
        "PORTAL_BIND": f"127.0.0.1:{port}",
        "PORTAL_WORKERS": "1",
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}",
    }
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", ROOT / "deploy" / "gunicorn.conf.py"],
            cwd=tmp_path,  # its wsgi.py is the one that is served
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    found = Server(process, port, log)
    try:
        wait_for(found)
        yield found
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def wait_for(server: Server) -> None:
    """Return once the server answers."""
    deadline = time.monotonic() + LONGEST
    while True:
        assert server.process.poll() is None, server.log.read_text(encoding="utf-8")
        assert time.monotonic() < deadline, server.log.read_text(encoding="utf-8")
        try:
            if server.get("/healthz") == 200:
                return
        except OSError:
            time.sleep(0.1)


def test_nothing_a_visitor_sends_is_logged(server: Server) -> None:
    assert server.get(f"/institutions?q={SECRET}") == 200
    assert server.get(f"/institutions/{SECRET}") == 404
    assert server.get(f"/{SECRET}?{SECRET}") == 404
    assert server.get("/display", {"back": f"/{SECRET}", "mode": SECRET}) in (200, 303, 404)
    assert server.get(f"/crash?{SECRET}") == 500
    assert server.get("/crash", {"name": SECRET}) in (400, 405)
    assert server.get(f"/outside?{SECRET}") == 500
    assert b" 400 " in server.send(f"GET /?{SECRET}\r\n\r\n".encode())
    assert b" 400 " in server.send(f"{SECRET} / HTTP/1.1\r\nBad Header: {SECRET}\r\n\r\n".encode())
    assert b" 4" in server.send(f"GET /?{SECRET * 1000} HTTP/1.1\r\n\r\n".encode())
    log = server.stop()

    assert SECRET not in log
    assert VISITOR not in log
    mine = [line for line in log.splitlines() if "Listening at" not in line]
    assert not [line for line in mine if "127.0.0.1" in line and "bind" not in line]
    # and still enough to find a fault by
    assert '"kind": "ValueError"' in log
    assert '"endpoint": "crash"' in log
    assert "a request failed outside the portal: ValueError at" in log
    assert "a request was no valid HTTP and was refused" in log
