"""The table of files that came with a case. What is in them lies sealed on disk, not here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Moment, enum_column, primary_key


class FileKind(StrEnum):
    """What a file is after it was rebuilt, whatever it was called before."""

    PHOTO = "photo"
    PDF = "pdf"


class FileBy(StrEnum):
    """Who brought a file."""

    CITIZEN = "citizen"
    STAFF = "staff"


class IntakeFile(Base):
    """A photo or PDF of a case, rebuilt and sealed under the case's key. What it was called is not kept."""

    __tablename__ = "intake_file"

    id: Mapped[int] = primary_key()
    subject: Mapped[str] = mapped_column(String(60), index=True)
    """Whose key seals it: the case, e.g. ``case/12``."""
    name: Mapped[str] = mapped_column(String(32), unique=True)
    """32 random hexadecimal digits: what it is called on disk."""
    kind: Mapped[FileKind] = mapped_column(enum_column(FileKind, "kind"))
    size: Mapped[int] = mapped_column(Integer)
    """Bytes of the rebuilt file before it was sealed."""
    entered_at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[FileBy] = mapped_column("brought_by", enum_column(FileBy, "brought_by"))
    erased_at: Mapped[datetime | None] = mapped_column(Moment, index=True)

    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)
