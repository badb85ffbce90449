"""The tables of staff. Names, addresses and second factors are sealed; tokens are kept as hashes alone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, false, true
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Moment, enum_column, primary_key
from portal.domain.permissions import Department, Role

SECRET = {"secret": True}
"""Marks columns whose values the audit leaves out."""


class StaffMember(Base):
    """One account. ``region_code`` None: the whole country."""

    __tablename__ = "staff_member"

    id: Mapped[int] = primary_key()
    name_sealed: Mapped[str] = mapped_column(Text)
    email_sealed: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    """Blind index of the mail address in small letters: what a sign-in is looked up by."""
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"))
    department: Mapped[Department] = mapped_column(enum_column(Department, "department"))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    demo: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Belongs to the fictional city: no production portal lets it in."""
    password_hash: Mapped[str | None] = mapped_column(String(200), info=SECRET)
    """Argon2id; None until the invitation is taken up."""
    totp_sealed: Mapped[str | None] = mapped_column(Text, info=SECRET)
    totp_last_step: Mapped[int | None] = mapped_column(info=SECRET)
    """The last 30-second step a code was accepted for: none is good twice."""
    invited_at: Mapped[datetime] = mapped_column(Moment)
    password_changed_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def subject(self) -> str:
        """The name of this person's key in the vault, and of the person in the audit."""
        return f"staff/{self.id}"


class StaffSession(Base):
    """One signed-in browser."""

    __tablename__ = "staff_session"
    __audited__: ClassVar[bool] = False
    """Signing in and out are noted as events."""

    id: Mapped[int] = primary_key()
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    second_factor_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    device: Mapped[str] = mapped_column(String(60))
    """Browser and system in two words, never an address."""


class LinkPurpose(StrEnum):
    """What a single-use link is for."""

    INVITATION = "invitation"
    RESET = "reset"


class StaffLink(Base):
    """An invitation or a reset: one use, until ``expires_at``."""

    __tablename__ = "staff_link"

    id: Mapped[int] = primary_key()
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(enum_column(LinkPurpose, "purpose"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class RecoveryCode(Base):
    """One of ten codes that stand in for a lost second factor, each once."""

    __tablename__ = "recovery_code"
    __audited__: ClassVar[bool] = False
    """That codes were made or one was used is noted as an event."""

    id: Mapped[int] = primary_key()
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_recovery_code_staff_id_code_hash", "staff_id", "code_hash"),)


class SignInGuard(Base):
    """Failures of one account since its last success. Kept outside of the unit of work that failed."""

    __tablename__ = "sign_in_guard"
    __audited__: ClassVar[bool] = False
    """A lockout is noted as an event; the count goes up and down all day."""

    email_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Also of addresses that no account has: so that a lockout doesn't tell which exist."""
    failures: Mapped[int]
    last_failure_at: Mapped[datetime] = mapped_column(Moment)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
