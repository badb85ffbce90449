"""Suspension notices: whether a home that announced a pause takes residents again (R12)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class SuspensionState(StrEnum):
    """Computed from the notice's dates and from what is known of the home, never stored."""

    ANNOUNCED = "announced"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    UNCLEAR = "unclear"
    """The notice and the list of institutions do not say the same: ask before relying on either."""


def suspension_state(
    effective_on: date, resumes_on: date | None, operates: bool | None, day: date
) -> SuspensionState:
    """Return where a suspension stands on ``day``.

    ``resumes_on``: the first day of service again, as announced; None where no day was. ``operates``: what
    the list of institutions says today; None where it says nothing. Neither alone is believed against the
    other: a family must not travel to a closed door.
    """
    if day < effective_on:
        return SuspensionState.ANNOUNCED
    if resumes_on is not None and resumes_on <= day:
        return SuspensionState.UNCLEAR if operates is False else SuspensionState.RESUMED
    return SuspensionState.UNCLEAR if operates else SuspensionState.SUSPENDED
