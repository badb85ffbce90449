"""What a Scope means for the tables of this package: one place decides what may be seen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, select

from portal.domain.actor import Scope
from portal.institutions.models import Institution


def visible(model: Any, scope: Scope) -> list[ColumnElement[bool]]:
    """Return the conditions under which rows of ``model`` may be shown within ``scope``.

    ``model``: a recorded table. The public never sees what was withdrawn; a scope of regions reaches a
    record by its own region or by that of its institution.
    """
    conditions: list[ColumnElement[bool]] = []
    if scope.public_only:
        conditions.append(model.withdrawn == false())
    if scope.regions is not None:
        if hasattr(model, "region_code"):
            conditions.append(model.region_code.in_(scope.regions))
        else:
            within = select(Institution.id).where(Institution.region_code.in_(scope.regions))
            conditions.append(model.institution_id.in_(within))
    return conditions
