"""The only reader of "now". Everything that depends on today asks here, in Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_moved_to: ContextVar[datetime | None] = ContextVar("moved_to", default=None)


def now() -> datetime:
    """Return the present moment, aware, in Asia/Shanghai."""
    return _moved_to.get() or datetime.now(SHANGHAI)


def today() -> date:
    """Return today's date in Asia/Shanghai."""
    return now().date()


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Let everything within believe it is ``moment`` (aware): for demo histories and tests."""
    if moment.tzinfo is None:
        raise ValueError("the clock moves to an aware moment only")
    token = _moved_to.set(moment.astimezone(SHANGHAI))
    try:
        yield
    finally:
        _moved_to.reset(token)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of ``day`` in Asia/Shanghai."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)
