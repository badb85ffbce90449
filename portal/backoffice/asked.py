"""What the address of a list asks for: members of enums, whole numbers, regions; nonsense is left out."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import request

from portal.accounts.identity import Identity
from portal.backoffice.regions import region_choices
from portal.glossary import label

Member = TypeVar("Member", bound=StrEnum)
Option = tuple[str, str]


def asked_member(kind: type[Member], name: str) -> Member | None:
    """Return the member that a part of the address names."""
    wanted = request.args.get(name, "")
    return next((one for one in kind if one.value == wanted), None)


def asked_number(name: str) -> int | None:
    """Return the whole number in a part of the address."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def asked_region(who: Identity, name: str = "region") -> str | None:
    """Return the region in a part of the address, if it is the caller's to ask for."""
    wanted = request.args.get(name, "")
    return wanted if wanted in dict(region_choices(who)) else None


def options(kind: type[StrEnum], everything: str) -> list[Option]:
    """Return (value, label) of every member, with one before them that leaves the choice open."""
    return [("", everything), *((one.value, label(one)) for one in kind)]
