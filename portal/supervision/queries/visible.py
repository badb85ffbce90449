"""What of supervision may be seen: one place decides it, for pages, feeds, search and exports alike.

The public reads what a reviewer published and nobody took back, of homes that stand in public themselves. An
unregistered home is named only where its own steps let it be (``domain.registration``), and never with an
operator or an address; whoever is not named is "a place", with its county.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from portal import clock
from portal.domain.actor import Scope
from portal.domain.rectification import ProblemStatus
from portal.institutions.models import Disposition, Institution, UnregisteredHome
from portal.supervision.credit_models import CreditRecord
from portal.supervision.kinds import NoticeState
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem, RectificationNotice

UNNAMED_HOME = "一处未登记备案的场所"
"""What the public reads of an unregistered home whose name is not public."""
UNNAMED_PLACE = "名录以外的一处场所"
"""What the public reads of a place that is no home on record: what staff wrote may be an address."""

Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class HomeShown:
    """Whom a record is about, as whoever asks may read it."""

    name: str
    institution: str | None
    """Public id of the listed home."""
    unregistered: str | None
    """Public id of the unregistered home, where its own page may be seen."""

    @property
    def named(self) -> bool:
        """False for "a place": there is no page to lead to."""
        return self.institution is not None or self.unregistered is not None


def public_problems() -> Conditions:
    """Return when a ``Problem`` may be seen by everybody."""
    return [
        Problem.published_at.is_not(None),
        Problem.status != ProblemStatus.VOID,
        *_home_stands(Problem),
    ]


def public_notices() -> Conditions:
    """Return when a ``RectificationNotice`` may be seen by everybody."""
    return [
        RectificationNotice.published_at.is_not(None),
        RectificationNotice.state == NoticeState.ISSUED,
        RectificationNotice.withdrawn_at.is_(None),
        *_home_stands(RectificationNotice),
    ]


def public_inspections() -> Conditions:
    """Return when an ``Inspection`` may be seen by everybody."""
    return [
        Inspection.published_at.is_not(None),
        Inspection.withdrawn_at.is_(None),
        *_home_stands(Inspection),
    ]


def public_credit(today: date) -> Conditions:
    """Return when a ``CreditRecord`` may be seen by everybody on a day: its last day is still one."""
    return [
        CreditRecord.published_at.is_not(None),
        or_(CreditRecord.until.is_(None), CreditRecord.until >= today),
        _institution_stands(CreditRecord),
    ]


def problems_for(scope: Scope) -> Conditions:
    """Return when a ``Problem`` may be seen by the holder of a scope."""
    return _for(scope, Problem.region_code, public_problems)


def notices_for(scope: Scope) -> Conditions:
    """Return when a ``RectificationNotice`` may be seen by the holder of a scope."""
    return _for(scope, RectificationNotice.region_code, public_notices)


def inspections_for(scope: Scope) -> Conditions:
    """Return when an ``Inspection`` may be seen by the holder of a scope."""
    return _for(scope, Inspection.region_code, public_inspections)


def credit_for(scope: Scope, today: date) -> Conditions:
    """Return when a ``CreditRecord`` may be seen by the holder of a scope."""
    return _for(scope, CreditRecord.region_code, lambda: public_credit(today))


def unregistered_named(today: date) -> ColumnElement[bool]:
    """Return when an ``UnregisteredHome`` is named in public: what ``UnregisteredSteps.public_on`` says."""
    home = UnregisteredHome
    return and_(
        home.withdrawn.is_(False),
        or_(
            home.disposition.is_(None),
            home.disposition.not_in([Disposition.NOT_A_HOME, Disposition.REGISTERED]),
        ),
        or_(home.removed_on.is_(None), home.removed_on > today),
        home.verified_on <= home.operator_told_on,
        home.operator_told_on < home.objection_ended_on,
        home.objection_ended_on <= today,
    )


def home_columns(scope: Scope, today: date | None = None) -> tuple[ColumnElement[Any], ...]:
    """Return the columns that ``home_shown`` reads, of a query that ``with_home`` joined."""
    home = UnregisteredHome
    if not scope.public_only:
        return Institution.public_id, Institution.name, home.public_id, home.name  # type: ignore[return-value]
    named = unregistered_named(today or clock.today())
    return (
        Institution.public_id,  # type: ignore[return-value]
        Institution.name,
        case((named, home.public_id)),
        case((named, home.name)),
    )


def with_home(query: Select[Any], model: Any) -> Select[Any]:
    """Return the query with its homes joined: ``Institution``, ``UnregisteredHome``, either or none."""
    return query.outerjoin(Institution, Institution.id == model.institution_id).outerjoin(
        UnregisteredHome, UnregisteredHome.id == model.unregistered_home_id
    )


def home_shown(
    columns: tuple[str | None, str | None, str | None, str | None],
    scope: Scope,
    place: str | None = None,
    *,
    unregistered: bool = True,
) -> HomeShown:
    """Return whom a row is about, of the values of ``home_columns``.

    ``place``: what staff wrote of a place that is neither; ``unregistered``: whether the row has such a home.
    """
    institution, name, unregistered_id, unregistered_name = columns
    if institution is not None and name is not None:
        return HomeShown(name, institution, None)
    if unregistered_id is not None and unregistered_name is not None:
        return HomeShown(unregistered_name, None, unregistered_id)
    if not scope.public_only and place:
        return HomeShown(place, None, None)
    return HomeShown(UNNAMED_HOME if unregistered else UNNAMED_PLACE, None, None)


def _for(scope: Scope, region_code: Any, public: Any) -> Conditions:
    conditions: Conditions = public() if scope.public_only else []
    if scope.regions is not None:
        conditions.append(region_code.in_(scope.regions))
    return conditions


def _home_stands(model: Any) -> Conditions:
    return [_institution_stands(model), _stands(model, UnregisteredHome, model.unregistered_home_id)]


def _institution_stands(model: Any) -> ColumnElement[bool]:
    return _stands(model, Institution, model.institution_id)


def _stands(model: Any, home: Any, key: Any) -> ColumnElement[bool]:
    """Return whether a home was not withdrawn: looked up by its key for each row that is read.

    Not as NOT EXISTS: PostgreSQL makes a join of that, believes that hardly a row is left (no home of a kind
    is withdrawn, as a rule), and reads all homes for each record.
    """
    withdrawn = select(home.withdrawn).where(home.id == key).correlate(model).scalar_subquery()
    return func.coalesce(withdrawn, false()).is_(False)
