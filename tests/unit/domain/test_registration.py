"""Four registration states from dated facts (R2), and when an unregistered home may be named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from portal.domain.registration import (
    DatedFact,
    RegistrationState,
    UnregisteredSteps,
    registration_state,
)

DAY, BEFORE, AFTER = date(2026, 6, 10), date(2026, 6, 9), date(2026, 6, 11)


@pytest.mark.parametrize(
    ("registrations", "filings", "state"),
    [
        ([], [], RegistrationState.UNREGISTERED),
        ([], [DatedFact(BEFORE, None)], RegistrationState.UNREGISTERED),
        ([DatedFact(BEFORE, None)], [], RegistrationState.REGISTERED),
        ([DatedFact(None, None)], [], RegistrationState.REGISTERED),
        ([DatedFact(DAY, None)], [DatedFact(DAY, None)], RegistrationState.FILED),
        ([DatedFact(AFTER, None)], [], RegistrationState.UNREGISTERED),
        ([DatedFact(BEFORE, None)], [DatedFact(AFTER, None)], RegistrationState.REGISTERED),
        ([DatedFact(BEFORE, None)], [DatedFact(BEFORE, DAY)], RegistrationState.REGISTERED),
        ([DatedFact(BEFORE, DAY)], [DatedFact(BEFORE, None)], RegistrationState.DEREGISTERED),
        ([DatedFact(BEFORE, AFTER)], [DatedFact(BEFORE, None)], RegistrationState.FILED),
        ([DatedFact(None, BEFORE), DatedFact(BEFORE, None)], [], RegistrationState.REGISTERED),
    ],
)
def test_the_state_follows_from_dates(
    registrations: list[DatedFact], filings: list[DatedFact], state: RegistrationState
) -> None:
    assert registration_state(registrations, filings, DAY) is state


COMPLETE = UnregisteredSteps(BEFORE, BEFORE, DAY, None)


def test_there_must_have_been_time_to_object() -> None:
    assert not UnregisteredSteps(BEFORE, DAY, DAY, None).public_on(AFTER), "told and ended on one day"
    assert not UnregisteredSteps(DAY, BEFORE, DAY, None).public_on(AFTER), "told before it was verified"


def test_what_is_settled_is_not_warned_of() -> None:
    assert not replace(COMPLETE, settled=True).public_on(DAY)


def test_named_in_public_only_after_every_step() -> None:
    assert COMPLETE.public_on(DAY)
    assert not COMPLETE.public_on(BEFORE), "the time to object is still running"
    for step in ("verified_on", "operator_told_on", "objection_ended_on"):
        assert not replace(COMPLETE, **{step: None}).public_on(AFTER)
        assert not replace(COMPLETE, **{step: AFTER}).public_on(DAY)


def test_a_removed_home_is_gone_from_its_day_of_removal() -> None:
    removed = replace(COMPLETE, removed_on=AFTER)
    assert removed.public_on(DAY)
    assert not removed.public_on(AFTER)
