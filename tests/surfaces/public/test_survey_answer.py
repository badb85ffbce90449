"""The questionnaire itself: code, questions, a look over it, sent; what was typed stays; no code leaks."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock
from portal.domain.questionnaires import Audience
from portal.extensions import db, limiter
from portal.surveys.models import SurveyAnswer, SurveyWords
from tests.integration.surveys.calling import FIRST, LAST, Office

PRESENT = clock.at(FIRST, 15)


@pytest.fixture
def office(sqlite_app: Flask) -> Iterator[Office]:
    found = Office(sqlite_app)
    found.enter("甲养老院")
    found.open()
    limiter.enabled = False
    with clock.moved_to(PRESENT):
        yield found
    limiter.enabled = True


@pytest.fixture
def client(office: Office) -> FlaskClient:
    return office.app.test_client()


def answers(office: Office) -> list[dict[str, str]]:
    with office.app.app_context():
        return list(db.session.scalars(select(SurveyAnswer.answers)))


def test_from_the_code_to_the_thanks_without_a_script_or_a_cookie(
    office: Office, client: FlaskClient
) -> None:
    (code,) = office.sheets("甲养老院", 1)
    opened = client.post("/survey", data={"step": "open", "code": code.lower()})
    assert "甲养老院" in opened.text
    assert "没有人能查出是您答的" in opened.text
    assert "<script" not in opened.text.split("<main")[1].split("</main>")[0]
    given = {"code": code, "q-meals": "bad", "q-overall": "good", "words": "晚饭太早\n真的"}
    checked = client.post("/survey", data={**given, "step": "check"})
    assert checked.status_code == 200
    assert "还没有交" in checked.text
    assert answers(office) == []
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', checked.text))
    assert hidden["words"].replace("\r\n", "\n") == given["words"]
    back = client.post("/survey", data={**hidden, "step": "back"})
    assert re.search(r'name="q-meals" value="bad" checked', back.text)
    assert "晚饭太早" in back.text
    sent = client.post("/survey", data={**hidden, "step": "send"})
    assert sent.status_code == 200
    assert "收到了，谢谢您" in sent.text
    assert answers(office) == [{"meals": "bad", "overall": "good"}]
    for page in (opened, checked, back, sent):
        assert "Set-Cookie" not in page.headers
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
    again = client.post("/survey", data={**hidden, "step": "send"})
    assert again.status_code == 410
    assert "已经用过了" in again.text
    assert len(answers(office)) == 1


def test_a_scanned_code_opens_families_questions(office: Office, client: FlaskClient) -> None:
    (code,) = office.sheets("甲养老院", 1, Audience.FAMILIES)
    page = client.get("/survey", query_string={"c": code})
    assert "请家属答" in page.text
    assert "有没有收过合同、公示上没有写的钱" in page.text
    assert f'action="/survey?c={code}"' not in page.text
    assert code not in "".join(re.findall(r'(?:href|action|src)="([^"]*)"', page.text.split("<main")[1]))


def test_what_is_refused_keeps_what_was_typed(office: Office, client: FlaskClient) -> None:
    (code,) = office.sheets("甲养老院", 1)
    nothing = client.post("/survey", data={"code": code, "step": "check", "words": "只写几个字"})
    assert nothing.status_code == 422
    assert "还没有选" in nothing.text
    assert "只写几个字" in nothing.text
    long = {"code": code, "q-care": "fair", "words": "话" * 501}
    for step in ("check", "send"):
        page = client.post("/survey", data={**long, "step": step})
        assert page.status_code == 422
        assert 'value="fair" checked' in page.text
        assert "话" * 501 in page.text
    assert answers(office) == []


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("", 422, "请写回访码"),
        ("ABC", 422, "12位"),
        ("0000-0000-0000", 422, "没有这个回访码"),
        ("=HYPERLINK", 422, "12位"),
        ("<b>" * 40, 422, "12位"),
    ],
)
def test_what_opens_nothing_is_told_at_the_code(
    office: Office, client: FlaskClient, typed: str, status: int, words: str
) -> None:
    page = client.post("/survey", data={"step": "open", "code": typed})
    assert page.status_code == status
    assert words in page.text
    assert "<b><b>" not in page.text


def test_before_and_after_its_days_a_code_opens_nothing(office: Office, client: FlaskClient) -> None:
    (code,) = office.sheets("甲养老院", 1)
    for day, words in ((FIRST - timedelta(days=1), "还没有开始"), (LAST + timedelta(days=1), "已经结束了")):
        with clock.moved_to(clock.at(day)):
            assert words in client.get("/survey", query_string={"c": code}).text


def test_no_log_holds_a_code(
    office: Office, client: FlaskClient, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    import structlog

    from portal.logs import configure_logs

    configure_logs("INFO")
    try:
        (code,) = office.sheets("甲养老院", 1)
        with caplog.at_level(logging.DEBUG):
            client.get("/survey", query_string={"c": code})
            client.post("/survey", data={"code": code, "q-care": "good", "step": "send"})
        told = "".join(capsys.readouterr()) + caplog.text
    finally:
        structlog.reset_defaults()
        configure_logs("ERROR")
    assert "public.survey_answer" in told
    for secret in (code, code.replace("-", ""), "甲养老院"):
        assert secret not in told


def test_guessing_codes_is_slowed_down(office: Office, client: FlaskClient, within_a_minute: None) -> None:
    limiter.enabled = True
    limiter.reset()
    codes = [client.get("/survey", query_string={"c": "0000-0000-0000"}).status_code for _ in range(32)]
    limiter.reset()
    assert codes[0] == 422
    assert codes[-1] == 429


def test_reading_the_questionnaire_writes_nothing(office: Office, client: FlaskClient) -> None:
    (code,) = office.sheets("甲养老院", 1)
    for step in ("open", "check", "back"):
        client.post("/survey", data={"code": code, "q-care": "good", "words": "好", "step": step})
    with office.app.app_context():
        for model in (SurveyAnswer, SurveyWords):
            assert db.session.scalar(select(func.count()).select_from(model)) == 0
