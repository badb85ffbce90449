"""The entries, the end of the chain, and the hashes published day by day."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Moment
from portal.domain.audit_chain import Link


class AuditEntry(Base):
    """One unit of work of somebody's, or one event worth keeping. The database refuses to change it."""

    __tablename__ = "audit_entry"
    __audited__: ClassVar[bool] = False

    sequence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(60))
    """A role and place, never a person's name."""
    staff_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(60))
    region_code: Mapped[str | None] = mapped_column(String(6))
    """Where the actor serves: entries are shown to those above."""
    content: Mapped[str] = mapped_column(Text)
    """Canonical JSON: ``changes`` (kind, id, before, after) and ``note``; personal values sealed."""
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_audit_entry_staff_id", "staff_id"),
        Index("ix_audit_entry_subject", "subject"),
        Index("ix_audit_entry_region_code", "region_code"),
    )

    def link(self) -> Link:
        """Return the entry as the chain sees it."""
        return Link(
            self.sequence,
            self.at,
            self.actor,
            self.staff_id,
            self.action,
            self.subject,
            self.region_code,
            self.content,
            self.previous_hash,
        )


class AuditHead(Base):
    """The end of the chain: the one row that writers queue for."""

    __tablename__ = "audit_head"
    __audited__: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class AuditDigest(Base):
    """The chain's end at the close of a day, as it was mailed and published."""

    __tablename__ = "audit_digest"
    __audited__: ClassVar[bool] = False

    day: Mapped[date] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    """The last entry of that day, 0 if there was none yet."""
    hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)
