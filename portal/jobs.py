"""The worker's jobs: thin tasks over search, mail and audit, run by huey, each in an application context.

The queue holds no work, only that there is some: what has to be done stands in the outboxes. A message lost
with a killed worker or an emptied queue costs a minute, until the next sweep.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.serializer import SignedSerializer

from portal import clock
from portal.accountability.jobs import count_supervision, put_accountability_right, tend_lists
from portal.accounts.digest_mail import publish_closed_days
from portal.accounts.guard import forget_old
from portal.alerts.jobs import sweep_alerts
from portal.clock import SHANGHAI
from portal.complaints.jobs import count_figures, put_cases_right, sweep_cases
from portal.config import Settings
from portal.extensions import db
from portal.glossary import label
from portal.imports import service as lists
from portal.imports.claims import release_all
from portal.imports.work import work_at_all
from portal.intake import attachments
from portal.notify import outbox as mails
from portal.notify.delivery import deliver_due
from portal.notify.senders import make_sender
from portal.search import outbox as search_outbox
from portal.search.indexing import ensure, keep_up, reconcile
from portal.search.registry import current_search
from portal.supervision.jobs import delete_expired_credit, recount_deadlines
from portal.surveys.jobs import tend_surveys
from portal.topics.digest_jobs import compile_missing_digests
from portal.topics.jobs import forget_written_reasons, put_suggestions_right
from portal.unit_of_work import after_commit, unit_of_work
from portal.voices.jobs import forget_voices, tend_voices

NIGHTLY = (0, 10)
"""Hour and minute in Asia/Shanghai: ranks depend on the day, and the day before has to be closed, so soon
after it has begun.
"""

KEEP_GIVEN_UP = timedelta(days=30)
"""How long a mail that could not be sent may still be sent by hand."""

_QUEUE = "portal"
_PAUSES = (0.5, 1.0, 2.0)
"""Seconds before a piece of work that failed is tried again; after that the next sweep does it."""
_LONGEST_POLL = 0.5
"""Seconds until the worker notices a message in an embedded queue."""


def init_jobs(app: Flask) -> None:
    """Give the application its queue and tasks, and have a drain ordered after every change."""
    settings = app.config["PORTAL"]
    assert isinstance(settings, Settings)
    queue = _make_queue(settings, app.config["SECRET_KEY"])
    app.extensions["huey"] = queue
    _discreet_logs()

    def take_in() -> None:
        _persist(app, "take_in", _take_in)

    def send() -> None:
        _persist(app, "send", lambda: _send(app, order_send))

    def import_lists() -> None:
        _persist(app, "import_lists", work_at_all)

    def sweep() -> None:
        take_in()
        _persist(app, "cases", sweep_cases)
        _persist(app, "count_figures", count_figures)
        _persist(app, "alerts", lambda: sweep_alerts(label))
        _persist(app, "count_supervision", count_supervision)
        _persist(app, "lists", tend_lists)
        _persist(app, "voices", tend_voices)
        _persist(app, "surveys", tend_surveys)
        send()
        import_lists()

    def put_right() -> None:
        _persist(app, "close_days", _close_days)
        _persist(app, "sweep_files", attachments.sweep_orphans)
        _persist(app, "cases_put_right", put_cases_right)
        _persist(app, "credit_expired", delete_expired_credit)
        _persist(app, "voices_forgotten", forget_voices)
        _persist(app, "notice_recount", recount_deadlines)
        _persist(app, "accountability_put_right", put_accountability_right)
        _persist(app, "suggestions_put_right", put_suggestions_right)
        _persist(app, "reasons_forgotten", forget_written_reasons)
        _persist(app, "digests", compile_missing_digests)
        _persist(app, "put_right", _put_right)

    # what is late needs no second turn: the one after it does the same
    drain = queue.task(name="drain")(take_in)
    drain_mail = queue.task(name="drain_mail")(send)
    queue.periodic_task(crontab(), name="sweep", expires=50)(sweep)

    def night() -> None:
        put_right()
        _persist(app, "count_rows", count_rows)

    queue.periodic_task(_is_quiet_hour, name="nightly", expires=3600)(night)
    queue.on_startup("put_right")(put_right)
    queue.on_startup("release_imports")(lambda: _persist(app, "release_imports", release_all))

    def order_send() -> None:
        _order(queue, drain_mail, "drain_mail")

    after_commit(app, search_outbox.TOPIC, lambda: _order(queue, drain, "drain"))
    after_commit(app, mails.TOPIC, order_send)
    imports = queue.task(name="import_lists")(import_lists)
    after_commit(app, attachments.ERASED, attachments.remove_erased)
    after_commit(app, lists.TOPIC, lambda: _order(queue, imports, "import_lists"))


def count_rows() -> None:
    """Tell SQLite how its tables have grown: without that it picks the wrong index once they are large.

    PostgreSQL does so by itself. From samples: the writers wait for milliseconds.
    """
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA analysis_limit=1000")
        connection.exec_driver_sql("ANALYZE")


def make_consumer(app: Flask) -> Consumer:
    """Return the worker's consumer: one thread that works, one that keeps the times."""
    queue = queue_of(app)
    _open_queue(queue)
    return queue.create_consumer(
        workers=1, worker_type="thread", initial_delay=0.1, max_delay=_LONGEST_POLL, scheduler_interval=10
    )


