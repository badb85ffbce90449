"""A real browser against the real server: gunicorn on the demo city, as ``make run`` serves it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_START = 90.0
"""Seconds within which the portal answers for the first time."""

# what is expected comes at once on an idle machine; on a busy one a page alone may take five seconds
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the browser that ``make test`` found; without one, Playwright's own."""
    found = os.environ.get("PORTAL_TEST_BROWSER") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    arguments = {**browser_type_launch_args, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}
    return {**arguments, "executable_path": found} if found else arguments


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, demo_folder: Path) -> Iterator[str]:
    """The address of a running portal on the demo city."""
    folder = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(demo_folder, folder)
    with serve(folder) as address:
        yield address


@contextmanager
def serve(data: Path, wsgi: str = "wsgi:app") -> Iterator[str]:
    """Run the portal on a data folder, and give its address. ``wsgi``: module and name of what is run."""
    port = free_port()
    environment = {
        **os.environ,
        "PORTAL_DATA": str(data),
        "PORTAL_LOG_LEVEL": "ERROR",
        "PORT": str(port),
        "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", wsgi]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=60)  # a request that is still running may take its time


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(address + "/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer within {_START:.0f} seconds")
