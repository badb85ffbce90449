"""``flask worker``: the process that does what the web leaves to it."""

from __future__ import annotations

import signal
import time

import click
import structlog
from flask import current_app
from flask.cli import with_appcontext

from portal.jobs import make_consumer

_STOPS = (signal.SIGTERM, signal.SIGINT)
_LOOKS = 0.2
"""Seconds between two looks at whether to stop."""
_HEALTH = 10
"""Seconds between two looks at whether the threads are alive."""


@click.command("worker", help="后台任务：把改动收进搜索索引，夜里核对。与网站同时运行。")
@with_appcontext
def worker() -> None:
    """Run until SIGTERM or Ctrl-C, and finish the task at hand first."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    log = structlog.get_logger("worker")
    consumer = make_consumer(app)
    asked: list[int] = []
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    consumer.start()  # puts handlers in place of which one would drop the task at hand
    for number in _STOPS:
        signal.signal(number, lambda number, _frame: asked.append(number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
    log.info("worker_started")
    looked = time.monotonic()
    while not asked:
        time.sleep(_LOOKS)
        if time.monotonic() - looked > _HEALTH:
            consumer.check_worker_health()
            looked = time.monotonic()
    consumer.stop(graceful=True)
    log.info("worker_stopped")
