"""Staff of the fictional city, one a role. ``make run`` prints their password; production lets none in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, or_, select

from portal import clock
from portal.accounts.models import RecoveryCode, SignInGuard, StaffLink, StaffMember, StaffSession
from portal.accounts.passwords import hash_password
from portal.accounts.second_factor import offer
from portal.accounts.staff import create_staff
from portal.domain.permissions import Department, Role, needs_second_factor
from portal.extensions import db
from portal.reference.models import Region
from portal.vault.models import VaultKey
from portal.vault.sealing import seal

PASSWORD = "yunting-demo-2026"  # noqa: S105 -- printed at every start, opens nothing but the demo


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """One of them."""

    email: str
    name: str
    role: Role
    department: Department
    in_county: bool
    """Serves in the first county, else in the whole city."""


CAST = (
    DemoStaff("clerk@yunting.example", "方禾", Role.CLERK, Department.CIVIL_AFFAIRS, True),
    DemoStaff("fire@yunting.example", "石烽", Role.CLERK, Department.FIRE, True),
    DemoStaff("reviewer@yunting.example", "闻简", Role.REVIEWER, Department.CIVIL_AFFAIRS, False),
    DemoStaff("supervisor@yunting.example", "程望", Role.SUPERVISOR, Department.CIVIL_AFFAIRS, False),
    DemoStaff("discipline@yunting.example", "严正", Role.DISCIPLINE, Department.DISCIPLINE, False),
    DemoStaff("administrator@yunting.example", "安谨", Role.ADMINISTRATOR, Department.CIVIL_AFFAIRS, False),
)


def load_demo_staff(city_code: str, county_code: str) -> int:
    """Enter the staff of the demo city; return how many. Flushes."""
    for person in CAST:
        region = county_code if person.in_county else city_code
        made = create_staff(person.name, person.email, person.role, person.department, region, demo=True)
        made.password_hash, made.password_changed_at = hash_password(PASSWORD), clock.now()
        if needs_second_factor(person.role):
            made.totp_sealed = seal(made.subject, offer("", "").secret)
    db.session.flush()
    return len(CAST)


def wipe_demo_staff() -> int:
    """Remove them with all that hangs on them; return how many. What the audit says of them stays."""
    fictional = select(Region.code).where(Region.fictional)
    theirs = or_(StaffMember.demo, StaffMember.region_code.in_(fictional))
    ids = list(db.session.scalars(select(StaffMember.id).where(theirs)))
    for model in (StaffSession, StaffLink, RecoveryCode):
        db.session.execute(delete(model).where(model.staff_id.in_(ids)))
    db.session.execute(delete(SignInGuard))
    db.session.execute(delete(VaultKey).where(VaultKey.subject.in_([f"staff/{each}" for each in ids])))
    db.session.execute(delete(StaffMember).where(StaffMember.id.in_(ids)))
    return len(ids)
