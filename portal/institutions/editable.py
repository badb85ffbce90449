"""Which recorded fields staff may edit, and what each accepts: read off columns and labels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Enum, String, Text, inspect

from portal.institutions.field_labels import FIELDS, Block, Form
from portal.institutions.queries.trail import MODELS

_KEPT_AS_WRITTEN = frozenset({Form.FORMER_NAMES, Form.MAPPING, Form.QUOTED})
"""What a list wrote, or what follows from other facts: never typed over."""

_ALSO = frozenset({("star_grade", "as_written")})
"""The words of a certificate are its content on a local scale."""

_NOT_BY_FORM = frozenset({"withdrawn"})

POSITION = ("longitude", "latitude", "position_system")
"""Fields that are read together: degrees mean nothing without their system."""

RECORD_KINDS = tuple(kind for kind in MODELS if kind != "institution")


@dataclass(frozen=True, slots=True)
class EditableField:
    """One field as a form offers it. ``limit``: characters; ``long``: a text of several lines."""

    record_kind: str
    name: str
    label: str
    form: Form
    required: bool
    limit: int | None = None
    long: bool = False
    terms: type[StrEnum] | None = None
    block: Block | None = None

    @property
    def group(self) -> str:
        """The name under which it is compared and chosen: its own, or that of the position."""
        return "position" if self.record_kind == "institution" and self.name in POSITION else self.name


def editable_fields(record_kind: str, block: Block | None = None) -> tuple[EditableField, ...]:
    """Return the fields of a kind of record that staff may edit, in the order of its page.

    ``block``: those of one block of the institution's own facts.
    """
    fields = _fields_of(record_kind)
    return fields if block is None else tuple(field for field in fields if field.block is block)


def editable_blocks() -> tuple[Block, ...]:
    """Return the blocks that hold editable facts of the institution itself."""
    return tuple(dict.fromkeys(f.block for f in _fields_of("institution") if f.block is not None))


@cache
def _fields_of(record_kind: str) -> tuple[EditableField, ...]:
    columns = inspect(MODELS[record_kind]).columns
    found = []
    for (kind, name), label in FIELDS.items():
        if kind != record_kind or name in _NOT_BY_FORM:
            continue
        if label.form in _KEPT_AS_WRITTEN and (kind, name) not in _ALSO:
            continue
        column: Any = columns[name]
        terms: Any = column.type.enum_class if isinstance(column.type, Enum) else None
        limit = column.type.length if isinstance(column.type, String) and terms is None else None
        found.append(
            EditableField(
                kind,
                name,
                label.label,
                label.form,
                required=not column.nullable,
                limit=limit or (5_000 if isinstance(column.type, Text) else None),
                long=isinstance(column.type, Text),
                terms=terms,
                block=label.block,
            )
        )
    return tuple(found)
