"""The pages of an import: upload, report, ticks, entering, mending, undoing; and none of it elsewhere."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from portal import clock
from portal.domain.import_state import ImportState
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.imports import files
from portal.imports.models import ImportRun
from portal.imports.work import work_at_all
from portal.institutions.models import Institution
from tests.surfaces.staff import make_staff, signed_in

LIST = (
    "机构名称,县市区,地址,床位数,收费标准,联系人\n"
    "示例甲敬老院,三元区,测试路1号,100,1200-1800,王测试\n"
    "示例乙敬老院,三元区,测试路2号,很多,=HYPERLINK(\"http://evil\"),王测试\n"
    "示例丙敬老院,三元区,测试路3号,80,面议,王测试\n"
)  # fmt: skip


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return signed_in(app, make_staff(app, region_code="350404"))


def _upload(
    client: FlaskClient, content: bytes | str = LIST, name: str = "名册.csv", **given: str
) -> TestResponse:
    data = content.encode() if isinstance(content, str) else content
    fields = {"source": "测试名册", "as_of": "2026-05-31", "region": "350404", **given}
    return _post(client, "/staff/imports/new", {**fields, "file": (io.BytesIO(data), name)})


def _post(client: FlaskClient, address: str, fields: dict[str, object]) -> TestResponse:
    """Post a form with files. The test client's own encoder leaves its temporary files open."""
    boundary, body = encode_multipart(
        {k: FileStorage(v[0], filename=v[1]) if isinstance(v, tuple) else v for k, v in fields.items()}
    )
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def _work(app: Flask) -> None:
    with app.app_context():
        work_at_all()


def _checked(app: Flask, client: FlaskClient, content: bytes | str = LIST, **given: str) -> str:
    answer = _upload(client, content, **given)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    _work(app)
    return answer.location


def _state(app: Flask, address: str) -> ImportState:
    with app.app_context():
        return db.session.get_one(ImportRun, int(address.rsplit("/", 1)[1])).state


def _text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def _homes(app: Flask) -> list[str]:
    with app.app_context():
        query = select(Institution.name).where(Institution.withdrawn.is_(False)).order_by(Institution.id)
        return list(db.session.scalars(query))


def test_a_month_from_upload_to_undo(app: Flask, clerk: FlaskClient) -> None:
    assert "还没有导入过" in _text(clerk, "/staff/imports")
    address = _upload(clerk).location
    page = _text(clerk, address)
    assert "正在核对" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    _work(app)
    page = _text(clerk, address)
    for said in ("待确认", "示例甲敬老院", "第2行", "本页全不选"):
        assert said in page
    page = _text(clerk, f"{address}?show=quarantined")
    assert "床位数" in page
    assert "“很多”" in page
    assert "王测试" not in page
    ids = re.findall(r'name="shown" value="(\d+)"', _text(clerk, f"{address}?show=new"))
    assert len(ids) == 2
    answer = clerk.post(
        f"{address}/rows", data={"go": "commit", "section": "new", "shown": ids, "keep": ids[:1]}
    )
    assert answer.location.endswith("/commit")
    assert "1行" in _text(clerk, answer.location)
    assert clerk.post(answer.location).status_code == 303
    _work(app)
    assert _homes(app) == ["示例甲敬老院"]
    page = _text(clerk, address)
    assert "已导入" in page
    public_id = re.search(r'/institutions/([2-9a-z]{8})"', page)
    assert public_id is not None
    assert "示例甲敬老院" in _text(app.test_client(), f"/institutions/{public_id[1]}")
    assert "还有1行没有改好" in page
    home = _text(clerk, "/staff")
    assert "被隔离" in home
    mended = clerk.get(f"{address}/to-mend.xlsx")
    assert mended.status_code == 200
    assert clerk.post(f"{address}/undo").status_code == 303
    assert "正在撤销" in _text(clerk, address)
    _work(app)
    assert "已撤销" in _text(clerk, address)
    assert _homes(app) == []
    assert app.test_client().get(f"/institutions/{public_id[1]}").status_code == 404


