"""The way of an unregistered home from being found to being named in public and taken off again (R2, R24).

Found → verified → operator told → time to object over: only then may the public read of it. Each step has
its own day, none may be skipped, and none may come before the one it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.errors import DomainError
from portal.domain.registration import UnregisteredSteps

VISIT_WITHIN_WORKING_DAYS = 20
"""First on-site visit, counted from the day of finding or of filing (NT 3(1), R24)."""


class StepRefused(DomainError):
    """A step that may not be taken now, or not on that day. ``field``: the date or choice at fault."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Stage(StrEnum):
    """How far a home has come."""

    FOUND = "found"
    VERIFIED = "verified"
    TOLD = "told"
    """The operator has been told and may object."""
    LISTED = "listed"
    """Named in public."""
    SETTLED = "settled"
    """Registered since, or no home at all: nothing is left to warn of."""
    REMOVED = "removed"


class Event(StrEnum):
    """What staff enter."""

    INSPECT = "inspect"
    VERIFY = "verify"
    TELL = "tell"
    PUBLISH = "publish"
    """The time to object is over: from here on the public reads of it."""
    DECIDE = "decide"
    REMOVE = "remove"
    CORRECT = "correct"


_ALLOWED: dict[Stage, frozenset[Event]] = {
    Stage.FOUND: frozenset({Event.INSPECT, Event.VERIFY, Event.DECIDE, Event.CORRECT}),
    Stage.VERIFIED: frozenset({Event.INSPECT, Event.TELL, Event.DECIDE, Event.CORRECT}),
    Stage.TOLD: frozenset({Event.INSPECT, Event.PUBLISH, Event.DECIDE, Event.CORRECT}),
    Stage.LISTED: frozenset({Event.INSPECT, Event.DECIDE, Event.REMOVE, Event.CORRECT}),
    Stage.SETTLED: frozenset({Event.DECIDE, Event.REMOVE, Event.CORRECT}),
    Stage.REMOVED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class HomeSteps:
    """Every dated step of one home. ``settling``: what was decided leaves nothing to warn of."""

    found_on: date
    inspected_on: date | None = None
    verified_on: date | None = None
    operator_told_on: date | None = None
    objection_ended_on: date | None = None
    disposition_on: date | None = None
    removed_on: date | None = None
    decided: bool = False
    settling: bool = False

    def stage_on(self, day: date) -> Stage:
        """How far the home has come by what has been entered. A list may say ahead when objection ends."""
        if self.removed_on is not None:
            return Stage.REMOVED
        if self.settling:
            return Stage.SETTLED
        if self.objection_ended_on is not None and self.objection_ended_on <= day:
            return Stage.LISTED
        if self.operator_told_on is not None:
            return Stage.TOLD
        return Stage.FOUND if self.verified_on is None else Stage.VERIFIED

    def allows(self, event: Event, day: date) -> bool:
        """True if the event may be entered next, as things stand on ``day``."""
        if event is Event.INSPECT and self.inspected_on is not None:
            return False
        return event in _ALLOWED[self.stage_on(day)]

    def public_on(self, day: date) -> bool:
        """True if the public reads of it on ``day``."""
        steps = UnregisteredSteps(
            self.verified_on, self.operator_told_on, self.objection_ended_on, self.removed_on, self.settling
        )
        return steps.public_on(day)


_DATE_OF = {
    Event.INSPECT: "inspected_on",
    Event.VERIFY: "verified_on",
    Event.TELL: "operator_told_on",
    Event.PUBLISH: "objection_ended_on",
    Event.DECIDE: "disposition_on",
    Event.REMOVE: "removed_on",
}


def date_field(event: Event) -> str:
    """Return the name of the date that an event sets. KeyError for a correction: it sets none of its own."""
    return _DATE_OF[event]


def after(steps: HomeSteps, event: Event, day: date, today: date, *, settling: bool = False) -> HomeSteps:
    """Return the steps with one more taken on ``day``. Raises StepRefused.

    ``settling``: for a decision, that it leaves nothing to warn of (registered since, no home at all).
    """
    if not steps.allows(event, today):
        raise StepRefused(_why_not(steps, event, today))
    if event is Event.DECIDE and steps.stage_on(today) is Stage.FOUND and not settling:
        raise StepRefused("还没有核实，不能作出整改、停收或关停的处置", "disposition")
    refuse_future(day, today, _DATE_OF[event])
    taken = with_days(steps, {_DATE_OF[event]: day})
    if event is Event.DECIDE:
        taken = replace(taken, decided=True, settling=settling)
    check_order(taken)
    return taken


def with_days(steps: HomeSteps, days: Mapping[str, date]) -> HomeSteps:
    """Return the steps with other days: name of the date → day."""
    said: dict[str, Any] = dict(days)
    return replace(steps, **said)


def refuse_future(day: date, today: date, field: str) -> None:
    """Refuse a step that has not come yet. Raises StepRefused."""
    if day > today:
        raise StepRefused("日期晚于今天，尚未发生的事不能登记", field)


def check_order(steps: HomeSteps) -> None:
    """Refuse steps on days that can't be. Raises StepRefused naming the date at fault."""
    found, verified = steps.found_on, steps.verified_on
    told, ended = steps.operator_told_on, steps.objection_ended_on
    _refuse_if(steps.inspected_on, found, "上门检查不能早于发现的那天", "inspected_on")
    _refuse_if(verified, found, "核实不能早于发现的那天", "verified_on")
    if told is not None and verified is None:
        raise StepRefused("要先核实，才能告知经营者", "operator_told_on")
    _refuse_if(told, verified, "告知经营者不能早于核实的那天", "operator_told_on")
    if ended is not None and told is None:
        raise StepRefused("要先告知经营者，才有异议期", "objection_ended_on")
    if ended is not None and told is not None and ended <= told:
        # time to object is time between the notice and its end: on one day there was none
        raise StepRefused(
            "异议期满要晚于告知经营者的那天，当天告知、当天期满等于没有异议期", "objection_ended_on"
        )
    _refuse_if(steps.disposition_on, verified or found, "处置不能早于核实和发现的那天", "disposition_on")
    public_from = None if steps.settling else ended
    for earliest in (found, public_from, steps.disposition_on):
        _refuse_if(steps.removed_on, earliest, "撤下不能早于公开和处置的那天", "removed_on")


def _refuse_if(day: date | None, earliest: date | None, message: str, field: str) -> None:
    if day is not None and earliest is not None and day < earliest:
        raise StepRefused(message, field)


def _why_not(steps: HomeSteps, event: Event, today: date) -> str:
    stage = steps.stage_on(today)
    if stage is Stage.REMOVED:
        return "已经撤下，不能再登记新的步骤"
    if event is Event.INSPECT:
        return "第一次上门检查已经登记过或不再需要；日期写错了请用“更正”"
    if event is Event.REMOVE:
        return "还没有公开，用不着撤下；查清不是养老机构的，请登记处置"
    if stage is Stage.SETTLED:
        return "已有结论，不必再走这一步"
    return {
        Event.VERIFY: "这一步已经登记过；日期写错了请用“更正”",
        Event.TELL: "要先核实，再告知经营者；已经登记过的请用“更正”",
        Event.PUBLISH: "要先核实、再告知经营者、等异议期满，才能公开；已经公开的请用“更正”",
    }.get(event, "现在不能走这一步")
