"""The records of an institution's page — a registration, a certificate, a notice — as facts in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal import glossary
from portal.domain.day_words import cn_day
from portal.domain.grading import GradeScale
from portal.history.recorded import Recorded
from portal.institutions.field_labels import RECORD_LABELS, field_label
from portal.public.facts import Fact
from portal.public.field_values import written
from portal.public.formatting import level_name

_SHOWN: dict[str, tuple[str, ...]] = {
    "registration": (
        "register_kind", "authority", "number", "registered_on", "deregistered_on", "deregistered_reason",
    ),
    "filing": ("authority", "number", "filed_on", "first_resident_on", "cancelled_on", "cancelled_reason"),
    "star_grade": (
        "scale", "body", "certificate_number", "issued_on", "valid_from", "valid_to",
        "revoked_on", "revoked_reason",
    ),
    "concentrated_care": (
        "authority", "document_number", "designated_on", "ended_on", "quota", "free_places", "fee_text",
    ),
    "closure_notice": (
        "announced_on", "effective_on", "resumes_on", "reason", "residents_moved", "residents_went",
        "contact",
    ),
    "compliance": ("assessed_on", "assessor", "note"),
}  # fmt: skip

_EXPECTED: dict[str, frozenset[str]] = {
    "registration": frozenset({"authority", "number", "registered_on"}),
    "filing": frozenset({"authority", "number", "filed_on"}),
    "star_grade": frozenset({"body", "certificate_number", "valid_from", "valid_to"}),
    "concentrated_care": frozenset({"quota", "free_places", "fee_text"}),
    "closure_notice": frozenset({"reason", "residents_went", "contact"}),
    "compliance": frozenset({"assessor"}),
}
"""Fields whose absence is said; the others may well have nothing to state."""


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """One record: its published facts, and the names of what one would expect and isn't published."""

    facts: tuple[Fact, ...]
    unpublished: tuple[str, ...]


def record_facts(record: Recorded) -> RecordFacts:
    """Return a record as facts."""
    kind = type(record).record_kind
    facts, unpublished = [], []
    for name in _SHOWN[kind]:
        label = field_label(kind, name).label
        value = getattr(record, name)
        text = written(kind, name, value)
        if text is not None:
            facts.append(Fact(name, label, text, _note(record, name), "\n" in text or len(text) > 60))
        elif name in _EXPECTED[kind]:
            unpublished.append(label)
    return RecordFacts(tuple(facts), tuple(unpublished))


def _note(record: Any, name: str) -> str | None:
    if name == "scale":
        return glossary.meaning(record.scale)
    if name == "free_places" and record.free_as_of is not None:
        return f"{cn_day(record.free_as_of)}的数"
    return None


def record_name(kind: str, values: dict[str, Any]) -> str:
    """Return what a record is called in a history: 收费标准（护理费 · 失能）, 等级证书（三级）."""
    details = [text for text in _details(kind, values) if text]
    return f"{RECORD_LABELS[kind]}（{' · '.join(details)}）" if details else RECORD_LABELS[kind]


def _details(kind: str, values: dict[str, Any]) -> list[str | None]:
    def term(name: str) -> str | None:
        value = values.get(name)
        return None if value is None else glossary.label(value)

    match kind:
        case "fee_standard":
            return [values.get("item_name") or term("item"), term("care_level"), term("room")]
        case "star_grade":
            level = values.get("level")
            local = values.get("scale") is GradeScale.LOCAL
            return [level_name(level) if level and not local else values.get("as_written")]
        case "registration":
            return [term("register_kind")]
        case "compliance":
            return [term("standard")]
        case "closure_notice":
            return [term("kind")]
        case "commitment_letter":
            return [values.get("title")]
    return []
