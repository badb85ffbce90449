"""A row of a list as understood: what it states of one home, and what of it couldn't be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.domain.fee_text import FeeLine
from portal.domain.fees import FeeItem


@dataclass(frozen=True, slots=True)
class CellNote:
    """A remark on one cell: which column, what was written, why."""

    column: str
    value: str
    reason: str


@dataclass(slots=True)
class HomeRow:
    """One home as one row states it. Only what is stated is here: an empty cell leaves no trace.

    ``values``: columns of the institution → value as JSON keeps it. ``grade``, ``filing``,
    ``registration``: columns of those records, None where the row states none.
    """

    row: int
    """1-based row in the sheet."""
    name: str = ""
    key: str = ""
    """``name_key`` of the name."""
    region_code: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    fees: list[FeeLine] = field(default_factory=list)
    fee_texts: dict[FeeLine, str] = field(default_factory=dict)
    unpublished_items: set[FeeItem] = field(default_factory=set)
    """Items whose price the row says is not published (面议)."""
    grade: dict[str, Any] | None = None
    filing: dict[str, Any] | None = None
    registration: dict[str, Any] | None = None
    problems: list[CellNote] = field(default_factory=list)
    kept: list[CellNote] = field(default_factory=list)
    notes: list[CellNote] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    """Heading → text of the understood columns, filled only for quarantined rows."""

    def reported_values(self) -> dict[str, Any]:
        """Return everything the row states, flat, as the report shows it."""
        shown = {name: value for name, value in self.values.items() if name not in ("name", "region_code")}
        if self.grade is not None:
            shown["grade_level"] = self.grade.get("level")
            if self.grade["scale"] == "local":
                shown["grade_as_written"] = self.grade.get("as_written")
            shown |= {
                f"grade_{name}": self.grade[name]
                for name in ("body", "certificate_number", "issued_on", "valid_from", "valid_to")
                if self.grade.get(name) is not None
            }
        if self.filing is not None:
            names = {"number": "filing_number", "filed_on": "filed_on", "authority": "filing_authority"}
            shown |= {"filed": True} | {
                names.get(name, name): value for name, value in self.filing.items() if value is not None
            }
        if self.registration is not None:
            names = {"number": "registration_number", "authority": "registration_authority"}
            shown |= {
                names.get(name, name): value for name, value in self.registration.items() if value is not None
            }
        shown["fees"] = [reported_fee(line) for line in self.fees]
        return shown


def reported_fee(line: FeeLine) -> dict[str, Any]:
    """Return a fee line as the report shows it; ``amount_max_fen`` None: no upper end is given."""
    shown: dict[str, Any] = {
        "item": line.item.value,
        "care_level": line.care_level.value if line.care_level else None,
        "room": line.room.value if line.room else None,
        "amount_min_fen": line.amount_min_fen,
        "amount_max_fen": line.amount_max_fen,
        "unit": line.unit.value,
    }
    if line.item_name:
        shown["item_name"] = line.item_name
    return shown
