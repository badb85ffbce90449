"""``make run`` ends here: migrate, load the demo city at the first start, index it, serve, and say where.

Reads PORT (8000) beside the settings of portal/config.py. Run it with .venv/bin/python from anywhere.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLASK = Path(sys.executable).with_name("flask")
SUPERVISE = Path(__file__).with_name("supervise.py")


def main() -> None:
    """Prepare the data and become the supervisor of server and worker."""
    os.umask(0o027)  # as wsgi.py does
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    port = int(os.environ.get("PORT") or "8000")
    address = f"http://127.0.0.1:{port}"
    os.environ["PORTAL_BIND"] = f"127.0.0.1:{port}"
    os.environ.setdefault("PORTAL_BASE_URL", address)
    _refuse_taken_port(port)
    accounts = _prepare_data()
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, str(SUPERVISE), address, accounts])


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"port {port} is in use; another one: make run PORT={port + 1}")


def _prepare_data() -> str:
    """Migrate, fill an empty database of a demo portal with the fictional city, and have an index.

    Returns what to say of the demo city's staff, empty where there are none.
    """
    import flask_migrate

    from portal import create_app
    from portal.config import SettingsError
    from portal.history.data_set import data_set_state
    from portal.history.models import DataSetKind
    from portal.search.indexing import ensure
    from portal.search.registry import search_of

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
    with app.app_context():
        if ensure(search_of(app)):
            print("the search index was built", flush=True)
        if not (data_set_state().is_demo and app.config["DEMO_ALLOWED"]):
            return ""
        return "\n".join((_accounts(), *_complaint()))


def _accounts() -> str:
    from portal.accounts.demo import CAST, PASSWORD
    from portal.domain.permissions import DEPARTMENT_TITLES, ROLE_TITLES

    lines = [
        f"    {person.email:<30} {ROLE_TITLES[person.role]}（{DEPARTMENT_TITLES[person.department]}）"
        for person in CAST
    ]
    return "\n".join(["  Back office: /staff   password of every demo account: " + PASSWORD, *lines])


def _complaint() -> list[str]:
    """Say with what a complaint of the demo can be followed as its writer would."""
    from portal.complaints.demo import example

    found = example()
    if found is None:
        return []
    return [f"  A complaint to follow at /complaints/track: {found.receipt}   code {found.code}"]


if __name__ == "__main__":
    main()
