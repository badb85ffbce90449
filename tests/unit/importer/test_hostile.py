"""Lists written to do harm, or carelessly: nothing personal is taken in, nothing keeps the importer busy."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path

import pytest

from portal.domain.errors import UnreadableValue
from portal.domain.fee_text import read_fee_text
from portal.domain.fees import FeeItem, FeeUnit
from portal.domain.identifiers import credit_code_check_character
from portal.institutions.importer import html_tables, parse_workbook, text_tables
from portal.institutions.importer.errors import ImportRefused
from portal.institutions.importer.headings import describe_top, find_layout
from portal.institutions.importer.html_tables import looks_like_html, read_html
from portal.institutions.importer.mapping import FieldMapping, read_mapping
from portal.institutions.importer.reading import read_table, within_cells
from portal.institutions.importer.row_model import HomeRow
from portal.institutions.importer.row_regions import RowRegions
from portal.institutions.importer.rows import RowReader
from portal.institutions.importer.screen import printable
from portal.institutions.importer.tables import Cell, Sheet
from portal.institutions.importer.values import read_phone
from portal.institutions.importer.withheld import WITHHELD, holds_identity_number
from portal.reference.regions import RegionDirectory

CARD = "350402198001011234"
OLD_CARD = "350402800101123"
PAGE = Path("名册.html")


@pytest.fixture(scope="module")
def directory() -> RegionDirectory:
    return RegionDirectory.from_reference()


def _read(directory: RegionDirectory, cells: dict[str, Cell], mapping: FieldMapping | None = None) -> HomeRow:
    cells = {"机构名称": "甲养老院", "县市区": "三元区"} | cells
    mapping = mapping or FieldMapping()
    sheet = Sheet("表", [list(cells), list(cells.values())])
    layout = find_layout(sheet, mapping.headings)
    assert layout is not None
    return RowReader(sheet, layout, mapping, RowRegions(directory, layout.columns, None)).read(1)


def _everything(home: HomeRow) -> str:
    return repr((home, home.reported_values()))


# Identity cards


@pytest.mark.parametrize(
    "text",
    [
        CARD,
        CARD[:17] + "X",
        CARD[:17] + "x",
        "３５０４０２１９８００１０１１２３４",
        "3504 0219 8001 0112 34",
        f"赵六{CARD}，女",
        "3504\u200b02198001011234",
        "350402-19800101-1234",
        f"13600002222 {CARD}",
        350402198001011200,
        3.504021980010112e17,
    ],
)
def test_an_identity_number_is_known_however_it_is_written(text: Cell) -> None:
    assert holds_identity_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "350402198013011234",
        "350402299901011234",
        "350402179901011234",
        "13503501980010112341",
        OLD_CARD,
        35040219800101,
    ],
)
def test_what_is_no_identity_number(text: Cell) -> None:
    assert not holds_identity_number(text)


def test_credit_codes_are_no_identity_numbers() -> None:
    digits = next(
        code
        for n in range(100)
        if (code := f"915135040000{n:05d}") and credit_code_check_character(code).isdigit()
    )
    assert not holds_identity_number(digits + credit_code_check_character(digits), "credit_code")
    assert not holds_identity_number("91350402MA32ABCD1X", "credit_code")


def test_the_old_form_counts_only_where_such_numbers_are_written() -> None:
    assert holds_identity_number(OLD_CARD, "phone")
    assert holds_identity_number(OLD_CARD, "credit_or_registration")
    assert not holds_identity_number(OLD_CARD, "services")


@pytest.mark.parametrize(
    "heading",
    [
        "机构名称",
        "曾用名",
        "地址",
        "县市区",
        "联系电话",
        "机构性质",
        "床位数",
        "服务内容",
        "收费标准",
        "统一社会信用代码",
        "登记证号",
        "备案编号",
        "成立时间",
        "运营状态",
        "机构等级",
        "是否备案",
        "经度",
        "合作医疗机构",
    ],
)
def test_an_identity_number_is_taken_in_by_no_column(directory: RegionDirectory, heading: str) -> None:
    home = _read(directory, {heading: f"赵六 {CARD}"})
    assert CARD not in _everything(home)
    assert "赵六" not in _everything(home)
    assert [(note.value, note.column) for note in home.notes] == [(WITHHELD, heading)]
    if home.problems:
        assert home.cells[heading] == WITHHELD


def test_a_column_of_ones_own_takes_in_no_identity_number(directory: RegionDirectory) -> None:
    mapping = read_mapping({"headings": {"档案": "other_as_written"}})
    home = _read(directory, {"档案": CARD}, mapping)
    assert CARD not in _everything(home)


def test_a_heading_repeats_no_identity_number(directory: RegionDirectory) -> None:
    sheet = Sheet("表", [["机构名称", "床位数", CARD], ["甲院", "1", "x"]])
    layout = find_layout(sheet, {})
    assert layout is not None
    assert layout.columns.unknown == [WITHHELD]


@pytest.mark.parametrize(
    ("cell", "number", "left_out"),
    [
        ("0598-8222111", "0598-8222111", False),
        ("0598-8222111-8001", "0598-8222111-8001", False),
        ("0598-8222111 8222112", "0598-8222111 8222112", False),
        ("0086-598-8222111", "0086-598-8222111", False),
        ("12345678901234", None, True),
        ("350402800101123、8222111", "8222111", True),
    ],
)
def test_a_telephone_has_at_most_thirteen_digits(cell: str, number: str | None, left_out: bool) -> None:
    assert read_phone(cell) == (number, left_out)


def test_a_quarantined_row_keeps_the_number_without_the_name(directory: RegionDirectory) -> None:
    home = _read(directory, {"床位数": "若干", "联系电话": "赵六13600002222"})
    assert home.problems
    assert home.cells["联系电话"] == "13600002222"


# Personal columns


@pytest.mark.parametrize("heading", ["负责人", "身份证号", "联 系 人", "联系人手机", "机构/法人代表"])
@pytest.mark.parametrize("field", ["other_as_written", "owner", "services", "mobile"])
def test_a_mapping_file_publishes_nobody(heading: str, field: str) -> None:
    with pytest.raises(ImportRefused, match="个人信息"):
        read_mapping({"headings": {heading: field}})


def test_a_mapping_file_may_leave_a_column_out_or_name_a_telephone() -> None:
    assert read_mapping({"headings": {"负责人": "ignored", "院长手机": "phone"}}).headings


def test_a_part_beneath_a_person_is_not_published_by_its_own_word(directory: RegionDirectory) -> None:
    mapping = read_mapping({"headings": {"电话": "other_as_written"}})
    sheet = Sheet("表", [["机构名称", "床位数", "负责人"], ["", "", "电话"], ["甲院", "1", "13600002222"]])
    sheet.merges = [((0, 0), (1, 0)), ((0, 1), (1, 1))]
    layout = find_layout(sheet, mapping.headings)
    assert layout is not None
    assert not layout.columns.of("other_as_written")


@pytest.mark.parametrize("heading", ["住宅电话", "联系人手机", "手机（联系人）"])
def test_a_persons_telephone_is_ignored_with_a_reason(heading: str) -> None:
    layout = find_layout(Sheet("表", [["机构名称", "床位数", heading]]), {})
    assert layout is not None
    assert layout.columns.one("phone") is None
    assert layout.columns.ignored[0][0] == heading


# What a column of the database can't hold


def test_a_fee_too_large_in_ten_thousands_is_kept_as_written(directory: RegionDirectory) -> None:
    home = _read(directory, {"收费标准（万元/月）": "9999999"})
    assert home.fees == []
    assert "金额过大" in home.kept[0].reason


def test_a_name_is_measured_by_its_key_too(directory: RegionDirectory) -> None:
    home = _read(directory, {"机构名称": "ﷺ" * 60})
    assert "超过200个字" in home.problems[0].reason


# Limits


def test_long_fee_cells_are_not_taken_apart(directory: RegionDirectory) -> None:
    home = _read(directory, {"收费标准": "自理1000元" + "，" * 500})
    assert home.fees == []
    assert "500" in home.kept[0].reason


def test_long_texts_are_cut_and_say_so(directory: RegionDirectory) -> None:
    mapping = read_mapping({"headings": {"杂项": "other_as_written"}})
    long = "长" * 60_000
    home = _read(directory, {"服务内容": long, "医养结合": long, "收费标准": long, "杂项": long}, mapping)
    texts = [home.values[name] for name in ("services", "medical_note", "fees_as_written")]
    texts.append(home.values["other_as_written"]["杂项"])
    assert {len(text) for text in texts} == {5_000}
    assert all(text.endswith("……（原文过长，此处截断）") for text in texts)
    assert len([note for note in home.kept if "5000" in note.reason]) == 4


def test_former_names_are_few_and_short(directory: RegionDirectory) -> None:
    home = _read(directory, {"曾用名": "、".join(["旧" * 201, *(f"旧{n}院" for n in range(50))])})
    assert len(home.values["former_names"]) == 19
    assert max(map(len, home.values["former_names"])) <= 200
    assert home.kept


def test_a_row_of_slashes_is_no_work() -> None:
    began = time.process_time()
    with pytest.raises(UnreadableValue):
        read_fee_text("1" + "/" * 20_000, FeeItem.BED, FeeUnit.MONTH)
    assert time.process_time() - began < 1


# Files


def _html(body: str) -> list[Sheet]:
    return read_html(PAGE, f"<table>{body}</table>")


def test_spans_are_bounded() -> None:
    wide = "<td rowspan=9999 colspan=9999>x</td>"
    began = time.process_time()
    (sheet,) = _html("<tr>" + wide * 100)
    assert time.process_time() - began < 10
    (_, (bottom, right)) = sheet.merges[0]
    assert (bottom, right) == (999, 999)


def test_a_span_of_many_digits_is_ignored() -> None:
    (sheet,) = _html(f"<tr><td colspan={'9' * 5000}>甲</td><td>乙</td></tr>")
    assert sheet.rows == [["甲", "乙"]]


def test_a_table_within_a_cell_ends_the_cell() -> None:
    sheets = _html("<tr><td>甲<table><tr><td>内</td></tr></table>乙</td></tr><tr><td>丙</td></tr>")
    assert [sheet.rows for sheet in sheets] == [[["甲"], ["丙"]], [["内"]]]


def test_many_comments_are_no_work() -> None:
    began = time.process_time()
    assert not looks_like_html("<!-- -->" * 400 + "甲,乙")
    assert time.process_time() - began < 1


def test_a_huge_page_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_tables, "SIZE_LIMIT", 100)
    with pytest.raises(ImportRefused, match="超过"):
        _html("<tr><td>" + "长" * 100)


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_tables, "ROW_LIMIT", 3)
    with pytest.raises(ImportRefused, match="超过3行"):
        text_tables.read_rows(Path("名册.csv"), "甲,1\n" * 4)


def test_texts_are_read_in_a_process_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_tables, "read_rows", None)
    monkeypatch.setattr(html_tables, "read_html", None)
    path = tmp_path / "名册.csv"
    path.write_text("机构名称,床位数\n甲院,1\n", encoding="utf-8")
    assert read_table(path).sheets[0].rows == [["机构名称", "床位数"], ["甲院", "1"]]
    path.write_text("<table><tr><td>甲</td></tr></table>", encoding="utf-8")
    assert read_table(path).sheets[0].rows == [["甲"]]


def test_merges_are_clipped_and_counted() -> None:
    rows = [["甲", "乙"], ["丙", "丁"]]
    assert within_cells([((0, 0), (1_048_575, 16_383)), ((5, 0), (6, 0))], rows) == [((0, 0), (1, 1))]
    assert len(within_cells([((0, 0), (n, 0)) for n in range(10_000)], rows)) <= 5_000


def test_spans_of_an_ods_are_counted() -> None:
    cell = b'<table:table-row><table:table-cell table:number-rows-spanned="3"/></table:table-row>'
    assert len(list(parse_workbook.spans_in(cell * 6_000))) == 5_000


def test_overlapping_parts_are_refused(tmp_path: Path) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", b"x" * 10_000)
        entry = archive.infolist()[0]
        for number in range(9):
            again = zipfile.ZipInfo(f"b{number}.xml")
            again.header_offset, again.compress_size = entry.header_offset, entry.compress_size
            again.file_size, again.CRC = entry.file_size, entry.CRC
            archive.filelist.append(again)
    path = tmp_path / "名册.xlsx"
    path.write_bytes(written.getvalue())
    with pytest.raises(ImportRefused, match="重叠"):
        read_table(path)


# Names and the terminal


@pytest.mark.parametrize(
    "name", ["\u3164\u3164", "\u2800", "\ufe0f", "★★", "\u115f\u1160", "甲" + "\u0301" * 3 + "院"]
)
def test_names_that_nobody_can_read_are_quarantined(directory: RegionDirectory, name: str) -> None:
    home = _read(directory, {"机构名称": name, "床位数": "1"})
    assert home.problems
    assert "name" not in home.values


@pytest.mark.parametrize("name", ["𠮷祥养老院", "阳光 3 号院", "Nguyễn Văn 养老院"])
def test_rare_but_readable_names_pass(directory: RegionDirectory, name: str) -> None:
    assert _read(directory, {"机构名称": name}).name == name


def test_no_control_character_reaches_the_terminal() -> None:
    assert printable("甲\x1b[2J\x9b乙\x07\u202e丙") == "甲[2J乙丙"


def test_the_message_without_headings_repeats_no_data() -> None:
    sheet = Sheet(
        "表", [["姓氏", "张三 13600002222", "a@b.cn", "这一格写得很长很长像一段话不像标题", 13600002222.0]]
    )
    shown = describe_top(sheet)
    assert "姓氏" in shown
    assert not any(word in shown for word in ("张三", "@", "136", "很长"))


def test_headings_carry_no_control_characters(directory: RegionDirectory) -> None:
    mapping = read_mapping({"headings": {"杂\x00项": "other_as_written"}})
    home = _read(directory, {"杂\x00项": "甲"}, mapping)
    assert "\\u0000" not in json.dumps(home.values)
