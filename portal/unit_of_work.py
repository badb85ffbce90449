"""The one place that commits: a command, a job, and later a request that writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from flask import Flask, current_app
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from portal.extensions import db

_ANNOUNCED = "announced"


@contextmanager
def unit_of_work() -> Iterator[scoped_session[Session]]:
    """Commit what the block wrote, or nothing of it; then tell those who wait for what it announced."""
    session = db.session()
    try:
        yield db.session
        db.session.commit()
    except BaseException:
        session.info.pop(_ANNOUNCED, None)
        db.session.rollback()
        raise
    for topic in sorted(session.info.pop(_ANNOUNCED, ())):
        _tell(topic)


@contextmanager
def trial_run() -> Iterator[scoped_session[Session]]:
    """Let the block write and see what comes of it, then take everything back: nothing is ever committed."""
    session = db.session()
    try:
        yield db.session
    finally:
        session.info.pop(_ANNOUNCED, None)
        db.session.rollback()


def announce(topic: str) -> None:
    """Say that this unit of work wrote something that others wait for. They are told after the commit."""
    db.session().info.setdefault(_ANNOUNCED, set()).add(topic)


def after_commit(app: Flask, topic: str, hook: Callable[[], None]) -> None:
    """Call ``hook`` after every commit that announced ``topic``. What it raises is logged, no more."""
    app.extensions.setdefault("after_commit", {}).setdefault(topic, []).append(hook)


def _tell(topic: str) -> None:
    for hook in current_app.extensions.get("after_commit", {}).get(topic, ()):
        try:
            hook()
        except Exception as error:
            # the change stands; its text may quote what was written, so only its kind is logged
            log = structlog.get_logger("unit_of_work")
            log.warning("after_commit_failed", topic=topic, kind=type(error).__name__)
