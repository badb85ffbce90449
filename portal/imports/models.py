"""An import made in the browser, and its report row by row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Moment, enum_column, primary_key
from portal.domain.import_state import ImportSection, ImportState


class ImportRun(Base):
    """One uploaded list and what became of it."""

    __tablename__ = "import_run"
    __audited__: ClassVar[bool] = False
    """Each step is noted as an event, with counts and the file's SHA-256."""

    id: Mapped[int] = primary_key()
    staff_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff_member.id", ondelete="SET NULL"), index=True
    )
    """Who uploaded it."""
    uploaded_by: Mapped[str] = mapped_column(String(60))
    """The same by place, department and role, as it was then."""
    acting_staff_id: Mapped[int | None]
    """Who pressed the last button: what the worker does is put down to them."""
    acting_name: Mapped[str] = mapped_column(String(60))
    state: Mapped[ImportState] = mapped_column(enum_column(ImportState, "state"))
    state_since: Mapped[datetime] = mapped_column(Moment)

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    source: Mapped[str] = mapped_column(String(300))
    as_of: Mapped[date]
    sheet: Mapped[str | None] = mapped_column(String(100))
    mapping: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """A mapping file (docs/import.md) as decoded JSON."""

    file_name: Mapped[str] = mapped_column(String(200))
    """As shown; the file itself lies under ``stored_name``, and only while it is needed."""
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_name: Mapped[str | None] = mapped_column(String(64))
    file_key_sealed: Mapped[str | None] = mapped_column(Text)

    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    committed_at: Mapped[datetime | None] = mapped_column(Moment)
    committed_by: Mapped[str | None] = mapped_column(String(60))
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by: Mapped[str | None] = mapped_column(String(60))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    """Somebody said that nothing more is to be done about the quarantined rows."""

    problem: Mapped[str | None] = mapped_column(Text)
    """In plain Chinese: why it was refused, failed, has to be looked at again, or can't be undone."""
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The report (docs/import.md) without its lists, which are in ``import_row``; with ``counts``."""
    digest: Mapped[str | None] = mapped_column(String(64))
    """What the report said, in 64 digits: the commit must find the same."""

    source_id: Mapped[int | None] = mapped_column(ForeignKey("source_document.id"))
    """The source that the commit entered."""
    last_revision_id: Mapped[int | None]
    """The newest revision when the commit ended: what came after it is later."""
    last_confirmation_id: Mapped[int | None]

    claim: Mapped[str | None] = mapped_column(String(32))
    """Which worker's turn has it: no other one may finish it."""
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")

    __table_args__ = (Index("ix_import_run_state", "state"),)

    @property
    def subject(self) -> str:
        """The name of the import in audit and vault."""
        return f"import/{self.id}"


class ImportRow(Base):
    """One entry of one list of a report, as the JSON report has it."""

    __tablename__ = "import_row"
    __audited__: ClassVar[bool] = False
    """A working paper; what is entered of it is counted in the audit and stands in the history."""

    id: Mapped[int] = primary_key()
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"))
    section: Mapped[ImportSection] = mapped_column(enum_column(ImportSection, "section"))
    position: Mapped[int]
    """From 0, in the order of the report."""
    row: Mapped[int | None]
    """1-based row in the sheet."""
    key: Mapped[str | None] = mapped_column(String(200))
    """``name_key`` of the home: by it a mended row is known again."""
    taken: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    """False: somebody unticked it."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (
        Index("ix_import_row_run_id_section_position", "run_id", "section", "position"),
        Index("ix_import_row_key", "key"),
    )
