"""Signing in: a password, then for whoever has or needs one a second factor; guessing is slowed down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from portal import clock
from portal.accounts import guard, known_browser, second_factor, sessions
from portal.accounts.identity import actor_of
from portal.accounts.models import StaffMember, StaffSession
from portal.accounts.passwords import hash_password, is_outdated, matches
from portal.accounts.tokens import token_hash
from portal.audit.acting import Acting, act_as
from portal.audit.capture import note
from portal.domain.errors import DomainError
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from portal.vault.sealing import blind_index


class SignInRefused(DomainError):
    """Wrong address, password or code, an account that is shut, or too many tries: never said which."""


class SignInLocked(SignInRefused):
    """Too many tries: ``until`` says when the next one is looked at.

    ``locks``: whose account this very try has locked, as the audit calls the person.
    """

    def __init__(self, until: datetime, locks: str | None = None) -> None:
        minutes = max(1, -(-int((until - clock.now()).total_seconds()) // 60))
        super().__init__(f"试错次数太多，请{minutes}分钟后再试；忘了密码可以重设")
        self.until = until
        self.locks = locks


def email_key(email: str) -> str:
    """Return what an account is looked up by: small letters and outer spaces make no difference."""
    return blind_index("staff-email", email.strip().casefold())


def sign_in(
    email: str, password: str, user_agent: str, *, demo_allowed: bool, mark: str | None = None
) -> tuple[StaffMember, str]:
    """Return who signed in and the token of the new session; the rest of the request is put down to them.

    ``mark``: that of a browser in which the person has signed in before (``known_browser``).
    Raises SignInRefused. What was counted stands even if the caller rolls back.
    """
    key = email_key(email)
    staff = db.session.scalar(select(StaffMember).where(StaffMember.email_key == key))
    if staff is not None:
        key = known_browser.guard_key(mark, staff.id) or key
    if (until := guard.locked_until(key)) is not None:
        raise SignInLocked(until)
    right = matches(staff.password_hash if staff else None, password)
    if staff is None or not right or not staff.active or (staff.demo and not demo_allowed):
        until = guard.count_failure(key)
        if until is not None:
            raise SignInLocked(until, staff.subject if staff is not None else None)
        raise SignInRefused("邮箱或密码不对")
    assert staff.password_hash is not None
    if is_outdated(staff.password_hash):
        staff.password_hash = hash_password(password)
    act_as(Acting(actor_of(staff), "sign_in", staff.region_code))
    token = sessions.open_session(staff, user_agent)
    if staff.totp_sealed is None:  # with a second factor the account is not in before that is right as well
        guard.forget(key)
    note("sign_in", staff.subject)
    return staff, token


def pass_second_factor(session_id: int, staff_id: int, code: str, mark: str | None = None) -> str:
    """Accept a code of the device, or a recovery code, for a session.

    Returns "totp" or "recovery". ``mark``: as for ``sign_in``. Raises SignInRefused.
    """
    staff = db.session.get_one(StaffMember, staff_id)
    key = known_browser.guard_key(mark, staff_id) or staff.email_key
    if (until := guard.locked_until(key)) is not None:
        raise SignInLocked(until)
    if second_factor.accepts(staff, code):
        how = "totp"
    elif second_factor.accepts_recovery(staff, code):
        how = "recovery"
        note("recovery_code_used", staff.subject)
    else:
        until = guard.count_failure(key)
        if until is not None:
            raise SignInLocked(until, staff.subject)
        raise SignInRefused("验证码不对，或已经用过；请等手机上换了新的六位数再试")
    guard.forget(key)
    strengthen(session_id)
    return how


def prove_password(staff: StaffMember, password: str) -> None:
    """Make sure that whoever holds the session knows the password too. Raises SignInRefused.

    Counted apart from signing in: whoever has taken a session over can't lock its owner out with it.
    """
    key = blind_index("staff-prove", str(staff.id))
    if (until := guard.locked_until(key)) is not None:
        raise SignInLocked(until)
    if not matches(staff.password_hash, password):
        until = guard.count_failure(key)
        if until is not None:
            raise SignInLocked(until, staff.subject)
        raise SignInRefused("现在的密码不对")
    guard.forget(key)


def strengthen(session_id: int) -> None:
    """Note that a session has passed the second factor."""
    db.session.execute(
        update(StaffSession).where(StaffSession.id == session_id).values(second_factor_at=clock.now())
    )


def sign_out(token: str, staff_id: int) -> None:
    """End one session."""
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash(token), StaffSession.staff_id == staff_id)
        .values(ended_at=clock.now())
    )
    note("sign_out", f"staff/{staff_id}")


def note_lockout(refused: SignInRefused) -> None:
    """Enter a lockout in the audit, in a unit of work of its own: the one that failed is rolled back."""
    if isinstance(refused, SignInLocked) and refused.locks is not None:
        with unit_of_work():
            note("locked_out", refused.locks)
