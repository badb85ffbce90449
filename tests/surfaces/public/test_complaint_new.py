"""Lodging a complaint: found again without script, nothing typed is lost, nothing personal gets out."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock, logs
from portal.complaints.kinds import PRIVACY_VERSION, Appearance, Category
from portal.complaints.queries.track import files_of
from portal.complaints.service.words import person_of, told_of
from portal.domain.permissions import Department
from portal.extensions import db, limiter
from portal.intake.access_codes import check
from tests.surfaces.conftest import CountQueries
from tests.surfaces.public.complaining import (
    NEW,
    TEXT,
    cases,
    in_one_piece,
    photo,
    read_receipt,
    send,
    typed_in,
)

NOON = clock.at(date(2026, 3, 2), 12)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    """No limits on requests, which have a test of their own."""
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


def file(data: bytes, name: str = "a.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def test_danger_comes_first_and_whom_else_to_turn_to(client: FlaskClient, home: str) -> None:
    page = client.get(NEW)
    assert page.headers["Cache-Control"] == "no-store"
    first = page.text.index('href="tel:110"')
    assert first < page.text.index('<form method="post" action="/complaints/new"')
    for number in ("119", "120", "12388", "12345"):
        assert f'href="tel:{number}"' in page.text
    assert "纪检监察举报电话" in page.text


def test_a_homes_page_leads_to_the_form_with_the_home_chosen(client: FlaskClient, home: str) -> None:
    link = f"/complaints/new?home={home}"
    assert f'href="{link}"' in client.get(f"/institutions/{home}").text
    assert re.search(rf'name="home" value="{home}" checked', client.get(link).text)
    unknown = client.get("/complaints/new?home=22222222")
    assert unknown.status_code == 200
    assert "checked" not in unknown.text.split("part-what")[0]


def test_a_home_is_found_without_script_and_what_was_typed_stays(client: FlaskClient, home: str) -> None:
    page = client.get(NEW).text
    sent = typed_in(page, "", q="示例敬老", send=None, find="1")
    answer = client.post(NEW, data=sent)
    assert answer.status_code == 200
    assert f'name="home" value="{home}">' in answer.text
    assert "error-summary" not in answer.text
    assert TEXT in answer.text
    assert re.search(r'value="fees" checked', answer.text)
    nothing = client.post(NEW, data=sent | {"q": "查无此院" + HOSTILE})
    assert "没有找到“查无此院" in nothing.text
    assert HOSTILE not in nothing.text
    assert re.search(r"<details[^>]*data-unlisted open", nothing.text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"home": ""}, "请先查找并选中一家"),
        ({"home": "other"}, "请写机构或场所叫什么"),
        ({"place_name": "另一家"}, "请只留一个"),
        ({"home": "", "place_name": "无名", "region": "999999"}, "请选在哪个区县"),
        ({"category": ""}, "请选一项，说不清就选“其他”"),
        ({"category": "rumour"}, "是哪方面的事"),
        ({"happened_on": "2026-03-03"}, "这一天还没有到"),
        ({"happened_on": "0206-01-01"}, "年份好像写错了"),
        ({"happened_on": "昨天"}, "哪一天"),
        ({"text": ""}, "请写一写发生了什么事"),
        ({"text": "太 贵 了 太 贵 了"}, "写得太短"),
        ({"text": "太" * 4001}, "请不要超过4000个字"),
        ({"appearance": ""}, "实名、保密或者匿名"),
        ({"appearance": "named"}, "选了实名，请写姓名"),
        ({"appearance": "confidential"}, "选了保密，请在下面留姓名或者一种联系方式"),
        ({"name": "张三"}, "选了匿名，请把姓名删掉"),
        ({"phone": "打给我"}, "电话只写数字"),
        ({"mail": "zhang@"}, "邮箱像"),
        ({"website": "http://spam.example"}, "这一格请空着"),
        ({"csrf_token": "stale"}, "这一页开得太久了"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, home: str, typed: dict[str, str], said: str
) -> None:
    page = client.get(NEW).text
    sent = typed_in(page, home, asked="请退钱" + HOSTILE) | typed
    answer = client.post(NEW, data=sent)
    assert answer.status_code == 422
    summary = answer.text.split("error-summary")[1].split("</ul>")[0]
    assert said in summary
    assert HOSTILE not in answer.text
    for name in ("text", "asked", "name", "phone", "mail", "address", "place_name"):
        assert sent[name].replace(HOSTILE, "") in answer.text, name
    for anchor in re.findall(r'<a href="#([\w-]+)">', summary):
        assert f'id="{anchor}"' in answer.text
    assert cases(app) == []


def test_the_receipt_shows_number_code_and_both_last_days(app: Flask, client: FlaskClient, home: str) -> None:
    answer = send(client, home, happened_about="今年春节前后", staff_named="y", consent_publish="y")
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Location" not in answer.headers
    number, code = read_receipt(answer.text)
    assert "2026年3月9日（周一）" in answer.text
    assert "2026年3月30日（周一）" in answer.text
    assert len(re.findall(r"<li>第[一二三]组：", answer.text)) == 3
    assert "data-draft-done" in answer.text
    (case,) = cases(app)
    assert (case.receipt, case.category, case.appearance) == (number, Category.FEES, Appearance.ANONYMOUS)
    assert (case.department, case.region_code) == (Department.MARKET, "350404")
    assert (case.consent_publish, case.consent_health) == (True, False)
    assert case.privacy_version == PRIVACY_VERSION
    kept = {column.name: str(getattr(case, column.name)) for column in case.__table__.columns}
    assert not any(TEXT in value or code in value for value in kept.values())
    with app.app_context():
        told = told_of(case)
        assert told is not None
        assert (told.text, told.asked, told.happened_about) == (TEXT, "退钱", "今年春节前后")
        assert person_of(case) is None
        assert check(case.access_hash, number, code)


def test_the_qr_code_names_no_case(client: FlaskClient, home: str) -> None:
    one, other = send(client, home), send(client, home)
    drawn = [
        re.search(r"<svg[^>]*>(?:(?!</svg>).)*</svg><p>扫一扫", page.text, re.DOTALL) for page in (one, other)
    ]
    assert drawn[0] is not None
    assert drawn[1] is not None
    assert drawn[0][0] == drawn[1][0]
    assert read_receipt(one.text) != read_receipt(other.text)


def test_a_home_that_is_not_listed_has_its_name_and_county(
    app: Flask, client: FlaskClient, home: str
) -> None:
    page = client.get(NEW).text
    assert re.search(r'<option value="350404">三元区', page)
    answer = send(client, "", place_name="李家院子", place="东街3号", region="350404")
    assert answer.status_code == 201
    assert "李家院子" in answer.text
    (case,) = cases(app)
    assert (case.institution_id, case.region_code) == (None, "350404")
    with app.app_context():
        told = told_of(case)
        assert told is not None
        assert (told.place_name, told.place) == ("李家院子", "东街3号")


def test_who_wrote_stands_sealed_and_anonymous_means_no_name(
    app: Flask, client: FlaskClient, home: str
) -> None:
    person = {"name": "张三丰", "phone": "13800138000", "mail": "san@example.cn", "address": "和平里1号"}
    answer = send(client, home, appearance="named", **person)
    assert answer.status_code == 201
    for said in person.values():
        assert said not in answer.text
    (case,) = cases(app)
    assert case.has_mail
    with app.app_context():
        known = person_of(case)
        assert known is not None
        assert known.name == "张三丰"


def test_health_is_asked_about_once_and_refuses_nobody(app: Flask, client: FlaskClient, home: str) -> None:
    said = "老人有糖尿病，护理员给错了药，家里问了也不说"
    asked = send(client, home, text=said)
    assert asked.status_code == 422
    assert "您写到了“糖尿病”" in asked.text
    assert said in asked.text
    assert cases(app) == []
    again = typed_in(asked.text, home, text=said)
    assert again["asked_health"] == "y"
    assert client.post(NEW, data=again).status_code == 201
    assert send(client, home, text=said, consent_health="y").status_code == 201
    assert [case.consent_health for case in cases(app)] == [False, True]


def test_the_same_form_twice_is_one_case_and_the_code_is_shown_for_15_minutes(app: Flask, home: str) -> None:
    client = app.test_client()
    with clock.moved_to(NOON):
        sent = typed_in(client.get(NEW).text, home)
        first = client.post(NEW, data=sent)
    with clock.moved_to(NOON + timedelta(minutes=15)):
        second = client.post(NEW, data=sent | {"text": TEXT + "，还有别的"})
    with clock.moved_to(NOON + timedelta(minutes=16)):
        third = client.post(NEW, data=sent | {"csrf_token": "grown old", "category": ""})
    assert [page.status_code for page in (first, second, third)] == [201] * 3
    number, code = read_receipt(first.text)
    assert read_receipt(second.text) == (number, code)
    assert "没有重复登记" in second.text
    assert read_receipt(third.text) == (number, "")
    assert "查询码只在登记后15分钟里显示" in third.text
    assert code.replace("-", "</span><span>") not in third.text
    assert len(cases(app)) == 1


@pytest.mark.usefixtures("within_a_minute")
def test_too_many_complaints_are_slowed_down_and_keep_their_text(
    app: Flask, client: FlaskClient, home: str
) -> None:
    sent = typed_in(client.get(NEW).text, home, text=TEXT + HOSTILE)
    limiter.enabled = True
    limiter.reset()
    answers = []
    for number in range(7):
        answers.append(client.post(NEW, data=sent | {"submission": f"{number:032x}"}))
    looked = client.post(NEW, data={name: value for name, value in sent.items() if name != "send"})
    again = client.post(NEW, data=sent | {"submission": f"{3:032x}"})
    limiter.reset()
    assert read_receipt(again.text) == read_receipt(answers[3].text), "a receipt loaded again is no complaint"
    assert [answer.status_code for answer in answers] == [201] * 6 + [429]
    assert TEXT in answers[-1].text
    assert "提交得太快" in answers[-1].text
    assert HOSTILE not in answers[-1].text
    assert looked.status_code == 200, "a home may still be looked for"
    assert len(cases(app)) == 6


def test_photos_are_kept_under_names_that_tell_nothing(app: Flask, client: FlaskClient, home: str) -> None:
    sent = [file(photo(), "张三家的门.jpg"), file(photo(80), "b.jpg")]
    assert send(client, home, files=sent).status_code == 201
    (case,) = cases(app)
    with app.app_context():
        kept = files_of(case)
    assert len(kept) == 2
    assert all(re.fullmatch(r"[0-9a-f]{32}", one.name) for one in kept)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ([(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "x.svg")], "不是照片"),
        ([(b"MZ" + bytes(200), "照片.jpg")], "不是照片"),
        ([(b"\xff\xd8\xff" + b"broken" * 9, HOSTILE + ".jpg")], "打不开"),
        ([(b"", "空.jpg")], "是空的"),
        ([(photo(), f"{number}.jpg") for number in range(7)], "最多6个文件"),
    ],
)
def test_a_file_that_is_not_taken_is_told_at_its_field(
    app: Flask, client: FlaskClient, home: str, sent: list[tuple[bytes, str]], said: str
) -> None:
    answer = send(client, home, files=[file(*one) for one in sent])
    assert answer.status_code == 422
    assert said in answer.text.split('id="files-error"')[1].split("</p>")[0]
    assert "请重新选一次" in answer.text
    assert TEXT in answer.text
    assert HOSTILE not in answer.text
    assert cases(app) == []


def test_too_much_at_once_is_told_at_the_field_and_the_text_stays(
    app: Flask, client: FlaskClient, home: str
) -> None:
    sent = typed_in(client.get(NEW).text, home)
    answer = client.post(NEW, **in_one_piece(sent, bytes(31 * 1024 * 1024)))
    assert answer.status_code == 422
    assert "加起来超过30兆" in answer.text.split('id="files-error"')[1].split("</p>")[0]
    assert TEXT in answer.text
    assert cases(app) == []


def test_what_nobody_reads_to_its_end_gets_a_page_of_its_own(client: FlaskClient, home: str) -> None:
    answer = client.post(NEW, **in_one_piece({"send": "1"}, bytes(65 * 1024 * 1024)))
    assert answer.status_code == 413
    assert answer.headers["Cache-Control"] == "no-store"
    assert "请按浏览器的“后退”" in answer.text


def test_other_forms_take_no_more_than_before(client: FlaskClient, home: str) -> None:
    big = in_one_piece({"wrong": "x"}, bytes(2 * 1024 * 1024 + 1))
    assert client.post(f"/institutions/{home}/wrong", **big).status_code == 413


def test_nothing_personal_in_log_headers_or_cookies(
    app: Flask, client: FlaskClient, home: str, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure_logs("INFO")
    try:
        answer = send(client, home, appearance="named", name="张三丰", phone="13800138000", text=TEXT)
        refused = send(client, home, appearance="named", name="张三丰", phone="x13800138000", text=TEXT)
    finally:
        logs.configure_logs("ERROR")
    assert (answer.status_code, refused.status_code) == (201, 422)
    number, code = read_receipt(answer.text)
    out = "".join(capfd.readouterr())
    assert "public.new_complaint" in out
    told = out + str(answer.headers) + str(refused.headers)
    for secret in (number, code, "张三丰", "13800138000", TEXT, home):
        assert secret not in told


def test_the_form_costs_the_same_for_one_home_and_for_many(
    app: Flask, client: FlaskClient, home: str, enter_home: Callable[..., str], count_queries: CountQueries
) -> None:
    def cost(**typed: Any) -> int:
        sent = typed_in(client.get(NEW).text, home, q="示例", send=None, find="1", **typed)
        client.post(NEW, data=sent)
        with count_queries(app) as statements:
            assert client.post(NEW, data=sent).status_code == 200
        return len(statements)

    one = cost()
    for number in range(12):
        enter_home(f"示例第{number}敬老院", on=date(2026, 2, 1))
    assert cost() == one


def test_the_hotline_of_the_homes_region_is_shown(app: Flask, client: FlaskClient, home: str) -> None:
    from portal.complaints.office_models import ComplaintOffice
    from portal.unit_of_work import unit_of_work

    with app.app_context(), unit_of_work():
        db.session.add(
            ComplaintOffice(region_code="350404", hotline="0598-8230000", post_address=None, four_eyes=False)
        )
        db.session.add(
            ComplaintOffice(
                region_code="350400", hotline="0598-1", post_address="新市中路1号", four_eyes=False
            )
        )
    page = client.get(f"{NEW}?home={home}").text
    assert 'href="tel:0598-8230000"' in page
    assert "新市中路1号" in page
    assert "0598-8230000" not in client.get(NEW).text


def test_the_privacy_notice_has_the_version_that_is_kept(client: FlaskClient) -> None:
    page = client.get("/privacy").text
    assert f"{PRIVACY_VERSION}版" in page.split('id="complaints"')[1]
    assert 'href="/privacy#complaints"' in client.get(NEW).text
