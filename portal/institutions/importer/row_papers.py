"""Grade, filing and registration as a row states them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.domain.errors import InvalidCreditCode
from portal.domain.identifiers import parse_credit_code
from portal.institutions.importer.columns import Column
from portal.institutions.importer.row_model import CellNote, HomeRow
from portal.institutions.importer.value_words import Words
from portal.institutions.importer.values import read_flag

Stated = dict[str, tuple[Column, str]]
"""Field → its column and text, only where the cell says something."""
ReadDate = Callable[[HomeRow, str], str | None]

_REGISTERS = {"1": "public_institutions", "5": "social_organisations", "9": "market"}


def read_grade(home: HomeRow, stated: Stated, words: Words, day: ReadDate) -> None:
    """Enter the grade; a grade on no known scale is kept as written and never becomes stars."""
    if "grade" not in stated:
        return
    column, text = stated["grade"]
    scale, level = words.grade(text)
    if scale == "none":
        return
    if scale == "unknown":
        home.values["grade_as_written"] = text[:100]
        home.kept.append(CellNote(column.heading, text, "不是认得的等级，保留原文"))
        return
    if scale == "local":
        home.kept.append(CellNote(column.heading, text, "不是国家标准的一级至五级，按地方等级照原文显示"))
    home.grade = {"scale": scale, "level": level, "as_written": text[:100]}
    for name, source in (("body", "grade_body"), ("certificate_number", "grade_certificate")):
        if (value := _short(home, stated, source, 200 if name == "body" else 100)) is not None:
            home.grade[name] = value
    for name in ("issued_on", "valid_from", "valid_to"):
        if (value := day(home, f"grade_{name}")) is not None:
            home.grade[name] = value


def read_filing(home: HomeRow, stated: Stated, day: ReadDate) -> None:
    """Enter the filing: a number, a date or 是否备案=是 says that there is one."""
    filed = None
    if "filed" in stated:
        column, text = stated["filed"]
        filed = read_flag(text)
        if filed is None:
            home.kept.append(CellNote(column.heading, text, "不是“是”或“否”，保留原文"))
    number = _short(home, stated, "filing_number", 100)
    filed_on = day(home, "filed_on")
    authority = _short(home, stated, "filing_authority", 200)
    first_resident_on = day(home, "first_resident_on")
    if filed is False:
        if number or filed_on:
            column, text = stated["filed"]
            home.kept.append(CellNote(column.heading, text, "写明未备案，却有备案编号或时间；未记为已备案"))
        return
    if filed or number or filed_on:
        facts = {
            "number": number,
            "filed_on": filed_on,
            "authority": authority,
            "first_resident_on": first_resident_on,
        }
        home.filing = {name: value for name, value in facts.items() if value is not None}


def read_registration(home: HomeRow, stated: Stated, day: ReadDate) -> None:
    """Enter credit code and registration.

    A credit code is issued by registering (GB 32100-2015), so a valid one says that the home is registered;
    but one of the class 11 is a government organ's: the home has no legal person of its own then.
    """
    if "credit_code" in stated:
        column, text = stated["credit_code"]
        try:
            home.values["credit_code"] = parse_credit_code(text)
        except InvalidCreditCode as error:
            home.problems.append(CellNote(column.heading, text, str(error)))
    number = _certificate_number(home, stated)
    registered_on = day(home, "registered_on")
    authority = _short(home, stated, "registration_authority", 200)
    said = read_flag(stated["registered"][1]) if "registered" in stated else None
    code = home.values.get("credit_code", "")
    if code.startswith("11"):
        given = stated.get("credit_code") or stated["credit_or_registration"]
        reason = "是机关的代码，不能说明机构自己登记为法人；未记登记"
        home.notes.append(CellNote(given[0].heading, code, reason))
        code = ""
    if said is False:
        if code or number or registered_on:
            column, text = stated["registered"]
            reason = "写明未登记，却有信用代码、登记证号或登记时间；未记登记"
            home.kept.append(CellNote(column.heading, text, reason))
        return
    if code or number or registered_on or said:
        facts: dict[str, Any] = {
            "register_kind": _REGISTERS.get(code[:1]),
            "number": number,
            "registered_on": registered_on,
            "authority": authority,
        }
        home.registration = {name: value for name, value in facts.items() if value is not None}
    elif authority is not None:
        column, text = stated["registration_authority"]
        home.kept.append(CellNote(column.heading, text, "只有登记机关，没有代码、证号或登记时间，未记登记"))


def _certificate_number(home: HomeRow, stated: Stated) -> str | None:
    """Return a certificate's number; since 2016 it's often the credit code itself, and then read as that."""
    if "credit_or_registration" not in stated:
        return None
    column, text = stated["credit_or_registration"]
    try:
        code = parse_credit_code(text)
    except InvalidCreditCode:
        return _short(home, stated, "credit_or_registration", 100)
    held = home.values.setdefault("credit_code", code)
    if held != code:
        home.kept.append(CellNote(column.heading, text, "与统一社会信用代码一列不一致，保留原文"))
    return None


def _short(home: HomeRow, stated: Stated, name: str, limit: int) -> str | None:
    if name not in stated:
        return None
    column, text = stated[name]
    if len(text) > limit:
        home.kept.append(CellNote(column.heading, text[:limit], f"超过{limit}个字，未收入"))
        return None
    return text
