"""What is being written on a complaint: kept, begun with a template, read by a second person."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.complaints.office_models import CaseDraft, ReplyTemplate
from portal.domain.case_status import CaseStatus
from portal.domain.permissions import Department, Role
from portal.extensions import db
from tests.surfaces.backoffice.casework import Client, address, case_of, do, done, events, lodged, version

JSON = {"Accept": "application/json"}


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


def started(app: Flask, clerk: FlaskClient) -> str:
    receipt = lodged(app)
    done(clerk, receipt, "accept")
    done(clerk, receipt, "start")
    return receipt


def draft(client: FlaskClient, receipt: str, name: str, what: str, **fields: str) -> object:
    data = {f"{name}-{field}": text for field, text in fields.items()}
    data |= {"do": what, f"{name}-version": version(client, receipt)}
    return client.post(address(receipt, f"drafts/{name}"), data=data)


def area(page: str, name: str) -> str:
    """Return what a text field of the page holds."""
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_a_draft_is_saved_by_script_and_by_hand_for_its_writer_alone(
    app: Flask, staff_client: Client
) -> None:
    clerk, other = staff_client(), staff_client()
    receipt = started(app, clerk)
    before = case_of(app, receipt).version
    place = address(receipt, "drafts/reply")
    saved = clerk.post(place, data={"reply-words": "写到一半", "do": "save"}, headers=JSON)
    assert saved.get_json() == {"said": "草稿已存，只有您看得到"}
    assert area(clerk.get(address(receipt)).text, "reply-words") == "写到一半"
    assert area(other.get(address(receipt)).text, "reply-words") == ""
    assert case_of(app, receipt).version == before
    by_hand = clerk.post(place, data={"reply-words": "写完了", "reply-finding": "true", "do": "save"})
    assert by_hand.status_code == 303
    page = clerk.get(by_hand.location).text
    assert area(page, "reply-words") == "写完了"
    assert re.search(r'value="true" checked', page)
    assert '<details id="deed-reply" open>' in page
    clerk.post(place, data={"do": "drop"})
    assert area(clerk.get(address(receipt)).text, "reply-words") == ""
    done(clerk, receipt, "first_answer", words="在查。")
    done(clerk, receipt, "reply", words="查完了。", finding="unclear")
    late = clerk.post(place, data={"reply-words": "网慢，后到的", "do": "save"}, headers=JSON)
    assert late.status_code == 409
    assert "没有存上" in late.get_json()["said"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CaseDraft)) == 0
    assert clerk.post(address(receipt, "drafts/nonsense"), data={"do": "save"}).status_code == 404


def test_a_template_is_filled_in_on_the_server(app: Flask, staff_client: Client) -> None:
    reviewer, clerk = staff_client(Role.REVIEWER), staff_client()
    bad = reviewer.post(
        "/staff/cases/templates/new", data={"title": "首答", "body": "您好，{姓名}", "region": "350404"}
    )
    assert bad.status_code == 422
    assert "{姓名}填不出来" in bad.text
    body = "您好，您的{登记编号}号投诉，我们正在查，最晚{答复期限}答复。{承办单位}"
    made = reviewer.post(
        "/staff/cases/templates/new", data={"title": "首答", "body": body, "region": "350404"}
    )
    assert made.status_code == 303
    assert "首答" in clerk.get("/staff/cases/templates").text
    with app.app_context():
        number = db.session.scalars(select(ReplyTemplate.id)).one()
    receipt = started(app, clerk)
    place = address(receipt, "drafts/first_answer")
    missing = clerk.post(place, data={"first_answer-words": "我先写的", "do": "template"})
    assert missing.status_code == 422
    assert "请先选一个模板" in missing.text
    assert "我先写的" in missing.text
    answer = clerk.post(
        place, data={"first_answer-words": "我先写的", "do": "template", "template": str(number)}
    )
    words = area(clerk.get(answer.location).text, "first_answer-words")
    assert words.startswith("我先写的")
    assert f"您的{receipt}号投诉" in words
    assert "民政部门" in words
    assert "{" not in words
    assert clerk.get(f"/staff/cases/templates/{number}").status_code == 403
    away = reviewer.post(f"/staff/cases/templates/{number}", data={"title": "首答", "body": "改了"})
    assert away.status_code == 303
    assert "首答" not in clerk.get(address(receipt)).text
    fire = staff_client(Role.REVIEWER, Department.FIRE)
    assert fire.get(f"/staff/cases/templates/{number}").status_code == 404


def test_four_eyes_where_the_county_asks_for_them(app: Flask, staff_client: Client) -> None:
    clerk, reviewer = staff_client(), staff_client(Role.REVIEWER)
    assert clerk.get("/staff/cases/offices/350404").status_code == 403
    office = reviewer.post(
        "/staff/cases/offices/350404",
        data={"hotline": "0598-8231234", "post_address": "示例路1号", "four_eyes": "y"},
    )
    assert office.status_code == 303
    assert "0598-8231234" in clerk.get("/staff/cases/offices").text
    assert "只管最后的办理答复" in reviewer.get("/staff/cases/offices/350404").text
    fire = staff_client(Role.REVIEWER, Department.FIRE)
    assert "由当地民政部门的审核人员来改" in fire.get("/staff/cases/offices/350404").text
    assert fire.post("/staff/cases/offices/350404", data={"hotline": "1"}).status_code == 403
    assert reviewer.get("/staff/cases/offices/110101").status_code == 404
    receipt = started(app, clerk)
    page = clerk.get(address(receipt)).text
    assert "这里规定答复要先经另一个人审核" in page
    assert "发出办理答复" not in page
    assert "发出首次答复" in page
    alone = do(clerk, receipt, "reply", words="没人看过。", finding="true")
    assert alone.status_code == 409
    assert "没人看过。" in alone.text
    empty = draft(clerk, receipt, "reply", "submit", words="没选查实情况")
    assert empty.status_code == 422  # type: ignore[attr-defined]
    assert "请选择查实的情况" in empty.text  # type: ignore[attr-defined]
    draft(clerk, receipt, "reply", "submit", words="初稿", finding="partly")
    assert "交审核了" in clerk.get(address(receipt)).text
    assert "撤回来再改" in clerk.get(address(receipt)).text
    draft(clerk, receipt, "reply", "take_back")
    draft(clerk, receipt, "reply", "submit", words="二稿", finding="partly")
    page = reviewer.get(address(receipt)).text
    assert "请审核：办理答复" in page
    (number,) = re.findall(r"/drafts/(\d+)/approve", page)
    (saved,) = re.findall(r'name="saved" value="([^"]+)"', page)
    place = address(receipt, f"drafts/{number}")
    assert clerk.post(f"{place}/approve", data={"saved": saved}).status_code == 403
    assert reviewer.post(f"{place}/approve", data={"saved": "gestern"}).status_code == 400
    blank = reviewer.post(
        f"{place}/return", data={"return-words": "", "return-version": version(reviewer, receipt)}
    )
    assert blank.status_code == 422
    sent_back = reviewer.post(
        f"{place}/return", data={"return-words": "写明依据", "return-version": version(reviewer, receipt)}
    )
    assert sent_back.status_code == 303
    page = clerk.get(address(receipt)).text
    assert "审核退回" in page
    assert "写明依据" in page
    assert area(page, "reply-words") == "二稿"
    draft(clerk, receipt, "reply", "submit", words="三稿", finding="partly")
    page = reviewer.get(address(receipt)).text
    (fresh,) = re.findall(r'name="saved" value="([^"]+)"', page)
    seen = version(reviewer, receipt)
    stale = reviewer.post(f"{place}/approve", data={"saved": saved, "version": seen})
    assert stale.status_code == 409
    assert "草稿刚刚改过" in stale.text
    assert reviewer.post(f"{place}/approve", data={"saved": fresh, "version": seen}).status_code == 303
    assert case_of(app, receipt).status is CaseStatus.REPLIED
    assert events(app, receipt)[-2:] == ["reply", "find_true"]
    assert "三稿" in clerk.get(address(receipt)).text
