"""Tables of alerts: addresses, sealed, and what each is subscribed to."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.alerts.kinds import AlertTopic
from portal.database import Base, Moment, enum_column, primary_key


class AlertAddress(Base):
    """A mail address that asked to be told of something. Whoever stops everything leaves no row."""

    __tablename__ = "alert_address"
    __audited__: ClassVar[bool] = False
    """What citizens want to read is nobody's business: neither address nor topic goes into the audit."""

    id: Mapped[int] = primary_key()
    address_index: Mapped[str] = mapped_column(String(64), unique=True)
    """By which the address is found: a keyed hash."""
    address_sealed: Mapped[str] = mapped_column(Text)
    link_index: Mapped[str] = mapped_column(String(64), unique=True)
    """By which the secret of its links is found: a keyed hash."""
    link_sealed: Mapped[str] = mapped_column(Text)
    entered_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    """When its owner first confirmed anything."""
    asked_on: Mapped[date] = mapped_column(Date)
    asked_count: Mapped[int] = mapped_column(Integer)
    """Mails sent to it on ``asked_on`` because somebody typed it into a form."""
    looked_on: Mapped[date | None] = mapped_column(Date)
    """The last day on which it was looked what is new for it."""
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"))
    """Its latest daily mail."""
    failures: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Daily mails in a row that did not get through."""

    __table_args__ = (Index("ix_alert_address_looked_on", "looked_on", "id"),)

    @property
    def subject(self) -> str:
        """The name of its key in the vault: not by number, which a database may give anew once a row is gone,
        and the key of whoever left stays erased."""
        return f"alert/{self.link_index[:24]}"


class Alert(Base):
    """One thing that an address is, or asked to be, told of."""

    __tablename__ = "alert"
    __audited__: ClassVar[bool] = False
    """As ``AlertAddress``."""

    id: Mapped[int] = primary_key()
    address_id: Mapped[int] = mapped_column(ForeignKey("alert_address.id"))
    topic: Mapped[AlertTopic] = mapped_column(enum_column(AlertTopic, "topic"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    choice_sealed: Mapped[str | None] = mapped_column(Text)
    """JSON of a choice on a list, or of typed words, sealed under the address's key."""
    about_index: Mapped[str] = mapped_column(String(64))
    """A keyed hash of what it is about: the same thing is not subscribed to twice."""
    entered_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    confirm_index: Mapped[str] = mapped_column(String(64), unique=True)
    """By which the confirming link is found: a keyed hash."""
    told_until: Mapped[datetime | None] = mapped_column(Moment)
    """What became known until then was told."""
    seen: Mapped[str | None] = mapped_column(Text)
    """JSON of what met the choice when it was last looked."""

    __table_args__ = (
        UniqueConstraint("address_id", "about_index"),
        CheckConstraint("topic <> 'institution' OR institution_id IS NOT NULL", name="institution_known"),
        CheckConstraint("topic <> 'region' OR region_code IS NOT NULL", name="region_known"),
        CheckConstraint(
            "topic NOT IN ('homes', 'search', 'notices') OR choice_sealed IS NOT NULL", name="choice_known"
        ),
        Index(
            "ix_alert_unconfirmed",
            "entered_at",
            sqlite_where=confirmed_at.is_(None),
            postgresql_where=confirmed_at.is_(None),
        ),
    )
