"""How gunicorn serves the portal, the same under ``make run``, systemd and in a container.

Read from the environment: PORTAL_BIND (address:port, or unix:/path), else PORT on 127.0.0.1; PORTAL_WORKERS;
PORTAL_LOG_LEVEL. Everything else a portal needs stands in portal/config.py.
"""

from __future__ import annotations

import gc
import logging
import os
import traceback
from typing import Any

wsgi_app = "wsgi:app"
bind = os.environ.get("PORTAL_BIND") or f"127.0.0.1:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("PORTAL_WORKERS") or "2")
proc_name = "eldercare-portal"

# Pages are short and drawn from memory: sync workers behind a buffering proxy serve the most of them.
worker_class = "sync"
preload_app = True  # a bad setting stops the start, and the workers share what was read
timeout = 30
graceful_timeout = 20
max_requests = 5000  # a slow leak never grows old …
max_requests_jitter = 500  # … and the workers are not renewed at the same moment
backlog = 512
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  heartbeats never wait for a disk
control_socket_disable = True

limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

# Nobody may tell gunicorn who the visitor is. PORTAL_BEHIND_PROXY=1 lets the portal itself read the one
# proxy in front of it; two readers would count that proxy twice.
forwarded_allow_ips = ""

# The portal logs each request by its endpoint. Whoever switches gunicorn's own log on (--access-logfile -)
# gets method, status and seconds: no address, no path, no query.
accesslog = None
access_log_format = "%(m)s %(s)s %(L)s"
errorlog = "-"
loglevel = (os.environ.get("PORTAL_LOG_LEVEL") or "INFO").lower()
if loglevel == "debug":
    loglevel = "info"  # gunicorn's debug lines hold the paths that visitors ask for


class Discreet(logging.Filter):
    """Keep what a visitor sent out of gunicorn's own log: of a bad request only that there was one,
    of an exception its kind and place, never its words."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = str(record.msg)
        if message.startswith("Invalid request from"):
            record.msg, record.args = "a request was no valid HTTP and was refused", ()
        elif message.startswith("Error handling request"):
            record.msg, record.args = "a request failed outside the portal: %s", (_kind_and_place(record),)
            record.exc_info = None
        return True


def _kind_and_place(record: logging.LogRecord) -> str:
    """Return ``ValueError at /…/module.py:12`` for the exception of a log record."""
    if not isinstance(record.exc_info, tuple) or record.exc_info[0] is None:
        return "unknown"
    kind, _, trace = record.exc_info
    frames = traceback.extract_tb(trace)
    return f"{kind.__name__} at {frames[-1].filename}:{frames[-1].lineno}" if frames else kind.__name__


def on_starting(server: Any) -> None:
    """Put the filter on before the first request."""
    server.log.error_log.addFilter(Discreet())


def when_ready(server: Any) -> None:
    """Compress the static files and read the public list once, before the workers are forked: they share
    both, as does every worker that takes the place of an old one. What has changed since is all that each
    reads for itself."""
    from portal.extensions import db

    app = server.app.wsgi()
    app.extensions["asset_store"].compress()
    _read_list(app, server.log)
    with app.app_context():
        db.engine.dispose()  # no connection is open while the workers are forked
    gc.collect()
    gc.freeze()  # the collector of a worker would otherwise write to, and so copy, the memory it shares


def post_fork(server: Any, worker: Any) -> None:
    """Let a worker open database connections of its own: one inherited from the master cannot be shared."""
    from portal.extensions import db
    from wsgi import app

    with app.app_context():
        db.engine.dispose(close=False)


def post_worker_init(worker: Any) -> None:
    """Bring the public list up to date before the first visitor asks for it."""
    _read_list(worker.app.wsgi(), worker.log)


def _read_list(app: Any, log: Any) -> None:
    """Read the public list. A database that is not ready yet is no reason to stop: /healthz says so, and the
    first page after it is ready reads the list."""
    from sqlalchemy.exc import SQLAlchemyError

    from portal.domain.actor import PUBLIC
    from portal.institutions.catalogue.holder import catalogue

    with app.app_context():
        try:
            catalogue(PUBLIC).prepare()
        except SQLAlchemyError:
            log.warning("the database is not ready; the list is read with the first page")
