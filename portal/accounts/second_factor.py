"""The second factor: time-based codes (TOTP, RFC 6238), and recovery codes for a lost device."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass

import pyotp
import segno
from sqlalchemy import Update, delete, or_, select, update

from portal import clock
from portal.accounts.models import RecoveryCode, StaffMember
from portal.extensions import db
from portal.vault.sealing import blind_index, seal, unseal

_STEP_SECONDS = 30
_DRIFT = 1
"""Steps that a phone's clock may be off, either way."""
_CODES = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Nothing that is mistaken for something else when read from paper."""


@dataclass(frozen=True, slots=True)
class Setup:
    """A second factor on offer: not in force before a code proves that the device has it."""

    secret: str
    address: str
    """otpauth:// address, what the QR code says."""

    @property
    def qr_svg(self) -> str:
        """The QR code as an SVG document of its own."""
        written = io.BytesIO()
        segno.make(self.address, error="m").save(written, kind="svg", scale=5, border=3)
        return written.getvalue().decode()


def offer(issuer: str, label: str, secret: str | None = None) -> Setup:
    """Return a new second factor for an account called ``label`` on the portal called ``issuer``."""
    secret = secret or pyotp.random_base32()
    return Setup(secret, pyotp.TOTP(secret).provisioning_uri(name=label, issuer_name=issuer))


def step_of(secret: str, code: str) -> int | None:
    """Return the time step that ``code`` is of, or None if it is wrong or more than a step off."""
    digits = "".join(code.split())
    if not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
        return None
    totp, now = pyotp.TOTP(secret), int(clock.now().timestamp())
    for drift in range(-_DRIFT, _DRIFT + 1):
        step = now // _STEP_SECONDS + drift
        if secrets.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def enable(staff: StaffMember, secret: str, code: str) -> list[str] | None:
    """Put a second factor into force if ``code`` is right; return recovery codes, None if it is wrong."""
    step = step_of(secret, code)
    if step is None:
        return None
    staff.totp_sealed, staff.totp_last_step = seal(staff.subject, secret), step
    return make_recovery_codes(staff)


def disable(staff: StaffMember) -> None:
    """Take the second factor away; its recovery codes go with it."""
    staff.totp_sealed = staff.totp_last_step = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))


def accepts(staff: StaffMember, code: str) -> bool:
    """True for a code that is right and was not used before."""
    secret = unseal(staff.totp_sealed) if staff.totp_sealed else None
    if secret is None:
        return False
    step = step_of(secret, code)
    if step is None or (staff.totp_last_step is not None and step <= staff.totp_last_step):
        return False
    # asked of the database as well: of two browsers that send one code at one moment, one is too late
    unused = or_(StaffMember.totp_last_step.is_(None), StaffMember.totp_last_step < step)
    if not _first(update(StaffMember).where(StaffMember.id == staff.id, unused).values(totp_last_step=step)):
        return False
    staff.totp_last_step = step  # for the audit, which sees what the session sees
    return True


def accepts_recovery(staff: StaffMember, code: str) -> bool:
    """True for a recovery code that was not used before; uses it up."""
    plain = "".join(code.casefold().replace("-", "").split())
    query = select(RecoveryCode).where(
        RecoveryCode.staff_id == staff.id,
        RecoveryCode.code_hash == _kept(staff, plain),
        RecoveryCode.used_at.is_(None),
    )
    found = db.session.scalar(query)
    if found is None:
        return False
    unused = (RecoveryCode.id == found.id, RecoveryCode.used_at.is_(None))
    return _first(update(RecoveryCode).where(*unused).values(used_at=clock.now()))


def make_recovery_codes(staff: StaffMember) -> list[str]:
    """Return ten new recovery codes, shown once; older ones are void."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(_CODES)]
    for code in codes:
        db.session.add(RecoveryCode(staff_id=staff.id, code_hash=_kept(staff, code)))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _first(claim: Update) -> bool:
    """Make a change that one alone can make; True if it was this one."""
    made = db.session.execute(claim.execution_options(synchronize_session=False))
    return bool(made.rowcount == 1)  # type: ignore[attr-defined]


def _kept(staff: StaffMember, code: str) -> str:
    """Return what is kept of a recovery code: ten letters are few enough to be tried out against a plain hash
    by whoever has a copy of the database, so the portal's own key goes into it."""
    return blind_index("recovery-code", f"{staff.id}/{code}")


def present_code(staff: StaffMember) -> str | None:
    """Return the code of this moment: for the demo city's staff, whose device nobody has."""
    secret = unseal(staff.totp_sealed) if staff.totp_sealed else None
    return pyotp.TOTP(secret).at(clock.now()) if secret else None
