"""Serve the portal and run its worker beside it, until one is asked to stop or the server ends.

Ctrl-C and SIGTERM stop both; the exit code is the server's. A worker that dies is started again after a
pause. ``start.py`` becomes this program once the data is prepared: it stays, so it uses the standard library
alone.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

GUNICORN = Path(sys.executable).with_name("gunicorn")
FLASK = Path(sys.executable).with_name("flask")
SERVER = (str(GUNICORN), "--config", "deploy/gunicorn.conf.py")
WORKER = (str(FLASK), "--app", "wsgi", "worker")

LOOKS = 0.2  # seconds between two looks
PAUSE = 5.0  # seconds before a worker that died is started again
PATIENCE = 60  # seconds until we stop waiting for the first answer
WORKER_STOPS = 60  # seconds that a worker has to finish the task at hand; killed, it loses nothing
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


def supervise(server: Sequence[str], worker: Sequence[str], address: str, accounts: str = "") -> int:
    """Run both commands; return the exit code of the server's. ``accounts`` is said once it answers."""
    asked: list[int] = []
    for number in STOPS:
        signal.signal(number, lambda number, _frame: asked.append(number))
    serving = _start(server)
    working: subprocess.Popen[bytes] | None = _start(worker)
    born, died, greeted = time.monotonic(), 0.0, False
    while serving.poll() is None and not asked:
        time.sleep(LOOKS)
        now = time.monotonic()
        if working is not None and working.poll() is not None:
            print(f"the worker ended ({working.returncode}); it is started again in {PAUSE:g} s", flush=True)
            working, died = None, now
        elif working is None and now - died > PAUSE:
            working = _start(worker)
        if not greeted and now - born < PATIENCE and _answers(f"{address}/healthz"):
            greeted = True
            said = f"{accounts}\n" if accounts else ""
            print(f"\n  养老服务信息公开平台  {address}\n{said}  Ctrl-C stops it.\n", flush=True)
    if working is not None:
        working.terminate()
    if asked and serving.poll() is None:
        serving.send_signal(signal.SIGINT if asked[0] == signal.SIGINT else signal.SIGTERM)
    code = serving.wait()
    if working is not None:
        _wait_or_kill(working)
    return code if code >= 0 else 128 - code


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own: a terminal's Ctrl-C reaches us alone, and we pass it on."""
    me = os.getpid()

    def die_with_me() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != me:
                os._exit(1)

    return subprocess.Popen(command, start_new_session=True, preexec_fn=die_with_me)


def _wait_or_kill(working: subprocess.Popen[bytes]) -> None:
    try:
        working.wait(WORKER_STOPS)
    except subprocess.TimeoutExpired:
        working.kill()
        working.wait()


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy
    try:
        with opener.open(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(supervise(SERVER, WORKER, *sys.argv[1:3]))
