"""Heading rows under titles, stacked, merged, starred; rows that are no homes."""

from __future__ import annotations

import pytest

from portal.institutions.importer.columns import field_of
from portal.institutions.importer.headings import find_layout
from portal.institutions.importer.selection import data_rows
from portal.institutions.importer.tables import Cell, Sheet, Span


def _sheet(*rows: list[Cell], merges: list[Span] | None = None) -> Sheet:
    return Sheet("表", [list(row) for row in rows], merges or [])


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        (("*组织名称",), "name"),
        ((" 床 位 数\n（张）",), "beds_total"),
        (("床位数", "其中：护理型"), "beds_nursing"),
        (("床位数", "总数"), "beds_total"),
        (("收住对象", "失能"), "takes_full"),
        (("负责人", "姓名"), "personal"),
        (("负责人", "电话"), "personal"),
        (("联系人", "联系电话"), "personal"),
        (("负责人联系方式",), "personal"),
        (("法定代表人或负责人证件号码",), "personal"),
        (("基本情况", "名称"), "name"),
        (("序 号",), "ignored"),
        (("养老机构许可证编号",), "ignored"),
        (("（工商登记号）《民办非企业单位登记证书》或《营业执照》编号",), "credit_or_registration"),
        (("是否与医疗机构签约合作（协议医疗保障）",), "medical_signed_hospital"),
        (("县（市、区）",), "region"),
        (("护理费（最低）",), "fee"),
    ],
)
def test_headings_and_their_fields(parts: tuple[str, ...], field: str) -> None:
    meaning = field_of(parts, {})
    assert meaning is not None
    assert meaning[0] == field


@pytest.mark.parametrize("parts", [("猪圈（间）",), ("主管部门", "名称"), ("自理床位",), ("建筑面积",)])
def test_headings_that_nobody_knows(parts: tuple[str, ...]) -> None:
    assert field_of(parts, {}) is None


def test_a_mapping_wins_over_everything() -> None:
    meaning = field_of(("床位数",), {"床位数": "beds_nursing"})
    assert meaning is not None
    assert meaning[0] == "beds_nursing"


def test_headings_beneath_a_title_and_notes() -> None:
    sheet = _sheet(["名册"], ["说明：床位数填核定数"], [], ["机构名称", "床位数"], ["甲院", 30.0])
    layout = find_layout(sheet, {})
    assert layout is not None
    assert (layout.first, layout.last, list(data_rows(sheet, layout))) == (3, 3, [4])


def test_two_rows_without_merges_are_stacked() -> None:
    sheet = _sheet(
        ["机构名称", "县市区", "床位数", "", "收费标准", ""],
        ["", "", "总数", "护理型", "床位费", "护理费"],
        ["甲院", "明溪县", "30", "10", "500", "600"],
    )
    layout = find_layout(sheet, {})
    assert layout is not None
    assert (layout.first, layout.last) == (0, 1)
    assert [column.field for column in layout.columns.known] == [
        "name", "region", "beds_total", "beds_nursing", "fee", "fee",
    ]  # fmt: skip
    assert layout.columns.known[3].heading == "床位数/护理型"


def test_groups_above_a_row_with_the_name() -> None:
    sheet = _sheet(
        ["基本情况", "", "床位数", ""],
        ["机构名称", "县市区", "总数", "护理型"],
        ["甲院", "明溪县", 30.0, 10.0],
        merges=[((0, 0), (0, 1)), ((0, 2), (0, 3))],
    )
    layout = find_layout(sheet, {})
    assert layout is not None
    assert (layout.first, layout.last) == (0, 1)
    assert [column.field for column in layout.columns.known] == [
        "name",
        "region",
        "beds_total",
        "beds_nursing",
    ]


def test_the_first_data_row_is_no_second_heading_row() -> None:
    sheet = _sheet(["机构名称", "县市区", "地址"], ["", "明溪县", "测试路"], ["甲院", "明溪县", "测试路"])
    layout = find_layout(sheet, {})
    assert layout is not None
    assert layout.last == 0


def test_rows_that_are_no_homes() -> None:
    head: list[Cell] = ["序号", "院所全称", "县市区", "床位数", "联系电话", "地址"]
    sheet = _sheet(
        head,
        ["一、公办养老机构（3家）"],
        [1.0, "甲院", "明溪县", 30.0, "", ""],
        ["小计", "", "", 30.0, "", ""],
        [2.0, "", "", "", "", ""],
        head,
        ["第1页，共2页"],
        [3.0, "小计河敬老院", "明溪县", 30.0, "", "测试路"],
        ["", "合　　计", "共2家", 60.0, "", ""],
        ["制表：张测试", "", "", "", "审核：李样例", ""],
        ["", "", "明溪县", 9.0, "", ""],
    )
    layout = find_layout(sheet, {"院所全称": "name"})
    assert layout is not None
    assert list(data_rows(sheet, layout)) == [2, 7, 10]


def test_of_two_columns_for_one_field_the_better_named_is_taken_and_the_other_told() -> None:
    sheet = _sheet(["机构名称", "现有床位", "床位总数", "手机号码", "固话"], ["甲院", 20.0, 30.0, "", ""])
    layout = find_layout(sheet, {})
    assert layout is not None
    beds = layout.columns.one("beds_total")
    assert beds is not None
    assert beds.index == 2
    assert [heading for heading, _ in layout.columns.ignored] == ["现有床位", "手机号码"]
