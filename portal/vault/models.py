"""The keys, one a subject, each wrapped by the portal's own."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Moment, primary_key


class VaultKey(Base):
    """The key that seals everything said of one subject, e.g. ``staff/3``; None once it was erased."""

    __tablename__ = "vault_key"
    __audited__: ClassVar[bool] = False
    """Making one is no news; whoever erases one notes it."""

    id: Mapped[int] = primary_key()
    subject: Mapped[str] = mapped_column(String(60), unique=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
