"""The plain facts of a row: counts, dates, telephone, texts, yes-or-no facts, position."""

from __future__ import annotations

import re

from portal.domain.coordinates import to_wgs84
from portal.domain.errors import UnreadableValue
from portal.domain.fee_text import LEVEL_WORDS
from portal.domain.fees import CareLevel
from portal.institutions.importer.columns import Column
from portal.institutions.importer.row_model import CellNote, HomeRow
from portal.institutions.importer.row_papers import Stated
from portal.institutions.importer.tables import Cell, cell_text
from portal.institutions.importer.values import (
    one_line,
    read_coordinate,
    read_count,
    read_flag,
    read_partial_date,
    read_phone,
)

COUNTS = ("beds_total", "beds_nursing", "beds_free", "residents", "carers_total", "carers_certified")
FLAGS = (
    "takes_self_care", "takes_partial", "takes_full", "takes_dementia", "takes_destitute",
    "medical_own_clinic", "medical_signed_hospital", "insurance_basic_medical", "insurance_long_term_care",
    "insurance_liability",
)  # fmt: skip
LINES = {"township": 100, "address": 300, "owner": 200, "operator": 200, "medical_partner": 200}
TEXTS = ("services", "rules", "prepayment_rule", "refund_rule", "description")
TEXT_LIMIT = 5_000
"""Characters of a long text."""
_CUT = "……（原文过长，此处截断）"
DAYS = ("contract_from", "contract_to")
_LEVEL_FIELDS = {
    CareLevel.SELF_CARE: "takes_self_care",
    CareLevel.PARTIAL: "takes_partial",
    CareLevel.FULL: "takes_full",
    CareLevel.DEMENTIA: "takes_dementia",
}


def refuse_number_as_code(home: HomeRow, stated: Stated, raw: dict[str, Cell]) -> None:
    """A spreadsheet keeps fifteen digits of a number: the last ones of such a code are not what was typed."""
    if isinstance(raw.get("credit_code"), float | int):
        column, text = stated.pop("credit_code")
        reason = "统一社会信用代码被存成了数字，末几位已经丢失，请改成文本格式重填"
        home.problems.append(CellNote(column.heading, text, reason))


def read_counts(home: HomeRow, stated: Stated) -> None:
    """Enter numbers of beds and people; more nursing beds than beds is a problem."""
    for name in COUNTS:
        if name in stated:
            column, text = stated[name]
            try:
                home.values[name] = read_count(text)
            except UnreadableValue as error:
                home.problems.append(CellNote(column.heading, text, str(error)))
    total, nursing = home.values.get("beds_total"), home.values.get("beds_nursing")
    if total is not None and nursing is not None and nursing > total:
        column, text = stated["beds_nursing"]
        home.problems.append(CellNote(column.heading, text, f"护理型床位{nursing}张，超过床位总数{total}张"))


def read_opening(home: HomeRow, stated: Stated, raw: dict[str, Cell]) -> None:
    """Enter the opening date, as precise as it is given."""
    if "opened_on" in stated:
        try:
            home.values["opened_on"] = read_partial_date(raw["opened_on"])
        except UnreadableValue as error:
            column = stated["opened_on"][0]
            home.problems.append(CellNote(column.heading, cell_text(raw["opened_on"]), str(error)))


def read_phone_cell(home: HomeRow, stated: Stated, raw: dict[str, Cell]) -> None:
    """Enter telephone numbers; words beside them may be a person and are left out, unrepeated."""
    if "phone" not in stated:
        return
    column = stated["phone"][0]
    number, words_left_out = read_phone(raw["phone"])
    if words_left_out:
        reason = "电话栏里另有文字，可能是人名，只收号码" if number else "电话栏里不是号码，未收入"
        home.kept.append(CellNote(column.heading, number or "（文字，不复述）", reason))
    if number is not None and len(number) <= 100:
        home.values["phone"] = number


def clipped(home: HomeRow, column: Column, text: str) -> str:
    """Return a text of at most ``TEXT_LIMIT`` characters; that it was cut is said in it and in the report."""
    if len(text) <= TEXT_LIMIT:
        return text
    home.kept.append(CellNote(column.heading, text[:60] + "…", f"超过{TEXT_LIMIT}个字，只保留前面的"))
    return text[: TEXT_LIMIT - len(_CUT)] + _CUT


