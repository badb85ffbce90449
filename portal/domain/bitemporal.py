"""Two times in one record: since when a fact is true, and since when we know it (R14).

A record's history is a list of revisions, never edited. Each states some of its fields, as of a day
(true from), entered at a moment (known from). What was true on day D as known at moment T is, field by
field, the statement with the latest as-of day not after D among those entered by T; of two statements
for the same day the later entered holds. A correction of the past is therefore one more revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Statement:
    """One revision of one record: ``values`` holds only the fields that it states."""

    sequence: int
    as_of: date
    entered_at: datetime
    values: Mapping[str, Any]
    retracted_at: datetime | None = None
    """From this moment on it counts for nothing: the document it came from should not have been entered."""

    def known(self, at: datetime | None) -> bool:
        """True if it counted at a moment (None: today)."""
        if at is None:
            return self.retracted_at is None
        return self.entered_at <= at and (self.retracted_at is None or at < self.retracted_at)


def resolve(
    statements: Iterable[Statement], *, true_on: date | None = None, known_at: datetime | None = None
) -> dict[str, Statement]:
    """Return, for each field, the statement that holds.

    ``true_on`` is the day asked about (None: the latest), ``known_at`` the moment from which one looks
    back (None: with everything known today).
    """
    holding: dict[str, Statement] = {}
    for statement in sorted(statements, key=lambda s: (s.as_of, s.entered_at, s.sequence)):
        if true_on is not None and statement.as_of > true_on:
            continue
        if not statement.known(known_at):
            continue
        for field in statement.values:
            holding[field] = statement
    return holding


def timeline(statements: Iterable[Statement], field: str) -> list[tuple[date, Any]]:
    """Return (since, value) for each value that ``field`` has truly had, as known now, oldest first.

    Of statements for one day only the last entered counts: what it corrected never was.
    """
    own = [statement for statement in statements if field in statement.values and statement.known(None)]
    values: list[tuple[date, Any]] = []
    for day in sorted({statement.as_of for statement in own}):
        value = resolve(own, true_on=day)[field].values[field]
        if not values or values[-1][1] != value:
            values.append((day, value))
    return values


def values_at(
    statements: Iterable[Statement], *, true_on: date | None = None, known_at: datetime | None = None
) -> dict[str, Any]:
    """Return field → value as it holds (see ``resolve``); a field nobody had stated yet is absent."""
    holding = resolve(statements, true_on=true_on, known_at=known_at)
    return {field: statement.values[field] for field, statement in holding.items()}
