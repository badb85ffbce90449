"""Somebody who writes, and what to write."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, text

from portal.audit.acting import Acting, acting_as
from portal.audit.models import AuditEntry
from portal.domain.actor import Actor
from portal.extensions import db
from portal.history.models import SourceDocument, SourceKind
from portal.history.sources import enter_source
from portal.unit_of_work import unit_of_work

CLERK = Acting(Actor("云汀市民政局经办", 3), "sources.enter", "990100")
REVIEWER = Acting(Actor("云汀市民政局审核", 4), "sources.review", "990100")
DAY = date(2026, 2, 24)


def source(title: str = "月报") -> SourceDocument:
    """Enter a source; the caller commits."""
    return enter_source(title, DAY, SourceKind.STAFF_ENTRY)


def enter(*titles: str, who: Acting = CLERK) -> None:
    """Enter sources on behalf of somebody, each in a transaction of its own."""
    for title in titles:
        with acting_as(who), unit_of_work():
            source(title)


def entries() -> list[AuditEntry]:
    """Return the chain as it stands in the database."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)))


def attack(statement: str, table: str = "audit_entry") -> None:
    """Do what somebody with all rights in the database can do: take the guards away, write, put them back."""
    db.session.rollback()
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            connection.execute(text(statement))
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
            return
        guards = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"), {"t": table}
        ).all()
        assert guards
        for name, _ in guards:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement))
        for _, made in guards:
            connection.execute(text(made))
