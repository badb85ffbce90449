"""An unregistered home's steps (R2, R24): every event in every stage, and days in their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.domain.unregistered_home import (
    Event,
    HomeSteps,
    Stage,
    StepRefused,
    after,
    check_order,
    date_field,
)

TODAY = date(2026, 6, 30)
FOUND = HomeSteps(date(2026, 6, 1))
VERIFIED = replace(FOUND, verified_on=date(2026, 6, 3))
TOLD = replace(VERIFIED, operator_told_on=date(2026, 6, 5))
LISTED = replace(TOLD, objection_ended_on=date(2026, 6, 20))
SETTLED = replace(LISTED, disposition_on=date(2026, 6, 25), decided=True, settling=True)
REMOVED = replace(SETTLED, removed_on=date(2026, 6, 26))

STAGES = {
    Stage.FOUND: FOUND,
    Stage.VERIFIED: VERIFIED,
    Stage.TOLD: TOLD,
    Stage.LISTED: LISTED,
    Stage.SETTLED: SETTLED,
    Stage.REMOVED: REMOVED,
}
# written out a second time on purpose: allowing a step is a decision, not an edit
ALLOWED = {
    Stage.FOUND: {Event.INSPECT, Event.VERIFY, Event.DECIDE, Event.CORRECT},
    Stage.VERIFIED: {Event.INSPECT, Event.TELL, Event.DECIDE, Event.CORRECT},
    Stage.TOLD: {Event.INSPECT, Event.PUBLISH, Event.DECIDE, Event.CORRECT},
    Stage.LISTED: {Event.INSPECT, Event.DECIDE, Event.REMOVE, Event.CORRECT},
    Stage.SETTLED: {Event.DECIDE, Event.REMOVE, Event.CORRECT},
    Stage.REMOVED: set(),
}


@pytest.mark.parametrize("stage", Stage)
def test_steps_tell_the_stage(stage: Stage) -> None:
    assert STAGES[stage].stage_on(TODAY) is stage


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("stage", Stage)
def test_every_event_in_every_stage(stage: Stage, event: Event) -> None:
    steps, allowed = STAGES[stage], event in ALLOWED[stage]
    assert steps.allows(event, TODAY) is allowed
    if event is Event.CORRECT:
        return
    if allowed:
        taken = after(steps, event, TODAY, TODAY, settling=True)
        assert getattr(taken, date_field(event)) == TODAY
    else:
        with pytest.raises(StepRefused):
            after(steps, event, TODAY, TODAY, settling=True)


@pytest.mark.parametrize("stage", Stage)
def test_only_the_listed_are_public(stage: Stage) -> None:
    assert STAGES[stage].public_on(TODAY) is (stage is Stage.LISTED)


def test_the_whole_way() -> None:
    steps, day = FOUND, FOUND.found_on
    way = [Event.INSPECT, Event.VERIFY, Event.TELL, Event.PUBLISH, Event.DECIDE, Event.REMOVE]
    for event in way:
        day += timedelta(days=3)
        steps = after(steps, event, day, TODAY)
    assert steps.stage_on(TODAY) is Stage.REMOVED


def test_the_first_visit_is_entered_once() -> None:
    visited = after(FOUND, Event.INSPECT, date(2026, 6, 2), TODAY)
    with pytest.raises(StepRefused, match="更正"):
        after(visited, Event.INSPECT, date(2026, 6, 4), TODAY)


def test_an_end_of_objection_that_lies_ahead_makes_nothing_public_yet() -> None:
    planned = replace(TOLD, objection_ended_on=TODAY + timedelta(days=3))
    assert planned.stage_on(TODAY) is Stage.TOLD
    assert planned.allows(Event.PUBLISH, TODAY)
    assert planned.stage_on(TODAY + timedelta(days=3)) is Stage.LISTED


@pytest.mark.parametrize(
    ("steps", "event", "day", "field"),
    [
        (FOUND, Event.VERIFY, date(2026, 5, 31), "verified_on"),
        (FOUND, Event.INSPECT, date(2026, 5, 31), "inspected_on"),
        (FOUND, Event.VERIFY, date(2026, 7, 1), "verified_on"),
        (VERIFIED, Event.TELL, date(2026, 6, 2), "operator_told_on"),
        (TOLD, Event.PUBLISH, date(2026, 6, 5), "objection_ended_on"),
        (TOLD, Event.PUBLISH, date(2026, 7, 1), "objection_ended_on"),
        (VERIFIED, Event.DECIDE, date(2026, 6, 2), "disposition_on"),
        (LISTED, Event.REMOVE, date(2026, 6, 19), "removed_on"),
        (SETTLED, Event.REMOVE, date(2026, 6, 24), "removed_on"),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(
    steps: HomeSteps, event: Event, day: date, field: str
) -> None:
    with pytest.raises(StepRefused) as refused:
        after(steps, event, day, TODAY)
    assert refused.value.field == field


def test_before_it_is_verified_a_home_can_only_be_found_to_be_none() -> None:
    with pytest.raises(StepRefused) as refused:
        after(FOUND, Event.DECIDE, TODAY, TODAY)
    assert refused.value.field == "disposition"
    assert after(FOUND, Event.DECIDE, TODAY, TODAY, settling=True).stage_on(TODAY) is Stage.SETTLED


def test_no_step_without_the_one_before() -> None:
    for steps in (
        replace(FOUND, operator_told_on=date(2026, 6, 5)),
        replace(VERIFIED, objection_ended_on=date(2026, 6, 20)),
    ):
        with pytest.raises(StepRefused):
            check_order(steps)
