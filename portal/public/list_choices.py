"""Reading a person's choices from the address of a list: what can't be read counts as not chosen."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from flask import request

E = TypeVar("E", bound=StrEnum)


def enum_choice(name: str, kind: type[E]) -> E | None:
    """Return the member that ``?name=`` holds, or None."""
    return member_of(kind, request.args.get(name, ""))


def member_of(kind: type[E], text: str) -> E | None:
    """Return the member of this value, or None."""
    return next((member for member in kind if member.value == text), None)


def number_choice(name: str, least: int, most: int) -> int | None:
    """Return the whole number that ``?name=`` holds if it lies within the bounds, or None."""
    text = request.args.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return int(text) if least <= int(text) <= most else None


def region_choice() -> str | None:
    """Return the code that ``?region=`` holds, or None; whether there is such a region is for queries."""
    text = request.args.get("region", "")
    return text if len(text) == 6 and text.isascii() and text.isdigit() else None


def query_without(*names: str) -> dict[str, Any]:
    """Return the current address's query without some of its parts: for a link to the list's file."""
    return {name: values for name, values in request.args.lists() if name not in names}
