"""Everything known about one institution, withdrawn records too, for those who keep it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.domain.actor import Scope
from portal.domain.registration import RegistrationState
from portal.extensions import db
from portal.history.queries import trail_of
from portal.institutions.editable import RECORD_KINDS
from portal.institutions.models import Institution
from portal.institutions.queries.field_sources import Sources
from portal.institutions.queries.present import state_of
from portal.institutions.queries.scoping import visible
from portal.institutions.queries.trail import MODELS

_NEWEST = {
    "registration": "registered_on",
    "filing": "filed_on",
    "commitment_letter": "signed_on",
    "star_grade": "valid_from",
    "fee_standard": "in_force_from",
    "concentrated_care": "designated_on",
    "closure_notice": "announced_on",
    "compliance": "assessed_on",
}


@dataclass(frozen=True, slots=True)
class StaffDetail:
    """One institution with all its records by kind, those in force before withdrawn ones, newest first."""

    home: Institution
    records: dict[str, tuple[Any, ...]]
    state: RegistrationState
    sources: Sources
    named: dict[int, tuple[str, str]]
    """Institution id → (public id, name) of those its records point to."""


def staff_home(public_id: str, scope: Scope) -> Institution | None:
    """Return an institution within the scope, withdrawn or not; None for any other."""
    query = select(Institution).where(Institution.public_id == public_id, *visible(Institution, scope))
    return db.session.scalars(query).one_or_none()


def staff_record(home: Institution, record_kind: str, record_id: int) -> Any | None:
    """Return a record of an institution that was found within a scope; None if it has none such."""
    if record_kind not in RECORD_KINDS:
        return None
    model = MODELS[record_kind]
    query = select(model).where(model.id == record_id, model.institution_id == home.id)
    return db.session.scalars(query).one_or_none()


def staff_detail(public_id: str, scope: Scope) -> StaffDetail | None:
    """Return everything about one institution within the scope, in a fixed number of queries."""
    home = staff_home(public_id, scope)
    if home is None:
        return None
    records = {kind: _records_of(home, kind) for kind in RECORD_KINDS}
    shown = {kind: [each for each in records[kind] if not each.withdrawn] for kind in RECORD_KINDS}
    state = state_of(shown["registration"], shown["filing"], clock.today())
    pointed = {each.successor_id for each in records["closure_notice"]} | {home.predecessor_id}
    trail = trail_of([home.subject()])[home.subject()]
    return StaffDetail(home, records, state, Sources(trail), _named({p for p in pointed if p is not None}))


def _records_of(home: Institution, kind: str) -> tuple[Any, ...]:
    model = MODELS[kind]
    newest = getattr(model, _NEWEST[kind])
    query = select(model).where(model.institution_id == home.id)
    return tuple(
        db.session.scalars(query.order_by(model.withdrawn, newest.is_(None), newest.desc(), model.id.desc()))
    )


def _named(keys: Collection[int]) -> dict[int, tuple[str, str]]:
    columns = (Institution.id, Institution.public_id, Institution.name)
    rows = db.session.execute(select(*columns).where(Institution.id.in_(keys)))
    return {key: (public_id, name) for key, public_id, name in rows}
