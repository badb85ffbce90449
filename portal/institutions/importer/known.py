"""What the portal already knows, as far as matching and comparing need it. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.domain.fee_text import FeeLine
from portal.domain.fees import CareLevel, FeeItem, FeeUnit, Room


@dataclass(frozen=True, slots=True)
class KnownHome:
    """One institution, by what rows are matched with. ``region_code`` is the one in force today."""

    id: int
    public_id: str
    name: str
    name_key: str
    former_keys: tuple[str, ...]
    credit_code: str | None
    region_code: str
    address: str | None
    over: bool = False
    """Closed, or merged into another."""


@dataclass(slots=True)
class KnownRecord:
    """A record of an institution (grade, filing, registration, fee): its id and encoded values."""

    id: int
    values: dict[str, Any]


@dataclass(slots=True)
class KnownFacts:
    """Everything comparable about one matched institution."""

    id: int
    public_id: str
    values: dict[str, Any]
    """Field → value as JSON keeps it, as known (for a list older than that: as it was then)."""
    latest: date | None
    """The latest day for which something is known of the institution."""
    older: bool = False
    """The list is older than what is known: it may enter the history, not the present."""
    grades: list[KnownRecord] = field(default_factory=list)
    filings: list[KnownRecord] = field(default_factory=list)
    registrations: list[KnownRecord] = field(default_factory=list)
    fees: list[KnownRecord] = field(default_factory=list)


FeeKey = tuple[FeeItem, str | None, CareLevel | None, Room | None, int, int | None, FeeUnit]


def fee_key(line: FeeLine) -> FeeKey:
    """Return what makes two fee lines the same standard."""
    least, most = line.amount_min_fen, line.amount_max_fen
    return line.item, line.item_name, line.care_level, line.room, least, most, line.unit


def known_fee_key(values: dict[str, Any]) -> FeeKey:
    """Return the same of a known fee standard."""
    return (
        FeeItem(values["item"]),
        values.get("item_name"),
        CareLevel(values["care_level"]) if values.get("care_level") else None,
        Room(values["room"]) if values.get("room") else None,
        values["amount_min_fen"],
        values.get("amount_max_fen"),
        FeeUnit(values["unit"]),
    )
