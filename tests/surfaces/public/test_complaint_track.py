"""Following a complaint: opened by number and code alone, done once however often pressed, left behind."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock, logs
from portal.complaints.kinds import Channel, Finding, Rating
from portal.complaints.models import Case
from portal.complaints.service.clocks import begin_pause
from portal.complaints.service.steps import step
from portal.domain.actor import Actor
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.receipts import COMPLAINT, receipt_number
from portal.extensions import db, limiter
from portal.public import opening
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import lodge_case
from tests.surfaces.conftest import CountQueries
from tests.surfaces.public.complaining import (
    CLERK,
    NOON,
    TEXT,
    TRACK,
    act,
    by_staff,
    cases,
    in_one_piece,
    lodged,
    open_case,
    photo,
    steps,
    twice,
)  # fmt: skip
from tests.surfaces.staff import make_staff

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
UNDER_WAY = (CaseEvent.ACCEPT, CaseEvent.ASSIGN, CaseEvent.START)


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    """No limits on requests, which have tests of their own."""
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.fixture
def home(enter_home: Callable[..., str]) -> str:
    return enter_home("示例敬老院", on=date(2026, 2, 1))


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with clock.moved_to(NOON):
        yield app.test_client()


@pytest.fixture
def opened(client: FlaskClient, home: str) -> FlaskClient:
    """A browser with a case open."""
    assert open_case(client, *lodged(client, home)).status_code == 303
    return client


def test_number_and_code_open_the_case_and_stand_in_no_address(client: FlaskClient, home: str) -> None:
    number, code = lodged(client, home)
    spoken = (number.lower().replace("-", " "), code.lower().replace("-", "　"))
    answer = open_case(client, *spoken)
    assert (answer.status_code, answer.location) == (303, TRACK)
    assert answer.headers["Cache-Control"] == "no-store"
    page = client.get(TRACK)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "收到了，正在看归不归这里管" in page.text
    assert "2026年3月9日（周一）" in page.text
    assert "2026年3月30日（周一）" in page.text
    assert TEXT in page.text
    assert code not in page.text
    assert not any(number in link for link in re.findall(r'(?:href|action|src)="([^"]*)"', page.text))


def test_unknown_number_and_wrong_code_are_answered_alike(client: FlaskClient, home: str) -> None:
    number, code = lodged(client, home)
    unknown = receipt_number(COMPLAINT, 2026, 12345)
    wrong = "2222-2222-2222"
    answers = [open_case(client, *typed) for typed in ((number, wrong), (unknown, wrong), (unknown, code))]
    bodies = []
    for answer, typed in zip(answers, ((number, wrong), (unknown, wrong), (unknown, code)), strict=True):
        assert answer.status_code == 422
        body = re.sub(r'(csrf_token" type="hidden" value=")[^"]*', r"\1", answer.text)
        bodies.append(body.replace(typed[0], "NUMBER").replace(typed[1], "CODE"))
        headers = {
            name: value for name, value in answer.headers if name not in ("Content-Length", "Set-Cookie")
        }
        bodies[-1] += str(headers)
    assert bodies[0] == bodies[1] == bodies[2]
    assert "登记编号和查询码对不上" in bodies[0]
    assert "case=" not in str([answer.headers for answer in answers])


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        ("", "", "请填登记编号"),
        ("T2026-7KFM3XQ", "7KQ4-M2XP-9TBA", "登记编号像 T2026-7KFM3XQP 这样"),
        ("J2026-7KFM3XQP", "7KQ4-M2XP-9TBA", "登记编号"),
        ("T2026-22222222", "7KQ4", "查询码是12位，这里有4位"),
        ("T2026-22222222", HOSTILE, "查询码里只有字母和数字"),
        (HOSTILE, "7KQ4-M2XP-9TBA", "登记编号像"),
    ],
)
def test_a_slip_of_the_pen_is_told_at_its_field(
    client: FlaskClient, number: str, code: str, said: str
) -> None:
    answer = open_case(client, number, code)
    assert answer.status_code == 422
    assert said in answer.text
    assert HOSTILE not in answer.text
    for anchor in re.findall(r'<a href="#(\w+)">', answer.text.split("error-summary")[1].split("</ul>")[0]):
        assert f'id="{anchor}"' in answer.text


@pytest.mark.usefixtures("within_a_minute")
def test_tries_are_counted_and_keep_what_was_typed(client: FlaskClient, home: str) -> None:
    number, code = lodged(client, home)
    limiter.enabled = True
    limiter.reset()
    codes = [open_case(client, number, "2222-2222-2222").status_code for _ in range(10)]
    last = open_case(client, number, code)
    limiter.reset()
    assert codes == [422] * 10
    assert last.status_code == 429
    assert number in last.text


def test_the_cookie_goes_to_these_pages_alone(client: FlaskClient, home: str) -> None:
    cookie = open_case(client, *lodged(client, home)).headers["Set-Cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith("case=")
    assert {"httponly", "samesite=strict", "path=/complaints/track", "max-age=1800"} <= parts
    assert "secure" not in parts


def test_half_an_hour_of_quiet_closes_the_case(opened: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = act(opened, CaseEvent.ADD, "add", text="写了很久的补充")
    monkeypatch.setattr(opening, "IDLE_SECONDS", -1)
    late = opened.post(**sent)
    assert late.status_code == 422
    assert "写了很久的补充" in late.text
    assert "半小时没有动静就自动离开了" in late.text
    again = opened.get(TRACK)
    assert "我的投诉办到哪一步了" in again.text
    assert "case=;" in again.headers["Set-Cookie"]


@pytest.mark.parametrize("forged", ["1", "MQ.aaaaaa.bbbbbbbb", "", "é"])
def test_a_made_up_cookie_opens_nothing(client: FlaskClient, home: str, forged: str) -> None:
    lodged(client, home)
    client.set_cookie("case", forged, path=TRACK)
    page = client.get(TRACK)
    assert page.status_code == 200
    assert "我的投诉办到哪一步了" in page.text


def test_a_cookie_signed_for_something_else_opens_nothing(app: Flask, opened: FlaskClient) -> None:
    from itsdangerous import URLSafeTimedSerializer

    signed = URLSafeTimedSerializer(app.secret_key or "", salt="something-else").dumps(1)
    opened.set_cookie("case", signed, path=TRACK)
    assert "我的投诉办到哪一步了" in opened.get(TRACK).text


def test_leaving_forgets_the_case(opened: FlaskClient) -> None:
    answer = opened.post(f"{TRACK}/leave")
    assert (answer.status_code, answer.location) == (303, f"{TRACK}?left=1")
    page = opened.get(answer.location)
    assert "已经离开" in page.text
    assert TEXT not in page.text


@pytest.mark.parametrize("path", ["add", "answer", "rate", "again", "withdraw"])
def test_nothing_is_done_without_an_opened_case_or_a_token(
    app: Flask, client: FlaskClient, home: str, path: str
) -> None:
    number, code = lodged(client, home)
    answer = client.post(f"{TRACK}/{path}", data={})
    assert (answer.status_code, answer.location) == (303, f"{TRACK}?gone=1")
    open_case(client, number, code)
    by_staff(app, *UNDER_WAY)
    kind = {"answer": "answer_question", "again": "ask_again"}.get(path, path)
    refused = client.post(f"{TRACK}/{path}", data={f"{kind}-text": "没有令牌", f"{kind}-reason": "没有令牌"})
    assert refused.status_code == 422
    assert "没有令牌" in refused.text or path == "rate"
    assert [event for event, _ in steps(app)] == [CaseEvent.LODGE, *UNDER_WAY]


def test_words_and_photos_are_added_once_however_often_the_button_is_pressed(
    app: Flask, opened: FlaskClient
) -> None:
    sent = act(opened, CaseEvent.ADD, "add", text="昨天又多收了一次" + HOSTILE)
    pictures = [{**sent["data"], "files": (io.BytesIO(photo()), "张三.jpg")} for _ in range(2)]
    answers = [opened.post(sent["path"], data=data) for data in pictures]
    assert [answer.status_code for answer in answers] == [303, 303]
    page = opened.get(answers[0].location)
    assert "补充的内容收到了" in page.text
    assert "附1个文件" in page.text
    assert HOSTILE not in page.text
    assert [event for event, _ in steps(app)] == [CaseEvent.LODGE, CaseEvent.ADD]
    assert len(re.findall(r'href="/complaints/track/files/', page.text)) == 1
    other = act(opened, CaseEvent.ADD, "add", text="昨天又多收了一次" + HOSTILE)
    assert opened.post(**other).status_code == 303
    assert len(steps(app)) == 3, "the same words on a page that shows the first are meant once more"


def test_an_addition_that_is_refused_keeps_its_words(app: Flask, opened: FlaskClient) -> None:
    empty = opened.post(**act(opened, CaseEvent.ADD, "add", text=""))
    assert empty.status_code == 422
    assert "请写一写要补充什么" in empty.text
    bad = act(opened, CaseEvent.ADD, "add", text="补充的话", files=(io.BytesIO(b"MZ" + bytes(99)), "x.exe"))
    answer = opened.post(**bad)
    assert answer.status_code == 422
    assert "不是照片" in answer.text.split('id="add-files-error"')[1].split("</p>")[0]
    assert "补充的话" in answer.text
    assert re.search(r"<details open><summary>补充情况", answer.text)
    large = act(opened, CaseEvent.ADD, "add", text="补充的话")
    answer = opened.post(large["path"], **in_one_piece(large["data"], bytes(31 * 1024 * 1024)))
    assert answer.status_code == 422
    assert "加起来超过30兆" in answer.text
    assert [event for event, _ in steps(app)] == [CaseEvent.LODGE]


@pytest.mark.usefixtures("within_a_minute")
def test_too_much_done_at_once_is_slowed_down_and_keeps_its_words(app: Flask, opened: FlaskClient) -> None:
    limiter.enabled = True
    limiter.reset()
    sent = act(opened, CaseEvent.ADD, "add")
    codes = []
    for number in range(11):
        answer = opened.post(sent["path"], data={**sent["data"], "add-text": f"第{number}次补充"})
        codes.append(answer.status_code)
    limiter.reset()
    assert codes == [303] * 10 + [429]
    assert "第10次补充" in answer.text
    assert "提交得太快" in answer.text


def test_a_file_comes_back_to_be_saved_and_to_its_writer_alone(
    app: Flask, client: FlaskClient, home: str
) -> None:
    first = lodged(client, home, files=[(io.BytesIO(photo()), "a.jpg")])
    second = lodged(client, home)
    open_case(client, *first)
    link = re.search(r'href="(/complaints/track/files/\w{32})"', client.get(TRACK).text)
    assert link is not None
    answer = client.get(link[1])
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xff\xd8\xff")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="1.jpg"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(f"{TRACK}/files/{'0' * 32}").status_code == 404
    client.post(f"{TRACK}/leave")
    open_case(client, *second)
    assert client.get(link[1]).status_code == 404
    assert app.test_client().get(link[1]).status_code == 404


def test_a_question_is_answered_and_the_clock_goes_on(app: Flask, opened: FlaskClient) -> None:
    by_staff(app, *UNDER_WAY)
    with app.app_context(), clock.moved_to(NOON), unit_of_work():
        case = db.session.scalars(select(Case)).one()
        begin_pause(case)
        step(case, CaseEvent.ASK, CLERK, words="是哪个月开始多收的？", to_citizen=True)
    page = opened.get(TRACK)
    assert "是哪个月开始多收的？" in page.text
    assert page.text.index("是哪个月开始多收的？") < page.text.index('id="clocks"')
    with clock.moved_to(NOON + timedelta(days=2)):
        sent = act(opened, CaseEvent.ANSWER_QUESTION, "answer", text="从一月开始")
        assert "您的回答收到了" in twice(opened, sent).text
    assert [case.status for case in cases(app)] == [CaseStatus.IN_PROGRESS]
    assert steps(app)[-1] == (CaseEvent.ANSWER_QUESTION, "从一月开始")


def test_the_answer_is_rated_and_dissatisfaction_says_why(app: Flask, opened: FlaskClient) -> None:
    by_staff(app, *UNDER_WAY)
    by_staff(app, CaseEvent.REPLY, words="已责令退还" + HOSTILE, finding=Finding.TRUE.value)
    page = opened.get(TRACK).text
    assert "已责令退还" in page
    assert "查实情况：属实" in page
    assert HOSTILE not in page
    missing = opened.post(**act(opened, CaseEvent.RATE, "rate", rating=Rating.UNSATISFIED.value, reason=""))
    assert missing.status_code == 422
    assert "请写一写哪里不满意" in missing.text
    assert re.search(r'value="unsatisfied" checked', missing.text)
    sent = act(opened, CaseEvent.RATE, "rate", rating=Rating.UNSATISFIED.value, reason="钱还没退")
    assert "您的评价：不满意" in twice(opened, sent).text
    changed = act(opened, CaseEvent.RATE, "rate", rating=Rating.FAIR.value, reason="")
    assert "您的评价：基本满意" in twice(opened, changed).text
    assert [event for event, _ in steps(app)].count(CaseEvent.RATE) == 2


def test_a_second_handling_is_asked_for_once(app: Flask, opened: FlaskClient) -> None:
    by_staff(app, *UNDER_WAY)
    by_staff(app, CaseEvent.REPLY, words="不属实", finding=Finding.NOT_TRUE.value)
    with clock.moved_to(NOON + timedelta(days=1)):
        sent = act(opened, CaseEvent.ASK_AGAIN, "again", reason="没有看监控")
        page = twice(opened, sent).text
    assert "会换人重新办理" in page
    assert "重新办理的期限" in page
    assert "2026年3月10日（周二）" in page
    assert "要求换人重新办一次" not in page
    (case,) = cases(app)
    assert (case.status, case.round_number) == (CaseStatus.REOPENED, 2)
    assert [event for event, _ in steps(app)].count(CaseEvent.ASK_AGAIN) == 1


def test_what_the_case_does_not_allow_is_told_in_words(app: Flask, opened: FlaskClient) -> None:
    sent = act(opened, CaseEvent.ADD, "add", text="还有一件事")
    by_staff(app, CaseEvent.REFUSE, words="不归民政部门管")
    answer = opened.post(**sent)
    assert answer.status_code == 422
    assert "这件投诉已经决定不予受理" in answer.text
    assert "还有一件事" in answer.text
    assert "不归民政部门管" in answer.text


def test_lateness_is_said_with_whom_to_call(app: Flask, opened: FlaskClient) -> None:
    with clock.moved_to(clock.at(date(2026, 3, 11), 9)):
        page = opened.get(TRACK).text
    assert "已经超期2个工作日，还没有答复" in page
    assert 'href="tel:12345"' in page.split('id="clocks"')[1].split("</section>")[0]


def test_a_call_that_was_typed_in_is_followed_like_any_other(client: FlaskClient, app: Flask) -> None:
    by = Actor(CLERK.name, make_staff(app).id)
    _, made = lodge_case(app, NOON, channel=Channel.PHONE, by=by)
    assert made.code is not None
    with app.app_context():
        number = cases(app)[0].receipt
    assert open_case(client, number, made.code).status_code == 303
    for done in ("add", "withdraw", "nothing", ""):
        page = client.get(TRACK, query_string={"done": done})
        assert page.status_code == 200
        assert number in page.text
        assert "收到了，办这件事的人会看到" not in page.text


def test_inner_notes_stay_inside(app: Flask, opened: FlaskClient) -> None:
    with app.app_context(), clock.moved_to(NOON), unit_of_work():
        case = db.session.scalars(select(Case)).one()
        step(case, CaseEvent.NOTE, CLERK, words="先别告诉投诉人")
    page = opened.get(TRACK).text
    assert "先别告诉投诉人" not in page
    assert "内部备注" not in page


def test_nothing_personal_in_the_log(
    client: FlaskClient, home: str, capfd: pytest.CaptureFixture[str]
) -> None:
    number, code = lodged(client, home, appearance="named", name="张三丰", mail="san@example.cn")
    logs.configure_logs("INFO")
    try:
        open_case(client, number, code)
        client.get(TRACK)
        client.post(**act(client, CaseEvent.ADD, "add", text="补充给张三丰"))
    finally:
        logs.configure_logs("ERROR")
    out = "".join(capfd.readouterr())
    assert "public.track_add" in out
    for secret in (number, code, "张三丰", "san@example.cn", home):
        assert secret not in out


def test_a_long_log_costs_no_more(app: Flask, opened: FlaskClient, count_queries: CountQueries) -> None:
    opened.get(TRACK)
    with count_queries(app) as few:
        opened.get(TRACK)
    by_staff(app, *UNDER_WAY, *[CaseEvent.INTERIM_REPLY] * 9, words="有新的进展")
    with count_queries(app) as many:
        page = opened.get(TRACK)
    assert page.text.count("有新的进展") >= 9
    assert len(many) == len(few)
