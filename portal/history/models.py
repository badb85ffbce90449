"""Tables of the engine: where facts come from, what was stated when, and the state of the data set."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Integer, String, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Moment, enum_column, primary_key


class SourceKind(StrEnum):
    """What sort of paper or statement a fact rests on."""

    SPREADSHEET = "spreadsheet"
    DOCUMENT = "document"
    INSTITUTION_STATEMENT = "institution_statement"
    INSPECTION = "inspection"
    STAFF_ENTRY = "staff_entry"


class SourceDocument(Base):
    """The document that a fact was taken from (来源)."""

    __tablename__ = "source_document"

    id: Mapped[int] = primary_key()
    kind: Mapped[SourceKind] = mapped_column(enum_column(SourceKind, "kind"))
    title: Mapped[str] = mapped_column(String(300))
    """Also the source's identity over time: two files of one ``title`` are two states of one list."""
    publisher: Mapped[str | None] = mapped_column(String(200))
    document_number: Mapped[str | None] = mapped_column(String(100))
    url: Mapped[str | None] = mapped_column(String(500))
    as_of: Mapped[date]
    """The day on which the document says its facts were true."""
    entered_at: Mapped[datetime] = mapped_column(Moment)
    sha256: Mapped[str | None] = mapped_column(String(64))
    region_code: Mapped[str | None] = mapped_column(String(6))
    """The region that a list claims to cover in full, where it does."""
    covers: Mapped[list[str] | None] = mapped_column(JSON)
    """Field names that a list has columns for: what a confirmation by it confirms."""
    retracted_at: Mapped[datetime | None] = mapped_column(Moment)
    """From this moment on nothing counts that it stated or confirmed (``history.retraction``)."""

    __table_args__ = (
        Index("ix_source_document_title_as_of", "title", "as_of"),
        Index(
            "ix_source_document_retracted",
            "id",
            sqlite_where=text("retracted_at IS NOT NULL"),
            postgresql_where=text("retracted_at IS NOT NULL"),
        ),
    )


def not_retracted(model: type[Revision] | type[Confirmation]) -> ColumnElement[bool]:
    """Return the condition that what a revision or confirmation says still counts."""
    retracted = select(SourceDocument.id).where(SourceDocument.retracted_at.is_not(None))
    return model.source_id.not_in(retracted)


class Revision(Base):
    """A statement about one record: some of its fields, as of a day, entered at a moment. Never edited."""

    __tablename__ = "revision"

    id: Mapped[int] = primary_key()
    subject: Mapped[str] = mapped_column(String(40))
    """What the record belongs to, e.g. ``institution/12``: everything on one page has one subject."""
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int] = mapped_column(Integer)
    as_of: Mapped[date]
    entered_at: Mapped[datetime] = mapped_column(Moment)
    source_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"), index=True)
    actor: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(Text)
    """Why, where the statement corrects an earlier one."""
    stated: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Field → value, only what this revision states; dates as ISO text."""

    source: Mapped[SourceDocument] = relationship(lazy="raise")

    __table_args__ = (
        Index("ix_revision_subject", "subject"),
        Index("ix_revision_record", "record_kind", "record_id"),
    )


class Confirmation(Base):
    """A later document restated what was known of a record: nothing changed, and the facts are fresher."""

    __tablename__ = "confirmation"

    id: Mapped[int] = primary_key()
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int] = mapped_column(Integer)
    source_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"))
    as_of: Mapped[date]
    entered_at: Mapped[datetime] = mapped_column(Moment)
    fields: Mapped[list[str] | None] = mapped_column(JSON)
    """What it restates; None: everything its source has columns for (``SourceDocument.covers``)."""

    source: Mapped[SourceDocument] = relationship(lazy="raise")

    def covers(self, field: str) -> bool:
        """True if the document spoke of this field."""
        covered = self.fields if self.fields is not None else self.source.covers
        return covered is None or field in covered

    __table_args__ = (Index("ix_confirmation_record", "record_kind", "record_id"),)


class DataSetKind(StrEnum):
    """Real homes and fictional ones never share a database."""

    EMPTY = "empty"
    DEMO = "demo"
    REAL = "real"


class DataSet(Base):
    """The one row that says what this database holds, and counts its changes."""

    __tablename__ = "data_set"

    id: Mapped[int] = primary_key()
    kind: Mapped[DataSetKind] = mapped_column(enum_column(DataSetKind, "kind"))
    version: Mapped[int] = mapped_column(Integer)
    """Grows with every committed change of a published fact: the key of every cache."""
    touches: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """How often of these something beside the records changed: notices, credit, the calendar."""
    loaded_on: Mapped[date | None]
    """The day the demo city was made; its dates are relative to it."""
