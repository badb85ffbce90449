"""Reading accounts, within the reach of who asks."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.accounts.models import StaffMember
from portal.accounts.sign_in import email_key
from portal.domain.actor import Scope
from portal.domain.permissions import Role
from portal.extensions import db


def staff_count(scope: Scope) -> int:
    """Return how many members of staff serve within the scope's regions."""
    return db.session.scalar(select(func.count()).select_from(StaffMember).where(*_within(scope))) or 0


def staff_within(scope: Scope, *, offset: int = 0, limit: int = 50) -> list[StaffMember]:
    """Return members of staff who serve within the scope's regions, those whose account is shut last."""
    query = select(StaffMember).where(*_within(scope))
    query = query.order_by(StaffMember.active.desc(), StaffMember.id)
    return list(db.session.scalars(query.offset(offset).limit(limit)))


def find_staff(scope: Scope, staff_id: int) -> StaffMember | None:
    """Return a member of staff, None for one outside of the scope as for one who isn't there."""
    return db.session.scalar(select(StaffMember).where(StaffMember.id == staff_id, *_within(scope)))


def account(staff_id: int) -> StaffMember:
    """Return the account of whoever is signed in: one's own needs no scope. Raises NoResultFound."""
    return db.session.get_one(StaffMember, staff_id)


def staff_by_email(email: str) -> StaffMember | None:
    """Return the active account of a mail address."""
    query = select(StaffMember).where(StaffMember.email_key == email_key(email), StaffMember.active)
    return db.session.scalar(query)


def staff_in_role(role: Role) -> list[StaffMember]:
    """Return everybody active in a role, wherever: for what the portal itself sends out."""
    query = select(StaffMember).where(StaffMember.role == role, StaffMember.active)
    return list(db.session.scalars(query.order_by(StaffMember.id)))


def _within(scope: Scope) -> list:  # type: ignore[type-arg]
    return [] if scope.regions is None else [StaffMember.region_code.in_(scope.regions)]


def reaches_everybody(scope: Scope) -> bool:
    """True if nobody active serves outside of the scope: who may change what holds for everybody."""
    if scope.regions is None:
        return True
    outside = StaffMember.region_code.is_(None) | StaffMember.region_code.not_in(scope.regions)
    return db.session.scalar(select(StaffMember.id).where(StaffMember.active, outside).limit(1)) is None
