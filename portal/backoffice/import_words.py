"""What a report of an import says, in words: fields by their labels, codes by their names, fees as prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal import glossary
from portal.domain.fees import CareLevel, FeeItem, FeeUnit, Room
from portal.history.recorded import decode
from portal.institutions.field_labels import FIELDS
from portal.institutions.models import Filing, Institution, Registration, StarGrade
from portal.reference.directory import region_directory

_OTHERS: dict[str, tuple[str, Any, str]] = {
    "grade_level": ("等级", StarGrade, "level"),
    "level": ("等级", StarGrade, "level"),
    "grade_as_written": ("等级（原表写法）", Institution, "grade_as_written"),
    "grade_scale": ("等级标准", StarGrade, "scale"),
    "grade_body": ("评定机构", StarGrade, "body"),
    "grade_certificate_number": ("等级证书号", StarGrade, "certificate_number"),
    "grade_issued_on": ("评定日期", StarGrade, "issued_on"),
    "grade_valid_from": ("等级有效期起", StarGrade, "valid_from"),
    "grade_valid_to": ("等级有效期至", StarGrade, "valid_to"),
    "filed": ("备案", Filing, ""),
    "filing": ("备案", Filing, ""),
    "filing_number": ("备案编号", Filing, "number"),
    "filed_on": ("备案日期", Filing, "filed_on"),
    "filing_authority": ("备案机关", Filing, "authority"),
    "registration": ("登记", Registration, ""),
    "registration_number": ("登记证号", Registration, "number"),
    "registration_authority": ("登记机关", Registration, "authority"),
    "registered_on": ("登记日期", Registration, "registered_on"),
    "register_kind": ("登记类别", Registration, "register_kind"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field in words. ``before`` None: nothing was known."""

    label: str
    before: str | None
    after: str | None


def stated(values: Mapping[str, Any]) -> list[Line]:
    """Return what a new home's row states."""
    return [
        Line(_label(name), None, _words(name, value))
        for name, value in values.items()
        if value not in (None, [], "", {})
    ]


def changed(fields: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    """Return what a row changes, field by field."""
    return [
        Line(_label(name), _words(name, change["before"]), _words(name, change["after"]))
        for name, change in fields.items()
    ]


def region_words(code: str | None) -> str:
    """Return the name of a region."""
    return region_directory().label(code) if code else "没有读出"


def _label(name: str) -> str:
    if name == "fees":
        return "收费标准"
    if ("institution", name) in FIELDS:
        return FIELDS["institution", name].label
    if name in _OTHERS:
        return _OTHERS[name][0]
    found = next((label.label for (_, field), label in FIELDS.items() if field == name), None)
    return found or name


def _words(name: str, value: Any) -> str | None:
    if value is None or value in ([], "", {}):
        return None
    if name == "fees":
        return "；".join(_fee(fee) for fee in value)
    if name == "region_code":
        return region_words(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(one.get("name", "")) if isinstance(one, dict) else str(one) for one in value)
    if isinstance(value, dict):
        return "；".join(f"{heading}：{text}" for heading, text in value.items())
    term = _term(name, value)
    if isinstance(term, StrEnum) and glossary.knows(term):
        return glossary.label(term)
    return f"{value}级" if name in ("grade_level", "level") else str(value)


def _term(name: str, value: Any) -> Any:
    label, model, field = _OTHERS.get(name, ("", Institution, name))
    del label
    try:
        return decode(model, field, value)
    except (ValueError, TypeError):
        return value


def _fee(fee: Mapping[str, Any]) -> str:
    what = fee.get("item_name") or glossary.label(FeeItem(fee["item"]))
    if fee.get("care_level"):
        what += f"·{glossary.label(CareLevel(fee['care_level']))}"
    if fee.get("room"):
        what += f"·{glossary.label(Room(fee['room']))}"
    least, most = fee["amount_min_fen"], fee.get("amount_max_fen")
    amount = f"¥{_yuan(least)}"
    if most is None:
        amount += "起"
    elif most != least:
        amount += f"–{_yuan(most)}"
    return f"{what} {amount}/{glossary.label(FeeUnit(fee['unit']))}"


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}".rstrip("0").rstrip(".")
