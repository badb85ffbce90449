"""Every enum member that people may see has a label, and the glossary page is in step with them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from sqlalchemy import Enum

from portal import glossary
from portal.database import Base
from portal.history.models import DataSetKind, SourceKind
from portal.institutions.models import PositionSystem
from portal.reference.boundaries import BoundarySystem
from portal.reference.gb2260 import RegionLevel

PAGE = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"

_NOT_SHOWN = {SourceKind, DataSetKind, PositionSystem, BoundarySystem, RegionLevel}


def test_every_stored_term_has_a_label() -> None:
    kinds: set[type[StrEnum]] = {
        column.type.enum_class
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Enum) and column.type.enum_class is not None
    }
    missing = [str(member) for kind in kinds - _NOT_SHOWN for member in kind if not glossary.knows(member)]
    assert kinds
    assert missing == []


def test_the_page_names_every_term_with_its_label_and_meaning() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [
        f"| `{value}` | {term.label} | {term.meaning} |"
        for (_, value), term in glossary.TERMS.items()
        if f"| `{value}` | {term.label} | {term.meaning} |" not in page
    ]
    assert missing == []
