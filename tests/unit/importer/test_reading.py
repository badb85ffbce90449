"""Files of every kind, found by content; files that are something else; mapping files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from portal.institutions.importer import reading
from portal.institutions.importer.errors import ImportRefused
from portal.institutions.importer.mapping import load_mapping, read_mapping
from portal.institutions.importer.reading import read_table
from portal.institutions.importer.selection import choose_sheet

TEXT = "机构名称,县市区,床位数\n测试甲院,明溪县,30\n"


def _written(folder: Path, data: bytes, name: str = "表.xlsx") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _zipped(parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8（带BOM）"),
        ("gbk", "GBK"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_text_in_every_encoding_and_with_every_separator(
    tmp_path: Path, codec: str, name: str, separator: str
) -> None:
    table = read_table(_written(tmp_path, TEXT.replace(",", separator).encode(codec), "表.xls"))
    assert (table.format, table.encoding) == ("csv", name)
    assert table.sheets[0].rows[1] == ["测试甲院", "明溪县", "30"]


def test_characters_beyond_gbk(tmp_path: Path) -> None:
    table = read_table(_written(tmp_path, TEXT.replace("甲", "𬭚").encode("gb18030")))
    assert table.encoding == "GB18030"
    assert table.sheets[0].rows[1][0] == "测试𬭚院"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空文件"),
        (b"\n \n", "空文件"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "图片"),
        (b"Rar!\x1a", "压缩包"),
        (b"PK\x03\x04damaged", "损坏"),
        (_zipped({"word/document.xml": ""}), "Word"),
        (_zipped({"a.txt": ""}), "压缩包"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + bytes(600), "损坏"),
        (TEXT.encode() * 9 + b"\xff\xfe\xfa" + TEXT.encode(), "第19行有损坏"),
        ('机构名称,县市区\n"甲,明溪县\n'.encode() + "乙,明溪县\n".encode() * 99, "引号没有配对"),
        (bytes(range(256)) * 20, "不是表格"),
    ],
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, data: bytes, word: str) -> None:
    with pytest.raises(ImportRefused, match=word):
        read_table(_written(tmp_path, data))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"找不到文件.*没有\.xlsx"):
        read_table(tmp_path / "没有.xlsx")


def test_an_archive_that_unpacks_without_end_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "UNPACKED_LIMIT", 1 << 20)
    data = _zipped({"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": "a" * (2 << 20)})
    with pytest.raises(ImportRefused, match="解压后超过"):
        read_table(_written(tmp_path, data))


def test_a_sheet_with_one_cell_at_the_far_corner_does_not_eat_memory(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "机构名称"
    book.active["XFD1048576"] = 1
    book.save(tmp_path / "大.xlsx")
    with pytest.raises(ImportRefused, match="大得不正常"):
        read_table(tmp_path / "大.xlsx")


def test_merged_cells_of_an_open_document(tmp_path: Path) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    sheet = Table(name="名册")
    for number, cells in enumerate([["机构名称", "县市区"], [], ["甲院", "明溪县"], ["乙院", None]]):
        row = TableRow(numberrowsrepeated=2) if number == 1 else TableRow()
        for text in cells:
            span = {"numberrowsspanned": 2, "numbercolumnsspanned": 1} if text == "明溪县" else {}
            cell = CoveredTableCell() if text is None else TableCell(valuetype="string", **span)
            if text is not None:
                cell.addElement(P(text=text))
            row.addElement(cell)
        if not cells:
            row.addElement(TableCell())
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    document.save(str(tmp_path / "名册.ods"))
    table = read_table(tmp_path / "名册.ods")
    assert table.format == "ods"
    assert table.sheets[0].merges == [((3, 1), (4, 1))]
    assert table.sheets[0].rows[3] == ["甲院", "明溪县"]


def test_an_old_systems_web_page_is_read_as_the_table_it_is(tmp_path: Path) -> None:
    page = (
        "<html><table><tr><td colspan=3>名册</td></tr>"
        "<tr><th>机构名称</th><th>县市区</th><th>床位数</th></tr>"
        "<tr><td>测试甲院</td><td rowspan=2>明溪县</td><td>30</td></tr>"
        "<tr><td>测试乙院</td><td>40</td></tr></table>"
    )
    table = read_table(_written(tmp_path, page.encode("gbk"), "导出.xls"))
    assert table.format == "html"
    assert table.sheets[0].rows[3] == ["测试乙院", "", "40"]
    assert ((2, 1), (3, 1)) in table.sheets[0].merges


def test_without_headings_the_message_shows_what_was_seen_but_no_long_numbers(tmp_path: Path) -> None:
    table = read_table(_written(tmp_path, "甲,乙\n张三,350421195001010011\n".encode()))
    with pytest.raises(ImportRefused, match="没有找到标题行") as caught:
        choose_sheet(table, None, {})
    assert "甲 | 乙" in str(caught.value)
    assert "3504" not in str(caught.value)


def test_an_unknown_sheet_is_answered_with_those_there_are(tmp_path: Path) -> None:
    table = read_table(_written(tmp_path, TEXT.encode(), "名册.csv"))
    with pytest.raises(ImportRefused, match="有：名册"):
        choose_sheet(table, "别的", {})


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ([], "最外层"),
        ({"heads": {}}, "heads"),
        ({"headings": {"铺位": "bed"}}, "铺位.*beds_total"),
        ({"headings": {"铺位": 1.5}}, "铺位"),
        ({"values": {"name": {}}}, "values.*name"),
        ({"values": {"operation_mode": {"村办": "village"}}}, "村办.*public_public"),
        ({"values": {"grade": {"三星级": "9"}}}, "三星级"),
        ({"position_system": "mars"}, "gcj02"),
    ],
)
def test_a_bad_mapping_is_refused_with_its_key(content: object, word: str) -> None:
    with pytest.raises(ImportRefused, match=word):
        read_mapping(content)


def test_a_mapping_that_is_no_json_says_where(tmp_path: Path) -> None:
    path = tmp_path / "对照.json"
    path.write_text('{"headings": [', encoding="utf-8")
    with pytest.raises(ImportRefused, match="第1行"):
        load_mapping(path)


def test_a_mapping_may_call_a_local_grade_national() -> None:
    words = read_mapping({"values": {"grade": {"三星级": 3}}}).words
    assert words.grade("三星级") == ("national", 3)
    assert words.grade("四星级") == ("local", None)
    assert words.grade("三级") == ("national", 3)
