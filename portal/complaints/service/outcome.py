"""What follows when a complaint proves true (属实): whoever keeps problems registers here (R35)."""

from __future__ import annotations

from collections.abc import Callable

from portal.complaints.kinds import Finding
from portal.complaints.models import Case
from portal.complaints.service.steps import step
from portal.domain.actor import Actor
from portal.domain.case_status import CaseEvent

Hook = Callable[[Case, Actor], None]
"""Gets the case and who found it true, within the unit of work of the reply."""

PROVED = frozenset({Finding.TRUE, Finding.PARTLY})

_HOOKS: list[Hook] = []


def on_proved_true(hook: Hook) -> Hook:
    """Have ``hook`` called for every complaint that proves true. Idempotent; can be used as a decorator."""
    if hook not in _HOOKS:
        _HOOKS.append(hook)
    return hook


def proved_true(case: Case, actor: Actor) -> None:
    """Enter in the log that a complaint proved true, and tell whoever registered. Flushes."""
    said = None if case.finding is None else {"finding": case.finding.value}
    step(case, CaseEvent.FIND_TRUE, actor, said=said)
    for hook in tuple(_HOOKS):
        hook(case, actor)
