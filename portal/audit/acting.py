"""On whose behalf this thread of work writes: set once, at the door, by a request, a command or a job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from portal.domain.actor import Actor


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody doing something: ``action`` is the endpoint, command or job."""

    actor: Actor
    action: str
    region_code: str | None = None
    """Where the actor serves; None: the whole portal."""


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def acting() -> Acting | None:
    """Return who acts, None where a visitor reads or the machine looks after itself."""
    return _acting.get()


@contextmanager
def acting_as(who: Acting) -> Iterator[None]:
    """Put what is written within down to ``who``."""
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)


def act_as(who: Acting | None) -> None:
    """Put the rest of this request down to ``who``; its end forgets it."""
    _acting.set(who)