def queue_of(app: Flask) -> Huey:
    """Return the application's queue."""
    found = app.extensions["huey"]
    assert isinstance(found, Huey)
    return found


def _make_queue(settings: Settings, secret_key: str) -> Huey:
    # huey unpickles its messages: signed, so that whoever can write into the queue cannot run code with it
    serializer = SignedSerializer(secret=secret_key, salt="jobs")
    if settings.redis_url is None:
        filename = str(settings.data / "jobs.db")
        return SqliteHuey(
            _QUEUE, filename=filename, timeout=2, create_tables=False, results=False, serializer=serializer
        )
    return RedisHuey(_QUEUE, url=settings.redis_url, results=False, serializer=serializer)


def _open_queue(queue: Huey) -> None:
    """Make the embedded queue's file where it is missing: not when the application is made, which every
    command does."""
    if isinstance(queue, SqliteHuey):
        queue.storage.initialize_schema()


def _order(queue: Huey, task: Callable[[], object], name: str) -> None:
    """Put a task into the queue unless it waits there already."""
    _open_queue(queue)
    try:
        if all(waiting.name != name for waiting in queue.pending()):
            task()
    finally:
        queue.storage.close()


def _take_in() -> None:
    keep_up(current_search())


def _put_right() -> None:
    """After a start, and every night: nothing is taken for granted."""
    search = current_search()
    ensure(search)
    keep_up(search)
    reconcile(search)


def _send(app: Flask, order_more: Callable[[], None]) -> None:
    """Send a round of mails; the next one waits its turn behind whatever else is in the queue."""
    sender = make_sender(app.config["PORTAL"])
    if sender is not None and deliver_due(sender).more:
        order_more()


def _close_days() -> None:
    with unit_of_work():
        publish_closed_days()
        mails.forget_given_up(before=clock.now() - KEEP_GIVEN_UP)
        forget_old()
    with unit_of_work():
        lists.delete_old(clock.now())


def _persist(app: Flask, job: str, work: Callable[[], object]) -> None:
    """Do a piece of work, again after a pause if it fails: a busy database or lock is no fault.

    Never raises: what could not be done still stands in the outbox, for the next sweep.
    """
    for pause in (*_PAUSES, None):
        try:
            with app.app_context():
                work()
            return
        except Exception as error:
            # its text may quote a record: its kind and place are enough to find it by
            structlog.get_logger("jobs").warning(
                "job_failed", job=job, kind=type(error).__name__, where=_place(error), again_in=pause
            )
        if pause is not None:
            time.sleep(pause)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"


def _is_quiet_hour(moment: datetime) -> bool:
    """True in the one minute of NIGHTLY; ``moment`` is naive, in UTC."""
    local = moment.replace(tzinfo=UTC).astimezone(SHANGHAI)
    return (local.hour, local.minute) == NIGHTLY


class _Discreet(logging.Handler):
    """huey's own words as lines of ours; of an exception its kind and place, never its text."""

    def emit(self, record: logging.LogRecord) -> None:
        fault: dict[str, str] = {}
        if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            fault = {"kind": type(record.exc_info[1]).__name__, "where": _place(record.exc_info[1])}
        log = structlog.get_logger("huey")
        log.log(record.levelno, "huey", message=record.getMessage(), **fault)


def _discreet_logs() -> None:
    log = logging.getLogger("huey")
    log.handlers = [_Discreet()]
    log.propagate = False
    log.setLevel(logging.WARNING)
