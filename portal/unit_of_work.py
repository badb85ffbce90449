"""The one place that commits: a command, a job, and later a request that writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from portal.extensions import db


@contextmanager
def unit_of_work() -> Iterator[scoped_session[Session]]:
    """Commit what the block wrote, or nothing of it."""
    try:
        yield db.session
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
