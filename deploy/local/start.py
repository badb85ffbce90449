"""``make run`` ends here: migrate, load the demo city at the first start, serve, and say where.

Reads PORT (8000) beside the settings of portal/config.py. Run it with .venv/bin/python from anywhere.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUNICORN = Path(sys.executable).with_name("gunicorn")
FLASK = Path(sys.executable).with_name("flask")
PATIENCE = 60  # seconds until we stop waiting for the first answer


def main() -> None:
    """Prepare the data and become gunicorn."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    port = int(os.environ.get("PORT") or "8000")
    address = f"http://127.0.0.1:{port}"
    os.environ["PORTAL_BIND"] = f"127.0.0.1:{port}"
    os.environ.setdefault("PORTAL_BASE_URL", address)
    _refuse_taken_port(port)
    _prepare_data()
    _announce_later(address)
    os.execv(GUNICORN, [str(GUNICORN), "--config", "deploy/gunicorn.conf.py"])


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"port {port} is in use; another one: make run PORT={port + 1}")


def _prepare_data() -> None:
    """Migrate, and fill an empty database of a demo portal with the fictional city."""
    import flask_migrate

    from portal import create_app
    from portal.config import SettingsError
    from portal.history.data_set import data_set_state
    from portal.history.models import DataSetKind

    try:
        app = create_app()
    except SettingsError as error:
        sys.exit(str(error))
    with app.app_context():
        flask_migrate.upgrade()
        empty = data_set_state().kind is DataSetKind.EMPTY
    if empty and app.config["DEMO_ALLOWED"]:
        print("first start: loading the demo city …", flush=True)
        if subprocess.run([FLASK, "--app", "wsgi", "demo", "load"]).returncode != 0:
            sys.exit("the demo city could not be loaded; see the message above")


def _announce_later(address: str) -> None:
    """Fork a grandchild that prints the address once the portal answers; gunicorn never has to reap it."""
    server = os.getpid()
    sys.stdout.flush()
    if child := os.fork():
        os.waitpid(child, 0)
        return
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and _alive(server):
        if _answers(f"{address}/healthz"):
            print(f"\n  养老服务信息公开平台  {address}\n  Ctrl-C stops it.\n", flush=True)
            break
        time.sleep(0.1)
    os._exit(0)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy
    try:
        with opener.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    main()
