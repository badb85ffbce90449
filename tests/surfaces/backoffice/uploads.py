"""Uploading lists in tests, as a browser does, and carrying out what the worker would."""

from __future__ import annotations

import io

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from portal.domain.import_state import ImportState
from portal.extensions import db
from portal.imports.models import ImportRun
from portal.imports.work import work_at_all
from portal.institutions.models import Institution

LIST = (
    "机构名称,县市区,地址,床位数,收费标准,联系人\n"
    "示例甲敬老院,三元区,测试路1号,100,1200-1800,王测试\n"
    "示例乙敬老院,三元区,测试路2号,很多,=HYPERLINK(\"http://evil\"),王测试\n"
    "示例丙敬老院,三元区,测试路3号,80,面议,王测试\n"
)  # fmt: skip


def upload(
    client: FlaskClient, content: bytes | str = LIST, name: str = "名册.csv", **given: str
) -> TestResponse:
    data = content.encode() if isinstance(content, str) else content
    fields = {"source": "测试名册", "as_of": "2026-05-31", "region": "350404", **given}
    return post_form(client, "/staff/imports/new", {**fields, "file": (io.BytesIO(data), name)})


def post_form(client: FlaskClient, address: str, fields: dict[str, object]) -> TestResponse:
    """Post a form with files. The test client's own encoder leaves its temporary files open."""
    boundary, body = encode_multipart(
        {k: FileStorage(v[0], filename=v[1]) if isinstance(v, tuple) else v for k, v in fields.items()}
    )
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def work_through(app: Flask) -> None:
    with app.app_context():
        work_at_all()


def checked(app: Flask, client: FlaskClient, content: bytes | str = LIST, **given: str) -> str:
    answer = upload(client, content, **given)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    work_through(app)
    return answer.location


def state_of(app: Flask, address: str) -> ImportState:
    with app.app_context():
        return db.session.get_one(ImportRun, int(address.rsplit("/", 1)[1])).state


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def homes_of(app: Flask) -> list[str]:
    with app.app_context():
        query = select(Institution.name).where(Institution.withdrawn.is_(False)).order_by(Institution.id)
        return list(db.session.scalars(query))