def test_what_was_quarantined_comes_back_mended(app: Flask, clerk: FlaskClient) -> None:
    address = _checked(app, clerk)
    clerk.post(f"{address}/commit")
    _work(app)
    content = clerk.get(f"{address}/to-mend.xlsx").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][rows[0].index("床位数")] == "很多"
    assert all("王测试" not in str(row) for row in rows)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml"), "a formula in a cell stays text"
    rows[1][rows[0].index("床位数")] = "60"
    rows[1][rows[0].index("收费标准")] = "900"
    text = "\n".join(",".join(str(cell) for cell in row) for row in rows)
    second = _checked(app, clerk, text, name="改好.csv")
    assert "示例乙敬老院" in _text(clerk, second)
    clerk.post(f"{second}/commit")
    _work(app)
    assert "示例乙敬老院" in _homes(app)
    assert "没有改好" not in _text(clerk, address)
    assert "被隔离" not in _text(clerk, "/staff")


def test_the_workbook_to_mend_is_read_as_it_is(app: Flask, clerk: FlaskClient) -> None:
    stacked = (
        "机构名称,所属区域,收费标准,,床位数\n,,床位费/最低,床位费/最高,\n"
        "示例甲敬老院,三元区,900,1200,很多\n"
    )  # fmt: skip
    address = _checked(app, clerk, stacked)
    again = _checked(app, clerk, clerk.get(f"{address}/to-mend.xlsx").data, name="待改.xlsx")
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
    address = _checked(app, clerk)
    other = signed_in(app, make_staff(app, role, department, region))
    for part in ("", "/progress", "/report.json", "/to-mend.xlsx", "/commit"):
        assert other.get(address + part).status_code == status, part
    if status != 200:
        for part in ("/rows", "/commit", "/check-again", "/discard", "/settle", "/undo"):
            assert other.post(address + part).status_code == status, part
    listed = other.get("/staff/imports")
    assert ("测试名册" in listed.get_data(as_text=True)) == (status == 200)
    assert _state(app, address) is ImportState.CHECKED


def test_another_department_of_the_county_looks_and_writes_nothing(app: Flask, clerk: FlaskClient) -> None:
    address = _checked(app, clerk)
    fire = signed_in(app, make_staff(app, Role.CLERK, Department.FIRE, "350404"))
    assert fire.get(address).status_code == 200
    assert fire.get("/staff/imports/new").status_code == 403
    assert _upload(fire).status_code == 403
    for part in ("/rows", "/commit", "/check-again", "/discard", "/undo"):
        assert fire.post(address + part).status_code == 403
    assert _state(app, address) is ImportState.CHECKED


def test_nobody_uploads_for_a_region_that_is_not_theirs(
    app: Flask, clerk: FlaskClient, tmp_path: Path
) -> None:
    answer = _upload(clerk, region="350421")
    assert answer.status_code == 422
    assert not list((tmp_path / "uploads").glob("*")) if (tmp_path / "uploads").exists() else True


def test_a_colleague_may_not_undo_a_reviewer_may(app: Flask, clerk: FlaskClient) -> None:
    address = _checked(app, clerk)
    clerk.post(f"{address}/commit")
    _work(app)
    colleague = signed_in(app, make_staff(app, region_code="350404"))
    assert "撤销这次导入" not in _text(colleague, address)
    assert colleague.post(f"{address}/undo").status_code == 403
    reviewer = signed_in(app, make_staff(app, Role.REVIEWER, region_code="350400"))
    assert "撤销这次导入" in _text(reviewer, address)
    assert reviewer.post(f"{address}/undo").status_code == 303
    _work(app)
    assert _state(app, address) is ImportState.UNDONE


