"""What ends soon and what has ended without anything after it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from portal.institutions.models import (
    ClosureKind,
    ClosureNotice,
    ConcentratedCare,
    FeeStandard,
    Institution,
    OperatingState,
    StarGrade,
)
from portal.institutions.queries.attention.asking import AnyList, Asked, SqlList, homes, no_later, records


def _grades(asked: Asked) -> Select[Any]:
    g = StarGrade
    columns = (g.level, g.as_written, g.body, g.certificate_number, g.valid_to.label("ends"))
    # a certificate without an end proves nothing of the time after this one: it is on its own list
    newest = no_later(g, g.valid_to, lambda other: other.valid_to.is_not(None))
    not_revoked = or_(g.revoked_on.is_(None), g.revoked_on > asked.today)
    return records(asked, g, *columns).where(g.valid_to.is_not(None), not_revoked, newest)


def _contracts(asked: Asked) -> Select[Any]:
    i = Institution
    return homes(asked, i.owner, i.operator, i.contract_from, i.contract_to.label("ends")).where(
        i.contract_to.is_not(None)
    )


def _fees(asked: Asked) -> Select[Any]:
    """The lines of a fee list that end while no line of the same item and care level follows."""
    f = FeeStandard

    def same(other: Any) -> ColumnElement[bool]:
        return and_(other.item == f.item, other.care_level.is_not_distinct_from(f.care_level))

    return records(asked, f, f.item, f.care_level, f.in_force_to.label("ends")).where(
        f.in_force_to.is_not(None), no_later(f, f.in_force_to, same)
    )


def _care(asked: Asked) -> Select[Any]:
    c = ConcentratedCare
    columns = (c.authority, c.document_number, c.quota, c.ended_on.label("ends"))
    return records(asked, c, *columns).where(c.ended_on.is_not(None), no_later(c, c.ended_on))


def _suspensions(asked: Asked) -> Select[Any]:
    """Suspensions of homes that are still suspended, by the day on which they meant to resume."""
    n = ClosureNotice
    other = aliased(n)
    later = select(other.id).where(
        other.institution_id == n.institution_id,
        other.withdrawn.is_(False),
        other.announced_on > n.announced_on,
    )
    return records(asked, n, n.announced_on, n.effective_on, n.resumes_on.label("ends")).where(
        n.kind == ClosureKind.SUSPENSION,
        n.resumes_on.is_not(None),
        Institution.operating_state == OperatingState.SUSPENDED,
        ~exists(later),
    )


def _soon(build: Any) -> SqlList:
    def query(asked: Asked) -> Select[Any]:
        found = build(asked)
        ends = found.selected_columns["ends"]
        return found.where(ends >= asked.today, ends <= asked.soon)  # type: ignore[no-any-return]

    return SqlList(query)


def _past(build: Any) -> SqlList:
    def query(asked: Asked) -> Select[Any]:
        found = build(asked)
        return found.where(found.selected_columns["ends"] < asked.today)  # type: ignore[no-any-return]

    return SqlList(query)


LISTS: dict[str, AnyList] = {
    "grades-ending": _soon(_grades),
    "contracts-ending": _soon(_contracts),
    "fees-ending": _soon(_fees),
    "care-ending": _soon(_care),
    "suspensions-ending": _soon(_suspensions),
    "grades-ended": _past(_grades),
    "contracts-ended": _past(_contracts),
    "fees-ended": _past(_fees),
    "suspensions-ended": _past(_suspensions),
}
