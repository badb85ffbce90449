"""A term: what people read in place of an identifier, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Term:
    """A label people read and, where it needs one, a sentence that explains it."""

    label: str
    meaning: str = ""


def key_of(value: StrEnum) -> tuple[type[StrEnum], str]:
    """Return what a member is kept under."""
    # as keys, members of two enums with one text are equal: 已登记未备案 and 已补办登记 both say "registered"
    return type(value), value.value
