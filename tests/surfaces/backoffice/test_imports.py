"""The pages of an import: upload, report, ticks, entering, mending, undoing; and none of it elsewhere."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal import clock
from portal.domain.import_state import ImportState
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.imports.models import ImportRun
from tests.surfaces.backoffice.uploads import (
    LIST,
    checked,
    homes_of,
    state_of,
    text_of,
    upload,
    work_through,
)
from tests.surfaces.staff import make_staff, signed_in


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return signed_in(app, make_staff(app, region_code="350404"))


def test_a_month_from_upload_to_undo(app: Flask, clerk: FlaskClient) -> None:
    assert "还没有导入过" in text_of(clerk, "/staff/imports")
    address = upload(clerk).location
    page = text_of(clerk, address)
    assert "正在核对" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    work_through(app)
    page = text_of(clerk, address)
    for said in ("待确认", "示例甲敬老院", "第2行", "本页全不选"):
        assert said in page
    page = text_of(clerk, f"{address}?show=quarantined")
    assert "床位数" in page
    assert "“很多”" in page
    assert "王测试" not in page
    ids = re.findall(r'name="shown" value="(\d+)"', text_of(clerk, f"{address}?show=new"))
    assert len(ids) == 2
    answer = clerk.post(
        f"{address}/rows", data={"go": "commit", "section": "new", "shown": ids, "keep": ids[:1]}
    )
    assert answer.location.endswith("/commit")
    assert "1行" in text_of(clerk, answer.location)
    assert clerk.post(answer.location).status_code == 303
    work_through(app)
    assert homes_of(app) == ["示例甲敬老院"]
    page = text_of(clerk, address)
    assert "已导入" in page
    public_id = re.search(r'/institutions/([2-9a-z]{8})"', page)
    assert public_id is not None
    assert "示例甲敬老院" in text_of(app.test_client(), f"/institutions/{public_id[1]}")
    assert "还有1行没有改好" in page
    home = text_of(clerk, "/staff")
    assert "被隔离" in home
    mended = clerk.get(f"{address}/to-mend.xlsx")
    assert mended.status_code == 200
    assert clerk.post(f"{address}/undo").status_code == 303
    assert "正在撤销" in text_of(clerk, address)
    work_through(app)
    assert "已撤销" in text_of(clerk, address)
    assert homes_of(app) == []
    assert app.test_client().get(f"/institutions/{public_id[1]}").status_code == 404


def test_what_was_quarantined_comes_back_mended(app: Flask, clerk: FlaskClient) -> None:
    address = checked(app, clerk)
    clerk.post(f"{address}/commit")
    work_through(app)
    content = clerk.get(f"{address}/to-mend.xlsx").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][rows[0].index("床位数")] == "很多"
    assert all("王测试" not in str(row) for row in rows)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml"), "a formula in a cell stays text"
    rows[1][rows[0].index("床位数")] = "60"
    rows[1][rows[0].index("收费标准")] = "900"
    text = "\n".join(",".join(str(cell) for cell in row) for row in rows)
    second = checked(app, clerk, text, name="改好.csv")
    assert "示例乙敬老院" in text_of(clerk, second)
    clerk.post(f"{second}/commit")
    work_through(app)
    assert "示例乙敬老院" in homes_of(app)
    assert "没有改好" not in text_of(clerk, address)
    assert "被隔离" not in text_of(clerk, "/staff")


def test_the_workbook_to_mend_is_read_as_it_is(app: Flask, clerk: FlaskClient) -> None:
    stacked = (
        "机构名称,所属区域,收费标准,,床位数\n,,床位费/最低,床位费/最高,\n"
        "示例甲敬老院,三元区,900,1200,很多\n"
    )  # fmt: skip
    address = checked(app, clerk, stacked)
    again = checked(app, clerk, clerk.get(f"{address}/to-mend.xlsx").data, name="待改.xlsx")
    with app.app_context():
        run = db.session.get_one(ImportRun, int(again.rsplit("/", 1)[1]))
        assert run.report is not None
        assert run.report["counts"]["quarantined_rows"] == 1
        assert run.report["unknown_headings"] == []


@pytest.mark.parametrize(
    ("role", "department", "region", "status"),
    [
        (Role.CLERK, Department.CIVIL_AFFAIRS, "350404", 200),
        (Role.REVIEWER, Department.CIVIL_AFFAIRS, "350400", 200),
        (Role.CLERK, Department.CIVIL_AFFAIRS, "350421", 404),
        (Role.REVIEWER, Department.CIVIL_AFFAIRS, "350100", 404),
        (Role.SUPERVISOR, Department.CIVIL_AFFAIRS, "350404", 403),
        (Role.ADMINISTRATOR, Department.CIVIL_AFFAIRS, "350404", 403),
    ],
)
def test_an_import_is_nobodys_business_elsewhere(
    app: Flask, clerk: FlaskClient, role: Role, department: Department, region: str, status: int
) -> None:
    address = checked(app, clerk)
    other = signed_in(app, make_staff(app, role, department, region))
    for part in ("", "/progress", "/report.json", "/to-mend.xlsx", "/commit"):
        assert other.get(address + part).status_code == status, part
    if status != 200:
        for part in ("/rows", "/commit", "/check-again", "/discard", "/settle", "/undo"):
            assert other.post(address + part).status_code == status, part
    listed = other.get("/staff/imports")
    assert ("测试名册" in listed.get_data(as_text=True)) == (status == 200)
    assert state_of(app, address) is ImportState.CHECKED


def test_another_department_of_the_county_looks_and_writes_nothing(app: Flask, clerk: FlaskClient) -> None:
    address = checked(app, clerk)
    fire = signed_in(app, make_staff(app, Role.CLERK, Department.FIRE, "350404"))
    assert fire.get(address).status_code == 200
    assert fire.get("/staff/imports/new").status_code == 403
    assert upload(fire).status_code == 403
    for part in ("/rows", "/commit", "/check-again", "/discard", "/undo"):
        assert fire.post(address + part).status_code == 403
    assert state_of(app, address) is ImportState.CHECKED


def test_nobody_uploads_for_a_region_that_is_not_theirs(
    app: Flask, clerk: FlaskClient, tmp_path: Path
) -> None:
    answer = upload(clerk, region="350421")
    assert answer.status_code == 422
    assert not list((tmp_path / "uploads").glob("*")) if (tmp_path / "uploads").exists() else True


def test_a_colleague_may_not_undo_a_reviewer_may(app: Flask, clerk: FlaskClient) -> None:
    address = checked(app, clerk)
    clerk.post(f"{address}/commit")
    work_through(app)
    colleague = signed_in(app, make_staff(app, region_code="350404"))
    assert "撤销这次导入" not in text_of(colleague, address)
    assert colleague.post(f"{address}/undo").status_code == 403
    reviewer = signed_in(app, make_staff(app, Role.REVIEWER, region_code="350400"))
    assert "撤销这次导入" in text_of(reviewer, address)
    assert reviewer.post(f"{address}/undo").status_code == 303
    work_through(app)
    assert state_of(app, address) is ImportState.UNDONE


def test_strangers_are_sent_to_the_door_and_bring_no_big_file(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.get("/staff/imports").status_code == 303
    assert upload(client, b"x" * (3 << 20)).status_code in (303, 413)
    with app.app_context():
        assert db.session.scalar(select(func.count(ImportRun.id))) == 0


def test_the_report_is_the_published_one(app: Flask, clerk: FlaskClient) -> None:
    address = checked(app, clerk)
    answer = clerk.get(f"{address}/report.json")
    said = json.loads(answer.data)
    assert (said["read"], len(said["new"]), said["quarantined"][0]["column"]) == (3, 2, "床位数")
    assert said["file"] == "名册.csv"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_bad_fields_are_said_at_the_field_and_what_was_typed_stays(clerk: FlaskClient) -> None:
    answer = clerk.post(
        "/staff/imports/new", data={"source": "某名册", "as_of": "2999-01-01", "region": "350404"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for said in ("请选择文件", "晚于今天", 'value="某名册"', 'href="#file"'):
        assert said in page
    page = upload(clerk, source="\u200b\ufeff").get_data(as_text=True)
    assert "看不见" in page


def test_a_mapping_file_is_checked_at_once(app: Flask, clerk: FlaskClient) -> None:
    def post(mapping: bytes) -> TestResponse:
        return clerk.post(
            "/staff/imports/new",
            data={
                "source": "测试", "as_of": "2026-05-31", "region": "350404",
                "file": (io.BytesIO("院所全称,编制铺位\n示例甲院,30\n".encode()), "a.csv"),
                "mapping": (io.BytesIO(mapping), "m.json"),
            },
            content_type="multipart/form-data",
        )  # fmt: skip

    for bad in (b"{", b"[1]", '{"headings": {"院": "nonsense"}}'.encode()):
        assert post(bad).status_code == 422
    address = post('{"headings": {"院所全称": "name", "编制铺位": "beds_total"}}'.encode()).location
    work_through(app)
    assert "示例甲院" in text_of(clerk, address)


def test_ticks_stay_from_page_to_page(app: Flask, clerk: FlaskClient) -> None:
    rows = "".join(f"示例{n:03d}号养老院,三元区,测试路{n}号,{n + 1}\n" for n in range(120))
    address = checked(app, clerk, "机构名称,县市区,地址,床位数\n" + rows)
    page = text_of(clerk, f"{address}?show=new")
    assert "第1页，共3页" in page
    ids = re.findall(r'name="shown" value="(\d+)"', page)
    answer = clerk.post(
        f"{address}/rows", data={"go": "next", "page": 1, "section": "new", "shown": ids, "keep": ids[1:]}
    )
    assert "page=2" in answer.location
    ids = re.findall(r'name="shown" value="(\d+)"', text_of(clerk, answer.location))
    clerk.post(f"{address}/rows", data={"go": "none", "page": 2, "section": "new", "shown": ids, "keep": ids})
    assert text_of(clerk, f"{address}?show=new&page=1").count(" checked") == 49
    assert text_of(clerk, f"{address}?show=new&page=2").count(" checked") == 0
    clerk.post(f"{address}/commit")
    work_through(app)
    assert len(homes_of(app)) == 120 - 51


def test_forty_thousand_rows_stay_a_light_page(app: Flask, clerk: FlaskClient, count_queries: object) -> None:
    rows = "".join(f"示例{n:05d}号养老院,三元区,测试路{n}号,{n % 300 + 1}\n" for n in range(3000))
    address = checked(app, clerk, "机构名称,县市区,地址,床位数\n" + rows)
    page = text_of(clerk, f"{address}?show=new&page=30")
    assert len(page.encode()) < 150_000
    assert page.count('name="shown"') == 50


def test_a_worker_that_does_not_run_is_said_after_some_seconds(app: Flask, clerk: FlaskClient) -> None:
    address = upload(clerk).location
    assert json.loads(clerk.get(f"{address}/progress").data)["waiting"] is False
    with clock.moved_to(clock.now() + timedelta(seconds=20)):
        said = json.loads(clerk.get(f"{address}/progress").data)
        assert (said["busy"], said["waiting"]) == (True, True)
        assert "data-waiting hidden" not in text_of(clerk, address)


def test_what_differs_by_now_is_shown_anew(app: Flask, clerk: FlaskClient) -> None:
    one = checked(app, clerk)
    two = checked(app, clerk, LIST.replace(",100,", ",90,"), source="另一名册")
    clerk.post(f"{two}/commit")
    work_through(app)
    clerk.post(f"{one}/commit")
    work_through(app)
    page = text_of(clerk, one)
    assert "有了变化" in page
    assert "待确认" in page


def test_another_sheet_is_read_on_request(app: Flask, clerk: FlaskClient) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for name, count in (("甲区", 3), ("乙区", 2)):
        sheet = book.create_sheet(name)
        sheet.append(["机构名称", "县市区", "床位数"])
        for n in range(count):
            sheet.append([f"{name}{n}养老院", "三元区", n + 1])
    stream = io.BytesIO()
    book.save(stream)
    address = checked(app, clerk, stream.getvalue(), name="a.xlsx")
    assert "别的工作表里也有机构" in text_of(clerk, address)
    assert clerk.post(f"{address}/check-again", data={"sheet": "没有的表"}).status_code == 404
    clerk.post(f"{address}/check-again", data={"sheet": "乙区"})
    work_through(app)
    assert "乙区0养老院" in text_of(clerk, address)


def test_the_demo_gives_a_sample_of_the_own_county(sqlite_app: Flask) -> None:
    from portal.history.models import DataSet, DataSetKind
    from portal.institutions.demo.load import _enter_regions
    from portal.unit_of_work import unit_of_work

    app = sqlite_app
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), unit_of_work():
        _enter_regions()
        db.session.get_one(DataSet, 1).kind = DataSetKind.DEMO
    client = signed_in(app, make_staff(app, region_code="990102", demo=True))
    content = client.get("/staff/imports/sample.xlsx").data
    address = checked(app, client, content, name="示例名册.xlsx", region="990102")
    page = text_of(client, address)
    assert state_of(app, address) is ImportState.CHECKED
    assert "听泉养老院" in page
    assert "六十来张" in text_of(client, f"{address}?show=quarantined")
    real = signed_in(app, make_staff(app, region_code="350404"))
    assert real.get("/staff/imports/sample.xlsx").status_code == 404