def test_strangers_are_sent_to_the_door_and_bring_no_big_file(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.get("/staff/imports").status_code == 303
    assert _upload(client, b"x" * (3 << 20)).status_code in (303, 413)
    with app.app_context():
        assert db.session.scalar(select(func.count(ImportRun.id))) == 0


def test_the_report_is_the_published_one(app: Flask, clerk: FlaskClient) -> None:
    address = _checked(app, clerk)
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
    page = _upload(clerk, source="\u200b\ufeff").get_data(as_text=True)
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
    _work(app)
    assert "示例甲院" in _text(clerk, address)


def test_ticks_stay_from_page_to_page(app: Flask, clerk: FlaskClient) -> None:
    rows = "".join(f"示例{n:03d}号养老院,三元区,测试路{n}号,{n + 1}\n" for n in range(120))
    address = _checked(app, clerk, "机构名称,县市区,地址,床位数\n" + rows)
    page = _text(clerk, f"{address}?show=new")
    assert "第1页，共3页" in page
    ids = re.findall(r'name="shown" value="(\d+)"', page)
    answer = clerk.post(
        f"{address}/rows", data={"go": "next", "page": 1, "section": "new", "shown": ids, "keep": ids[1:]}
    )
    assert "page=2" in answer.location
    ids = re.findall(r'name="shown" value="(\d+)"', _text(clerk, answer.location))
    clerk.post(f"{address}/rows", data={"go": "none", "page": 2, "section": "new", "shown": ids, "keep": ids})
    assert _text(clerk, f"{address}?show=new&page=1").count(" checked") == 49
    assert _text(clerk, f"{address}?show=new&page=2").count(" checked") == 0
    clerk.post(f"{address}/commit")
    _work(app)
    assert len(_homes(app)) == 120 - 51


def test_forty_thousand_rows_stay_a_light_page(app: Flask, clerk: FlaskClient, count_queries: object) -> None:
    rows = "".join(f"示例{n:05d}号养老院,三元区,测试路{n}号,{n % 300 + 1}\n" for n in range(3000))
    address = _checked(app, clerk, "机构名称,县市区,地址,床位数\n" + rows)
    page = _text(clerk, f"{address}?show=new&page=30")
    assert len(page.encode()) < 150_000
    assert page.count('name="shown"') == 50


def test_a_worker_that_does_not_run_is_said_after_some_seconds(app: Flask, clerk: FlaskClient) -> None:
    address = _upload(clerk).location
    assert json.loads(clerk.get(f"{address}/progress").data)["waiting"] is False
    with clock.moved_to(clock.now() + timedelta(seconds=20)):
        said = json.loads(clerk.get(f"{address}/progress").data)
        assert (said["busy"], said["waiting"]) == (True, True)
        assert "data-waiting hidden" not in _text(clerk, address)


def test_what_differs_by_now_is_shown_anew(app: Flask, clerk: FlaskClient) -> None:
    one = _checked(app, clerk)
    two = _checked(app, clerk, LIST.replace(",100,", ",90,"), source="另一名册")
    clerk.post(f"{two}/commit")
    _work(app)
    clerk.post(f"{one}/commit")
    _work(app)
    page = _text(clerk, one)
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
    address = _checked(app, clerk, stream.getvalue(), name="a.xlsx")
    assert "别的工作表里也有机构" in _text(clerk, address)
    assert clerk.post(f"{address}/check-again", data={"sheet": "没有的表"}).status_code == 404
    clerk.post(f"{address}/check-again", data={"sheet": "乙区"})
    _work(app)
    assert "乙区0养老院" in _text(clerk, address)


# Files made to do harm


def _zip(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


def _sheet_with(declaration: str, value: str) -> bytes:
    """Return a workbook whose first sheet begins with a document type declaration."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["机构名称", "县市区", "床位数"])
    sheet.append(["示例甲养老院", "三元区", 5])
    stream, made = io.BytesIO(), io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            text = old.read(entry)
            if entry == "xl/sharedStrings.xml":
                body = text.decode().split("?>", 1)[-1] if text.startswith(b"<?xml") else text.decode()
                body = body.replace("示例甲养老院", value)
                text = f'<?xml version="1.0" encoding="UTF-8"?>{declaration}{body}'.encode()
            new.writestr(entry, text)
    return made.getvalue()


def _laughs() -> bytes:
    entities = (
        '<!ENTITY a "'
        + "哈" * 100
        + '">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    )
    return _sheet_with(f"<!DOCTYPE sst [{entities}]>", "&j;")


def _password() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 600
    )


HARMFUL = {
    "bomb": (lambda: _zip(xl__workbook_xml=b"\0" * (600 << 20)), "bomb.xlsx", "不是正常的名册"),
    "exe": (lambda: b"MZ\x90\x00" + bytes(range(256)) * 40, "名册.xlsx", None),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "名册.xlsx", "是图片"),
    "empty": (lambda: b"", "名册.xlsx", "是空文件"),
    "password": (_password, "名册.xlsx", "密码"),
    "word": (lambda: _zip(word__document_xml=b"<a/>"), "名册.xlsx", "Word"),
    "zip": (lambda: _zip(a=b"1"), "名册.zip", "压缩包"),
}


@pytest.mark.parametrize("kind", HARMFUL)
def test_a_harmful_file_gets_one_clear_sentence(sqlite_app: Flask, kind: str, tmp_path: Path) -> None:
    app = sqlite_app
    app.config["WTF_CSRF_ENABLED"] = False
    client = signed_in(app, make_staff(app, region_code="350404"))
    make, name, word = HARMFUL[kind]
    began = time.monotonic()
    address = _checked(app, client, make(), name=name)
    assert time.monotonic() - began < 60
    page = _text(client, address)
    assert _state(app, address) is ImportState.REFUSED
    assert "文件不能用" in page
    assert word is None or word in page
    assert "Traceback" not in page
    assert not list((tmp_path / "uploads").iterdir())


@pytest.mark.parametrize(
    "content",
    [
        _laughs(),
        _sheet_with('<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        _sheet_with('<!DOCTYPE sst SYSTEM "http://127.0.0.1:1/x.dtd">', "甲"),
    ],
    ids=["laughs", "external", "dtd"],
)
def test_entities_are_never_followed(sqlite_app: Flask, content: bytes) -> None:
    app = sqlite_app
    app.config["WTF_CSRF_ENABLED"] = False
    client = signed_in(app, make_staff(app, region_code="350404"))
    began = time.monotonic()
    address = _checked(app, client, content, name="a.xlsx")
    assert time.monotonic() - began < 30
    page = _text(client, address)
    assert "root:" not in page
    assert "哈哈" not in page
    assert _state(app, address) in (ImportState.REFUSED, ImportState.CHECKED)


class _Endless(io.RawIOBase):
    """A body of any length that costs no memory."""

    def __init__(self, size: int) -> None:
        self.size, self.place = size, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place = offset if whence == 0 else self.size + offset
        return self.place

    def tell(self) -> int:
        return self.place

    def read(self, size: int = -1) -> bytes:
        taken = min(size if size >= 0 else self.size, self.size - self.place)
        self.place += taken
        return b"x" * taken


def test_two_hundred_megabytes_get_a_clear_page(sqlite_app: Flask, tmp_path: Path) -> None:
    app, size = sqlite_app, 200 << 20
    app.config["WTF_CSRF_ENABLED"] = False
    client = signed_in(app, make_staff(app, region_code="350404"))
    body = _Endless(size)
    answer = client.post(
        "/staff/imports/new", input_stream=body, content_length=size,
        content_type="multipart/form-data; boundary=x",
    )  # fmt: skip
    assert answer.status_code == 413
    assert "文件太大" in answer.get_data(as_text=True)
    assert body.place == size, "what the browser still sends is taken, or it would show an error of its own"
    assert not (tmp_path / "uploads").exists()


def test_only_the_upload_may_be_large(sqlite_app: Flask) -> None:
    app = sqlite_app
    app.config["WTF_CSRF_ENABLED"] = False
    client = signed_in(app, make_staff(app, region_code="350404"))
    address = _checked(app, client)
    big = {"go": "save", "file": (io.BytesIO(b"x" * (3 << 20)), "a.csv")}
    assert _post(client, f"{address}/rows", big).status_code == 413
    assert _upload(client, b"x" * (3 << 20)).status_code == 303


def test_more_than_the_limit_is_refused_at_the_file(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = sqlite_app
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(files, "UPLOAD_LIMIT", 1000)
    client = signed_in(app, make_staff(app, region_code="350404"))
    answer = _upload(client, b"x" * 2000)
    assert answer.status_code == 422
    assert 'value="测试名册"' in answer.get_data(as_text=True)


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
    address = _checked(app, client, content, name="示例名册.xlsx", region="990102")
    page = _text(client, address)
    assert _state(app, address) is ImportState.CHECKED
    assert "听泉养老院" in page
    assert "六十来张" in _text(client, f"{address}?show=quarantined")
    real = signed_in(app, make_staff(app, region_code="350404"))
    assert real.get("/staff/imports/sample.xlsx").status_code == 404
