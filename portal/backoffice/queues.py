"""What waits for a member of staff: each kind of work brings its queue, the home page shows them by due day.

A new kind of work adds one function with ``@queue``; it gets who asks and today, and returns a queue or None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from portal.accounts.identity import Identity
from portal.domain.permissions import Capability


@dataclass(frozen=True, slots=True)
class Waiting:
    """One piece of work in a queue."""

    label: str
    url: str
    due: date | None
    """The last day on which it is in time, None where no law sets one."""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Work of one kind: how much, and what is due first."""

    title: str
    url: str
    count: int
    first: tuple[Waiting, ...]
    """A few, the most urgent first."""
    overdue: int = 0


Source = Callable[[Identity, date], Queue | None]

_SOURCES: list[tuple[Capability, Source]] = []


def queue(capability: Capability) -> Callable[[Source], Source]:
    """Register a kind of work for everybody who has ``capability``."""

    def register(source: Source) -> Source:
        _SOURCES.append((capability, source))
        return source

    return register


def queues_of(identity: Identity, today: date) -> list[Queue]:
    """Return the queues that hold something, the most urgent first."""
    found = [source(identity, today) for capability, source in _SOURCES if identity.allows(capability)]
    return sorted((queue for queue in found if queue is not None and queue.count), key=_urgency)


def _urgency(found: Queue) -> tuple[bool, date, str]:
    due = min((waiting.due for waiting in found.first if waiting.due is not None), default=date.max)
    return (not found.overdue, due, found.title)
