"""A real browser against the real server: gunicorn on the demo city, as ``make run`` serves it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_START = 240.0
"""Seconds within which the portal answers for the first time."""
LONGEST = 120
"""Seconds until what must come about has failed: it comes at once, and on the busiest machine in a minute."""

expect.set_options(timeout=LONGEST * 1000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the browser that ``make test`` found; without one, Playwright's own."""
    found = os.environ.get("PORTAL_TEST_BROWSER") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    arguments = {**browser_type_launch_args, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}
    return {**arguments, "executable_path": found} if found else arguments


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Browser:
    """The browser; whatever is waited for in it, also by clicking and going, is waited for ``LONGEST``."""
    for name in ("new_context", "new_page"):
        setattr(browser, name, _patient(getattr(browser, name)))
    return browser


def _patient(make: Callable[..., BrowserContext | Page]) -> Callable[..., BrowserContext | Page]:
    def made(**options: Any) -> BrowserContext | Page:
        found = make(**options)
        found.set_default_timeout(LONGEST * 1000)
        return found

    return made


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
        server.wait(timeout=LONGEST)  # a request that is still running may take its time


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(address + "/healthz", timeout=20):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer within {_START:.0f} seconds")
