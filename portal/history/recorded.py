"""What makes a table a record with a history, and how its values are written into a revision."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import Boolean, Date, Enum, Integer, false, inspect
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import primary_key


class Recorded:
    """Mixin: a table whose every column but the identity columns is a fact with a history (R14).

    A record's row is the projection of its revisions: what they say is true now. Only
    ``history.keeper`` writes it.
    """

    record_kind: ClassVar[str]
    identity_columns: ClassVar[frozenset[str]] = frozenset({"id", "public_id", "institution_id"})

    id: Mapped[int] = primary_key()
    withdrawn: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """The record should never have been entered: hidden everywhere, its history kept."""

    def subject(self) -> str:
        """Return the name of what this record belongs to (see ``Revision.subject``)."""
        return f"{self.record_kind}/{self.id}"


def recorded_fields(model: Any) -> tuple[str, ...]:
    """Return the names of the model's fields that have a history."""
    return _recorded_fields(model)


@cache
def _recorded_fields(model: Any) -> tuple[str, ...]:
    return tuple(column.key for column in inspect(model).columns if column.key not in model.identity_columns)


def encode(value: Any) -> Any:
    """Return ``value`` as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return value


@cache
def _decoders(model: Any) -> dict[str, Any]:
    decoders: dict[str, Any] = {}
    for column in inspect(model).columns:
        if isinstance(column.type, Date):
            decoders[column.key] = date.fromisoformat
        elif isinstance(column.type, Enum) and column.type.enum_class is not None:
            decoders[column.key] = column.type.enum_class
        elif isinstance(column.type, Integer):
            decoders[column.key] = int
    return decoders


def decode(model: Any, field: str, value: Any) -> Any:
    """Return a value of ``field`` read back from a revision."""
    decoder = _decoders(model).get(field)
    return value if value is None or decoder is None else decoder(value)
