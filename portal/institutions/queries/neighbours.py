"""What leads from one institution to others: predecessors, successors, and notices that name an heir."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from portal.domain.actor import Scope
from portal.domain.closures import SuspensionState, suspension_state
from portal.extensions import db
from portal.institutions.models import ClosureKind, ClosureNotice, Institution, OperatingState
from portal.institutions.queries.present import Neighbour
from portal.institutions.queries.scoping import visible


@dataclass(frozen=True, slots=True)
class NoticeOfHome:
    """A closure notice on the page of its home. ``suspension``: where a suspension stands today."""

    notice: ClosureNotice
    kind: ClosureKind
    effective_on: date
    resumes_on: date | None
    residents_moved: int | None
    residents_went: str | None
    successor: Neighbour | None
    suspension: SuspensionState | None
    effective: bool
    """True once the effective day has come."""

    @property
    def over(self) -> bool:
        """True for a suspension that has ended without contradiction: it no longer heads the page."""
        return self.suspension is SuspensionState.RESUMED


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Institutions that pages point to, for all the homes asked about."""

    by_id: dict[int, Neighbour]
    following: dict[int, list[Neighbour]]
    """Institution id → those that name it as their predecessor."""
    sending: dict[int, list[Neighbour]]
    """Institution id → those whose notices send their residents there."""


def neighbours_of(homes: Collection[Institution], scope: Scope) -> Neighbours:
    """Return predecessors, successors and homes that took over or sent residents, in two queries."""
    ids = [home.id for home in homes]
    before = [home.predecessor_id for home in homes if home.predecessor_id is not None]
    named = select(ClosureNotice.successor_id).where(
        ClosureNotice.institution_id.in_(ids), ClosureNotice.successor_id.is_not(None)
    )
    columns = (Institution.id, Institution.public_id, Institution.name, Institution.predecessor_id)
    wanted = or_(
        Institution.id.in_([*ids, *before]), Institution.id.in_(named), Institution.predecessor_id.in_(ids)
    )
    by_id: dict[int, Neighbour] = {}
    following: dict[int, list[Neighbour]] = defaultdict(list)
    for row in db.session.execute(select(*columns).where(wanted, *visible(Institution, scope))):
        by_id[row.id] = Neighbour(row.public_id, row.name)
        if row.predecessor_id is not None and row.predecessor_id in ids:
            following[row.predecessor_id].append(by_id[row.id])
    sending: dict[int, list[Neighbour]] = defaultdict(list)
    senders = (
        select(ClosureNotice.successor_id, Institution.public_id, Institution.name)
        .join(Institution, Institution.id == ClosureNotice.institution_id)
        .where(
            ClosureNotice.successor_id.in_(ids), *visible(Institution, scope), *visible(ClosureNotice, scope)
        )
        .order_by(ClosureNotice.effective_on.desc())
    )
    for successor_id, public_id, name in db.session.execute(senders):
        assert successor_id is not None
        sending[successor_id].append(Neighbour(public_id, name))
    return Neighbours(by_id, following, sending)


def notice_of_home(
    notice: ClosureNotice, home: Institution, neighbours: Neighbours, day: date
) -> NoticeOfHome:
    """Return a notice as the page of its home shows it on ``day``."""
    known = home.operating_state is not None
    operates = home.operating_state is OperatingState.OPERATING if known else None
    return NoticeOfHome(
        notice,
        notice.kind,
        notice.effective_on,
        notice.resumes_on,
        notice.residents_moved,
        notice.residents_went,
        neighbours.by_id.get(notice.successor_id) if notice.successor_id is not None else None,
        suspension_state(notice.effective_on, notice.resumes_on, operates, day)
        if notice.kind is ClosureKind.SUSPENSION
        else None,
        notice.effective_on <= day,
    )
