"""Facts without a date, and facts that nobody has confirmed for long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select

from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import FeeStandard, Institution, StarGrade
from portal.institutions.queries.attention.asking import (
    GONE,
    AnyList,
    Asked,
    Finding,
    ReadList,
    SqlList,
    homes,
    records,
)


def _stale(asked: Asked) -> Sequence[Finding]:
    """Homes of which no source has said anything for long: the list in memory knows the latest day."""
    before, scope = asked.stale_before, asked.scope
    return [
        {
            "public_id": entry.public_id,
            "name": entry.name,
            "region_code": entry.region_code,
            "confirmed_on": entry.confirmed_on,
        }
        for entry in catalogue(PUBLIC).entries
        if scope.covers(entry.region_code)
        and (entry.confirmed_on is None or entry.confirmed_on < before)
        and entry.operating not in GONE
    ]


def _grades(asked: Asked) -> Select[Any]:
    g = StarGrade
    return records(asked, g, g.level, g.as_written, g.body, g.issued_on, g.valid_from).where(
        g.valid_to.is_(None), or_(g.revoked_on.is_(None), g.revoked_on > asked.today)
    )


def _fees(asked: Asked) -> Select[Any]:
    f = FeeStandard
    undated = (
        select(f.institution_id, func.count().label("lines"))
        .where(f.withdrawn.is_(False), f.in_force_from.is_(None))
        .group_by(f.institution_id)
        .subquery()
    )
    return homes(asked, undated.c.lines).join(undated, undated.c.institution_id == Institution.id)


def _beds(asked: Asked) -> Select[Any]:
    i = Institution
    return homes(asked, i.beds_free, i.beds_total).where(
        i.beds_free.is_not(None), i.beds_free_as_of.is_(None)
    )


LISTS: dict[str, AnyList] = {
    "stale": ReadList(_stale),
    "grades-undated": SqlList(_grades),
    "fees-undated": SqlList(_fees),
    "beds-undated": SqlList(_beds),
}
