"""What a clerk types, read back: every kind of field, and what can't be read said in plain words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.domain.errors import DomainError
from portal.domain.grading import GradeScale
from portal.institutions.editable import EditableField, editable_fields
from portal.institutions.field_texts import read_form, read_text, text_of
from portal.institutions.models import InstitutionKind, PositionSystem


def field(kind: str, name: str) -> EditableField:
    return next(each for each in editable_fields(kind) if each.name == name)


@pytest.mark.parametrize(
    ("kind", "name", "text", "value"),
    [
        ("institution", "name", " 示例\u200b敬老院 ", "示例敬老院"),
        ("institution", "kind", "nursing_home", InstitutionKind.NURSING_HOME),
        ("institution", "kind", "", None),
        ("institution", "beds_total", "１,２00", 1200),
        ("institution", "takes_full", "no", False),
        ("institution", "opened_on", "2003年5月", "2003-05"),
        ("institution", "opened_on", "2003/5/1", "2003-05-01"),
        ("institution", "contract_to", "2026-02-28", date(2026, 2, 28)),
        ("institution", "services", "一\r\n\r\n二 ", "一\n\n二"),
        ("fee_standard", "amount_min_fen", "1800.5", 180050),
        ("fee_standard", "amount_min_fen", "¥1,800元", 180000),
        ("fee_standard", "amount_max_fen", "0.01", 1),
        ("star_grade", "level", "3", 3),
        ("star_grade", "scale", "local", GradeScale.LOCAL),
    ],
)
def test_what_is_typed_is_read(kind: str, name: str, text: str, value: Any) -> None:
    read = read_text(field(kind, name), text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("kind", "name", "text", "said"),
    [
        ("institution", "name", "", "请填写名称"),
        ("institution", "name", "长" * 201, "最多200个字，现在有201个"),
        ("institution", "beds_total", "一百", "只填数字"),
        ("institution", "beds_total", "-5", "只填数字"),
        ("institution", "beds_total", "99999999", "太大"),
        ("institution", "credit_code", "52350404MJ00000001", "校验码"),
        ("institution", "opened_on", "2003-13", "知道到哪天"),
        ("institution", "contract_to", "2026-02-30", "没有这一天"),
        ("institution", "contract_to", "0026-02-20", "年份不对"),
        ("institution", "kind", "villa", "列表"),
        ("fee_standard", "amount_min_fen", "面议", "面议"),
        ("fee_standard", "amount_min_fen", "1800.555", "两位小数"),
        ("star_grade", "scale", "", "请选择"),
        ("star_grade", "level", "6", "一级到五级"),
    ],
)
def test_what_cannot_be_read_is_said_plainly(kind: str, name: str, text: str, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        read_text(field(kind, name), text)


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("institution", "beds_total", 120),
        ("institution", "takes_full", False),
        ("institution", "contract_to", date(2026, 2, 28)),
        ("fee_standard", "amount_min_fen", 180050),
        ("fee_standard", "amount_min_fen", 5),
        ("star_grade", "level", 3),
        ("star_grade", "scale", GradeScale.LOCAL),
    ],
)
def test_a_value_survives_its_form(kind: str, name: str, value: Any) -> None:
    one = field(kind, name)
    assert read_text(one, text_of(one, value)) == value


def test_what_is_left_alone_is_neither_read_nor_changed() -> None:
    """Imported text may break today's rules: an untouched field is nobody's mistake."""
    fields = [field("institution", name) for name in ("credit_code", "services", "address")]
    base = {"credit_code": "旧写法，不合规则", "services": "第一行  \n第二行", "address": "一号  楼"}
    texts = {"credit_code": "旧写法，不合规则", "services": "第一行  \r\n第二行", "address": "一号  楼"}
    typed = read_form(fields, texts, base)
    assert typed.problems == {}
    assert typed.changes(base) == {}


POSITION = [field("institution", name) for name in ("longitude", "latitude", "position_system")]


def test_a_position_is_brought_to_wgs84() -> None:
    texts = {"longitude": "117.64", "latitude": "26.27", "position_system": "gcj02"}
    changes = read_form(POSITION, texts, {}).changes({})
    assert changes["position_system"] is PositionSystem.GCJ02
    assert changes["position_as_written"] == "117.64,26.27"
    assert changes["longitude"] == pytest.approx(117.635, abs=0.002)


def test_a_position_once_converted_is_not_converted_again() -> None:
    base = {"longitude": 117.6351234, "latitude": 26.2712345, "position_system": PositionSystem.GCJ02}
    texts = {each.name: text_of(each, base[each.name]) for each in POSITION}
    assert texts["position_system"] == "wgs84"
    assert read_form(POSITION, texts, base).changes(base) == {}


def test_a_position_of_unknown_system_is_mended_by_saying_which() -> None:
    base = {"longitude": 117.64, "latitude": 26.27, "position_system": PositionSystem.UNKNOWN}
    texts = {each.name: text_of(each, base[each.name]) for each in POSITION} | {"position_system": "gcj02"}
    changes = read_form(POSITION, texts, base).changes(base)
    assert changes["position_system"] is PositionSystem.GCJ02
    assert changes["longitude"] != 117.64


def test_a_position_can_be_taken_out() -> None:
    base = {"longitude": 117.64, "latitude": 26.27, "position_system": PositionSystem.WGS84}
    changes = read_form(POSITION, {"longitude": "", "latitude": "", "position_system": ""}, base).changes(
        base
    )
    assert set(changes.values()) == {None}
    assert {"longitude", "latitude", "position_system"} <= changes.keys()


@pytest.mark.parametrize(
    ("texts", "at"),
    [
        ({"longitude": "117.64", "latitude": "", "position_system": "wgs84"}, "latitude"),
        ({"longitude": "26.27", "latitude": "117.64", "position_system": "wgs84"}, "longitude"),
        ({"longitude": "117.64", "latitude": "26.27", "position_system": ""}, "position_system"),
        ({"longitude": "东经117", "latitude": "26.27", "position_system": "wgs84"}, "longitude"),
    ],
)
def test_half_a_position_is_refused(texts: dict[str, str], at: str) -> None:
    assert list(read_form(POSITION, texts, {}).problems) == [at]