def read_lines(home: HomeRow, stated: Stated) -> None:
    """Enter short and long texts within the limits of their columns."""
    for name, limit in LINES.items():
        if name in stated:
            column, text = stated[name]
            text = one_line(text)
            if len(text) > limit:
                home.kept.append(CellNote(column.heading, text[:60] + "…", f"超过{limit}个字，未收入"))
            else:
                home.values[name] = text
    for name in TEXTS:
        if name in stated:
            home.values[name] = clipped(home, *stated[name])


def read_flags(home: HomeRow, stated: Stated) -> None:
    """Enter yes-or-no facts; other words are kept as written."""
    for name in FLAGS:
        if name in stated:
            column, text = stated[name]
            value = read_flag(text)
            if value is None:
                home.kept.append(CellNote(column.heading, text, "不是“是”或“否”，保留原文"))
            else:
                home.values[name] = value
    if "takes" in stated:
        _takes(home, *stated["takes"])
    if "medical" in stated:
        _medical(home, clipped(home, *stated["medical"]))


def _takes(home: HomeRow, column: Column, text: str) -> None:
    found: set[str] = set()
    for part in re.split(r"[、,，;；/\s和及与]+", text):
        word = re.sub(r"(老年人|老人|型|人员)$", "", part)
        if level := LEVEL_WORDS.get(word) or LEVEL_WORDS.get(part):
            found.add(_LEVEL_FIELDS[level])
        elif word in ("特困", "五保", "特困供养"):
            found.add("takes_destitute")
        elif part:
            home.kept.append(CellNote(column.heading, text, f"“{part}”不是认得的收住对象，保留原文"))
            return
    home.values |= {name: True for name in sorted(found) if name not in home.values}


def _medical(home: HomeRow, text: str) -> None:
    home.values["medical_note"] = text
    if read_flag(text) is not None:
        return
    if re.search(r"内设|自办|自建|医务室|护理站|自有", text) and "未" not in text:
        home.values.setdefault("medical_own_clinic", True)
    if re.search(r"合作|签约|协议|联营", text) and "未" not in text:
        home.values.setdefault("medical_signed_hospital", True)
    if text in ("未开展", "未开展医养结合", "没有开展"):
        home.values.setdefault("medical_own_clinic", False)
        home.values.setdefault("medical_signed_hospital", False)


def read_position(home: HomeRow, stated: Stated, system: str, precision: str | None) -> None:
    """Enter the position, brought to WGS84 where its system is known; half a position is kept as written."""
    if "position" in stated and "longitude" not in stated:
        column, text = stated["position"]
        parts = [part for part in re.split(r"[,，;；\s]+", text) if part]
        if len(parts) != 2:
            home.problems.append(CellNote(column.heading, text, "读不出坐标，应写成“经度,纬度”"))
            return
        stated = stated | {"longitude": (column, parts[0]), "latitude": (column, parts[1])}
    degrees: dict[str, float] = {}
    for name in ("longitude", "latitude"):
        if name in stated:
            column, text = stated[name]
            try:
                degrees[name] = read_coordinate(text, latitude=name == "latitude")
            except UnreadableValue as error:
                home.problems.append(CellNote(column.heading, text, str(error)))
    if not degrees or home.problems:
        return
    column = stated[next(iter(degrees))][0]
    written = ",".join(stated[name][1] for name in degrees)
    if len(degrees) < 2:
        home.kept.append(CellNote(column.heading, written, "经度、纬度只有一个，未收入"))
    elif not (73 < degrees["longitude"] < 136 and 3 < degrees["latitude"] < 54):
        home.kept.append(CellNote(column.heading, written, "坐标不在中国境内（或经纬度颠倒），未收入"))
    else:
        longitude, latitude = to_wgs84(degrees["longitude"], degrees["latitude"], system)
        home.values |= {"longitude": longitude, "latitude": latitude, "position_as_written": written[:80]}
        home.values["position_system"] = system
        if precision:
            home.values["position_precision"] = precision
