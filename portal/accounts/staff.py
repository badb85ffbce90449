"""Accounts: inviting, changing, shutting, and the single-use links by which a password is set."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from portal import clock
from portal.accounts import guard, second_factor, sessions
from portal.accounts.identity import actor_of
from portal.accounts.models import LinkPurpose, StaffLink, StaffMember
from portal.accounts.passwords import check_strength, hash_password
from portal.accounts.sign_in import email_key
from portal.accounts.tokens import new_token, token_hash
from portal.audit.acting import Acting, act_as
from portal.audit.capture import concerns, note
from portal.domain.errors import DomainError
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.vault.sealing import erase, seal, unseal

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
"""What a mail address looks like; whether it exists only a mail can tell."""

VALID_FOR = {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.RESET: timedelta(hours=2)}


class AccountExists(DomainError):
    """Somebody has this mail address already."""


class LinkSpent(DomainError):
    """A link that was used, has run out, or never was."""


def create_staff(
    name: str, email: str, role: Role, department: Department, region_code: str | None, *, demo: bool = False
) -> StaffMember:
    """Enter a member of staff, without a password yet. Raises AccountExists."""
    key = email_key(email)
    if db.session.scalar(select(StaffMember.id).where(StaffMember.email_key == key)) is not None:
        raise AccountExists("这个邮箱已经有账号了")
    staff = StaffMember(
        name_sealed="",
        email_sealed="",
        email_key=key,
        role=role,
        department=department if role is not Role.DISCIPLINE else Department.DISCIPLINE,
        region_code=region_code,
        demo=demo,
        active=True,
        invited_at=clock.now(),
    )
    db.session.add(staff)
    db.session.flush()  # the key in the vault is called by the id
    staff.name_sealed = seal(staff.subject, name.strip())
    staff.email_sealed = seal(staff.subject, email.strip())
    concerns(staff.subject)
    db.session.flush()
    return staff


def change_staff(
    staff: StaffMember,
    *,
    name: str,
    role: Role,
    department: Department,
    region_code: str | None,
    active: bool,
) -> None:
    """Change what somebody is; less reach or a shut account ends every session at once."""
    if name.strip() != name_of(staff):
        staff.name_sealed = seal(staff.subject, name.strip())
    before = (staff.role, staff.department, staff.region_code, staff.active)
    staff.role, staff.region_code, staff.active = role, region_code, active
    staff.department = department if role is not Role.DISCIPLINE else Department.DISCIPLINE
    if before != (staff.role, staff.department, staff.region_code, staff.active):
        sessions.end_all(staff.id)
    concerns(staff.subject)
    db.session.flush()


def new_link(staff: StaffMember, purpose: LinkPurpose, *, alone: bool = True) -> str:
    """Return the token of a fresh link; older links of the person are void, unless it is not ``alone``."""
    now = clock.now()
    if alone:
        _void_links(staff, now)
    token = new_token()
    db.session.add(
        StaffLink(
            staff_id=staff.id,
            purpose=purpose,
            token_hash=token_hash(token),
            made_at=now,
            expires_at=now + VALID_FOR[purpose],
        )
    )
    db.session.flush()
    return token


def links_since(staff: StaffMember, moment: datetime) -> int:
    """Return how many links the person was sent since a moment."""
    query = select(func.count(StaffLink.id)).where(
        StaffLink.staff_id == staff.id, StaffLink.made_at >= moment
    )
    return db.session.scalar(query) or 0


def _void_links(staff: StaffMember, now: datetime) -> None:
    own = update(StaffLink).where(StaffLink.staff_id == staff.id, StaffLink.used_at.is_(None))
    db.session.execute(own.values(used_at=now))


def holder_of(token: str) -> tuple[StaffLink, StaffMember]:
    """Return a link that is still good and whose it is. Raises LinkSpent."""
    query = (
        select(StaffLink, StaffMember)
        .join(StaffMember, StaffMember.id == StaffLink.staff_id)
        .where(StaffLink.token_hash == token_hash(token))
    )
    found = db.session.execute(query).one_or_none()
    if (
        found is None
        or found[0].used_at is not None
        or found[0].expires_at <= clock.now()
        or not found[1].active
    ):
        raise LinkSpent("这个链接已经用过或过期了，请重新申请重设密码，或请管理员重新发送邀请")
    return found[0], found[1]


def set_password_by_link(token: str, password: str) -> StaffMember:
    """Set the password by a link and use the link up. Ends every session. Raises LinkSpent, WeakPassword."""
    link, staff = holder_of(token)
    act_as(Acting(actor_of(staff), "use_link", staff.region_code))
    _set_password(staff, password)
    link.used_at = clock.now()
    _void_links(staff, link.used_at)
    if (
        staff.totp_sealed is None
    ):  # the mailbox's owner is no stranger; a code to come is still guessed slowly
        guard.forget(staff.email_key)
    note("password_set_by_link", staff.subject, purpose=link.purpose.value)
    return staff


def set_password(staff: StaffMember, password: str, *, keep_session: int | None = None) -> None:
    """Set a password; all sessions end but one. Raises WeakPassword."""
    _set_password(staff, password, keep_session)


def _set_password(staff: StaffMember, password: str, keep_session: int | None = None) -> None:
    check_strength(password, personal=(name_of(staff), email_of(staff).partition("@")[0]))
    staff.password_hash, staff.password_changed_at = hash_password(password), clock.now()
    sessions.end_all(staff.id, but=keep_session)


def erase_staff(staff: StaffMember) -> None:
    """Shut an account for good and make its person's name and address unreadable everywhere (PIPL 47).

    Mails to them and what the audit holds sealed become unreadable with it; the chain still verifies.
    """
    staff.active, staff.password_hash = False, None
    second_factor.disable(staff)
    sessions.end_all(staff.id)
    staff.email_key = f"erased-{staff.id}"  # the blind index would still tell who it was
    note("person_erased", staff.subject)
    erase(staff.subject)
    db.session.flush()


def reset_second_factor(staff: StaffMember) -> None:
    """Take away the second factor of somebody who lost device and codes; sign-in asks for a new one."""
    second_factor.disable(staff)
    sessions.end_all(staff.id)
    note("second_factor_reset", staff.subject)


def name_of(staff: StaffMember) -> str:
    """Return the person's name, a word where it was erased."""
    return unseal(staff.name_sealed) or "（已删除）"


def email_of(staff: StaffMember) -> str:
    """Return the mail address, empty where it was erased."""
    return unseal(staff.email_sealed) or ""
