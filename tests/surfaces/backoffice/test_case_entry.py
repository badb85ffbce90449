"""Calls, letters and visits typed in by staff: counted from when they came in, a receipt to be read out."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from portal import clock
from portal.complaints.kinds import Channel
from portal.complaints.models import Case
from portal.complaints.service.finding import find
from portal.domain.permissions import Department, Role
from portal.extensions import db
from tests.integration.complaints.cases import enter_home
from tests.surfaces.backoffice.casework import Client, address, events

NEW = "/staff/cases/new"
CALL = {
    "channel": "phone",
    "home": "other",
    "place_name": "街口那家",
    "place": "菜场东门",
    "region": "350404",
    "category": "care",
    "text": "夜里没有人管老人。",
    "appearance": "named",
    "name": "林秋月",
    "phone": "0598-8230000",
}


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


def token(page: str) -> dict[str, str]:
    """Return what the untouched form holds besides: its token, and now."""
    (submission,) = re.findall(r'name="submission"[^>]*value="(\w{32})"', page)
    (moment,) = re.findall(r'name="received_at"[^>]*value="([^"]+)"', page)
    return {"submission": submission, "received_at": moment}


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Case)) or 0


def test_a_call_gets_its_receipt_and_code_to_be_read_out(app: Flask, staff_client: Client) -> None:
    clerk = staff_client()
    form = token(clerk.get(NEW).text) | CALL
    answer = clerk.post(NEW, data=form)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    (receipt,) = re.findall(r"<dd>(T\d{4}-\w{8})</dd>", answer.text)
    (code,) = re.findall(r"<dd>(\w{4}-\w{4}-\w{4})", answer.text)
    assert answer.text.count("case-slip__spoken") == 3
    with app.app_context():
        case = find(receipt, code)
        assert case is not None
        assert case.channel is Channel.PHONE
        assert case.entered_by.endswith("民政经办")
    page = clerk.get(address(receipt)).text
    for words in ("街口那家", "菜场东门", "夜里没有人管老人。", "林秋月", "电话"):
        assert words in page
    assert code not in page
    again = clerk.post(NEW, data=form)
    assert again.status_code == 201
    assert receipt in again.text
    assert code in again.text
    assert count(app) == 1


def test_a_letter_counts_from_the_day_it_came(app: Flask, staff_client: Client) -> None:
    home, clerk = enter_home(app), staff_client()
    page = clerk.post(NEW, data=token(clerk.get(NEW).text) | {"q": "示例", "find": "1"}).text
    (public_id,) = re.findall(r'name="home" value="([2-9a-z]{8})"', page)
    day = clock.today() - timedelta(days=3)
    form = token(page) | CALL | {"channel": "letter", "home": public_id, "q": "示例"}
    late = clerk.post(NEW, data=form | {"received_at": f"{clock.today() + timedelta(days=1)}T08:00"})
    assert late.status_code == 422
    assert "不能晚于现在" in late.text
    assert "夜里没有人管老人。" in late.text
    answer = clerk.post(NEW, data=form | {"received_at": f"{day}T16:20"})
    assert answer.status_code == 201
    assert "补登" in answer.text
    with app.app_context():
        case = db.session.scalars(select(Case)).one()
        assert case.institution_id == home
        assert case.received_at == datetime(day.year, day.month, day.day, 16, 20, tzinfo=clock.SHANGHAI)
        receipt = case.receipt
    assert events(app, receipt) == ["lodge", "redate"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"channel": "web"}, "怎么来的"),
        ({"text": ""}, "请写对方说了什么事"),
        ({"home": "", "place_name": ""}, "请先查找并选中一家"),
        ({"place_name": ""}, "请写机构或场所叫什么"),
        ({"region": "110101"}, "在哪个地区"),
        ({"name": ""}, "选了实名，请写姓名"),
        ({"appearance": "anonymous"}, "选了匿名，请不要写姓名"),
        ({"appearance": "confidential", "name": "", "phone": ""}, "请留姓名或者一种联系方式"),
        ({"mail": "nobody"}, "邮箱像"),
        ({"happened_on": "2999-01-01"}, "还没有到"),
        ({"received_at": "gestern"}, "什么时候收到的"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    app: Flask, staff_client: Client, changes: dict[str, str], said: str
) -> None:
    clerk = staff_client()
    answer = clerk.post(NEW, data=token(clerk.get(NEW).text) | CALL | changes)
    assert answer.status_code == 422
    assert said in re.findall(r'class="error-summary".*?</div>', answer.text, re.DOTALL)[0]
    assert "菜场东门" in answer.text
    assert count(app) == 0


def test_a_photo_of_the_letter_comes_along_and_anything_else_is_refused(
    app: Flask, staff_client: Client
) -> None:
    clerk, picture = staff_client(), io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(picture, "PNG")
    form = token(clerk.get(NEW).text) | CALL
    refused = clerk.post(NEW, data=form | {"files": (io.BytesIO(b"MZ\x90 program"), "信.exe")})
    assert refused.status_code == 422
    assert "没有收下" in refused.text
    assert count(app) == 0
    answer = clerk.post(NEW, data=form | {"files": (io.BytesIO(picture.getvalue()), "信.png")})
    assert answer.status_code == 201
    (receipt,) = re.findall(r"<dd>(T\d{4}-\w{8})</dd>", answer.text)
    page = clerk.get(address(receipt)).text
    assert "照片1（" in page
    assert "信.png" not in page


def test_what_it_is_about_is_chosen_not_presumed(app: Flask, staff_client: Client) -> None:
    clerk = staff_client(Role.CLERK)
    answer = clerk.post(NEW, data=token(clerk.get(NEW).text) | CALL | {"category": ""})
    assert answer.status_code == 422
    assert "请选是哪方面的事" in answer.text


def test_another_departments_category_goes_there_at_once(app: Flask, staff_client: Client) -> None:
    clerk, fire = staff_client(), staff_client(Role.CLERK, Department.FIRE)
    answer = clerk.post(NEW, data=token(clerk.get(NEW).text) | CALL | {"category": "fire"})
    assert "由消防部门先办" in answer.text
    (receipt,) = re.findall(r"<dd>(T\d{4}-\w{8})</dd>", answer.text)
    assert clerk.get(address(receipt)).status_code == 404
    assert fire.get(address(receipt)).status_code == 200
    assert staff_client(Role.SUPERVISOR).get(NEW).status_code == 403
