"""The outbox: each mail from the moment it is wanted until it is gone, then only that it was sent."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Moment, primary_key

_WAITING = text("next_try_at IS NOT NULL")


class Mail(Base):
    """One mail. It waits while ``next_try_at`` is set; which of three moments is set tells its end."""

    __tablename__ = "mail"
    __audited__: ClassVar[bool] = False
    """Written by the portal itself, whoever's deed was the occasion."""

    id: Mapped[int] = primary_key()
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    """Without angle brackets. The same at every try, so that a mail sent twice is seen to be one."""
    kind: Mapped[str] = mapped_column(String(40))
    """What it is for, e.g. ``invitation``: counted, never shown to the recipient."""
    recipient_sealed: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(String(120))
    """The subject line: public words. Emptied, with what is sealed, once there is nothing left to try."""
    body_sealed: Mapped[str | None] = mapped_column(Text)
    headers_sealed: Mapped[str | None] = mapped_column(Text)
    """JSON of further header fields, for mails to a list: how to leave it holds the reader's own link."""
    entered_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    """Counted before each try: a mail that brings the worker down cannot do so for ever."""
    next_try_at: Mapped[datetime | None] = mapped_column(Moment)
    """While a worker tries: when others may assume that it died."""
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    given_up_at: Mapped[datetime | None] = mapped_column(Moment)
    """Sealed parts are kept, so that it can be tried again by hand."""
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    """The recipient's data was erased before it was sent."""
    last_problem: Mapped[str | None] = mapped_column(String(40))
    """A code such as ``smtp-451`` or ``connection``: a server's own words may quote an address."""

    __table_args__ = (
        Index("ix_mail_next_try_at", "next_try_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )
