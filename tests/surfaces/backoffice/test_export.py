"""Lists as files: nothing in them runs, types stay types, and the audit knows who took what."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from portal import clock
from portal.audit.models import AuditEntry
from portal.backoffice import export as exporting
from portal.backoffice.export import Column, Table, export, safe_text
from portal.domain.fees import CareLevel
from portal.extensions import db

HOSTILE = ["=1+1", "+86 10", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "'=1", '="x"']


@pytest.fixture
def caller(monkeypatch: pytest.MonkeyPatch) -> None:
    class Caller:
        label = "示例县民政经办"

    monkeypatch.setattr(exporting, "the_caller", lambda: Caller())


def table(rows: Any, *columns: Column | str) -> Table:
    return Table("示例清单", columns or ("甲", "乙"), rows, "示例来源", "90天内")


def made(app: Flask, one: Table, file_format: str) -> bytes:
    with app.test_request_context():
        response = export(one, file_format)
        data = response.get_data()
        response.close()
        assert response.content_length == len(data)
        return data


def sheets(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_csv_cell_never_begins_like_a_formula(sqlite_app: Flask, caller: None, text: str) -> None:
    data = made(sqlite_app, table([(text, "好")], text, "乙"), "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    heading, row = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    for cell in (heading[0], row[0]):
        assert cell.startswith("'")
        assert cell[1:] == text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_workbook_holds_text_as_text(sqlite_app: Flask, caller: None, text: str) -> None:
    cell = sheets(made(sqlite_app, table([(text, "好")]), "xlsx"))["数据"]["A2"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x000D_", "\r").strip() == text.strip()
    assert cell.number_format == "@"


def test_types_stay_types(sqlite_app: Flask, caller: None) -> None:
    moment = datetime(2026, 2, 24, 1, 5, tzinfo=UTC)
    row = (date(2026, 2, 24), moment, 320_050, 17, True, CareLevel.FULL, None, "35040019900101001X")
    columns = ("日", "时", Column("月费", fen=True), "床", "有", "级", "空", "码")
    one = sheets(made(sqlite_app, table([row], *columns), "xlsx"))["数据"]
    day, at, *values = [cell.value for cell in one[2]]
    assert day.isoformat() == "2026-02-24T00:00:00"
    assert at.isoformat() == "2026-02-24T09:05:00"
    assert values == [3200.5, 17, "是", "失能", None, "35040019900101001X"]
    assert one["A2"].is_date
    assert one.freeze_panes == "A2"
    text = made(sqlite_app, table([row], *columns), "csv").decode("utf-8-sig").splitlines()[1]
    assert text == "2026-02-24,2026-02-24 09:05,3200.5,17,是,失能,,35040019900101001X"


def test_the_second_sheet_says_what_the_file_is(sqlite_app: Flask, caller: None) -> None:
    about = sheets(made(sqlite_app, table([("a", "b")] * 3), "xlsx"))["说明"]
    said = {row[0].value: row[1].value for row in about.iter_rows()}
    assert said["来源"] == "示例来源"
    assert said["筛选"] == "90天内"
    assert said["导出人"] == "示例县民政经办"
    assert said["行数"] == 3
    assert abs(said["导出时间"] - clock.now().replace(tzinfo=None)) < timedelta(minutes=5)


def test_a_text_too_long_for_a_cell_says_that_it_goes_on(sqlite_app: Flask, caller: None) -> None:
    cell = sheets(made(sqlite_app, table([("长" * 40_000, "b")]), "xlsx"))["数据"]["A2"]
    assert len(cell.value) == 32_767
    assert cell.value.endswith("（后文略，请到系统里看）")


def test_days_that_spreadsheets_cannot_count_go_out_as_text(sqlite_app: Flask, caller: None) -> None:
    cell = sheets(made(sqlite_app, table([(date(1899, 12, 1), "b")]), "xlsx"))["数据"]["A2"]
    assert cell.value == "1899-12-01"


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_is_entered_in_the_audit(app: Flask, caller: None, file_format: str) -> None:
    made(app, table([("a", "b")] * 2), file_format)
    with app.app_context():
        entry = db.session.scalars(db.select(AuditEntry)).one()
    assert entry.action == "export"
    assert "示例清单" in entry.content
    assert '"rows":2' in entry.content.replace(" ", "")


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_list_that_fails_half_way_gives_no_file_and_no_entry(
    sqlite_app: Flask, caller: None, file_format: str
) -> None:
    def rows() -> Any:
        yield ("a", "b")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        made(sqlite_app, table(rows()), file_format)
    with sqlite_app.app_context():
        assert not db.session.scalars(db.select(AuditEntry)).all()


def test_no_other_format(sqlite_app: Flask, caller: None) -> None:
    with pytest.raises(NotFound):
        made(sqlite_app, table([]), "exe")


def test_ordinary_text_stays_as_it_is() -> None:
    for text in ("养老院", "3级", "（无）", "a=b"):
        assert safe_text(text) == text
