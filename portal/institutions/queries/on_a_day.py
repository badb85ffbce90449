"""The main facts of an institution on a past day, computed from its history alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import inspect

from portal.domain.bitemporal import Statement
from portal.domain.registration import RegistrationState
from portal.institutions.models import FeeStandard, Filing, Institution, Registration, StarGrade
from portal.institutions.queries.present import (
    GradeView,
    MonthlyCosts,
    grade_view,
    leading_grade,
    monthly_costs,
    state_of,
)
from portal.institutions.queries.trail import Key, records_at

T = TypeVar("T", bound=Any)


@dataclass(frozen=True, slots=True)
class OnADay:
    """What was true of a home on ``true_on``, as far as was known. ``home`` None: nothing was known yet.

    ``state`` None: no registration or filing was known, which is not the same as "unregistered".
    """

    true_on: date
    home: Mapping[str, Any] | None
    state: RegistrationState | None
    grade: GradeView | None
    costs: MonthlyCosts


def on_a_day(
    statements: Mapping[Key, Iterable[Statement]], true_on: date, known_at: datetime | None
) -> OnADay:
    """Return the main facts as true on a day, as known at a moment (None: as known today)."""
    found = records_at(statements, true_on, known_at)
    registrations = _as_rows(Registration, found.get("registration", ()))
    filings = _as_rows(Filing, found.get("filing", ()))
    grades = _as_rows(StarGrade, found.get("star_grade", ()))
    fees = _as_rows(FeeStandard, found.get("fee_standard", ()))
    in_force = [fee for fee in fees if fee.as_fee().in_force_on(true_on)]
    homes = found.get(Institution.record_kind, ())
    return OnADay(
        true_on,
        next(iter(homes), None),
        state_of(registrations, filings, true_on) if registrations or filings else None,
        leading_grade(grade_view(grade, true_on) for grade in grades),
        monthly_costs(in_force, true_on),
    )


def _as_rows(model: type[T], found: Iterable[Mapping[str, Any]]) -> list[T]:
    """Return past states as rows that belong to no session; incomplete ones (no required fact) left out."""
    required = [
        column.key
        for column in inspect(model).columns
        if not column.nullable and column.key not in model.identity_columns and column.key != "withdrawn"
    ]
    return [
        model(id=0, **values) for values in found if all(values.get(name) is not None for name in required)
    ]
