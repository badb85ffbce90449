"""What passed its limit: published late (disclosure, 20 working days), first visit not made (R24)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import String, and_, cast, exists, func, literal, select, union_all
from sqlalchemy.orm import aliased

from portal.clock import SHANGHAI
from portal.domain.unregistered_home import VISIT_WITHIN_WORKING_DAYS
from portal.domain.working_days import OutsideCalendar, WorkingCalendar
from portal.extensions import db
from portal.history.models import Revision
from portal.institutions.models import (
    ClosureNotice,
    Compliance,
    Filing,
    Institution,
    Registration,
    StarGrade,
    UnregisteredHome,
)
from portal.institutions.queries.attention.asking import AnyList, Asked, Finding, ReadList, still_there
from portal.institutions.queries.scoping import visible
from portal.institutions.unregistered_homes import SETTLING
from portal.reference.calendar import working_calendar

PUBLISH_WITHIN_WORKING_DAYS = 20
"""From making or changing a fact to publishing it (政府信息公开条例 art. 26)."""
LOOKED_BACK = timedelta(days=365)
"""Events older than this are history; what happened before the portal began was not for it to publish."""

_EVENTS = (
    (Filing, Filing.filed_on),
    (Filing, Filing.cancelled_on),
    (Registration, Registration.registered_on),
    (Registration, Registration.deregistered_on),
    (StarGrade, StarGrade.issued_on),
    (StarGrade, StarGrade.revoked_on),
    (ClosureNotice, ClosureNotice.announced_on),
)


def _published_late(asked: Asked) -> Sequence[Finding]:
    """Events of the last year that the portal first said more than 20 working days later; one query."""
    begun = _begun()
    since = max(asked.today - LOOKED_BACK, begun)
    calendar = working_calendar()
    said = [_said(asked, model, column, since) for model, column in _EVENTS]
    found = []
    for row in db.session.execute(union_all(*said)).mappings():
        published = _day(row["entered_at"])
        due = _end(calendar, row["happened_on"], PUBLISH_WITHIN_WORKING_DAYS)
        if due is not None and published > due:
            # on a rest day after the last day it is late as well, though no working day has passed
            late = max(1, calendar.working_days_between(due, published))
            found.append({**row, "published_on": published, "due": due, "late": late})
    return found


def _said(asked: Asked, model: Any, column: Any, since: date) -> Any:
    """Return a query for the dated events of one kind with the moment a revision first said so."""
    i, r = Institution, Revision
    kind, name = model.record_kind, column.key
    states_it = and_(
        r.record_kind == kind, r.record_id == model.id, r.stated[name].as_string() == cast(column, String)
    )
    return (
        select(
            i.public_id,
            i.name,
            i.region_code,
            literal(f"{kind}.{name}").label("event"),
            column.label("happened_on"),
            func.min(r.entered_at).label("entered_at"),
        )
        .join(model, model.institution_id == i.id)
        .join(r, states_it)
        .where(i.withdrawn.is_(False), model.withdrawn.is_(False), column >= since, *visible(i, asked.scope))
        .group_by(i.id, i.public_id, i.name, i.region_code, model.id, column)
    )


def _begun() -> date:
    """Return the day on which the portal held its first fact."""
    first = db.session.scalar(select(Revision.entered_at).order_by(Revision.id).limit(1))
    return date.max if first is None else _day(first)


@dataclass(frozen=True, slots=True)
class Visit:
    """A first on-site visit that is not recorded. ``due``: its last day, None before the calendar begins."""

    public_id: str
    name: str
    region_code: str
    since: date
    due: date | None

    def row(self, today: date) -> Finding:
        """Return it as lists have it."""
        late = self.due is None or self.due < today
        return {
            "public_id": self.public_id,
            "name": self.name,
            "region_code": self.region_code,
            "since": self.since,
            "due": self.due,
            "overdue": late,
        }


def visits_after_filing(asked: Asked) -> list[Visit]:
    """Return the homes filed within the last year of which no assessment on the spot is recorded since.

    Not those that have closed meanwhile: there is nothing left to visit.
    """
    i, f = Institution, Filing
    seen = aliased(Compliance)
    assessed = exists(
        select(seen.id).where(
            seen.institution_id == i.id, seen.withdrawn.is_(False), seen.assessed_on >= f.filed_on
        )
    )
    query = (
        select(i.public_id, i.name, i.region_code, f.filed_on)
        .join(f, f.institution_id == i.id)
        .where(
            f.withdrawn.is_(False),
            f.cancelled_on.is_(None),
            f.filed_on >= asked.today - LOOKED_BACK,
            ~assessed,
            *still_there(asked),
        )
    )
    return list(_visits(query))


def visits_after_finding(asked: Asked) -> list[Visit]:
    """Return the unregistered homes found that nobody is recorded to have visited."""
    u = UnregisteredHome
    query = select(u.public_id, u.name, u.region_code, u.found_on).where(
        u.withdrawn.is_(False),
        u.inspected_on.is_(None),
        u.removed_on.is_(None),
        u.disposition.is_(None) | u.disposition.not_in(SETTLING),
        *visible(u, asked.scope),
    )
    return list(_visits(query))


def near(asked: Asked, visits: Sequence[Visit], working_days: int) -> list[Visit]:
    """Return those past their limit, or due within so many working days, the most urgent first."""
    until = working_calendar().due(asked.today, working_days).day
    chosen = [visit for visit in visits if visit.due is None or visit.due <= until]
    return sorted(chosen, key=lambda visit: (visit.due or date.min, visit.public_id))


def _visits(query: Any) -> Iterator[Visit]:
    calendar = working_calendar()
    ends: dict[date, date | None] = {}
    for public_id, name, region_code, since in db.session.execute(query):
        if since not in ends:
            ends[since] = _end(calendar, since, VISIT_WITHIN_WORKING_DAYS)
        yield Visit(public_id, name, region_code, since, ends[since])


def _late(asked: Asked, visits: Sequence[Visit]) -> Sequence[Finding]:
    return [visit.row(asked.today) for visit in near(asked, visits, 5)]


def _end(calendar: WorkingCalendar, since: date, working_days: int) -> date | None:
    try:
        return calendar.due(since, working_days).day
    except OutsideCalendar:
        return None


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


LISTS: dict[str, AnyList] = {
    "published-late": ReadList(_published_late),
    "visits-filed": ReadList(lambda asked: _late(asked, visits_after_filing(asked))),
    "visits-found": ReadList(lambda asked: _late(asked, visits_after_finding(asked))),
}
