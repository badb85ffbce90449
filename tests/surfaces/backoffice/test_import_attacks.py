"""Files made to do harm, and files that are too large: one clear sentence each, within limits."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from portal.domain.import_state import ImportState
from portal.imports import files
from tests.surfaces.backoffice.uploads import (
    checked,
    post_form,
    state_of,
    text_of,
    upload,
)
from tests.surfaces.staff import make_staff, signed_in


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


def worked() -> float:
    """Return the seconds that processors have worked for us and for the processes that read files."""
    return sum(os.times()[:4])


@pytest.mark.parametrize("kind", HARMFUL)
def test_a_harmful_file_gets_one_clear_sentence(sqlite_app: Flask, kind: str, tmp_path: Path) -> None:
    app = sqlite_app
    app.config["WTF_CSRF_ENABLED"] = False
    client = signed_in(app, make_staff(app, region_code="350404"))
    make, name, word = HARMFUL[kind]
    began = worked()
    address = checked(app, client, make(), name=name)
    assert worked() - began < 60
    page = text_of(client, address)
    assert state_of(app, address) is ImportState.REFUSED
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
    began = worked()
    address = checked(app, client, content, name="a.xlsx")
    assert worked() - began < 30
    page = text_of(client, address)
    assert "root:" not in page
    assert "哈哈" not in page
    assert state_of(app, address) in (ImportState.REFUSED, ImportState.CHECKED)


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
    address = checked(app, client)
    big = {"go": "save", "file": (io.BytesIO(b"x" * (3 << 20)), "a.csv")}
    assert post_form(client, f"{address}/rows", big).status_code == 413
    assert upload(client, b"x" * (3 << 20)).status_code == 303


def test_more_than_the_limit_is_refused_at_the_file(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = sqlite_app
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(files, "UPLOAD_LIMIT", 1000)
    client = signed_in(app, make_staff(app, region_code="350404"))
    answer = upload(client, b"x" * 2000)
    assert answer.status_code == 422
    assert 'value="测试名册"' in answer.get_data(as_text=True)
