"""The report of one import: what came of every row, as data and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.institutions.importer.changes import Changes
from portal.institutions.importer.known import KnownHome
from portal.institutions.importer.matching import Duplicate
from portal.institutions.importer.row_model import CellNote, HomeRow


@dataclass(slots=True)
class Report:
    """Counts are lengths of lists; ``read`` is the sum of the first three and the quarantined rows."""

    file: str
    sheet: str
    other_sheets: list[str]
    sheets_left_with_homes: list[str]
    format: str
    encoding: str | None
    heading_rows: tuple[int, int]
    source: str
    as_of: date
    region: str | None
    committed: bool = False
    seen_before: bool = False
    history_only: int = 0
    """Homes of which something newer is known: for them the list enters the history alone."""
    new: list[HomeRow] = field(default_factory=list)
    changed: list[tuple[HomeRow, KnownHome, Changes]] = field(default_factory=list)
    unchanged: list[tuple[HomeRow, KnownHome, Changes]] = field(default_factory=list)
    missing: list[KnownHome] = field(default_factory=list)
    quarantined: list[HomeRow] = field(default_factory=list)
    unknown_headings: list[str] = field(default_factory=list)
    ignored_headings: list[tuple[str, str]] = field(default_factory=list)
    kept_as_written: list[tuple[int, CellNote]] = field(default_factory=list)
    notes: list[tuple[int, CellNote]] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    skipped: frozenset[int] = frozenset()
    """Rows of new and changed homes that somebody chose to leave out."""
    public_ids: dict[int, str] = field(default_factory=dict)
    """Row → public id of what was entered; empty in a dry run."""

    @property
    def read(self) -> int:
        """Return how many rows of the sheet are homes, good or bad."""
        return len(self.new) + len(self.changed) + len(self.unchanged) + len(self.quarantined)

    def as_json(self) -> dict[str, Any]:
        """Return the report in the published schema (docs/import.md)."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "other_sheets": self.other_sheets,
            "sheets_left_with_homes": self.sheets_left_with_homes,
            "format": self.format,
            "encoding": self.encoding,
            "heading_rows": list(self.heading_rows),
            "source": self.source,
            "as_of": self.as_of.isoformat(),
            "region": self.region,
            "committed": self.committed,
            "read": self.read,
            "new": [
                {
                    "row": home.row,
                    "name": home.name,
                    "region_code": home.region_code,
                    "public_id": self.public_ids.get(home.row),
                    "values": home.reported_values(),
                }
                for home in self.new
            ],
            "changed": [
                {"row": home.row, "public_id": known.public_id, "name": home.name, "fields": changes.shown}
                for home, known, changes in self.changed
            ],
            "unchanged": [
                {"row": home.row, "public_id": known.public_id, "name": home.name}
                for home, known, _ in self.unchanged
            ],
            "missing": [
                {"public_id": known.public_id, "name": known.name, "region_code": known.region_code}
                for known in self.missing
            ],
            "quarantined": [_cell(home.row, note) for home in self.quarantined for note in home.problems],
            "unknown_headings": self.unknown_headings,
            "ignored_headings": [
                {"heading": name, "reason": reason} for name, reason in self.ignored_headings
            ],
            "kept_as_written": [_cell(row, note) for row, note in self.kept_as_written],
            "notes": [_cell(row, note) for row, note in self.notes],
            "duplicates": [
                {
                    "row": duplicate.row.row,
                    "name": duplicate.row.name,
                    "kind": duplicate.kind,
                    "other": _other(duplicate.other),
                    "suggestion": duplicate.suggestion,
                }
                for duplicate in self.duplicates
            ],
        }


def _cell(row: int, note: CellNote) -> dict[str, Any]:
    return {"row": row, "column": note.column, "value": note.value, "reason": note.reason}


def _other(other: HomeRow | KnownHome) -> dict[str, Any]:
    if isinstance(other, HomeRow):
        return {"row": other.row, "name": other.name}
    return {"public_id": other.public_id, "name": other.name}
